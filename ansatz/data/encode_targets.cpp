// SPDX-License-Identifier: BSD-3-Clause
// encode of encoding.hpp: inputs and targets of rows.
#include <fmt/format.h>

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/encode.hpp"
#include "ansatz/data/kinds/kind.hpp"

namespace ansatz::data {
namespace {

const Column& find_target(const TargetColumn& target, const Table& table, RowSpan rows) {
  const Column& column = find_input(table, target.name);
  const auto missing = std::find_if(rows.begin(), rows.end(), [&](std::int64_t row) { return column.is_missing(row); });
  if (missing != rows.end())
    throw DataError("{}: the target '{}' is missing in row {}; remove the row, or choose another target",
                    table.source(), target.name, *missing + 1);
  return column;
}

/// Writes the numbers of one target column, those of the next row come `stride` later.
void encode_quantity(const TargetColumn& target, const Table& table, RowSpan rows, double* out, std::size_t stride) {
  const Column& column = find_target(target, table, rows);
  if (column.kind != ColumnKind::numeric && !rows.empty())
    throw DataError("{}: the target '{}' holds \"{}\" in row {}; the model was trained with numbers there",
                    table.source(), target.name, value_text(column, rows[0]), rows[0] + 1);
  for (std::int64_t row : rows) {
    *out = (column.numbers[static_cast<std::size_t>(row)] - target.mean) / target.scale;
    out += stride;
  }
}

/// Calls `use` with the position of each row's class.
template <class Use>
void for_each_class(const TargetColumn& target, const Table& table, RowSpan rows, Use use) {
  const Column& column = find_target(target, table, rows);
  const ClassIndex classes(target.classes);
  for (std::int64_t row : rows) {
    const std::int32_t position = classes.find(column, row);
    if (position == ClassIndex::unknown)
      throw DataError(
          "{}: the target '{}' is \"{}\" in row {}, a class that no training row has; the classes are {} (a stratified "
          "split gives each class to the training rows)",
          table.source(), target.name, value_text(column, row), row + 1, fmt::join(target.classes, ", "));
    use(position);
  }
}

void add_targets(const Encoding& encoding, const Table& table, Dataset& dataset) {
  const RowSpan rows = dataset.table_rows;
  if (encoding.target_kind == TargetKind::labels) {
    for_each_class(encoding.target(), table, rows, [&](std::int32_t label) { dataset.labels.push_back(label); });
    return;
  }
  const std::size_t columns = encoding.targets.size();
  dataset.targets.resize(rows.size() * columns);
  for (std::size_t i = 0; i < columns; ++i) {
    double* out = dataset.targets.data() + i;
    if (encoding.target_kind == TargetKind::numbers) {
      encode_quantity(encoding.targets[i], table, rows, out, columns);
      continue;
    }
    for_each_class(encoding.targets[i], table, rows, [&](std::int32_t flag) {
      *out = flag;
      out += columns;
    });
  }
}

}  // namespace

Dataset encode(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows, bool with_target,
               Unseen unseen) {
  const InputEncoder encoder(encoding, table, rows, unseen);
  Dataset dataset;
  dataset.rows = static_cast<std::int64_t>(rows.size());
  dataset.features = encoding.features();
  dataset.table_rows.assign(rows.begin(), rows.end());
  dataset.inputs.resize(static_cast<std::size_t>(dataset.rows * dataset.features));
  encoder.encode(rows, dataset.inputs);
  dataset.unknown = encoder.unknown();
  if (with_target) add_targets(encoding, table, dataset);
  return dataset;
}

Dataset encode_targets(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows) {
  Dataset dataset;
  dataset.rows = static_cast<std::int64_t>(rows.size());
  dataset.table_rows.assign(rows.begin(), rows.end());
  add_targets(encoding, table, dataset);
  return dataset;
}

}  // namespace ansatz::data
