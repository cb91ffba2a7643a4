// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// From the columns of a table to the numbers a network sees, learnt from training rows and kept in the model.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/shape.hpp"
#include "ansatz/data/table.hpp"
#include "ansatz/data/task.hpp"

namespace ansatz::data {

/// How one input column becomes features.
///
/// * numeric: one feature, (x − mean) / scale; a missing x is `fill` if the encoding imputes.
/// * text: one feature for each of `categories`, 1 for the category that the text is, else 0.
/// * time: the seconds that have passed, (x − mean) / scale, and the sine and cosine of the place in each of `cycles`,
///   which are those that the training rows go through; 0 for a missing one.
/// * array: one feature for each element, row-major, (x − mean) / scale with one mean and one scale for all of them.
struct InputColumn {
  std::string name = {};
  ColumnKind kind = ColumnKind::numeric;
  double mean = 0;
  double scale = 1;
  double fill = 0;  ///< the mean of the training rows
  std::vector<std::string> categories = {};
  Shape shape = {};                      ///< of one row's array
  std::vector<std::string> cycles = {};  ///< of times: "year", "week", "day"

  std::int64_t features() const;
  friend bool operator==(const InputColumn&, const InputColumn&) = default;
};

/// How one target column becomes what the network is to give: a number (t − mean) / scale, or the position in
/// `classes`.
struct TargetColumn {
  std::string name = {};
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
  std::vector<TargetColumn> targets = {};  ///< one for labels; one or more for numbers and flags
  TargetKind target_kind = TargetKind::numbers;
  bool impute = false;  ///< whether missing inputs are filled in; otherwise they are errors

  /// How many numbers a row becomes.
  std::int64_t features() const;
  /// What each of them is: "mass", "colour = red", or "image[0,27]".
  std::vector<std::string> feature_names() const;
  /// The shape of a row for layers that work on images: that of the array where an array is the only input, with an
  /// axis for the channel where it has two axes ([28, 28] is [28, 28, 1]); else [features()].
  Shape input_shape() const;

  /// The only target. @throws DataError when there are several.
  const TargetColumn& target() const;
  /// The name of what is learnt: regression for numbers; binary for flags and two classes, else multiclass.
  Task task() const;
  friend bool operator==(const Encoding&, const Encoding&) = default;
};

struct EncodingOptions {
  bool standardise = true;    ///< otherwise numbers stay as they are (mean 0, scale 1), the target too
  bool impute = false;        ///< fill missing numbers by the training mean, missing texts by no category
  int max_categories = 1000;  ///< a text column with more is refused: it is a name or a number of an item
};

/// Learns the encoding of all columns but the targets, and of the targets, from `training_rows` alone. Mean and
/// standard deviation (over n, not n − 1) of each numeric column, and of each array column over all its elements; a
/// constant column gets scale 1. Targets are standardised where both `target` and `options` say so.
/// @throws DataError for a table without target or input columns, no training rows, missing values (unless `impute`;
/// always in the targets), targets that are not of the kind, or too many categories.
Encoding fit_encoding(const Table& table, std::span<const std::int64_t> training_rows, const TargetSpec& target,
                      const EncodingOptions& options = {});
/// The same for the kind of targets that `task` has, see kind_of. @throws DataError also for a binary task without
/// exactly two classes.
Encoding fit_encoding(const Table& table, std::span<const std::int64_t> training_rows, Task task,
                      const EncodingOptions& options = {});

/// Texts that no training row had: such a cell sets none of its column's features.
struct UnknownTexts {
  std::string column = {};
  std::vector<std::string> examples = {};  ///< up to three different ones
  std::int64_t cells = 0;
};

/// What becomes of texts that no training row had.
enum class Unseen : std::uint8_t {
  refuse,  ///< an error with their number and examples
  ignore   ///< they are no category; how many there were is counted
};

/// Encoded rows.
struct Dataset {
  std::int64_t rows = 0;
  std::int64_t features = 0;
  std::vector<double> inputs = {};            ///< [rows, features], row-major
  std::vector<double> targets = {};           ///< [rows, target columns] numbers, standardised; flags, 0 or 1
  std::vector<std::int32_t> labels = {};      ///< [rows] labels: positions in TargetColumn::classes
  std::vector<std::int64_t> table_rows = {};  ///< [rows] which row of the table it was
  std::vector<UnknownTexts> unknown = {};     ///< one entry a column that has some
};

/// Encodes rows of a table. Columns are found by name: their order does not matter, nor do further columns; a file
/// without header calls its columns c1, c2, ..., so that there the position counts. Without `with_target` the columns
/// of the targets are not looked at.
/// @throws DataError for a column that is not there (naming those that are) or holds something of another kind, missing
/// values (unless the encoding imputes; always in the targets), a class that no training row had, each with its row;
/// and as `unseen` says.
Dataset encode(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows,
               bool with_target = true, Unseen unseen = Unseen::ignore);

/// The targets alone: a Dataset without features. @throws DataError as encode.
Dataset encode_targets(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows);

/// Encodes rows of plain numbers: `raw` is [rows, features()], the inputs in the order of Encoding::inputs, all numeric
/// or arrays, NaN for a missing value; so is `encoded`. @throws DataError for text columns, sizes that do not fit,
/// infinite numbers, and missing ones unless the encoding imputes.
void encode_numbers(const Encoding& encoding, std::span<const double> raw, std::span<double> encoded);

/// The encoding as JSON, from which encoding_from_json makes an equal one: doubles are kept exactly.
std::string to_json(const Encoding& encoding);

/// Reads also what was written when there was one target, with a task instead of a kind. @throws DataError saying what
/// is wrong with `text`.
Encoding encoding_from_json(std::string_view text);

}  // namespace ansatz::data
