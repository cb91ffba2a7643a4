// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/table.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"

namespace ansatz::data {

struct Table::Contents {
  std::vector<Column> columns;
  std::vector<std::string> names;
  std::unordered_map<std::string_view, std::size_t> index_of;  // views of `names`
  std::string source;
  std::vector<std::string> notes, missing;
};

namespace {

void check_numbers(const Column& column, std::string_view source) {
  for (std::size_t row = 0; row < column.numbers.size(); ++row)
    if (std::isinf(column.numbers[row]))
      throw DataError("{}: column '{}' is infinite in row {}; finite numbers are expected, or NaN where one is missing",
                      source, column.name, row + 1);
}

std::int64_t count_missing(const Column& column) {
  if (column.kind == ColumnKind::text) return std::count(column.texts.begin(), column.texts.end(), std::string());
  return std::count_if(column.numbers.begin(), column.numbers.end(), [](double value) { return std::isnan(value); });
}

void check_column(const Column& column, const Column& first, std::string_view source) {
  if (column.name.empty()) throw DataError("{}: a column has no name", source);
  if (!is_clean_text(column.name)) throw DataError("{}: the name of a column is not UTF-8", source);
  if (column.rows() != first.rows())
    throw DataError("{}: column '{}' has {} rows and column '{}' has {}; they must be equally long", source,
                    column.name, column.rows(), first.name, first.rows());
  if (column.kind == ColumnKind::numeric ? !column.texts.empty() : !column.numbers.empty())
    throw DataError("{}: column '{}' holds numbers and texts; its kind is {}", source, column.name,
                    name_of(column.kind));
}

}  // namespace

std::string_view name_of(ColumnKind kind) { return kind == ColumnKind::numeric ? "numeric" : "text"; }

bool Column::is_missing(std::int64_t row) const {
  const auto i = static_cast<std::size_t>(row);
  return kind == ColumnKind::numeric ? std::isnan(numbers[i]) : texts[i].empty();
}

Table::Table() : Table(std::vector<Column>{}) {}

Table::Table(std::vector<Column> columns, TableOptions options) {
  auto contents = std::make_shared<Contents>();
  contents->columns = std::move(columns);
  contents->source = options.source.empty() ? "table" : std::move(options.source);
  contents->notes = std::move(options.notes);
  contents->missing = std::move(options.missing);
  for (Column& column : contents->columns) {
    check_column(column, contents->columns.front(), contents->source);
    check_numbers(column, contents->source);
    column.missing = count_missing(column);
    contents->names.push_back(column.name);
  }
  for (std::size_t i = 0; i < contents->names.size(); ++i) {
    const auto [known, is_new] = contents->index_of.emplace(contents->names[i], i);
    if (!is_new)
      throw DataError("{}: columns {} and {} are both called '{}'; rename one", contents->source, known->second + 1,
                      i + 1, contents->names[i]);
  }
  contents_ = std::move(contents);
  if (!options.target.empty()) target_ = index(options.target);
}

std::int64_t Table::rows() const { return columns().empty() ? 0 : columns().front().rows(); }
std::span<const Column> Table::columns() const { return contents_->columns; }
const std::string& Table::source() const { return contents_->source; }
std::span<const std::string> Table::notes() const { return contents_->notes; }
std::span<const std::string> Table::missing() const { return contents_->missing; }

std::optional<std::size_t> Table::find(std::string_view name) const {
  const auto known = contents_->index_of.find(name);
  return known == contents_->index_of.end() ? std::nullopt : std::optional(known->second);
}

std::size_t Table::index(std::string_view name_or_position) const {
  if (const auto known = find(name_or_position)) return *known;
  return find_column(contents_->names, name_or_position, source());
}

const Column& Table::target_column() const {
  if (!target_) throw DataError("{}: no column is the target; name one (--target)", source());
  return column(*target_);
}

Table Table::with_target(std::string_view name_or_position) const {
  Table result = *this;
  result.target_ = index(name_or_position);
  return result;
}

}  // namespace ansatz::data
