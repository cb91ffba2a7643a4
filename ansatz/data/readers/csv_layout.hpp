// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The middle layer of read_csv: what a file's first records say about delimiter, header and columns. @internal
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/data/csv.hpp"
#include "ansatz/data/readers/csv_records.hpp"
#include "ansatz/data/readers/missing_marks.hpp"

namespace ansatz::data {

/// What one column of a file is.
struct ColumnLayout {
  std::string name;
  std::optional<ColumnKind> kind;  ///< nothing when all of the first cells are missing
  MissingMarks missing;
  bool dropped = false;
  bool for_rows = false;  ///< dropped, but ReadOptions::where needs it
};

struct Layout {
  char delimiter = ',';
  bool has_header = false;
  std::vector<ColumnLayout> columns;
  std::vector<std::string> missing;  ///< CsvOptions::missing, with columns called by their names
  std::vector<std::size_t> targets;  ///< among all columns, dropped ones too
};

/// The layout of the file whose first records are `start` (all of them when `whole_file`). @throws DataError when
/// there is no record, for names that occur twice, and for options that name no column or exclude each other.
Layout detect_layout(std::string_view start, bool whole_file, const CsvOptions& options, std::string_view file);

/// "commas", "tabs", "semicolons", "blanks" or "'|'".
std::string describe_delimiter(char delimiter);

/// The first records of a file as texts.
using Rows = std::vector<std::vector<std::string>>;
Rows first_rows(std::string_view start, bool whole_file, char delimiter, std::size_t limit, std::string_view file);

char detect_delimiter(std::string_view start, bool whole_file, std::string_view file);

/// Whether the first of `rows` names the columns; `missing` tells which cells say nothing.
bool detect_header(const Rows& rows, const MissingMarks& missing);

}  // namespace ansatz::data
