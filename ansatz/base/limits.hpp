// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What is refused because of its size, checked before memory is taken for it. docs/limits.md has these numbers in a
/// table, which a test compares with them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ansatz::limits {

inline constexpr std::size_t columns = 1'000'000;           ///< of a table, in a file
inline constexpr std::size_t line_bytes = 1U << 28;         ///< of one row of a text, quoted line ends included
inline constexpr std::uint64_t header_bytes = 100'000'000;  ///< of a model file (that of the safetensors package)
inline constexpr int header_depth = 16;                     ///< of brackets in the JSON of a model file or run
inline constexpr std::size_t message_bytes = 2000;          ///< of an error; longer ones lose their middle
/// Bytes of output to one of input, for compressed data that give more than `unpacked_freely`.
inline constexpr std::uint64_t unpacking_ratio = 500;
inline constexpr std::uint64_t unpacked_freely = 1U << 26;

/// Whether so many bytes of compressed data may give so many.
constexpr bool may_unpack(std::uint64_t packed, std::uint64_t unpacked) {
  return unpacked <= unpacked_freely || unpacked / unpacking_ratio <= packed;
}

}  // namespace ansatz::limits
