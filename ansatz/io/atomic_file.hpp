// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Writing a file completely or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace ansatz::io {

/// Replaces the file at `path` by `bytes`, completely or not at all: a temporary file in the same folder
/// (temporary_file.hpp) is written, synced to the disk and renamed. Whatever goes wrong, the old file stays as it was
/// and no temporary file stays behind. A new file gets the permissions that the umask allows; a replaced one keeps its
/// own, which the temporary file has before anything is in it. A symbolic link keeps pointing to the file that is
/// replaced, or that is made where there was none. A device or pipe (/dev/null) is written to directly.
/// @throws IoError naming the path and the system's reason: no such folder, no permission, disk full, a folder in the
/// way.
void write_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_atomically(const std::filesystem::path& path, std::string_view text);

/// The file that is replaced or made when `path` is written: where symbolic links lead, also to a file that is not
/// there yet. @throws IoError for links in a circle.
std::filesystem::path target_of(const std::filesystem::path& path);

}  // namespace ansatz::io
