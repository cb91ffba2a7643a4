// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// From the columns of a table to the numbers a network sees, learnt from training rows and kept in the model.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/data/table.hpp"
#include "ansatz/data/task.hpp"

namespace ansatz::data {

/// How one input column becomes features.
///
/// * numeric: one feature, (x − mean) / scale; a missing x is `fill` if the encoding imputes.
/// * text: one feature for each of `categories`, 1 for the category that the text is, else 0.
struct InputColumn {
  std::string name = {};
  ColumnKind kind = ColumnKind::numeric;
  double mean = 0;
  double scale = 1;
  double fill = 0;  ///< the mean of the training rows
  std::vector<std::string> categories = {};

  int features() const { return kind == ColumnKind::numeric ? 1 : static_cast<int>(categories.size()); }
  friend bool operator==(const InputColumn&, const InputColumn&) = default;
};

/// How the target becomes what the network is to give: for regression (t − mean) / scale, else the position in
/// `classes` (0 or 1 for a binary task).
struct TargetColumn {
  std::string name = {};
  Task task = Task::regression;
  std::vector<std::string> classes = {};  ///< numbers in their order, written as short as possible; or texts, sorted
  double mean = 0;
  double scale = 1;

  /// The target in its own unit, from the network's: mean + scale · standardised.
  double in_unit(double standardised) const { return mean + scale * standardised; }
  friend bool operator==(const TargetColumn&, const TargetColumn&) = default;
};

/// All that is needed to encode other tables as the training rows were.
struct Encoding {
  std::vector<InputColumn> inputs = {};
  TargetColumn target = {};
  bool impute = false;  ///< whether missing inputs are filled in; otherwise they are errors

  /// How many numbers a row becomes.
  int features() const;
  /// What each of them is: "mass", or "colour = red".
  std::vector<std::string> feature_names() const;
  friend bool operator==(const Encoding&, const Encoding&) = default;
};

struct EncodingOptions {
  bool standardise = true;    ///< otherwise numbers stay as they are (mean 0, scale 1), the target too
  bool impute = false;        ///< fill missing numbers by the training mean, missing texts by no category
  int max_categories = 1000;  ///< a text column with more is refused: it is a name or a number of an item
};

/// Learns the encoding of all columns but the target, and of the target, from `training_rows` alone. Mean and standard
/// deviation (over n, not n − 1) of each numeric column; a constant column gets scale 1.
/// @throws DataError for a table without target or input columns, no training rows, missing values (unless `impute`;
/// always in the target), a task that does not fit the target, or too many categories.
Encoding fit_encoding(const Table& table, std::span<const std::int64_t> training_rows, Task task,
                      const EncodingOptions& options = {});

/// Texts that no training row had: such a cell sets none of its column's features.
struct UnknownTexts {
  std::string column = {};
  std::string example = {};
  std::int64_t cells = 0;
};

/// Encoded rows.
struct Dataset {
  std::int64_t rows = 0;
  std::int64_t features = 0;
  std::vector<double> inputs = {};            ///< [rows, features], row-major
  std::vector<double> targets = {};           ///< [rows] of a regression, standardised
  std::vector<std::int32_t> labels = {};      ///< [rows] of classes: positions in TargetColumn::classes
  std::vector<std::int64_t> table_rows = {};  ///< [rows] which row of the table it was
  std::vector<UnknownTexts> unknown = {};     ///< one entry a column that has some
};

/// Encodes rows of a table. Columns are found by name: their order does not matter, nor do further columns; a file
/// without header calls its columns c1, c2, ..., so that there the position counts.
/// @throws DataError for a column that is not there (naming those that are) or holds texts instead of numbers, missing
/// values (unless the encoding imputes; always in the target), and a class that no training row had; each with its row.
Dataset encode(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows,
               bool with_target = true);

/// Encodes rows of plain numbers: `raw` is [rows, inputs] in the order of Encoding::inputs, all numeric, NaN for a
/// missing value; `encoded` is [rows, features()]. @throws DataError for text columns, sizes that do not fit, infinite
/// numbers, and missing ones unless the encoding imputes.
void encode_numbers(const Encoding& encoding, std::span<const double> raw, std::span<double> encoded);

/// The encoding as JSON, from which encoding_from_json makes an equal one: doubles are kept exactly.
std::string to_json(const Encoding& encoding);

/// @throws DataError saying what is wrong with `text`.
Encoding encoding_from_json(std::string_view text);

}  // namespace ansatz::data
