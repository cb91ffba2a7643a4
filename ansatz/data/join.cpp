// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/join.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"

namespace ansatz::data {

namespace {

/// Whether a file without header gave the columns their names: c1, c3, …
bool has_no_names(const Table& table) {
  return std::all_of(table.columns().begin(), table.columns().end(), [](const Column& column) {
    return column.name.size() > 1 && column.name[0] == 'c' &&
           column.name.find_first_not_of("0123456789", 1) == std::string::npos;
  });
}

/// Where each column of `table` stands in `other`.
std::vector<std::size_t> places_in(const Table& table, const Table& other) {
  std::vector<std::size_t> places;
  std::vector<std::string> missing, names;
  for (const Column& column : other.columns()) names.push_back(column.name);
  for (const Column& column : table.columns()) {
    if (const std::optional<std::size_t> place = other.find(column.name))
      places.push_back(*place);
    else
      missing.push_back(column.name);
  }
  const bool by_position = has_no_names(table) || has_no_names(other);
  if (by_position && names.size() != table.columns().size())
    throw DataError("{}: has {} columns and {} has {}; without names they are found by position and must be as many",
                    other.source(), names.size(), table.source(), table.columns().size());
  if (missing.empty()) return places;
  if (!by_position)
    throw DataError("{}: has no column '{}' as {} has; there are '{}'", other.source(), fmt::join(missing, "', '"),
                    table.source(), fmt::join(names, "', '"));
  places.clear();
  for (std::size_t i = 0; i < names.size(); ++i) places.push_back(i);
  return places;
}

Column as_text(const Column& numbers) {
  Column column{.name = numbers.name, .kind = ColumnKind::text};
  for (std::int64_t row = 0; row < numbers.rows(); ++row)
    column.texts.push_back(numbers.is_missing(row) ? ""
                                                   : format_number(numbers.numbers[static_cast<std::size_t>(row)]));
  return column;
}

/// The cells as numbers, where they may be bytes.
std::vector<double> numbers_of(const Column& column) {
  if (column.bytes.empty()) return column.numbers;
  std::vector<double> numbers;
  numbers.reserve(column.bytes.size());
  for (const std::uint8_t byte : column.bytes) numbers.push_back(byte + column.byte_zero);
  return numbers;
}

template <class T>
void append(std::vector<T>& cells, const std::vector<T>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
}

Column below(const Column& column, const Column& more) {
  Column result{.name = column.name, .kind = column.kind, .texts = column.texts, .shape = column.shape};
  append(result.texts, more.texts);
  const bool bytes = !column.bytes.empty() && !more.bytes.empty() && column.byte_zero == more.byte_zero;
  if (bytes) {
    result.bytes = column.bytes;
    result.byte_zero = column.byte_zero;
    append(result.bytes, more.bytes);
  } else {
    result.numbers = numbers_of(column);
    append(result.numbers, numbers_of(more));
  }
  return result;
}

}  // namespace

Table aligned(const Table& table, const Table& other) {
  const std::vector<std::size_t> places = places_in(table, other);
  std::vector<Column> columns;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Column& wanted = table.column(i);
    Column column = other.column(places[i]);
    if (wanted.kind == ColumnKind::text && column.kind == ColumnKind::numeric) column = as_text(column);
    if (column.kind != wanted.kind || column.shape != wanted.shape)
      throw DataError("{}: column '{}' is {}{}, and in {} it is {}{}", other.source(), column.name,
                      name_of(column.kind), column.shape.rank() > 0 ? " " + to_string(column.shape) : "",
                      table.source(), name_of(wanted.kind),
                      wanted.shape.rank() > 0 ? " " + to_string(wanted.shape) : "");
    column.name = wanted.name;
    columns.push_back(std::move(column));
  }
  TableOptions options{.source = other.source()};
  for (const std::size_t target : table.targets()) options.targets.push_back(table.column(target).name);
  options.notes.assign(other.notes().begin(), other.notes().end());
  options.missing.assign(other.missing().begin(), other.missing().end());
  options.left_out.assign(other.left_out().begin(), other.left_out().end());
  for (std::size_t i = 0; i < other.columns().size(); ++i)
    if (std::find(places.begin(), places.end(), i) == places.end()) {
      options.left_out.push_back(other.column(i).name);
      options.notes.push_back(fmt::format("column '{}' of {} is left out", other.column(i).name, other.source()));
    }
  return Table(std::move(columns), std::move(options));
}

Table with_part(const Table& table, Part part, const Table& other) {
  if (part == Part::train) throw ArgumentError("rows for training were added; validation or test is expected");
  const char* const name = part == Part::validation ? "validation" : "test";
  std::vector<Part> parts(table.parts().begin(), table.parts().end());
  if (std::find(parts.begin(), parts.end(), part) != parts.end())
    throw DataError("{}: has rows for {} itself; {} cannot be added to them", table.source(), name, other.source());
  const Table rows = aligned(table, other);
  parts.resize(static_cast<std::size_t>(table.rows()), Part::train);
  parts.resize(static_cast<std::size_t>(table.rows() + rows.rows()), part);
  std::vector<Column> columns;
  for (std::size_t i = 0; i < table.columns().size(); ++i) columns.push_back(below(table.column(i), rows.column(i)));
  TableOptions options{.source = table.source(), .parts = std::move(parts)};
  for (const std::size_t target : table.targets()) options.targets.push_back(table.column(target).name);
  options.notes.assign(table.notes().begin(), table.notes().end());
  options.notes.push_back(fmt::format("the {} rows of {} are for {}", rows.rows(), rows.source(), name));
  options.notes.insert(options.notes.end(), rows.notes().begin() + static_cast<std::ptrdiff_t>(other.notes().size()),
                       rows.notes().end());
  options.missing.assign(table.missing().begin(), table.missing().end());
  options.left_out.assign(table.left_out().begin(), table.left_out().end());
  return Table(std::move(columns), std::move(options));
}

}  // namespace ansatz::data
