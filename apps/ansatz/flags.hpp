// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// From the options that the library's errors advise to the flags of the command that was called.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

namespace ansatz::cli {

/// `message` with each option that it advises (ansatz::option_hint: "`missing = n/a`") as the flag of the command that
/// `app` was called with ("--missing n/a", quoted for a shell). Options that the command does not have stay as they
/// are.
std::string with_flags(std::string_view message, const CLI::App& app);

}  // namespace ansatz::cli
