// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Choosing rows of a table by a condition on their cells: "T < 2 or T > 2.6".
///
/// Columns     by name; `in backticks` or "double quotes" where a name holds more than letters, digits and _, or is one
///             of the words below
/// Texts       'in single quotes'
/// Numbers     2  .5  1e-3, and the constant pi
/// Operators   tightest first:  ^ or ** (right-associative),  - before a value,  * /,  + -,  < <= > >= = == != (texts
///             in the order of their bytes; not chained),  not or !,  and or &&,  or or ||
/// Functions   those of the expression language on numbers (sqrt, exp, log, abs, max ...), floor, round, and
///             missing(column), which is true where the cell is missing
///
/// What is compared with a missing cell is unknown, and so is what follows from that (not unknown; unknown and true;
/// unknown or false): only rows whose condition is true are chosen.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ansatz/data/table.hpp"

namespace ansatz::data {

/// The rows, in their order, for which `condition` is true; how many are unknown goes to `unknown` if it is given.
/// @throws ParseError with the place in the text; DataError for columns that are not there (naming similar ones), and
/// for comparisons of numbers with texts or of arrays.
std::vector<std::int64_t> rows_where(const Table& table, std::string_view condition, std::int64_t* unknown = nullptr);

/// The table of these rows, with a note how many were left out and how many of them for a missing cell.
/// @throws as rows_where, and DataError when no row is left.
Table where(const Table& table, std::string_view condition);

}  // namespace ansatz::data
