// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/moments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ansatz::data {
namespace {

/// Neumaier's sum: its error does not grow with the number of terms.
class Sum {
 public:
  void add(double term) {
    const double next = sum_ + term;
    correction_ += std::abs(sum_) >= std::abs(term) ? (sum_ - next) + term : (term - next) + sum_;
    sum_ = next;
  }
  double value() const { return sum_ + correction_; }

 private:
  double sum_ = 0;
  double correction_ = 0;
};

/// Calls `use` with each number of `rows` that is not missing.
template <class Use>
void for_each_number(const Column& column, std::span<const std::int64_t> rows, Use use) {
  const auto width = static_cast<std::size_t>(column.shape.elements());  // 1 of a numeric column, whose shape is []
  for (std::int64_t row : rows)
    for (double value : std::span(column.numbers).subspan(static_cast<std::size_t>(row) * width, width))
      if (!std::isnan(value)) use(value);
}

/// All is computed relative to `reach`, the largest magnitude (mean) or the largest distance from the mean (deviation).
Moments moments_of_numbers(const Column& column, std::span<const std::int64_t> rows) {
  Moments result;
  double low = HUGE_VAL;
  double high = -HUGE_VAL;
  for_each_number(column, rows, [&](double value) {
    low = std::min(low, value);
    high = std::max(high, value);
    ++result.count;
  });
  if (result.count == 0) return result;
  result.mean = low;
  // What differs by some roundings is constant: scaled by its deviation, any other number would be far away.
  if (is_constant_up_to_rounding(low, high)) return result;

  const auto count = static_cast<double>(result.count);
  int exponent = 0;  // a power of two divides without rounding
  std::frexp(std::max(std::abs(low), std::abs(high)), &exponent);
  const double unit = std::ldexp(1.0, std::clamp(exponent - 1, -1000, 1000));
  Sum sum;
  for_each_number(column, rows, [&](double value) { sum.add(value / unit); });
  result.mean = std::clamp(sum.value() / count * unit, low, high);

  const double reach = std::max(high / 2 - result.mean / 2, result.mean / 2 - low / 2);  // half the largest distance
  Sum squares;
  for_each_number(column, rows, [&](double value) {
    const double distance = (value / 2 - result.mean / 2) / reach;
    squares.add(distance * distance);
  });
  const double deviation = 2 * reach * std::sqrt(squares.value() / count);
  if (deviation > 0 && std::isfinite(deviation)) result.deviation = deviation;
  return result;
}

/// From how often each byte occurs: mean = Σ c_b b / n, deviation² = Σ c_b (b − mean)² / n.
Moments moments_of_bytes(const Column& column, std::span<const std::int64_t> rows) {
  const auto width = static_cast<std::size_t>(column.shape.elements());
  std::array<std::int64_t, 256> counts{};
  for (std::int64_t row : rows)
    for (std::uint8_t byte : std::span(column.bytes).subspan(static_cast<std::size_t>(row) * width, width))
      ++counts[byte];
  Moments result;
  std::int64_t sum = 0;
  for (std::int64_t byte = 0; byte < 256; ++byte) {
    const std::int64_t count = counts[static_cast<std::size_t>(byte)];
    result.count += count;
    sum += count * (byte + column.byte_zero);
  }
  if (result.count == 0) return result;
  const auto count = static_cast<double>(result.count);
  result.mean = static_cast<double>(sum) / count;
  Sum squares;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const double distance = static_cast<double>(byte) + column.byte_zero - result.mean;
    if (counts[byte] > 0) squares.add(static_cast<double>(counts[byte]) * distance * distance);
  }
  const double deviation = std::sqrt(squares.value() / count);
  if (deviation > 0) result.deviation = deviation;
  return result;
}

}  // namespace

bool is_constant_up_to_rounding(double low, double high) {
  constexpr double rounding = 64 * std::numeric_limits<double>::epsilon();
  return high / 2 - low / 2 <= rounding * (std::max(std::abs(low), std::abs(high)) / 2);
}

Moments moments(const Column& column, std::span<const std::int64_t> rows) {
  return column.bytes.empty() ? moments_of_numbers(column, rows) : moments_of_bytes(column, rows);
}

}  // namespace ansatz::data
