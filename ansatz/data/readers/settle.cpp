// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/settle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/moments.hpp"
#include "ansatz/data/number.hpp"
#include "ansatz/data/readers/column_requests.hpp"
#include "ansatz/data/readers/missing_marks.hpp"
#include "ansatz/data/readers/sentinels.hpp"
#include "ansatz/data/time.hpp"

namespace ansatz::data {
namespace {

/// Lower case, with single blanks.
std::string folded(std::string_view text) {
  std::string result;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isspace(byte) == 0)
      result += static_cast<char>(std::tolower(byte));
    else if (!result.empty() && result.back() != ' ')
      result += ' ';
  }
  return result;
}

/// What is to be said of one column.
struct Findings {
  std::string kind;  ///< "category (3 values)"
  std::string left_out = {};
  std::vector<std::string> notes = {};
};

bool are_truth_values(const std::vector<std::string>& values) {
  static const std::set<std::string> words = {"false", "true", "no", "yes", "f", "t", "n", "y", "off", "on"};
  return values.size() == 2 && words.contains(folded(values[0])) && words.contains(folded(values[1])) &&
         folded(values[0]) != folded(values[1]);
}

void find_alike(const std::vector<std::string>& values, const std::string& name, Findings& found) {
  std::map<std::string, std::string> seen;
  std::vector<std::string> alike;
  for (const std::string& value : values) {
    const auto [known, is_new] = seen.emplace(folded(value), value);
    if (!is_new) alike.push_back(fmt::format("\"{}\" and \"{}\"", known->second, value));
  }
  constexpr std::size_t shown = 3;
  if (alike.empty()) return;
  const std::size_t count = std::min(shown, alike.size());
  found.notes.push_back(fmt::format("column '{}' has categories that differ only in capitals or blanks: {}{}", name,
                                    fmt::join(alike.begin(), alike.begin() + static_cast<std::ptrdiff_t>(count), "; "),
                                    alike.size() > shown ? fmt::format(" and {} more", alike.size() - shown) : ""));
}

void find_missing_words(const Column& column, const std::vector<std::string>& values, Findings& found) {
  for (const std::string& value : values)
    if (says_missing(value))
      found.notes.push_back(
          fmt::format("column '{}' has {} cells \"{}\", which are a category here (treat them as missing: {})",
                      column.name, std::count(column.texts.begin(), column.texts.end(), value), value,
                      option_hint("missing", fmt::format("{}={}", column.name, value))));
}

Findings look_at_text(const Table& table, const Column& column) {
  const std::vector<std::string> values = distinct_values(column, all_rows(table));
  constexpr std::size_t few = 30;
  const auto filled = static_cast<std::size_t>(column.rows() - column.missing);
  constexpr std::size_t many = 20;
  const std::string examples = values.size() < 2 ? "" : fmt::format(", as \"{}\" and \"{}\"", values[0], values[1]);
  Findings found{.kind = fmt::format("category of {} values{}", values.size(),
                                     values.size() > many ? examples + ", one input each" : "")};
  if (values.size() > few && 10 * values.size() > 9 * filled)
    found.left_out = fmt::format("{} of {} values differ{}: it identifies the rows", values.size(), filled, examples);
  else if (values.size() == 1 && column.missing == 0)
    found.left_out = fmt::format("it is \"{}\" in all rows", values[0]);
  else if (are_truth_values(values))
    found.kind = fmt::format("boolean, {} or {}", values[0], values[1]);
  find_alike(values, column.name, found);
  find_missing_words(column, values, found);
  return found;
}

Findings look_at_numbers(const Column& column) {
  Findings found{.kind = column.unit.empty() ? "number" : fmt::format("number in {}", column.unit)};
  double low = HUGE_VAL, high = -HUGE_VAL;
  bool counts = column.rows() > 20;
  for (std::size_t i = 0; i < column.numbers.size(); ++i) {
    const double value = column.numbers[i];
    counts &= i == 0 || value == column.numbers[i - 1] + 1;
    if (std::isnan(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) return found;
  if (is_constant_up_to_rounding(low, high))
    found.kind = fmt::format("constant {}{}", format_number(low), low == high ? "" : " up to rounding");
  else if (counts)
    found.notes.push_back(fmt::format("column '{}' counts the rows; if it only numbers them, leave it out ({})",
                                      column.name, option_hint("drop", column.name)));
  return found;
}

Findings look_at_times(const Column& column) {
  const auto given = [](double value) { return !std::isnan(value); };
  const auto first = std::find_if(column.numbers.begin(), column.numbers.end(), given);
  if (first == column.numbers.end()) return {.kind = "time"};
  double low = *first, high = *first;
  for (double value : column.numbers)
    if (given(value)) low = std::min(low, value), high = std::max(high, value);
  const bool of_day = low >= 0 && high < 86400;  // without dates
  const auto text = [&](double time) { return of_day ? format_time(time).substr(11) : format_time(time); };
  return {.kind = fmt::format("time from {} to {}", text(low), text(high))};
}

Findings look_at(const Table& table, const Column& column) {
  switch (column.kind) {
    case ColumnKind::text: return look_at_text(table, column);
    case ColumnKind::time: return look_at_times(column);
    case ColumnKind::numeric: return look_at_numbers(column);
    case ColumnKind::array: break;
  }
  return {.kind = fmt::format("arrays {}", to_string(column.shape))};
}

/// "8 numbers; site: category of 7 values; ..."
std::string describe_kinds(const std::vector<std::pair<std::string, std::string>>& kinds) {
  constexpr std::size_t shown = 12;
  std::map<std::string, std::vector<std::string>> columns_of;
  std::vector<std::string> order;
  for (const auto& [name, kind] : kinds) {
    if (!columns_of.contains(kind)) order.push_back(kind);
    columns_of[kind].push_back(name);
  }
  std::vector<std::string> parts;
  for (const std::string& kind : order) {
    const auto& names = columns_of[kind];
    const std::size_t count = std::min<std::size_t>(names.size(), 4);
    parts.push_back(fmt::format("{}{}: {}",
                                fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count), ", "),
                                names.size() > count ? fmt::format(", ... ({} columns)", names.size()) : "", kind));
    if (parts.size() == shown) break;
  }
  return fmt::format("columns are {}{}", fmt::join(parts, "; "), order.size() > shown ? "; ..." : "");
}

}  // namespace

Table with_targets_only(const Table& table, const ReadOptions& options) {
  if (options.missing_target == MissingTarget::error) return table;
  std::vector<std::int64_t> rows;
  for (std::int64_t row = 0; row < table.rows(); ++row) {
    const auto missing = [&](std::size_t target) { return table.column(target).is_missing(row); };
    if (std::none_of(table.targets().begin(), table.targets().end(), missing)) rows.push_back(row);
  }
  const auto kept = static_cast<std::int64_t>(rows.size());
  if (kept == table.rows()) return table;
  if (kept == 0) throw DataError("{}: no row has a target", table.source());
  return table.with_rows(
      rows, fmt::format("{} of {} rows have no target and are left out", table.rows() - kept, table.rows()));
}

Table settle_columns(const Table& table, const ReadOptions& options) {
  if (!options.only.empty()) return table;
  std::set<std::string> asked_for;
  for (const std::string& column : with_requests_sorted(options).text) asked_for.insert(column);

  std::vector<std::pair<std::string, std::string>> kinds;
  std::vector<std::string> left_out, notes;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const Column& column = table.column(i);
    Findings found = look_at(table, column);
    for (std::string& note : found.notes) notes.push_back(std::move(note));
    if (const std::string note = suspected_sentinels(column); !note.empty()) notes.push_back(note);
    if (table.is_target(i)) continue;
    const bool asked = asked_for.contains(column.name) || asked_for.contains(std::to_string(i + 1));
    if (found.left_out.empty() || asked) {
      kinds.emplace_back(column.name, found.kind);
      continue;
    }
    left_out.push_back(column.name);
    notes.push_back(fmt::format("column '{}' is left out: {} (keep it: {})", column.name, found.left_out,
                                option_hint("as", column.name + "=category")));
  }
  if (!kinds.empty()) notes.insert(notes.begin(), describe_kinds(kinds));
  return table.without(left_out).with_notes(notes);
}

}  // namespace ansatz::data
