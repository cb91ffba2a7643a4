// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What stands for a missing value. @internal
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ansatz::data {

/// What stands for a missing value in one column.
struct MissingMarks {
  std::vector<std::string> texts;
  std::vector<double> numbers;  ///< those of the texts that are numbers: -999 also means -999.0

  void add(std::string_view text);
  bool contains(std::string_view text) const;
  bool contains(double number) const;
};

/// Texts that people write where a value is missing: "", "?", "-", "--", ".", "*", "NA", "N/A", "#NA", "null", "None",
/// "NaN" and their like.
bool says_missing(std::string_view text);

/// Adds ReadOptions::missing to the columns they are meant for, marks[i] that of names[i]; returns them with columns
/// called by their names. @throws DataError for one that names no column.
std::vector<std::string> add_missing_marks(std::span<const std::string> missing, std::span<const std::string> names,
                                           std::string_view file, std::span<MissingMarks> marks);

/// "the target is column 3, 'y'"; "a target ..." of several.
std::string target_note(std::span<const std::string> names, std::string_view target, std::size_t targets);

}  // namespace ansatz::data
