// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The header of NumPy's files of arrays (NEP 1): "\x93NUMPY", the version, the length of the rest, and a Python
/// dictionary {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }. @internal
#pragma once

#include <string_view>

#include "ansatz/data/readers/rows.hpp"

namespace ansatz::data {

/// What the header says of the array called `name` (empty for a file of its own).
struct NpyHeader {
  bool single = false;  ///< the array has no axis: one value, no rows
  RowLayout rows = {};
};

/// Reads the header, versions 1 to 3, from the start of `source`, which can give `most_bytes`.
/// @throws DataError for what is no header or damaged, and for elements that cannot be read, with the reason: Python
/// objects (which would run code), complex numbers, dates, long doubles.
NpyHeader read_npy_header(const Source& source, std::uint64_t most_bytes, std::string_view name,
                          std::string_view where);

}  // namespace ansatz::data
