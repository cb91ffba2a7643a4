// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/kinds/kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "ansatz/base/error.hpp"

namespace ansatz::data {
namespace {

/// In the order of ColumnKind.
constexpr std::array<const KindRow*, 4> all_kinds = {&numeric_kind, &text_kind, &array_kind, &time_kind};

/// How many of `rows` have no value in the column.
std::int64_t missing_among(const Column& column, RowSpan rows) {
  return std::count_if(rows.begin(), rows.end(), [&](std::int64_t row) { return column.is_missing(row); });
}

}  // namespace

const KindRow& row_of(ColumnKind kind) { return *all_kinds[static_cast<std::size_t>(kind)]; }

const KindRow* find_kind(std::string_view name) {
  const auto found =
      std::find_if(all_kinds.begin(), all_kinds.end(), [&](const KindRow* k) { return k->name == name; });
  return found == all_kinds.end() ? nullptr : *found;
}

std::string_view name_of(ColumnKind kind) { return row_of(kind).name; }

std::int64_t Column::rows() const { return row_of(kind).rows(*this); }

bool Column::is_missing(std::int64_t row) const { return row_of(kind).is_missing(*this, row); }

const Column& find_input(const Table& table, const std::string& name) {
  if (const auto index = table.find(name)) return table.column(*index);
  std::vector<std::string> names;
  for (const Column& column : table.columns()) names.push_back(column.name);
  names.insert(names.end(), table.left_out().begin(), table.left_out().end());
  constexpr std::size_t shown = 20;
  const std::size_t count = std::min(shown, names.size());
  throw DataError("{}: there is no column '{}', which the model was trained with; the table has {}{}", table.source(),
                  name, fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count), ", "),
                  names.size() > shown ? fmt::format(", ... ({} columns)", names.size()) : "");
}

void require_values(const Table& table, const Column& column, RowSpan rows, bool impute) {
  if (impute || column.missing == 0) return;
  const std::int64_t count = missing_among(column, rows);
  if (count == 0) return;
  const std::int64_t first =
      *std::find_if(rows.begin(), rows.end(), [&](std::int64_t row) { return column.is_missing(row); });
  throw DataError(
      "{}: column '{}' has no value in {} of {} rows (the first is row {} of the table); the model was trained without "
      "missing values (one that was trained with {} has them filled in)",
      table.source(), column.name, count, rows.size(), first + 1, option_hint("impute", "true"));
}

void require_training_values(const Table& table, const Column& column, RowSpan rows, bool impute) {
  const std::int64_t missing = column.missing == 0 ? 0 : missing_among(column, rows);
  if (missing == static_cast<std::int64_t>(rows.size()))
    throw DataError("{}: column '{}' has no value in any training row; leave it out ({})", table.source(), column.name,
                    option_hint("drop", column.name));
  if (missing > 0 && !impute)
    throw DataError(
        "{}: column '{}' has no value in {} of {} training rows; have them filled in ({}), or leave the column out "
        "({})",
        table.source(), column.name, missing, rows.size(), option_hint("impute", "true"),
        option_hint("drop", column.name));
}

std::string infinite_fault(std::span<const double> numbers, std::int64_t width) {
  const auto found = std::find_if(numbers.begin(), numbers.end(), [](double value) { return std::isinf(value); });
  if (found == numbers.end()) return {};
  return fmt::format("is infinite in row {}; finite numbers are expected, or NaN where one is missing",
                     (found - numbers.begin()) / width + 1);
}

}  // namespace ansatz::data
