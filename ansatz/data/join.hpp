// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Rows of other tables as parts of one.
#pragma once

#include "ansatz/data/table.hpp"

namespace ansatz::data {

/// `other` with the columns of `table`, in their order and with its targets. Columns are found by name, whatever their
/// order; where one of the tables has no names (c1, c2, … of a file without header), by position. What else `other` has
/// is left out, with a note. Whole columns that are numbers in `other` and text in `table` become text.
/// @throws DataError naming the columns that are not there, another number of columns where positions count, and
/// columns of another kind or shape.
Table aligned(const Table& table, const Table& other);

/// `table` with the rows of `other` below its own, for validation or test: Table::parts says so, and split leaves them
/// there. Those of `table` keep their parts. @throws DataError as aligned, and when `table` has rows for that part
/// already; ArgumentError for the training part.
Table with_part(const Table& table, Part part, const Table& other);

}  // namespace ansatz::data
