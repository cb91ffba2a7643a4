// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The distinct values of a column as classes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ansatz/data/table.hpp"

namespace ansatz::data {

/// The distinct values of a column in `rows`, missing ones left out: numbers in their order, written as short as
/// possible ("0", "1", "2.5"); texts in the order of their bytes. @throws DataError for a column of arrays.
std::vector<std::string> distinct_values(const Column& column, std::span<const std::int64_t> rows);

/// Finds the class of a value. What counts is the value, not its spelling: the class "1" is found for the number 1 and
/// for the text "1.0", whichever kind the column has.
class ClassIndex {
 public:
  static constexpr std::int32_t unknown = -1;

  /// Position i is that of classes[i].
  explicit ClassIndex(std::span<const std::string> classes);

  /// The position of the value in `row`, or `unknown` (a missing value is unknown).
  std::int32_t find(const Column& column, std::int64_t row) const;

 private:
  std::int32_t find(std::string_view text) const;
  std::int32_t find(double number) const;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> by_text_;
  std::unordered_map<double, std::int32_t> by_number_;  // those that are numbers
};

/// A column of texts as one of numbers: what is no finite number is missing. Other columns stay as they are.
Column to_numeric(Column column);

/// The value in `row` as it may stand in a message.
std::string value_text(const Column& column, std::int64_t row);

/// 0, 1, ..., table.rows() - 1.
std::vector<std::int64_t> all_rows(const Table& table);

}  // namespace ansatz::data
