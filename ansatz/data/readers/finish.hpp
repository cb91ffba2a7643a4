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

/// What a reader found.
struct ReadColumns {
  std::vector<Column> columns = {};
  std::vector<std::string> notes = {};
  std::vector<Part> parts = {};
  std::string source = {};
  std::vector<std::string> left_out = {};  ///< names of what options.drop and options.only left unread
};

/// The table of these columns: some left out, declared missing, made texts, and one or more of them the target.
/// @throws DataError for options that name no column; ArgumentError for those that say how text is read.
Table finish_table(ReadColumns found, const ReadOptions& options);

/// Whether the options leave a column out that is called by its name or by that of its array ("x" of "x[3]").
bool is_left_out(std::string_view name, const ReadOptions& options);

}  // namespace ansatz::data
