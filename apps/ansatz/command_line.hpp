// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What a user may have meant by a command or an option that there is not.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace ansatz::cli {

/// A command line with a command or an option that there is not; the message proposes the whole line, mended.
struct NotUnderstood : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The words after the program's name as the program spells them: options in British or American (--optimiser is
/// --optimizer, --initializer is --initialiser) as they are declared, `help COMMAND` as `COMMAND --help`.
/// @throws NotUnderstood where a command or an option is unknown; the nearest one takes its place in the line proposed,
/// the words in the order typed.
std::vector<std::string> understood(const CLI::App& app, const std::vector<std::string>& words);

/// Whether two names of options are one in British and in American spelling.
bool spelled_either_way(const std::string& a, const std::string& b);

/// Which of the options' names, "--learning-rate", was meant by one that is not among them: "--lr".
std::optional<std::string> nearest_option(std::span<const std::string> names, const std::string& typed);

/// A word as it has to be typed in a shell.
std::string quoted_for_shell(const std::string& word);

}  // namespace ansatz::cli
