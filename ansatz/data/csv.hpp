// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Reading tables from text files: CSV and its relatives.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ansatz/data/table.hpp"

namespace ansatz::data {

/// How to read a file. What is left out is detected, and Table::notes() says what was assumed.
struct CsvOptions {
  std::string target = {};  ///< name, or position: "1" to "n", or "last"; empty: the last; "none": no target
  std::vector<std::string> targets = {};  ///< the same for several, instead of `target`
  char delimiter = 0;                     ///< 0: detected among comma, tab, semicolon and ' ' (runs of blanks and tabs)
  std::optional<bool> header = {};        ///< whether the first line that is no comment names the columns
  /// Texts that stand for a missing value, as "n/a" or "-999" (then also "-999.0"); in one column only: "glucose=0".
  /// The empty cell always does.
  std::vector<std::string> missing = {};
  std::vector<std::string> drop = {};  ///< columns to leave out, by name or position
  std::vector<std::string> text = {};  ///< columns to read as text although they hold numbers, by name or position
};

/// Reads a table from a text file, plain or gzip compressed.
///
/// * Cells: blanks around them do not count; "quoted" cells may hold delimiters, line ends and doubled quotes (RFC
/// 4180).
///   Lines end in LF or CR LF, the last one may lack it. Blank lines and lines that begin with # are skipped.
/// * Header: the first line is one when none of its cells is a number, or when it holds a text where the column below
///   holds numbers; not when its texts come up again in their columns. Without header the columns are called c1, c2,
///   ...
/// * Columns: numeric or text, by the first rows. Finite numbers are expected in all cells of a numeric column that are
///   not missing: "nan", "inf" and other texts are errors until they are declared missing.
///
/// @throws IoError when the file cannot be read.
/// @throws DataError with the line, for rows of different length, cells that are no numbers, quotes that stay open,
/// text that is not UTF-8; for a file without rows, columns of equal name, and options that name no column.
Table read_csv(const std::filesystem::path& path, const CsvOptions& options = {});

}  // namespace ansatz::data
