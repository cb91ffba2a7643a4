// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// From rows of elements to columns, for all binary formats. @internal
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/shape.hpp"
#include "ansatz/data/readers/elements.hpp"
#include "ansatz/data/table.hpp"

namespace ansatz::data {

/// Fills its argument; less only at the end (io::ByteReader, io::ZipReader).
using Source = std::function<std::size_t(std::span<char>)>;

/// One field of a row: an element, or an array of them, row-major.
struct Field {
  std::string name = {};  ///< empty: the columns are called c1, c2, ...
  ElementType type = {};
  Shape shape = {};        ///< [] for one element
  std::size_t offset = 0;  ///< bytes from the start of the row
};

/// Rows of a file, one after the other.
struct RowLayout {
  std::int64_t rows = 0;
  std::size_t row_bytes = 0;
  std::vector<Field> fields = {};
  /// The numbers of the file stand with the first axis fastest (Fortran's order); one field only.
  bool first_axis_fastest = false;
};

/// The most bytes that reading `file`, compressed by gzip or not, can give. @throws IoError for what has no size.
std::uint64_t most_bytes_of(const std::filesystem::path& file);

/// Reads rows to the end of `source`, which can give `most_bytes`, and makes columns of them: an element is a numeric
/// or text column; up to 64 in one axis are numeric columns name[0], name[1], ...; more of them, or two axes and more,
/// are one array column. `where` begins the errors.
/// @throws DataError when there are fewer or more bytes than the rows have (before memory is taken for them), and for
/// texts that are none.
std::vector<Column> read_rows(const Source& source, const RowLayout& layout, std::uint64_t most_bytes,
                              std::string_view where);

}  // namespace ansatz::data
