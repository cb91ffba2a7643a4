// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The IDX format of the MNIST family: bytes 0, 0, the type of the elements, the number n of axes, then n extents
/// (32 bits, big-endian) and the elements, row-major (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database").
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "ansatz/base/shape.hpp"

namespace ansatz::data {

/// An array of bytes: grey values of images [n, rows, columns], or labels [n].
struct Idx {
  Shape shape;
  std::vector<std::uint8_t> values;
};

/// Reads a file of unsigned bytes, compressed by gzip or not. @throws IoError when it cannot be read; DataError when it
/// is no IDX file, has elements of another type (they are not supported), or not as many as it says.
Idx read_idx(const std::filesystem::path& path);

}  // namespace ansatz::data
