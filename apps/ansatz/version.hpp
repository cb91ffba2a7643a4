// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What this program is and was built of.
#pragma once

#include <string>

namespace ansatz::cli {

/// "0.1.0".
std::string version();

/// For `ansatz --version`: version, compiler, the instruction set in use and those built in, libraries.
std::string version_text();

}  // namespace ansatz::cli
