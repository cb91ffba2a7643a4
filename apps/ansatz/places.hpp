// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Where input comes from and output goes to: questions that are asked before the work.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ansatz::cli {

/// Tells of a file that could not be written before the work, not after it. Files are written beside their place and
/// renamed, so that the folder has to be writable, and the file too where there is one; what is no regular file
/// (/dev/full, a pipe) is written itself, and its folder does not matter. @throws IoError.
void require_place(const std::filesystem::path& output);

/// The same for a file that is only written where there is none: --no-overwrite. @throws IoError when there is one.
void require_new_place(const std::filesystem::path& output);

/// Whether files can lie beside `output`, as a history does beside its model: not beside /dev/null.
bool has_neighbours(const std::filesystem::path& output);

/// The file to read: `name`, or /dev/stdin for "-". What comes by a pipe is kept in an unnamed file, so that
/// /dev/stdin can be read more than once. @throws IoError.
std::string input_file(const std::string& name);

/// SHA-256 of a file's bytes, as `sha256sum` prints it; of a folder, that of what `sha256sum *` prints in it.
/// @throws IoError.
std::string sha256_of_file(const std::string& name);

}  // namespace ansatz::cli
