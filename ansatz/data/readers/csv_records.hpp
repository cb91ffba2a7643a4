// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The lowest layer of read_csv: from bytes to records of cells. @internal
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/error.hpp"
#include "ansatz/io/file.hpp"

namespace ansatz::data {

/// The delimiter that stands for any run of blanks and tabs.
inline constexpr char blanks = ' ';

/// A record with more cells than a table may have columns.
struct TooManyCells : DataError {
  using DataError::DataError;
};

/// The characters of a line that are one cell: from `begin`, counted from 0, up to `end`, which is not among them.
struct CellRange {
  std::size_t begin = 0, end = 0;
};

/// How records are made of cells.
struct Dialect {
  char delimiter = ',';
  char quote = '"';    ///< or an apostrophe
  char comment = '#';  ///< at the beginning of a line that is none
  std::vector<CellRange> fields =
      {};  ///< of fixed width, if there are some: then there are no delimiters, quotes or comments
};

/// A line of a file, for messages.
struct Place {
  std::string_view file;
  std::int64_t line = 1;
};

/// The cells of one record: views of the text it was read from, or of `unescaped`.
struct Record {
  std::vector<std::string_view> cells;  ///< without the blanks around them and without their quotes
  std::deque<std::string> unescaped;    ///< cells that held doubled quotes (a deque never moves them)
  std::size_t length = 0;               ///< bytes, its line end included
  std::int64_t lines = 0;               ///< line ends; more than one when a quoted cell holds some
  bool comment = false;                 ///< begins with #, has no cells
  bool is_data() const { return !cells.empty(); }
};

/// Reads the record at the start of `text`; a blank line or a comment is a record without cells. False when the record
/// may go on after `text`, which is not the case `at_end` of the file. @throws DataError for quotes used wrongly.
bool split_record(std::string_view text, bool at_end, const Dialect& dialect, const Place& place, Record& record);

/// The records of a file, one after the other, in memory for one block of the file.
class RecordReader {
 public:
  /// Opens the file and reads its start. @throws IoError; DataError when it is no text.
  explicit RecordReader(const std::filesystem::path& path);
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  const std::string& file() const { return file_; }
  /// The first records, before next() was called; many, or whole_file().
  std::string_view start() const;
  bool whole_file() const { return at_end_; }

  /// Reads the next record that has cells; false at the end of the file.
  bool next(const Dialect& dialect, Record& record);
  /// Leaves out the next line, before next() is called. False where there is none.
  bool skip_line();
  /// The next line without its end.
  std::string_view line_ahead();
  /// Lines after this one, counted from 1, are not read.
  void end_after(std::int64_t line) { last_line_ = line; }
  /// The line at which the record begins that next() read last, counted from 1.
  std::int64_t line() const { return place_.line; }
  std::int64_t comments() const { return comments_; }

 private:
  void refill();
  void check_start();

  std::string file_;
  io::ByteReader reader_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of the text in buffer_ that no record has used
  bool at_end_ = false;    // of the file: buffer_ holds all the rest
  Place place_;
  std::int64_t next_line_ = 1;
  static constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_line_ = unlimited;
  std::int64_t comments_ = 0;
};

}  // namespace ansatz::data
