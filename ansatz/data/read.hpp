// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// One door for tables in files: what a file is, its first bytes say.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/data/table.hpp"

namespace ansatz::data {

/// What becomes of rows without a target.
enum class MissingTarget : std::uint8_t {
  error,  ///< they stay; whoever splits the table refuses them
  drop    ///< they are left out, and counted
};

/// The one called `name`: "error" or "drop". @throws ArgumentError for any other text.
MissingTarget missing_target_from_name(std::string_view name);

/// How to read a file. What is left out is detected, and Table::notes() says what was assumed.
struct ReadOptions {
  /// Name, or position: "1" to "n", or "last"; empty: the last that is no array; "none": no target.
  std::string target = {};
  std::vector<std::string> targets = {};  ///< the same for several, instead of `target`
  char delimiter = 0;  ///< of text: 0 for detected among comma, tab, semicolon, | and ' ' (runs of blanks and tabs)
  std::optional<bool> header = {};  ///< of text: whether the first line that is no comment names the columns
  /// Of text: what stands for the decimal point, "," or ".", or several characters; empty: detected where it is
  /// certain.
  std::string decimal = {};
  std::int64_t skip = 0;        ///< of text: lines above the table
  std::string skip_until = {};  ///< of text: the first line that holds this is the table's first
  /// Of text: columns of fixed width, as characters from 0, ends excluded: "0:4,5:9,12:20". Blanks within numbers do
  /// not count then, and # begins no comment.
  std::string fixed = {};
  /// Texts that stand for a missing value, as "n/a" or "-999" (then also "-999.0"); in one column only: "glucose=0".
  /// The empty cell always does; NA, N/A, ?, -, --, ., *, null, None and NaN do in columns of numbers and times.
  std::vector<std::string> missing = {};
  std::vector<std::string> drop = {};  ///< columns to leave out, by name or position
  std::vector<std::string> text = {};  ///< columns to read as text although they hold numbers, by name or position
  /// What columns are, as "mass=number", "site=category" (as `text`), "t=time", "t=dmy" or "t=mdy" (times in which the
  /// day or the month comes first), "id=drop" (as `drop`).
  std::vector<std::string> as = {};
  std::string columns = {};  ///< the only columns to use, by positions from 1, ends included: "4:", "1,3:5"
  /// The only columns to read, by name or position, if there are some here; whatever the others hold does not matter.
  /// Those that are not there are left out.
  std::vector<std::string> only = {};
  /// The rows to use, as a condition of where.hpp; it may name columns that are left out.
  std::string where = {};
  /// Another file with one column for the same rows, which is added as the last one.
  std::filesystem::path labels = {};
  MissingTarget missing_target = MissingTarget::error;
};

/// Reads a table from a file. There are
///
/// * text: see read_csv, and ARFF; files of NIST's Statistical Reference Datasets, whose first column is the target;
/// `path` "-" is text from standard input;
/// * IDX, compressed by gzip or not: images [n, rows, columns] are one column "image" of arrays. The labels that belong
///   to "train-images..." are taken from "train-labels..." in the same folder, as column "label", if they are there;
/// * a folder with train-images..., train-labels..., t10k-images... and t10k-labels..., as the MNIST family comes: one
///   table whose t10k rows are the test part (Table::parts);
/// * NPY, NumPy's arrays: one axis is a column; up to 64 numbers a row are columns c1, c2, ...; more, or further axes,
///   are one column of arrays; the fields of a structure are columns of their names;
/// * NPZ: all arrays of equally many rows, with the names that they have there.
///
/// The same content gives the same table in each of them. @throws IoError when the file cannot be read; DataError for
/// files that are none of these or damaged, and for options that name no column.
Table read(const std::filesystem::path& path, const ReadOptions& options = {});

/// What can be read: one row a format.
struct Reader {
  std::string_view name;
  /// Whether the file is of this format: its first bytes, decompressed (none of a folder or a pipe), and its path.
  bool (*recognises)(std::string_view start, const std::filesystem::path& path);
  /// All rows, and of the columns also those that `where` names although they are to be left out (then they are among
  /// Table::left_out() as well): read() takes them away when it has chosen the rows.
  Table (*read)(const std::filesystem::path& path, const ReadOptions& options);
};

/// All of them, in the order in which they are asked; the last one takes everything.
std::span<const Reader* const> readers();

}  // namespace ansatz::data
