// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/finish.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/condition.hpp"
#include "ansatz/data/number.hpp"
#include "ansatz/data/readers/column_requests.hpp"
#include "ansatz/data/readers/missing_marks.hpp"
#include "ansatz/data/time.hpp"
#include "ansatz/data/where.hpp"

namespace ansatz::data {
namespace {

std::vector<std::string> names_of(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  return names;
}

/// The columns that `wanted` means: by name or position, or all of an array that became several.
std::vector<std::size_t> find_columns(const std::vector<std::string>& names, const std::string& wanted,
                                      std::string_view source) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i].starts_with(wanted + "[")) found.push_back(i);
  if (found.empty() || std::find(names.begin(), names.end(), wanted) != names.end())
    found = {find_column(names, wanted, source)};
  return found;
}

/// Which columns stay.
std::vector<bool> kept_columns(const std::vector<std::string>& names, const std::vector<std::string>& unread,
                               const ReadOptions& options, std::string_view source) {
  std::vector<bool> kept =
      options.only.empty() ? columns_in(options.columns, names.size(), source) : std::vector<bool>(names.size(), false);
  for (std::size_t i = 0; i < names.size(); ++i)
    for (const std::string& wanted : options.only)
      if (names[i] == wanted || names[i].starts_with(wanted + "[") || std::to_string(i + 1) == wanted) kept[i] = true;
  if (std::none_of(kept.begin(), kept.end(), [](bool keep) { return keep; }))
    static_cast<void>(find_column(names, options.only.front(), source));  // says what there is instead
  for (const std::string& dropped : options.drop) {
    if (std::find(unread.begin(), unread.end(), dropped) != unread.end()) continue;
    for (std::size_t i : find_columns(names, dropped, source)) kept[i] = false;
  }
  if (std::none_of(kept.begin(), kept.end(), [](bool keep) { return keep; }))
    throw DataError("{}: none of its {} columns is left; keep one", source, names.size());
  return kept;
}

void declare_missing(Column& column, const MissingMarks& marks) {
  for (double& value : column.numbers)
    if (marks.contains(value)) value = std::numeric_limits<double>::quiet_NaN();
  for (std::string& text : column.texts)
    if (marks.contains(text)) text.clear();
}

void make_text(Column& column, std::string_view source) {
  if (column.kind == ColumnKind::array)
    throw DataError("{}: column '{}' holds arrays {}, which cannot be read as text", source, column.name,
                    to_string(column.shape));
  if (column.kind == ColumnKind::text) return;
  for (double value : column.numbers) column.texts.push_back(std::isnan(value) ? "" : format_number(value));
  column.numbers.clear();
  column.kind = ColumnKind::text;
}

/// Texts as numbers or times. @throws DataError for a text that is none.
void make_kind(Column& column, Wanted wanted, std::string_view source) {
  if (wanted == Wanted::number && column.kind == ColumnKind::numeric) return;
  if (column.kind != ColumnKind::text)
    throw DataError("{}: column '{}' holds no texts, which alone can be read as numbers or times here", source,
                    column.name);
  const DateOrder order = wanted == Wanted::day_first     ? DateOrder::day_first
                          : wanted == Wanted::month_first ? DateOrder::month_first
                                                          : DateOrder::year_first;
  for (const std::string& text : column.texts) {
    std::optional<double> value;
    double number = 0;
    if (text.empty())
      value = std::numeric_limits<double>::quiet_NaN();
    else if (wanted != Wanted::number)
      value = parse_time(text, order);
    else if (parse_number(text, number) == Spelling::number)
      value = number;
    if (!value)
      throw DataError("{}: column '{}' holds \"{}\" in row {}; {} are expected", source, column.name, text,
                      column.numbers.size() + 1, wanted == Wanted::number ? "numbers" : "dates or times");
    column.numbers.push_back(*value);
  }
  column.texts.clear();
  column.kind = wanted == Wanted::number ? ColumnKind::numeric : ColumnKind::time;
}

/// The targets by name; none where there is nothing but arrays.
std::vector<std::string> target_names(const std::vector<std::string>& names, const std::vector<Column>& columns,
                                      const ReadOptions& options, std::string_view source) {
  std::vector<std::string> wanted = options.targets.empty() ? std::vector{options.target} : options.targets;
  std::vector<std::string> found;
  for (const std::string& target : wanted) {
    const bool is_name = std::find(names.begin(), names.end(), target) != names.end();
    if (target == "none" && !is_name) continue;
    if (!target.empty() && (target != "last" || is_name)) {
      for (std::size_t i : find_columns(names, target, source)) found.push_back(names[i]);
      continue;
    }
    const auto last = std::find_if(columns.rbegin(), columns.rend(),
                                   [](const Column& column) { return column.kind != ColumnKind::array; });
    if (last != columns.rend()) found.push_back(last->name);
  }
  return found;
}

}  // namespace

std::vector<std::string> names_for_rows(const ReadOptions& options) {
  return options.where.empty() ? std::vector<std::string>{} : names_in_condition(options.where);
}

Table choose_rows(const Table& table, const ReadOptions& options) {
  if (options.where.empty()) return table;
  const Table chosen = where(table, options.where);
  std::vector<std::string> for_rows;
  for (const std::string& name : table.left_out())
    if (table.find(name)) for_rows.push_back(name);
  return chosen.without(for_rows);
}

bool is_left_out(std::string_view name, const ReadOptions& options) {
  const auto means = [&](const std::string& given) {
    return given == name || given.starts_with(std::string(name) + "[");
  };
  const std::vector<std::string> needed = names_for_rows(options);
  if (std::any_of(needed.begin(), needed.end(), means)) return false;
  const bool dropped = std::find(options.drop.begin(), options.drop.end(), name) != options.drop.end();
  return dropped || (!options.only.empty() && std::none_of(options.only.begin(), options.only.end(), means));
}

Table finish_table(ReadColumns found, const ReadOptions& given) {
  const ReadOptions options = with_requests_sorted(given);
  if (options.delimiter != 0 || options.header || options.skip != 0 || !options.skip_until.empty() ||
      !options.fixed.empty() || !options.decimal.empty())
    throw ArgumentError(
        "{}: is no text, so that a delimiter, header, decimal point, lines to skip or fixed widths cannot be given for "
        "it",
        found.source);
  const std::vector<std::string> all = names_of(found.columns);
  const std::vector<bool> kept = kept_columns(all, found.unread, options, found.source);
  std::vector<MissingMarks> marks(all.size());
  const std::vector<std::string> missing = add_missing_marks(options.missing, all, found.source, marks);
  for (std::size_t i = 0; i < all.size(); ++i) declare_missing(found.columns[i], marks[i]);
  for (const std::string& text : options.text)
    for (std::size_t i : find_columns(all, text, found.source)) make_text(found.columns[i], found.source);
  for (const std::string& text : options.as) {
    const ColumnRequest request = request_from(text);
    for (std::size_t i : find_columns(all, request.column, found.source))
      make_kind(found.columns[i], request.wanted, found.source);
  }

  std::vector<Column> columns;
  std::vector<Column> for_rows;  // which only the condition needs
  std::vector<std::string> left_out = std::move(found.unread);
  const std::vector<std::string> needed = names_for_rows(options);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!kept[i]) left_out.push_back(all[i]);
    if (kept[i])
      columns.push_back(std::move(found.columns[i]));
    else if (std::find(needed.begin(), needed.end(), all[i]) != needed.end())
      for_rows.push_back(std::move(found.columns[i]));
  }
  std::vector<std::string> targets = target_names(names_of(columns), columns, options, found.source);
  for (Column& column : for_rows) columns.push_back(std::move(column));
  for (const std::string& target : targets) found.notes.push_back(target_note(all, target, targets.size()));
  return Table(std::move(columns), {.targets = std::move(targets),
                                    .source = std::move(found.source),
                                    .notes = std::move(found.notes),
                                    .missing = missing,
                                    .left_out = std::move(left_out),
                                    .parts = std::move(found.parts)});
}

}  // namespace ansatz::data
