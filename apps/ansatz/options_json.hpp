// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The options of a command for --json, so that the lines of a sweep can be told apart.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace ansatz::cli {

/// {"batch": 32, "clip-norm": null, "impute": false, "missing": ["n/a"], ...}: each option of the command by its long
/// name and each positional argument by its name, with the value given or else its default; null where it is left to
/// the program. Numbers are numbers.
nlohmann::json options_json(const CLI::App& command);

}  // namespace ansatz::cli
