// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/task.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <unordered_set>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"

namespace ansatz::data {
namespace {

constexpr std::array<Task, 3> all_tasks = {Task::regression, Task::binary, Task::multiclass};
constexpr std::array<TargetKind, 3> all_target_kinds = {TargetKind::numbers, TargetKind::labels, TargetKind::flags};
constexpr std::size_t most_numeric_classes = 20;
constexpr std::size_t rows_per_class = 5;
constexpr std::size_t rows_of_two_values = 4;

/// The distinct values of a column, in their order; nothing when one is not whole or there are too many for classes.
std::optional<std::vector<double>> few_whole_values(const Column& target) {
  std::vector<double> values;
  for (double value : target.numbers) {
    if (std::isnan(value)) continue;
    if (value != std::floor(value)) return std::nullopt;
    const auto place = std::lower_bound(values.begin(), values.end(), value);
    if (place != values.end() && *place == value) continue;
    if (values.size() == most_numeric_classes) return std::nullopt;
    values.insert(place, value);
  }
  return values;
}

[[noreturn]] void refuse_constant(const Column& target, std::string_view value) {
  throw DataError("the target '{}' {}; at least two values are needed to learn something: is another column meant?",
                  target.name, value.empty() ? "has no value at all" : fmt::format("is {} in all rows", value));
}

Task deduce_from_texts(const Column& target, std::string& why) {
  std::unordered_set<std::string_view> classes(target.texts.begin(), target.texts.end());
  classes.erase("");
  if (classes.size() < 2) refuse_constant(target, classes.empty() ? "" : *classes.begin());
  why = fmt::format("'{}' holds {} texts: they are classes", target.name, classes.size());
  return classes.size() == 2 ? Task::binary : Task::multiclass;
}

Task deduce_from_numbers(const Column& target, std::string& why) {
  const auto values = few_whole_values(target);
  if (!values) {
    const auto is_value = [](double value) { return !std::isnan(value); };
    const auto first = std::find_if(target.numbers.begin(), target.numbers.end(), is_value);
    if (std::none_of(first, target.numbers.end(), [&](double value) { return is_value(value) && value != *first; }))
      refuse_constant(target, format_number(*first));
    why = fmt::format("'{}' holds numbers that are not whole, or many different ones: it is a quantity", target.name);
    return Task::regression;
  }
  if (values->size() < 2) refuse_constant(target, values->empty() ? "" : format_number(values->front()));
  const double low = values->front();
  const double high = values->back();
  const auto rows = static_cast<std::size_t>(target.rows() - target.missing);
  if (values->size() == 2 && (rows >= rows_of_two_values || (low == 0 && high == 1))) {
    why = fmt::format("'{}' is {} or {}: they are classes", target.name, format_number(low), format_number(high));
    return Task::binary;
  }
  const bool consecutive = high - low == static_cast<double>(values->size() - 1);
  if (values->size() > 2 && consecutive && rows >= rows_per_class * values->size()) {
    why = fmt::format("'{}' holds the {} whole numbers from {} to {}: they are classes", target.name, values->size(),
                      format_number(low), format_number(high));
    return Task::multiclass;
  }
  why = fmt::format("'{}' holds {} different numbers that do not look like classes: it is a quantity", target.name,
                    values->size());
  return Task::regression;
}

}  // namespace

std::string_view name_of(Task task) {
  switch (task) {
    case Task::regression: return "regression";
    case Task::binary: return "binary";
    case Task::multiclass: return "multiclass";
  }
  return "?";
}

Task task_from_name(std::string_view name) {
  for (Task task : all_tasks)
    if (name_of(task) == name) return task;
  throw ArgumentError("unknown task \"{}\"; one of regression, binary, multiclass is expected", name);
}

Task deduce_task(const Column& target, std::string* why) {
  if (target.kind == ColumnKind::array)
    throw DataError("the target '{}' holds arrays {}; a column of numbers or texts is expected", target.name,
                    to_string(target.shape));
  std::string reason;
  const Task task =
      target.kind == ColumnKind::text ? deduce_from_texts(target, reason) : deduce_from_numbers(target, reason);
  if (why != nullptr) *why = reason;
  return task;
}

Task deduce_task(const Table& table, std::string* why) {
  if (table.targets().size() < 2) return deduce_task(table.target_column(), why);
  std::size_t binary = 0;
  for (std::size_t target : table.targets()) binary += deduce_task(table.column(target)) == Task::binary ? 1 : 0;
  const std::size_t count = table.targets().size();
  if (why != nullptr)
    *why = binary == count ? fmt::format("each of the {} targets has two values: they are flags", count)
                           : fmt::format("there are {} targets: they are quantities", count);
  return binary == count ? Task::binary : Task::regression;
}

std::string_view name_of(TargetKind kind) {
  switch (kind) {
    case TargetKind::numbers: return "numbers";
    case TargetKind::labels: return "labels";
    case TargetKind::flags: return "flags";
  }
  return "?";
}

TargetKind target_kind_from_name(std::string_view name) {
  for (TargetKind kind : all_target_kinds)
    if (name_of(kind) == name) return kind;
  throw ArgumentError("unknown kind of targets \"{}\"; one of numbers, labels, flags is expected", name);
}

TargetKind kind_of(Task task, std::size_t columns) {
  if (task == Task::regression) return TargetKind::numbers;
  if (columns < 2) return TargetKind::labels;
  if (task == Task::binary) return TargetKind::flags;
  throw ArgumentError("{} targets were named for a multiclass task; one is expected", columns);
}

}  // namespace ansatz::data
