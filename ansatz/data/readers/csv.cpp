// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/csv.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"
#include "ansatz/data/readers/csv_layout.hpp"
#include "ansatz/data/readers/csv_records.hpp"
#include "ansatz/data/readers/finish.hpp"
#include "ansatz/data/readers/reader_rows.hpp"

namespace ansatz::data {
namespace {

/// A cell as it may stand in a message: short and printable.
std::string printable(std::string_view cell) {
  constexpr std::size_t longest = 40;
  std::string text(cell.substr(0, longest));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7F') c = ' ';
  if (!is_clean_text(text))
    for (char& c : text)
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  return text + (cell.size() > longest ? "..." : "");
}

std::string quote(std::string_view cell) { return fmt::format("\"{}\"", printable(cell)); }

/// Collects the cells of one column.
class ColumnBuilder {
 public:
  ColumnBuilder(ColumnLayout layout, bool has_header) : layout_(std::move(layout)), has_header_(has_header) {
    column_.name = layout_.name;
  }

  bool is_read() const { return !layout_.dropped || layout_.for_rows; }

  void add(std::string_view cell, const Place& place) {
    if (layout_.kind == ColumnKind::numeric) return add_number(cell, place);
    if (layout_.kind == ColumnKind::text) return add_text(cell, place);
    add_undecided(cell, place);
  }

  Column finish() {
    column_.kind = layout_.kind.value_or(ColumnKind::numeric);
    column_.numbers.shrink_to_fit();
    column_.texts.shrink_to_fit();
    return std::move(column_);
  }

 private:
  static constexpr double missing = std::numeric_limits<double>::quiet_NaN();

  void add_number(std::string_view cell, const Place& place) {
    double value = missing;
    const Spelling spelling = parse_number(cell, value);
    if (spelling == Spelling::number) {
      if (!layout_.missing.numbers.empty() && layout_.missing.contains(value)) value = missing;
    } else if (!cell.empty() && !layout_.missing.contains(cell)) {
      refuse(cell, spelling, place);
    }
    column_.numbers.push_back(value);
  }

  void add_text(std::string_view cell, const Place& place) {
    if (layout_.missing.contains(cell)) cell = {};
    if (!is_clean_text(cell))
      throw DataError("{}:{}: column '{}' holds {}, which is not UTF-8 (convert the file: iconv -f LATIN1 -t UTF-8)",
                      place.file, place.line, layout_.name, quote(cell));
    column_.texts.emplace_back(cell);
  }

  /// The first cell that is not missing decides.
  void add_undecided(std::string_view cell, const Place& place) {
    double value = 0;
    if (cell.empty() || layout_.missing.contains(cell)) {
      column_.numbers.push_back(missing);
    } else if (parse_number(cell, value) != Spelling::other) {
      layout_.kind = ColumnKind::numeric;
      add_number(cell, place);
    } else {
      layout_.kind = ColumnKind::text;
      column_.texts.resize(column_.numbers.size());
      column_.numbers.clear();
      add_text(cell, place);
    }
  }

  [[noreturn]] void refuse(std::string_view cell, Spelling spelling, const Place& place) const {
    const std::string found =
        fmt::format("{}:{}: column '{}' holds {}", place.file, place.line, layout_.name, quote(cell));
    if (spelling == Spelling::not_finite)
      throw DataError("{}; finite numbers are expected (treat it as missing: {})", found,
                      option_hint("missing", printable(cell)));
    if (cell.find_first_not_of("+-0123456789,") == std::string_view::npos &&
        std::count(cell.begin(), cell.end(), ',') == 1)
      throw DataError("{}; numbers are expected, with a decimal point instead of a comma", found);
    const std::string header_hint = !has_header_ && place.line == 1
                                        ? fmt::format("; or is this line a header? ({})", option_hint("header", "yes"))
                                        : "";
    throw DataError(
        "{}; numbers are expected (treat it as missing: {}; read the column as text: {}; leave it out: {}{})", found,
        option_hint("missing", printable(cell)), option_hint("text", layout_.name), option_hint("drop", layout_.name),
        header_hint);
  }

  ColumnLayout layout_;
  bool has_header_;
  Column column_;
};

[[noreturn]] void refuse_length(const Record& record, std::size_t expected, const Place& place, char delimiter) {
  throw DataError("{}:{}: has {} cell{}; {} are expected, as in the first row (cells are separated by {})", place.file,
                  place.line, record.cells.size(), record.cells.size() == 1 ? "" : "s", expected,
                  describe_delimiter(delimiter));
}

std::vector<std::string> describe(const Layout& layout, const std::vector<Column>& columns, std::int64_t comments) {
  std::vector<std::string> notes;
  const std::size_t total = layout.columns.size();
  notes.push_back(fmt::format("{} rows, {} column{} separated by {}", columns.front().rows(), total,
                              total == 1 ? "" : "s", describe_delimiter(layout.delimiter)));
  if (layout.has_header)
    notes.emplace_back("the first line names the columns");
  else
    notes.push_back(
        fmt::format("no header: the columns are called {}", total == 1 ? "c1" : fmt::format("c1 to c{}", total)));
  if (comments > 0) notes.push_back(fmt::format("{} comment line{} skipped", comments, comments == 1 ? "" : "s"));
  std::vector<std::string> names;
  for (const ColumnLayout& column : layout.columns) names.push_back(column.name);
  for (std::size_t target : layout.targets) notes.push_back(target_note(names, names[target], layout.targets.size()));
  return notes;
}

/// All rows, as Reader::read says.
Table parse_csv(const std::filesystem::path& path, const CsvOptions& options) {
  RecordReader reader(path);
  Layout layout = detect_layout(reader.start(), reader.whole_file(), options, reader.file());

  std::vector<ColumnBuilder> builders;
  for (const ColumnLayout& column : layout.columns) builders.emplace_back(column, layout.has_header);
  Record record;
  if (layout.has_header) reader.next(layout.delimiter, record);
  while (reader.next(layout.delimiter, record)) {
    const Place place{reader.file(), reader.line()};
    if (record.cells.size() != builders.size()) refuse_length(record, builders.size(), place, layout.delimiter);
    for (std::size_t i = 0; i < builders.size(); ++i)
      if (builders[i].is_read()) builders[i].add(record.cells[i], place);
  }

  std::vector<Column> columns;
  std::vector<std::string> left_out;
  for (std::size_t i = 0; i < builders.size(); ++i) {
    if (layout.columns[i].dropped) left_out.push_back(layout.columns[i].name);
    if (builders[i].is_read()) columns.push_back(builders[i].finish());
  }
  std::vector<std::string> notes = describe(layout, columns, reader.comments());
  std::vector<std::string> targets;
  for (std::size_t target : layout.targets) targets.push_back(layout.columns[target].name);
  return Table(std::move(columns), {.targets = std::move(targets),
                                    .source = reader.file(),
                                    .notes = std::move(notes),
                                    .missing = std::move(layout.missing),
                                    .left_out = std::move(left_out)});
}

}  // namespace

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
