// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/sentinels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"

namespace ansatz::data {
namespace {

/// What programs and people write; the last ones are netCDF's fill values and the lowest integers.
constexpr std::array<double, 24> marks_of_missing = {
    -1,      -9, -99,  -99.9, -99.99, -999,  -999.9, -999.99, -999.25, -9999,         -9999.9, -99999,
    -999999, 99, 99.9, 99.99, 999,    999.9, 9999,   99999,   -32768,  -2147483648.0, 1e20,    9.9692099683868690e+36};

/// The values apart from `mark`, sorted, each once.
std::vector<double> others(const Column& column, double mark) {
  std::vector<double> values;
  for (double value : column.numbers)
    if (!std::isnan(value) && value != mark) values.push_back(value);
  std::sort(values.begin(), values.end());
  return values;
}

/// Whether a mark lies outside of all other values, by more than they reach over.
bool stands_apart(double mark, const std::vector<double>& values) {
  const double low = values.front(), high = values.back();
  const double gap = mark < low ? low - mark : mark - high;
  return gap > 0 && gap > high - low;
}

/// Whether zeros lie below values that are otherwise close to each other.
bool zeros_stand_apart(const std::vector<double>& values) {
  constexpr std::size_t enough = 10;
  std::vector<double> distinct = values;
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() < enough || distinct.front() <= 0) return false;
  std::vector<double> gaps;
  for (std::size_t i = 1; i < distinct.size(); ++i) gaps.push_back(distinct[i] - distinct[i - 1]);
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  const double median = values[values.size() / 2];
  return distinct.front() > 5 * *middle && distinct.front() >= 0.25 * (median - distinct.front());
}

}  // namespace

std::string suspected_sentinels(const Column& column) {
  if (column.kind != ColumnKind::numeric) return {};
  constexpr std::size_t few = 2;
  for (double mark : marks_of_missing) {
    const auto count = std::count(column.numbers.begin(), column.numbers.end(), mark);
    const bool rounded = mark == marks_of_missing.back();
    if (count == 0 && !rounded) continue;
    const auto like = [&](double value) { return rounded && std::abs(value / mark - 1) < 1e-4; };
    const auto found =
        rounded ? std::find_if(column.numbers.begin(), column.numbers.end(), like) : column.numbers.end();
    if (rounded && found == column.numbers.end()) continue;
    const double value = rounded ? *found : mark;
    const std::vector<double> values = others(column, value);
    if (values.size() < few || !stands_apart(value, values)) continue;
    return fmt::format(
        "column '{}' is {} in {} rows, far from its other values: if that stands for a missing one, say {}",
        column.name, format_number(value), std::count(column.numbers.begin(), column.numbers.end(), value),
        option_hint("missing", fmt::format("{}={}", column.name, format_number(value))));
  }
  const auto zeros = std::count(column.numbers.begin(), column.numbers.end(), 0.0);
  if (zeros < static_cast<std::ptrdiff_t>(few) || !zeros_stand_apart(others(column, 0))) return {};
  return fmt::format(
      "column '{}' is 0 in {} rows, and nothing else is near: if that stands for a missing value, say {}", column.name,
      zeros, option_hint("missing", column.name + "=0"));
}

}  // namespace ansatz::data
