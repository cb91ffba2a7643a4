// SPDX-License-Identifier: BSD-3-Clause
// fit_encoding of encoding.hpp: what is learnt from the training rows.
#include <algorithm>
#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/encoding.hpp"

namespace ansatz::data {
namespace {

struct Moments {
  double mean = 0;
  double deviation = 1;  // 1 for a constant column
  std::int64_t missing = 0;
  std::int64_t count = 0;
};

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
  for (std::int64_t row : rows)
    if (const double value = column.numbers[static_cast<std::size_t>(row)]; !std::isnan(value)) use(value);
}

/// Mean and standard deviation. All is computed relative to `reach`, the largest magnitude (mean) or the largest
/// distance from the mean (deviation): squares neither overflow nor vanish.
Moments moments(const Column& column, std::span<const std::int64_t> rows) {
  Moments result;
  double low = HUGE_VAL;
  double high = -HUGE_VAL;
  for_each_number(column, rows, [&](double value) {
    low = std::min(low, value);
    high = std::max(high, value);
    ++result.count;
  });
  result.missing = static_cast<std::int64_t>(rows.size()) - result.count;
  if (result.count == 0) return result;
  result.mean = low;
  if (low == high) return result;

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

[[noreturn]] void refuse_missing(const Table& table, const Column& column, std::int64_t missing, std::size_t rows) {
  throw DataError(
      "{}: column '{}' has no value in {} of {} training rows; have them filled in (--impute), or leave the "
      "column out (--drop {})",
      table.source(), column.name, missing, rows, column.name);
}

InputColumn fit_numbers(const Table& table, const Column& column, std::span<const std::int64_t> rows,
                        const EncodingOptions& options) {
  const Moments found = moments(column, rows);
  if (found.count == 0)
    throw DataError("{}: column '{}' has no value in any training row; leave it out (--drop {})", table.source(),
                    column.name, column.name);
  if (found.missing > 0 && !options.impute) refuse_missing(table, column, found.missing, rows.size());
  InputColumn input{.name = column.name, .kind = ColumnKind::numeric, .fill = found.mean};
  if (options.standardise) {
    input.mean = found.mean;
    input.scale = found.deviation;
  }
  return input;
}

InputColumn fit_texts(const Table& table, const Column& column, std::span<const std::int64_t> rows,
                      const EncodingOptions& options) {
  const auto missing =
      std::count_if(rows.begin(), rows.end(), [&](std::int64_t row) { return column.is_missing(row); });
  if (missing > 0 && !options.impute) refuse_missing(table, column, missing, rows.size());
  InputColumn input{.name = column.name, .kind = ColumnKind::text, .categories = distinct_values(column, rows)};
  if (input.categories.empty())
    throw DataError("{}: column '{}' has no value in any training row; leave it out (--drop {})", table.source(),
                    column.name, column.name);
  if (input.categories.size() > static_cast<std::size_t>(std::max(0, options.max_categories)))
    throw DataError(
        "{}: column '{}' holds {} different texts in {} training rows; at most {} are expected of "
        "categories (leave it out with --drop {})",
        table.source(), column.name, input.categories.size(), rows.size(), options.max_categories, column.name);
  return input;
}

TargetColumn fit_target(const Table& table, std::span<const std::int64_t> rows, Task task,
                        const EncodingOptions& options) {
  const Column& column = table.target_column();
  const auto missing =
      std::count_if(rows.begin(), rows.end(), [&](std::int64_t row) { return column.is_missing(row); });
  if (missing > 0)
    throw DataError("{}: the target '{}' is missing in {} of {} training rows; remove these rows", table.source(),
                    column.name, missing, rows.size());
  TargetColumn target{.name = column.name, .task = task};
  if (task == Task::regression) {
    if (column.kind == ColumnKind::text)
      throw DataError(
          "{}: the target '{}' holds texts, as \"{}\"; a regression needs numbers (--task multiclass "
          "learns classes)",
          table.source(), column.name, value_text(column, rows.front()));
    if (const Moments found = moments(column, rows); options.standardise) {
      target.mean = found.mean;
      target.scale = found.deviation;
    }
    return target;
  }
  target.classes = distinct_values(column, rows);
  const std::size_t count = target.classes.size();
  if (count < 2 || (task == Task::binary && count != 2))
    throw DataError("{}: the target '{}' has {} class{} in the training rows; a {} task needs {}", table.source(),
                    column.name, count, count == 1 ? "" : "es", name_of(task),
                    task == Task::binary ? "exactly 2" : "at least 2");
  return target;
}

}  // namespace

Encoding fit_encoding(const Table& table, std::span<const std::int64_t> training_rows, Task task,
                      const EncodingOptions& options) {
  if (training_rows.empty()) throw DataError("{}: there are no training rows", table.source());
  Encoding encoding{.inputs = {}, .target = fit_target(table, training_rows, task, options), .impute = options.impute};
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    if (i == table.target()) continue;
    const Column& column = table.column(i);
    encoding.inputs.push_back(column.kind == ColumnKind::numeric ? fit_numbers(table, column, training_rows, options)
                                                                 : fit_texts(table, column, training_rows, options));
  }
  if (encoding.inputs.empty())
    throw DataError(
        "{}: there is no column but the target '{}'; inputs are needed to learn from (if cells are not "
        "separated as assumed, say --delimiter)",
        table.source(), encoding.target.name);
  return encoding;
}

}  // namespace ansatz::data
