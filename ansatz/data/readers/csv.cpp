// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"
#include "ansatz/data/readers/column_builder.hpp"
#include "ansatz/data/readers/column_requests.hpp"
#include "ansatz/data/readers/csv_layout.hpp"
#include "ansatz/data/readers/csv_records.hpp"
#include "ansatz/data/readers/finish.hpp"
#include "ansatz/data/readers/reader_rows.hpp"

namespace ansatz::data {
namespace {

[[noreturn]] void refuse_length(const Record& record, std::size_t expected, const Place& place, char delimiter) {
  throw DataError("{}:{}: has {} cell{}; {} are expected, as in the first row (cells are separated by {})", place.file,
                  place.line, record.cells.size(), record.cells.size() == 1 ? "" : "s", expected,
                  describe_delimiter(delimiter));
}

std::string list_counts(const std::map<std::string, std::int64_t>& counts) {
  std::vector<std::string> said;
  for (const auto& [text, count] : counts) said.push_back(fmt::format("\"{}\" ({})", text, count));
  return fmt::format("{}", fmt::join(said, ", "));
}

/// One message for all cells of a file that are not what their columns hold.
void refuse_faults(const std::vector<ColumnBuilder>& builders) {
  std::map<std::string, std::int64_t> all;
  std::int64_t cells = 0, columns = 0;
  const std::string* first = nullptr;
  for (const ColumnBuilder& builder : builders) {
    const Faults& faults = builder.faults();
    if (faults.cells == 0) continue;
    if (first == nullptr) first = &faults.first;
    cells += faults.cells;
    ++columns;
    for (const auto& [text, count] : faults.texts) all[text] += count;
  }
  if (first == nullptr) return;
  if (all.size() < 2) throw DataError("{}", *first);
  std::vector<std::string> hints;
  constexpr std::size_t most = 8;
  for (const auto& [text, count] : all)
    if (hints.size() < most) hints.push_back(option_hint("missing", text));
  throw DataError("{}\n  {} cells of {} column{} are of this sort: {}\n  as missing values: {}", *first, cells, columns,
                  columns == 1 ? "" : "s", list_counts(all), fmt::join(hints, " "));
}

/// What was converted, and what was taken as missing.
void describe_cells(const std::vector<ColumnBuilder>& builders, std::vector<std::string>& notes) {
  constexpr std::size_t shown = 10;
  std::vector<std::string> converted;
  std::map<std::string, std::int64_t> missing;
  for (const ColumnBuilder& builder : builders) {
    const std::string& name = builder.layout().name;
    if (builder.conversions().cells() > 0)
      converted.push_back(fmt::format("'{}' ({})", name, builder.conversions().text()));
    for (const auto& [word, count] : builder.missing_words()) missing[word] += count;
    if (!builder.leading_zeros().empty())
      notes.push_back(fmt::format(
          "column '{}' has numbers that begin with zeros, as \"{}\", which numbers do not keep; as names they are "
          "different ({})",
          name, builder.leading_zeros(), option_hint("as", name + "=category")));
  }
  if (!converted.empty()) {
    const std::size_t count = std::min(shown, converted.size());
    notes.push_back(
        fmt::format("numbers in another spelling are read: {}{}",
                    fmt::join(converted.begin(), converted.begin() + static_cast<std::ptrdiff_t>(count), ", "),
                    converted.size() > shown ? fmt::format(" and {} more columns", converted.size() - shown) : ""));
  }
  if (!missing.empty()) notes.push_back(fmt::format("cells taken as missing: {}", list_counts(missing)));
}

std::vector<std::string> describe(const Layout& layout, std::int64_t rows, std::int64_t comments) {
  std::vector<std::string> notes;
  const std::size_t total = layout.columns.size();
  notes.push_back(fmt::format("{} rows, {} column{} {}", rows, total, total == 1 ? "" : "s",
                              layout.dialect.fields.empty()
                                  ? "separated by " + describe_delimiter(layout.dialect.delimiter)
                                  : "of fixed width"));
  notes.push_back(layout.header_note);
  if (comments > 0) notes.push_back(fmt::format("{} comment line{} skipped", comments, comments == 1 ? "" : "s"));
  notes.insert(notes.end(), layout.notes.begin(), layout.notes.end());
  return notes;
}

/// A first column without a name that counts the rows is no input.
bool counts_rows(const ColumnLayout& layout, const Column& column) {
  if (!layout.nameless || column.kind != ColumnKind::numeric || column.rows() < 3) return false;
  for (std::size_t i = 1; i < column.numbers.size(); ++i)
    if (column.numbers[i] != column.numbers[i - 1] + 1) return false;
  return true;
}

/// All rows, as Reader::read says.
Table parse_csv(const std::filesystem::path& path, const CsvOptions& given) {
  const CsvOptions options = with_requests_sorted(given);
  RecordReader reader(path);
  const Preamble preamble = skip_preamble(reader, options);
  return parse_table(reader, preamble, options);
}

}  // namespace

Table parse_table(RecordReader& reader, const Preamble& preamble, const CsvOptions& options) {
  const Layout layout = detect_layout(reader.start(), reader.whole_file(), options, preamble, reader.file());
  std::vector<ColumnBuilder> builders;
  for (const ColumnLayout& column : layout.columns) builders.emplace_back(column, layout.has_header);
  Record record;
  for (std::int64_t i = 0; i < layout.records_above; ++i) reader.next(layout.dialect, record);
  std::int64_t rows = 0;
  for (; reader.next(layout.dialect, record); ++rows) {
    const Place place{reader.file(), reader.line()};
    if (record.cells.size() == builders.size() + 1 && record.cells.back().empty()) record.cells.pop_back();
    if (record.cells.size() != builders.size()) refuse_length(record, builders.size(), place, layout.dialect.delimiter);
    for (std::size_t i = 0; i < builders.size(); ++i)
      if (builders[i].is_read()) builders[i].add(record.cells[i], place);
  }
  refuse_faults(builders);

  const std::vector<std::string> names = layout.names();
  std::vector<std::string> notes = describe(layout, rows, reader.comments());
  describe_cells(builders, notes);
  const std::vector<Wanted> wanted = wanted_of(options, names, reader.file());
  std::vector<Column> columns;
  std::vector<std::string> left_out;
  for (std::size_t i = 0; i < builders.size(); ++i) {
    if (layout.columns[i].dropped) left_out.push_back(names[i]);
    if (!builders[i].is_read()) continue;
    Column column = builders[i].finish();
    const bool is_target = std::find(layout.targets.begin(), layout.targets.end(), i) != layout.targets.end();
    if (wanted[i] == Wanted::as_it_looks && options.only.empty() && !is_target &&
        counts_rows(layout.columns[i], column)) {
      left_out.push_back(names[i]);
      notes.push_back(fmt::format("column {} has no name and counts the rows: it is left out (keep it: {})", i + 1,
                                  option_hint("as", names[i] + "=number")));
      continue;
    }
    columns.push_back(std::move(column));
  }
  std::vector<std::string> targets;
  for (std::size_t target : layout.targets) {
    targets.push_back(names[target]);
    notes.push_back(target_note(names, names[target], layout.targets.size()));
  }
  return Table(std::move(columns), {.targets = std::move(targets),
                                    .source = reader.file(),
                                    .notes = std::move(notes),
                                    .missing = layout.missing,
                                    .left_out = std::move(left_out)});
}

Table read_csv(const std::filesystem::path& path, const CsvOptions& options) {
  return choose_rows(parse_csv(path, options), options);
}

/// The last row of read.hpp's table: what is nothing else is text, or is refused as none.
const Reader csv_reader = {
    .name = "csv",
    .recognises = [](std::string_view, const std::filesystem::path&) { return true; },
    .read = [](const std::filesystem::path& path,
               const ReadOptions& options) { return parse_csv(path == "-" ? "/dev/stdin" : path, options); },
};

}  // namespace ansatz::data
