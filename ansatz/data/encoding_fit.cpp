// SPDX-License-Identifier: BSD-3-Clause
// fit_encoding of encoding.hpp: what is learnt from the training rows.
#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/data/kinds/kind.hpp"
#include "ansatz/data/moments.hpp"

namespace ansatz::data {
namespace {

/// Arrays cannot be targets, and no value may be missing.
void require_target_values(const Table& table, const Column& column, RowSpan rows) {
  if (column.kind == ColumnKind::array)
    throw DataError("{}: the target '{}' holds arrays {}; a column of numbers or texts is expected", table.source(),
                    column.name, to_string(column.shape));
  const auto missing =
      std::count_if(rows.begin(), rows.end(), [&](std::int64_t row) { return column.is_missing(row); });
  if (missing > 0)
    throw DataError("{}: the target '{}' is missing in {} of {} training rows; remove these rows", table.source(),
                    column.name, missing, rows.size());
}

TargetColumn fit_quantity(const Table& table, const Column& column, RowSpan rows, bool standardise) {
  if (column.kind == ColumnKind::text)
    throw DataError("{}: the target '{}' holds texts, as \"{}\"; a regression needs numbers ({} learns classes)",
                    table.source(), column.name, value_text(column, rows.front()), option_hint("task", "multiclass"));
  TargetColumn target{.name = column.name};
  if (standardise) {
    const Moments found = moments(column, rows);
    target.mean = found.mean;
    target.scale = found.deviation;
  }
  return target;
}

TargetColumn fit_classes(const Table& table, const Column& column, RowSpan rows) {
  TargetColumn target{.name = column.name, .classes = distinct_values(column, rows)};
  if (target.classes.size() < 2)
    throw DataError("{}: the target '{}' has {} class in the training rows; at least 2 are needed", table.source(),
                    column.name, target.classes.size());
  return target;
}

/// Numbers 0 and 1 are such flags even where the training rows hold only one of them.
TargetColumn fit_flag(const Table& table, const Column& column, RowSpan rows) {
  TargetColumn target{.name = column.name, .classes = distinct_values(column, rows)};
  const std::vector<std::string> digits = {"0", "1"};
  if (std::includes(digits.begin(), digits.end(), target.classes.begin(), target.classes.end()))
    target.classes = digits;
  if (target.classes.size() != 2)
    throw DataError("{}: the target '{}' has {} different value{} in the training rows; a flag has 2", table.source(),
                    column.name, target.classes.size(), target.classes.size() == 1 ? "" : "s");
  return target;
}

TargetColumn fit_target(const Table& table, const Column& column, RowSpan rows, TargetKind kind, bool standardise) {
  require_target_values(table, column, rows);
  switch (kind) {
    case TargetKind::numbers: return fit_quantity(table, column, rows, standardise);
    case TargetKind::labels: return fit_classes(table, column, rows);
    case TargetKind::flags: break;
  }
  return fit_flag(table, column, rows);
}

}  // namespace

Encoding fit_encoding(const Table& table, std::span<const std::int64_t> training_rows, const TargetSpec& target,
                      const EncodingOptions& options) {
  if (training_rows.empty()) throw DataError("{}: there are no training rows", table.source());
  if (table.targets().empty() || target.kind == TargetKind::labels) static_cast<void>(table.target_column());
  Encoding encoding{.target_kind = target.kind, .impute = options.impute};
  for (std::size_t i : table.targets())
    encoding.targets.push_back(
        fit_target(table, table.column(i), training_rows, target.kind, target.standardise && options.standardise));
  for (std::size_t i = 0; i < table.columns().size(); ++i)
    if (!table.is_target(i))
      encoding.inputs.push_back(row_of(table.column(i).kind).fit(table, table.column(i), training_rows, options));
  if (encoding.inputs.empty())
    throw DataError(
        "{}: there is no column but the target '{}'; inputs are needed to learn from (if cells are not separated as "
        "assumed, say {})",
        table.source(), encoding.targets.back().name, option_hint("delimiter", "..."));
  return encoding;
}

Encoding fit_encoding(const Table& table, std::span<const std::int64_t> training_rows, Task task,
                      const EncodingOptions& options) {
  Encoding encoding =
      fit_encoding(table, training_rows, TargetSpec{.kind = kind_of(task, table.targets().size())}, options);
  if (task == Task::binary && encoding.targets[0].classes.size() != 2)
    throw DataError("{}: the target '{}' has {} classes in the training rows; a binary task needs exactly 2",
                    table.source(), encoding.targets[0].name, encoding.targets[0].classes.size());
  return encoding;
}

}  // namespace ansatz::data
