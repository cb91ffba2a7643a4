// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Compressing with gzip's format (RFC 1952). Reading it is ansatz/io/file.hpp's.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace ansatz::io {

struct GzipOptions {
  int level = 9;  ///< 1 (fast) to 9 (small)
};

/// `bytes` compressed, as `gzip -n` does it: without name and time, so that equal input gives equal output.
/// @throws ArgumentError for a level outside 1 to 9.
std::vector<std::byte> gzip(std::span<const std::byte> bytes, GzipOptions options = {});
std::vector<std::byte> gzip(std::string_view text, GzipOptions options = {});

}  // namespace ansatz::io
