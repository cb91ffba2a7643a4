// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The last step of all readers of binary files: what ReadOptions says about columns. @internal
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ansatz/data/read.hpp"
#include "ansatz/data/table.hpp"

namespace ansatz::data {

/// The names in ReadOptions::where, whose columns are read in any case.
std::vector<std::string> names_for_rows(const ReadOptions& options);

/// The rows that ReadOptions::where chooses, without the columns that only it needed. The last step of read().
Table choose_rows(const Table& table, const ReadOptions& options);

/// What a reader found.
struct ReadColumns {
  std::vector<Column> columns = {};
  std::vector<std::string> notes = {};
  std::vector<std::string> unread = {};  ///< names of columns that were left out unread
  std::vector<Part> parts = {};
  std::string source = {};
};

/// The table of these columns: some left out, declared missing, made texts, and one or more of them the target.
/// @throws DataError for options that name no column; ArgumentError for those that say how text is read.
Table finish_table(ReadColumns found, const ReadOptions& options);

/// Whether the options leave a column out that is called by its name or by that of its array ("x" of "x[3]").
bool is_left_out(std::string_view name, const ReadOptions& options);

}  // namespace ansatz::data
