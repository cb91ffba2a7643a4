// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/table.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/kinds/kind.hpp"
#include "ansatz/data/number.hpp"

namespace ansatz::data {

struct Table::Contents {
  std::vector<Column> columns;
  std::vector<std::string> names;
  std::unordered_map<std::string_view, std::size_t> index_of;  // views of `names`
  std::string source;
  std::vector<std::string> notes, missing, left_out;
  std::vector<Part> parts;
};

namespace {

void check_column(const Column& column, const Column& first, std::string_view source) {
  if (column.name.empty()) throw DataError("{}: a column has no name", source);
  if (!is_clean_text(column.name)) throw DataError("{}: the name of a column is not UTF-8", source);
  if (const std::string fault = row_of(column.kind).fault(column); !fault.empty())
    throw DataError("{}: column '{}' {}", source, column.name, fault);
  if (column.rows() != first.rows())
    throw DataError("{}: column '{}' has {} rows and column '{}' has {}; they must be equally long", source,
                    column.name, column.rows(), first.name, first.rows());
}

std::int64_t count_missing(const Column& column) {
  std::int64_t count = 0;
  for (std::int64_t row = 0; row < column.rows(); ++row) count += column.is_missing(row) ? 1 : 0;
  return count;
}

/// The cells of `rows`, `width` values each.
template <class T>
std::vector<T> some_cells(const std::vector<T>& cells, std::span<const std::int64_t> rows, std::size_t width) {
  std::vector<T> result;
  if (cells.empty()) return result;
  result.reserve(rows.size() * width);
  for (std::int64_t row : rows) {
    const auto first = cells.begin() + row * static_cast<std::ptrdiff_t>(width);
    result.insert(result.end(), first, first + static_cast<std::ptrdiff_t>(width));
  }
  return result;
}

}  // namespace

Table::Table() : Table(std::vector<Column>{}) {}

Table::Table(std::vector<Column> columns, TableOptions options) {
  auto contents = std::make_shared<Contents>();
  contents->columns = std::move(columns);
  contents->source = options.source.empty() ? "table" : std::move(options.source);
  contents->notes = std::move(options.notes);
  contents->missing = std::move(options.missing);
  contents->left_out = std::move(options.left_out);
  contents->parts = std::move(options.parts);
  for (Column& column : contents->columns) {
    check_column(column, contents->columns.front(), contents->source);
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
  if (!parts().empty() && static_cast<std::int64_t>(parts().size()) != this->rows())
    throw DataError("{}: {} rows were given parts; there are {} rows", source(), parts().size(), this->rows());
  if (options.targets.empty() && !options.target.empty()) options.targets = {options.target};
  targets_ = with_targets(options.targets).targets_;
}

std::int64_t Table::rows() const { return columns().empty() ? 0 : columns().front().rows(); }
std::span<const Column> Table::columns() const { return contents_->columns; }
const std::string& Table::source() const { return contents_->source; }
std::span<const std::string> Table::notes() const { return contents_->notes; }
std::span<const std::string> Table::missing() const { return contents_->missing; }
std::span<const std::string> Table::left_out() const { return contents_->left_out; }
std::span<const Part> Table::parts() const { return contents_->parts; }
std::span<const std::size_t> Table::targets() const { return targets_; }

std::optional<std::size_t> Table::find(std::string_view name) const {
  const auto known = contents_->index_of.find(name);
  return known == contents_->index_of.end() ? std::nullopt : std::optional(known->second);
}

std::size_t Table::index(std::string_view name_or_position) const {
  if (const auto known = find(name_or_position)) return *known;
  return find_column(contents_->names, name_or_position, source());
}

/// All but the targets.
TableOptions Table::options() const {
  return {.source = source(),
          .notes = contents_->notes,
          .missing = contents_->missing,
          .left_out = contents_->left_out,
          .parts = contents_->parts};
}

bool Table::is_target(std::size_t index) const {
  return std::find(targets_.begin(), targets_.end(), index) != targets_.end();
}

std::optional<std::size_t> Table::target() const {
  return targets_.size() == 1 ? std::optional(targets_[0]) : std::nullopt;
}

const Column& Table::target_column() const {
  if (targets_.empty())
    throw DataError("{}: no column is the target; name one ({})", source(), option_hint("target", "..."));
  if (targets_.size() > 1)
    throw DataError("{}: there are {} targets, '{}', '{}'{}; one is expected here", source(), targets_.size(),
                    column(targets_[0]).name, column(targets_[1]).name, targets_.size() > 2 ? ", ..." : "");
  return column(targets_[0]);
}

Table Table::with_target(std::string_view name_or_position) const {
  return with_targets(std::vector{std::string(name_or_position)});
}

Table Table::with_targets(std::span<const std::string> names_or_positions) const {
  Table result = *this;
  result.targets_.clear();
  for (const std::string& target : names_or_positions) {
    const std::size_t place = index(target);
    if (result.is_target(place))
      throw DataError("{}: column '{}' was named as a target twice", source(), column(place).name);
    result.targets_.push_back(place);
  }
  return result;
}

Table Table::with_rows(std::span<const std::int64_t> rows, std::string note) const {
  for (std::int64_t row : rows)
    if (row < 0 || row >= this->rows())
      throw ArgumentError("row {} of a table of {} rows was asked for (counted from 0)", row, this->rows());
  std::vector<Column> columns;
  for (const Column& column : this->columns()) {
    const auto width = static_cast<std::size_t>(column.shape.elements());  // 1 but for arrays
    columns.push_back({.name = column.name,
                       .kind = column.kind,
                       .numbers = some_cells(column.numbers, rows, width),
                       .texts = some_cells(column.texts, rows, width),
                       .shape = column.shape,
                       .bytes = some_cells(column.bytes, rows, width),
                       .byte_zero = column.byte_zero,
                       .unit = column.unit});
  }
  TableOptions options = this->options();
  options.parts = some_cells(contents_->parts, rows, 1);
  if (!note.empty()) options.notes.push_back(std::move(note));
  Table result(std::move(columns), std::move(options));
  result.targets_ = targets_;
  return result;
}

Table Table::with_notes(std::span<const std::string> notes) const {
  if (notes.empty()) return *this;
  TableOptions options = this->options();
  options.notes.insert(options.notes.end(), notes.begin(), notes.end());
  Table result({columns().begin(), columns().end()}, std::move(options));
  result.targets_ = targets_;
  return result;
}

Table Table::without(std::span<const std::string> names_or_positions) const {
  if (names_or_positions.empty()) return *this;
  std::vector<bool> dropped(columns().size(), false);
  for (const std::string& name : names_or_positions) {
    const std::size_t place = index(name);
    if (is_target(place)) throw DataError("{}: '{}' is a target; it cannot be left out", source(), column(place).name);
    dropped[place] = true;
  }
  std::vector<Column> kept;
  TableOptions options = this->options();
  for (std::size_t i = 0; i < columns().size(); ++i) {
    if (!dropped[i])
      kept.push_back(column(i));
    else if (std::find(options.left_out.begin(), options.left_out.end(), column(i).name) == options.left_out.end())
      options.left_out.push_back(column(i).name);
  }
  for (std::size_t target : targets_) options.targets.push_back(column(target).name);
  return Table(std::move(kept), std::move(options));
}

}  // namespace ansatz::data
