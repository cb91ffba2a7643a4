// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/column_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"

namespace ansatz::data {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

std::string quote_cell(std::string_view cell) { return fmt::format("\"{}\"", printable_cell(cell)); }

}  // namespace

std::string printable_cell(std::string_view cell) {
  constexpr std::size_t longest = 40;
  std::string text(cell.substr(0, longest));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7F') c = ' ';
  if (!is_clean_text(text))
    for (char& c : text)
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  return text + (cell.size() > longest ? "..." : "");
}

ColumnBuilder::ColumnBuilder(ColumnLayout layout, bool has_header)
    : layout_(std::move(layout)),
      has_header_(has_header),
      plain_first_(layout_.format.points.find('.') != std::string::npos) {
  column_.name = layout_.name;
}

void ColumnBuilder::add(std::string_view cell, const Place& place) {
  if (!layout_.kind) return add_undecided(cell, place);
  switch (*layout_.kind) {
    case ColumnKind::numeric: return add_number(cell, place);
    case ColumnKind::time: return add_time(cell, place);
    case ColumnKind::text:
    case ColumnKind::array: break;
  }
  add_text(cell, place);
}

Column ColumnBuilder::finish() {
  column_.kind = layout_.kind.value_or(ColumnKind::numeric);
  if (column_.kind == ColumnKind::numeric) column_.unit = layout_.unit;
  column_.numbers.shrink_to_fit();
  column_.texts.shrink_to_fit();
  return std::move(column_);
}

void ColumnBuilder::add_number(std::string_view cell, const Place& place) {
  double value = no_number;
  if (plain_first_ && layout_.format.unit.empty() && parse_number(cell, value) == Spelling::number) {
    if (!layout_.missing.numbers.empty() && layout_.missing.contains(value)) value = no_number;
    if (cell.size() > 1 && cell[0] == '0' && cell[1] >= '0' && cell[1] <= '9' && leading_zeros_.empty())
      leading_zeros_ = cell;
  } else if (!is_absent(cell)) {
    const auto number = read_spelt(cell, layout_.format);
    if (number && number->unit == layout_.format.unit) {
      double plain = 0;
      if (parse_number(cell, plain) != Spelling::number || plain != number->value) conversions_.add(*number);
      value = layout_.missing.contains(number->value) ? no_number : number->value;
    } else {
      refuse(cell, place);
    }
  }
  column_.numbers.push_back(value);
}

void ColumnBuilder::add_time(std::string_view cell, const Place& place) {
  double value = no_number;
  if (!is_absent(cell)) {
    const auto time = parse_time(cell, layout_.order);
    if (time)
      value = *time;
    else
      refuse(cell, place);
  }
  column_.numbers.push_back(value);
}

bool ColumnBuilder::is_absent(std::string_view cell) {
  if (cell.empty() || layout_.missing.contains(cell)) return true;
  if (!says_missing(cell)) return false;
  ++missing_words_[std::string(cell)];
  return true;
}

void ColumnBuilder::add_text(std::string_view cell, const Place& place) {
  if (layout_.missing.contains(cell)) cell = {};
  if (!is_clean_text(cell))
    throw DataError("{}:{}: column '{}' holds {}, which is not UTF-8 (convert the file: iconv -f LATIN1 -t UTF-8)",
                    place.file, place.line, layout_.name, quote_cell(cell));
  column_.texts.emplace_back(cell);
}

/// The first cell that is not missing decides.
void ColumnBuilder::add_undecided(std::string_view cell, const Place& place) {
  double value = 0;
  if (cell.empty() || layout_.missing.contains(cell)) {
    column_.numbers.push_back(no_number);
  } else if (says_missing(cell) || parse_number(cell, value) != Spelling::other) {
    layout_.kind = ColumnKind::numeric;
    add_number(cell, place);
  } else {
    layout_.kind = ColumnKind::text;
    column_.texts.resize(column_.numbers.size());
    column_.numbers.clear();
    add_text(cell, place);
  }
}

void ColumnBuilder::refuse(std::string_view cell, const Place& place) {
  constexpr std::size_t most = 20;  // texts that are remembered
  if (faults_.cells++ == 0) faults_.first = fault(cell, place);
  const std::string text = printable_cell(cell);
  if (faults_.texts.size() < most || faults_.texts.contains(text)) ++faults_.texts[text];
}

std::string ColumnBuilder::fault(std::string_view cell, const Place& place) const {
  const std::string found =
      fmt::format("{}:{}: column '{}' holds {}", place.file, place.line, layout_.name, quote_cell(cell));
  double value = 0;
  if (parse_number(cell, value) == Spelling::not_finite)
    return fmt::format("{}; finite numbers are expected (treat it as missing: {})", found,
                       option_hint("missing", printable_cell(cell)));
  if (layout_.kind == ColumnKind::numeric && layout_.format.points == "." &&
      read_spelt(cell, {.points = ",", .groups = "."}))
    return fmt::format(
        "{}; numbers are expected, with a decimal point instead of a comma ({}) or without separators ({})", found,
        option_hint("decimal", ","), option_hint("decimal", "."));
  const std::string header_hint = !has_header_ && place.line == 1
                                      ? fmt::format("; or is this line a header? ({})", option_hint("header", "yes"))
                                      : "";
  return fmt::format("{}; {} are expected{} (treat it as missing: {}; read the column as text: {}; leave it out: {}{})",
                     found, layout_.kind == ColumnKind::time ? "dates or times" : "numbers",
                     layout_.format.unit.empty() ? "" : fmt::format(" with the unit {}", layout_.format.unit),
                     option_hint("missing", printable_cell(cell)), option_hint("text", layout_.name),
                     option_hint("drop", layout_.name), header_hint);
}

}  // namespace ansatz::data
