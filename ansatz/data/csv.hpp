// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Reading tables from text files: CSV and its relatives.
#pragma once

#include <filesystem>

#include "ansatz/data/read.hpp"
#include "ansatz/data/table.hpp"

namespace ansatz::data {

/// What read_csv takes; ReadOptions says more.
using CsvOptions = ReadOptions;

/// Reads a table from a text file, plain or gzip compressed.
///
/// * Cells: blanks around them do not count; "quoted" cells may hold delimiters, line ends and doubled quotes (RFC
/// 4180).
///   Lines end in LF or CR LF, the last one may lack it. Blank lines and lines that begin with # are skipped.
/// * Above the rows: lines that the options skip, "sep=;", a header (also in a comment directly above the first row),
/// and
///   below it a line of units. Rows may end in a delimiter. Cells are all quoted by ", or all by '. A header that is
///   one cell shorter than the rows names all columns but the first. A name that occurs twice is numbered: "x", "x.2".
/// * Header: the first line is one when none of its cells is a number, or when it holds a text where the column below
///   holds numbers; not when its texts come up again in their columns. Years that ascend, above numbers that are none,
///   are names
/// too. Without header the columns are called c1, c2,
///   ...
/// * Columns: numeric, time or text, by the first rows. Numbers may have a decimal comma, thousands separators, a unit,
///   Unicode's signs and blanks, or hexadecimal digits, where all cells agree. Finite numbers are expected in all cells
///   of a numeric column that are not missing: "inf" and other texts are errors until they are declared missing.
/// * A first column without a name that counts the rows is left out.
///
/// @throws IoError when the file cannot be read.
/// @throws DataError with the line, for rows of different length, cells that are no numbers, quotes that stay open,
/// text that is not UTF-8, numbers and dates that are not certain; for a file without rows, and options that name no
/// column.
Table read_csv(const std::filesystem::path& path, const CsvOptions& options = {});

}  // namespace ansatz::data
