// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The middle layer of read_csv: what a file's first records say about delimiter, header and columns. @internal
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/data/csv.hpp"
#include "ansatz/data/readers/csv_records.hpp"
#include "ansatz/data/readers/missing_marks.hpp"
#include "ansatz/data/readers/number_format.hpp"
#include "ansatz/data/time.hpp"

namespace ansatz::data {

/// What one column of a file is.
struct ColumnLayout {
  std::string name;
  std::optional<ColumnKind> kind;  ///< nothing when all of the first cells are missing
  MissingMarks missing;
  bool dropped = false;
  bool for_rows = false;                    ///< dropped, but ReadOptions::where needs it
  bool nameless = false;                    ///< the header has no name for it
  NumberFormat format;                      ///< of numbers
  DateOrder order = DateOrder::year_first;  ///< of times
  std::string unit;                         ///< from a row of units
};

struct Layout {
  Dialect dialect;
  bool has_header = false;
  std::int64_t records_above = 0;  ///< header and units, which are no data
  std::vector<ColumnLayout> columns;
  std::vector<std::string> missing;  ///< CsvOptions::missing, with columns called by their names
  std::vector<std::size_t> targets;  ///< among all columns, dropped ones too
  std::string header_note;
  std::vector<std::string> notes;  ///< what else was assumed

  std::vector<std::string> names() const;
};

/// What the lines above a table say about it.
struct Preamble {
  char delimiter = 0;  ///< where a line names it
  char comment = '#';
  std::vector<std::string> names = {};
  std::vector<std::string> notes = {};
};

/// Goes to the first line of the table: past those that the options skip, and past a line "sep=;".
/// @throws DataError when no line holds ReadOptions::skip_until.
Preamble skip_preamble(RecordReader& reader, const CsvOptions& options);

/// The layout of the file whose first records are `start` (all of them when `whole_file`). @throws DataError when
/// there is no record, and for options that name no column or exclude each other.
Layout detect_layout(std::string_view start, bool whole_file, const CsvOptions& options, const Preamble& preamble,
                     std::string_view file);

/// The rows from where `reader` is, as Reader::read says, with options as with_requests_sorted makes them.
Table parse_table(RecordReader& reader, const Preamble& preamble, const CsvOptions& options);

/// "commas", "tabs", "semicolons", "blanks" or "'|'".
std::string describe_delimiter(char delimiter);

/// The first records of a file as texts.
using Rows = std::vector<std::vector<std::string>>;
Rows first_rows(std::string_view start, bool whole_file, const Dialect& dialect, std::size_t limit,
                std::string_view file);

/// The delimiter, where none is given, and the quote that explain the first rows best.
Dialect detect_dialect(std::string_view start, bool whole_file, char delimiter, char comment, std::string_view file);

/// The comment directly above the first record, without its sign; empty where there is none.
std::string comment_above(std::string_view start, bool whole_file, const Dialect& dialect, std::string_view file);

/// Whether the first of `rows` names the columns; `missing` tells which cells say nothing.
bool detect_header(const Rows& rows, const MissingMarks& missing);
/// Whether row `index` holds units of the columns: texts only, above numbers.
bool detect_units(const Rows& rows, std::size_t index, const MissingMarks& missing);

/// Decides the kind of each column from `rows`, the first of which are no data. @throws DataError for a column of
/// numbers that cannot be read with certainty.
void decide_kinds(const Rows& rows, const CsvOptions& options, std::string_view file, Layout& layout);

}  // namespace ansatz::data
