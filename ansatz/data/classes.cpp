// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/classes.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <unordered_set>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"
#include "ansatz/data/time.hpp"

namespace ansatz::data {

std::vector<std::string> distinct_values(const Column& column, std::span<const std::int64_t> rows) {
  if (column.kind == ColumnKind::array)
    throw DataError("column '{}' holds arrays {}; numbers or texts are expected", column.name, to_string(column.shape));
  std::vector<std::string> result;
  if (column.kind != ColumnKind::text) {
    std::unordered_set<double> seen;
    for (std::int64_t row : rows)
      if (!column.is_missing(row)) seen.insert(column.numbers[static_cast<std::size_t>(row)]);
    std::vector<double> numbers(seen.begin(), seen.end());
    std::sort(numbers.begin(), numbers.end());
    for (double number : numbers) result.push_back(format_number(number));
  } else {
    std::unordered_set<std::string_view> seen;
    for (std::int64_t row : rows)
      if (!column.is_missing(row)) seen.insert(column.texts[static_cast<std::size_t>(row)]);
    result.assign(seen.begin(), seen.end());
    std::sort(result.begin(), result.end());
  }
  return result;
}

ClassIndex::ClassIndex(std::span<const std::string> classes) {
  for (std::size_t i = 0; i < classes.size(); ++i) {
    by_text_.emplace(classes[i], static_cast<std::int32_t>(i));
    double number = 0;
    if (parse_number(classes[i], number) == Spelling::number) by_number_.emplace(number, static_cast<std::int32_t>(i));
  }
}

std::int32_t ClassIndex::find(const Column& column, std::int64_t row) const {
  if (column.kind == ColumnKind::array || column.is_missing(row)) return unknown;
  const auto i = static_cast<std::size_t>(row);
  return column.kind != ColumnKind::text ? find(column.numbers[i]) : find(column.texts[i]);
}

std::int32_t ClassIndex::find(std::string_view text) const {
  if (const auto known = by_text_.find(text); known != by_text_.end()) return known->second;
  double number = 0;
  return parse_number(text, number) == Spelling::number ? find(number) : unknown;
}

std::int32_t ClassIndex::find(double number) const {
  const auto known = by_number_.find(number);
  return known == by_number_.end() ? unknown : known->second;
}

Column to_numeric(Column column) {
  if (column.kind != ColumnKind::text) return column;
  column.kind = ColumnKind::numeric;
  for (const std::string& text : column.texts) {
    double value = 0;
    column.numbers.push_back(parse_number(text, value) == Spelling::number ? value
                                                                           : std::numeric_limits<double>::quiet_NaN());
  }
  column.texts.clear();
  return column;
}

std::string value_text(const Column& column, std::int64_t row) {
  const auto i = static_cast<std::size_t>(row);
  if (column.is_missing(row)) return "nothing";
  if (column.kind == ColumnKind::array) return fmt::format("an array {}", to_string(column.shape));
  if (column.kind == ColumnKind::time) return format_time(column.numbers[i]);
  return column.kind == ColumnKind::numeric ? format_number(column.numbers[i]) : column.texts[i];
}

std::vector<std::int64_t> all_rows(const Table& table) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(table.rows()));
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  return rows;
}

}  // namespace ansatz::data
