// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"

namespace ansatz::data {
namespace {

const Column& find_input(const Table& table, const std::string& name) {
  if (const auto index = table.find(name)) return table.column(*index);
  std::vector<std::string> names;
  for (const Column& column : table.columns()) names.push_back(column.name);
  constexpr std::size_t shown = 20;
  const std::size_t count = std::min(shown, names.size());
  throw DataError("{}: there is no column '{}', which the model was trained with; the table has {}{}", table.source(),
                  name, fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count), ", "),
                  names.size() > shown ? fmt::format(", ... ({} columns)", names.size()) : "");
}

/// The error for a value that is missing, in the first of `rows` without one. Rows are counted from 1.
[[noreturn]] void refuse_missing(const Table& table, const Column& column, std::span<const std::int64_t> rows) {
  const auto is_missing = [&](std::int64_t row) { return column.is_missing(row); };
  const auto count = std::count_if(rows.begin(), rows.end(), is_missing);
  const std::int64_t first = *std::find_if(rows.begin(), rows.end(), is_missing);
  throw DataError(
      "{}: column '{}' has no value in {} of {} rows (the first is row {} of the table); the model was "
      "trained without missing values (train it with --impute to have them filled in)",
      table.source(), column.name, count, rows.size(), first + 1);
}

/// Writes the features of one column into the rows of a dataset.
class ColumnEncoder {
 public:
  ColumnEncoder(const InputColumn& input, const Table& table, std::span<const std::int64_t> rows, bool impute)
      : input_(input), column_(find_input(table, input.name)) {
    if (input.kind == ColumnKind::text) categories_.emplace(input.categories);
    const bool misfit = input.kind == ColumnKind::numeric && column_.kind == ColumnKind::text;
    for (std::int64_t row : rows) {
      if (misfit && !column_.is_missing(row))
        throw DataError("{}: column '{}' holds \"{}\" in row {}; the model was trained with numbers there",
                        table.source(), input.name, value_text(column_, row), row + 1);
      if (!impute && column_.is_missing(row)) refuse_missing(table, column_, rows);
    }
  }

  /// The first of the column's features is `out[0]`, those of the next row come `stride` later.
  void encode(std::span<const std::int64_t> rows, double* out, std::int64_t stride) {
    if (input_.kind == ColumnKind::text) return encode_texts(rows, out, stride);
    const bool all_missing = column_.kind == ColumnKind::text;  // the constructor has refused other texts
    for (std::int64_t row : rows) {
      const double value = all_missing ? NAN : column_.numbers[static_cast<std::size_t>(row)];
      *out = ((std::isnan(value) ? input_.fill : value) - input_.mean) / input_.scale;
      out += stride;
    }
  }

  const UnknownTexts& unknown() const { return unknown_; }

 private:
  void encode_texts(std::span<const std::int64_t> rows, double* out, std::int64_t stride) {
    for (std::int64_t row : rows) {
      const std::int32_t category = categories_->find(column_, row);
      if (category != ClassIndex::unknown)
        out[category] = 1;
      else if (!column_.is_missing(row) && unknown_.cells++ == 0)
        unknown_ = {.column = input_.name, .example = value_text(column_, row), .cells = 1};
      out += stride;
    }
  }

  const InputColumn& input_;
  const Column& column_;
  std::optional<ClassIndex> categories_;
  UnknownTexts unknown_;
};

void encode_inputs(const Encoding& encoding, const Table& table, Dataset& dataset) {
  const std::span<const std::int64_t> rows = dataset.table_rows;
  std::vector<ColumnEncoder> encoders;
  for (const InputColumn& input : encoding.inputs) encoders.emplace_back(input, table, rows, encoding.impute);
  dataset.inputs.assign(static_cast<std::size_t>(dataset.rows * dataset.features), 0.0);
  constexpr std::size_t block = 256;  // rows whose features stay in the cache while the columns take turns
  for (std::size_t begin = 0; begin < rows.size(); begin += block) {
    const auto some = rows.subspan(begin, std::min(block, rows.size() - begin));
    double* out = dataset.inputs.data() + static_cast<std::int64_t>(begin) * dataset.features;
    for (std::size_t i = 0; i < encoders.size(); ++i) {
      encoders[i].encode(some, out, dataset.features);
      out += encoding.inputs[i].features();
    }
  }
  for (const ColumnEncoder& encoder : encoders)
    if (encoder.unknown().cells > 0) dataset.unknown.push_back(encoder.unknown());
}

void encode_target(const TargetColumn& target, const Table& table, Dataset& dataset) {
  const Column& column = find_input(table, target.name);
  for (std::int64_t row : dataset.table_rows)
    if (column.is_missing(row))
      throw DataError("{}: the target '{}' is missing in row {}; remove the row, or choose another target",
                      table.source(), target.name, row + 1);
  if (target.task == Task::regression) {
    if (column.kind == ColumnKind::text && !dataset.table_rows.empty())
      throw DataError("{}: the target '{}' holds \"{}\" in row {}; the model was trained with numbers there",
                      table.source(), target.name, value_text(column, dataset.table_rows[0]),
                      dataset.table_rows[0] + 1);
    for (std::int64_t row : dataset.table_rows)
      dataset.targets.push_back((column.numbers[static_cast<std::size_t>(row)] - target.mean) / target.scale);
    return;
  }
  const ClassIndex classes(target.classes);
  for (std::int64_t row : dataset.table_rows) {
    dataset.labels.push_back(classes.find(column, row));
    if (dataset.labels.back() == ClassIndex::unknown)
      throw DataError(
          "{}: the target '{}' is \"{}\" in row {}, a class that no training row has; the classes are {} "
          "(a stratified split gives each class to the training rows)",
          table.source(), target.name, value_text(column, row), row + 1, fmt::join(target.classes, ", "));
  }
}

}  // namespace

int Encoding::features() const {
  int count = 0;
  for (const InputColumn& input : inputs) count += input.features();
  return count;
}

std::vector<std::string> Encoding::feature_names() const {
  std::vector<std::string> names;
  for (const InputColumn& input : inputs) {
    if (input.kind == ColumnKind::numeric) names.push_back(input.name);
    for (const std::string& category : input.categories) names.push_back(fmt::format("{} = {}", input.name, category));
  }
  return names;
}

Dataset encode(const Encoding& encoding, const Table& table, std::span<const std::int64_t> rows, bool with_target) {
  for (std::int64_t row : rows)
    if (row < 0 || row >= table.rows())
      throw ArgumentError("row {} of a table of {} rows was asked for (counted from 0)", row, table.rows());
  Dataset dataset;
  dataset.rows = static_cast<std::int64_t>(rows.size());
  dataset.features = encoding.features();
  dataset.table_rows.assign(rows.begin(), rows.end());
  encode_inputs(encoding, table, dataset);
  if (with_target) encode_target(encoding.target, table, dataset);
  return dataset;
}

void encode_numbers(const Encoding& encoding, std::span<const double> raw, std::span<double> encoded) {
  const std::size_t inputs = encoding.inputs.size();
  for (const InputColumn& input : encoding.inputs)
    if (input.kind == ColumnKind::text)
      throw DataError("column '{}' is text: rows of plain numbers cannot be encoded, a table can", input.name);
  if (inputs == 0 || raw.size() % inputs != 0 || encoded.size() != raw.size())
    throw DataError("{} numbers for {} encoded ones were given; rows of {} inputs each are expected for both",
                    raw.size(), encoded.size(), inputs);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const InputColumn& input = encoding.inputs[i % inputs];
    if (std::isinf(raw[i]) || (std::isnan(raw[i]) && !encoding.impute))
      throw DataError("input '{}' is {} in row {}; a finite number is expected", input.name, raw[i], i / inputs + 1);
    encoded[i] = ((std::isnan(raw[i]) ? input.fill : raw[i]) - input.mean) / input.scale;
  }
}

}  // namespace ansatz::data
