// SPDX-License-Identifier: BSD-3-Clause
// What kind each column of a text file is, and how its numbers and times are written.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"
#include "ansatz/data/readers/column_requests.hpp"
#include "ansatz/data/readers/csv_layout.hpp"

namespace ansatz::data {
namespace {

/// The first cells of one column, those left out that are missing.
struct Sample {
  std::vector<std::string_view> cells;
  std::size_t numbers = 0, texts = 0, missing_words = 0;
  bool not_finite = false;
  PointEvidence evidence;
};

Sample sample_of(const Rows& rows, std::size_t first, std::size_t column, const MissingMarks& missing) {
  Sample sample;
  for (std::size_t i = first; i < rows.size(); ++i) {
    if (column >= rows[i].size() || rows[i][column].empty() || missing.contains(rows[i][column])) continue;
    const std::string_view cell = rows[i][column];
    double value = 0;
    if (says_missing(cell)) {
      ++sample.missing_words;
      continue;
    }
    switch (parse_number(cell, value)) {
      case Spelling::number: ++sample.numbers; break;
      case Spelling::other: ++sample.texts; break;
      case Spelling::not_finite: sample.not_finite = true; continue;
    }
    sample.cells.push_back(cell);
  }
  return sample;
}

bool holds_commas(const Sample& sample) {
  return sample.texts > 0 && std::any_of(sample.cells.begin(), sample.cells.end(), [](std::string_view cell) {
           return cell.find(',') != std::string_view::npos;
         });
}

/// The unit of all cells, when each is a number with the same one; a unit without a blank before it is believed where
/// the numbers have fractions or are many.
std::optional<std::string> common_unit(const Sample& sample, const NumberFormat& format) {
  std::optional<std::string> unit;
  bool glued = false, fraction = false;
  std::set<double> values;
  for (std::string_view cell : sample.cells) {
    const auto number = read_spelt(cell, format);
    if (!number || (unit && *unit != number->unit)) return std::nullopt;
    unit = number->unit;
    glued |= number->glued;
    fraction |= number->fraction;
    values.insert(number->value);
  }
  constexpr std::size_t many = 10;
  return glued && !fraction && values.size() < many ? std::nullopt : unit;
}

/// The order in which all cells are times; nothing when there is none. @throws DataError when there are two.
std::optional<DateOrder> common_order(const Sample& sample, std::string_view name, std::string_view file) {
  std::vector<DateOrder> fitting;
  for (DateOrder order : date_orders)
    if (!sample.cells.empty() && std::all_of(sample.cells.begin(), sample.cells.end(), [&](std::string_view cell) {
          return parse_time(cell, order).has_value();
        }))
      fitting.push_back(order);
  if (fitting.empty()) return std::nullopt;
  const bool same = std::all_of(sample.cells.begin(), sample.cells.end(), [&](std::string_view cell) {
    return std::all_of(fitting.begin(), fitting.end(),
                       [&](DateOrder order) { return parse_time(cell, order) == parse_time(cell, fitting[0]); });
  });
  if (same || sample.cells[0].find('.') != std::string_view::npos) return fitting[0];
  throw DataError(
      "{}: column '{}' holds dates, as \"{}\", whose day and month cannot be told apart: say {} or {}, or leave it out "
      "({})",
      file, name, sample.cells[0], option_hint("as", fmt::format("{}=dmy", name)),
      option_hint("as", fmt::format("{}=mdy", name)), option_hint("drop", name));
}

/// Numbers that cannot be read with certainty must not become one input for each of them.
void report_numbers(const Sample& sample, std::string_view name, std::string_view file) {
  constexpr std::size_t few = 20, few_units = 5;
  const NumberFormat point{.groups = ","}, comma{.points = ",", .groups = "."};
  std::unordered_set<std::string_view> distinct;
  std::set<std::string> units;
  std::vector<std::string_view> unusual;
  std::size_t alike = 0;
  for (std::string_view cell : sample.cells) {
    auto number = read_spelt(cell, point);
    if (!number) number = read_spelt(cell, comma);
    if (!number) continue;
    ++alike;
    units.insert(number->unit);
    double plain = 0;
    if (distinct.insert(cell).second && parse_number(cell, plain) != Spelling::number && unusual.size() < 2)
      unusual.push_back(cell);
  }
  if (2 * alike < sample.cells.size() || distinct.size() <= few || units.size() > few_units || unusual.size() < 2)
    return;
  const bool units_differ = units.size() > 1;
  throw DataError(
      "{}: column '{}' holds numbers that are not certain, as \"{}\" and \"{}\"{} (read it as categories: {}; leave it "
      "out: {})",
      file, name, unusual[0], unusual[1],
      units_differ ? "; numbers with one unit are expected"
                   : fmt::format(": say whether the comma is a decimal comma ({}) or not ({})",
                                 option_hint("decimal", ","), option_hint("decimal", ".")),
      option_hint("as", fmt::format("{}=category", name)), option_hint("drop", name));
}

/// Numeric unless texts are in the majority: a few texts among numbers are errors to report, not a kind of column.
void decide_kind(const Sample& sample, Wanted wanted, bool is_target, std::string_view file, ColumnLayout& column) {
  switch (wanted) {
    case Wanted::category: column.kind = ColumnKind::text; return;
    case Wanted::day_first:
    case Wanted::month_first:
      column.kind = ColumnKind::time;
      column.order = wanted == Wanted::day_first ? DateOrder::day_first : DateOrder::month_first;
      return;
    case Wanted::time:
      column.kind = ColumnKind::time;
      column.order = common_order(sample, column.name, file).value_or(DateOrder::year_first);
      return;
    case Wanted::as_it_looks:
    case Wanted::number:
    case Wanted::drop: break;
  }
  if (sample.texts == 0 && sample.numbers > 0 && column.format.points.find('.') != std::string::npos) {
    column.kind = ColumnKind::numeric;
  } else if (const auto unit = common_unit(sample, column.format)) {
    column.kind = ColumnKind::numeric;
    column.format.unit = *unit;
    if (column.unit.empty()) column.unit = *unit;
  } else if (wanted == Wanted::number) {
    column.kind = ColumnKind::numeric;
  } else if (sample.cells.empty()) {
    if (sample.not_finite || sample.missing_words > 0) column.kind = ColumnKind::numeric;
  } else if (const auto order =
                 sample.numbers == 0 && !is_target ? common_order(sample, column.name, file) : std::nullopt) {
    column.kind = ColumnKind::time;
    column.order = *order;
  } else if (sample.numbers >= sample.texts) {
    column.kind = ColumnKind::numeric;
  } else {
    report_numbers(sample, column.name, file);
    column.kind = ColumnKind::text;
  }
}

}  // namespace

void decide_kinds(const Rows& rows, const CsvOptions& options, std::string_view file, Layout& layout) {
  const std::vector<std::string> names = layout.names();
  const std::vector<Wanted> wanted = wanted_of(options, names, file);
  std::vector<Sample> samples;
  bool commas = false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const ColumnLayout& column = layout.columns[i];
    const bool used = !column.dropped || column.for_rows;
    samples.push_back(used ? sample_of(rows, static_cast<std::size_t>(layout.records_above), i, column.missing)
                           : Sample{});
    commas |= holds_commas(samples.back());
  }
  PointEvidence all;
  if (options.decimal.empty() && commas)
    for (Sample& sample : samples) {
      for (std::string_view cell : sample.cells) sample.evidence.add(cell);
      all.add(sample.evidence);
    }
  for (std::size_t i = 0; i < names.size(); ++i) {
    ColumnLayout& column = layout.columns[i];
    column.format = !options.decimal.empty() ? format_from(options.decimal)
                                             : format_for(samples[i].evidence, all, layout.dialect.delimiter);
    column.format.blanks = !layout.dialect.fields.empty();
    const bool is_target = std::find(layout.targets.begin(), layout.targets.end(), i) != layout.targets.end();
    if (!column.dropped || column.for_rows) decide_kind(samples[i], wanted[i], is_target, file, column);
  }
}

}  // namespace ansatz::data
