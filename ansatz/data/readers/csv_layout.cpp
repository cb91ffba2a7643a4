// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/csv_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"
#include "ansatz/data/readers/column_requests.hpp"
#include "ansatz/data/readers/finish.hpp"

namespace ansatz::data {
namespace {

constexpr std::size_t sampled_rows = 1000;  // rows that decide about header and kinds

void check_delimiter(char delimiter) {
  const bool alphanumeric = (delimiter >= '0' && delimiter <= '9') || (delimiter >= 'a' && delimiter <= 'z') ||
                            (delimiter >= 'A' && delimiter <= 'Z');
  if (alphanumeric || std::string_view("\"\n\r.+-#").find(delimiter) != std::string_view::npos)
    throw ArgumentError("{} cannot be the delimiter; a comma, tab, semicolon, blank or another sign is expected",
                        describe_delimiter(delimiter));
}

/// Names from the header, or c1, c2, ...; a column whose header cell is empty is called by its position too. What comes
/// again gets a number.
void name_columns(const std::vector<std::string>& header, std::string_view file, Layout& layout) {
  std::map<std::string, std::size_t> seen;
  std::vector<std::string> renamed;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    std::string& name = layout.columns[i].name;
    layout.columns[i].nameless = !header.empty() && (header[i].empty() || header[i].starts_with("Unnamed: "));
    name = header.empty() || header[i].empty() ? fmt::format("c{}", i + 1) : header[i];
    if (!is_clean_text(name))
      throw DataError("{}: the name of column {} is not UTF-8 (convert the file: iconv -f LATIN1 -t UTF-8)", file,
                      i + 1);
    const std::string given = name;
    for (std::size_t count = 2; seen.contains(name); ++count) name = fmt::format("{}.{}", given, count);
    if (name != given)
      renamed.push_back(fmt::format("column {} is called '{}', as column {} is called '{}' too", i + 1, name,
                                    seen[given] + 1, given));
    seen.emplace(name, i);
  }
  constexpr std::size_t shown = 3;
  for (std::size_t i = 0; i < std::min(shown, renamed.size()); ++i) layout.notes.push_back(renamed[i]);
  if (renamed.size() > shown)
    layout.notes.push_back(fmt::format("{} more columns whose names occur twice are numbered", renamed.size() - shown));
}

/// "0:4,5:9": characters from 0, ends excluded.
std::vector<CellRange> fields_from(std::string_view text) {
  std::vector<CellRange> fields;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const std::string_view range = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    CellRange field;
    const char* const end = range.data() + range.size();
    const auto first = std::from_chars(range.data(), end, field.begin);
    const bool has_colon = first.ec == std::errc{} && first.ptr != end && *first.ptr == ':';
    const auto last = has_colon ? std::from_chars(first.ptr + 1, end, field.end) : first;
    if (!has_colon || last.ec != std::errc{} || last.ptr != end || field.begin >= field.end)
      throw ArgumentError(
          "\"{}\" was given for columns of fixed width; characters from 0, ends excluded, are expected, like 0:4,5:9",
          text);
    fields.push_back(field);
  }
  return fields;
}

/// Rows that end in a delimiter have no last column; a header that is one cell shorter than the rows names all but the
/// first.
void mend_lengths(Rows& rows, Layout& layout) {
  const std::size_t width = rows[0].size();
  const auto others_have = [&](std::size_t length, bool empty_end) {
    return rows.size() > 1 && std::all_of(rows.begin() + 1, rows.end(), [&](const auto& row) {
             return row.size() == length && (!empty_end || row.back().empty());
           });
  };
  const bool ends_empty = width > 1 && rows[0].back().empty();
  if (others_have(width + 1, true) || (ends_empty && others_have(width, true))) {
    for (auto& row : rows)
      if (row.size() > width || ends_empty) row.pop_back();
    layout.notes.emplace_back("the empty column behind the last delimiter is ignored");
  } else if (ends_empty && others_have(width - 1, false)) {
    rows[0].pop_back();
  } else if (others_have(width + 1, false) && std::none_of(rows[0].begin(), rows[0].end(), [](const auto& cell) {
               double value = 0;
               return parse_number(cell, value) == Spelling::number;
             })) {
    rows[0].insert(rows[0].begin(), "");
    layout.notes.emplace_back("the header is one cell shorter than the rows: the first column has no name");
  }
}

/// The names in a comment directly above the table, if it is as many as there are columns.
std::vector<std::string> names_in_comment(std::string_view start, bool whole_file, const Rows& rows,
                                          const Layout& layout, std::string_view file) {
  const std::string comment = comment_above(start, whole_file, layout.dialect, file);
  const Rows found = first_rows(comment, true, layout.dialect, 1, file);
  if (found.empty() || found[0].size() != rows[0].size() || rows[0].size() < 2) return {};
  const auto is_name = [](const std::string& cell) {
    double value = 0;
    return !cell.empty() && parse_number(cell, value) == Spelling::other;
  };
  return std::all_of(found[0].begin(), found[0].end(), is_name) ? found[0] : std::vector<std::string>{};
}

/// The names above the table, which are counted among the records that are no data; none where there is no header.
std::vector<std::string> find_header(std::string_view start, bool whole_file, const Rows& rows,
                                     const CsvOptions& options, const Preamble& preamble, std::string_view file,
                                     Layout& layout) {
  MissingMarks any_column;  // before names are known
  for (const std::string& mark : options.missing) {
    any_column.add(mark);
    if (const std::size_t equals = mark.find('='); equals != std::string::npos) any_column.add(mark.substr(equals + 1));
  }
  std::vector<std::string> names;
  if (!preamble.names.empty()) {
    if (preamble.names.size() != rows[0].size())
      throw DataError("{}: {} columns are named above the rows, the first of which has {} cells", file,
                      preamble.names.size(), rows[0].size());
    names = preamble.names;
    layout.header_note = "the lines above name the columns";
  } else if (options.header.value_or(detect_header(rows, any_column))) {
    names = rows[0];
    layout.has_header = true;
    layout.records_above = 1;
    layout.header_note = "the first line names the columns";
    if (rows.size() == 1)
      throw DataError("{}: has only a header ({}); rows are expected below it", file, fmt::join(names, ", "));
  } else if (!options.header && layout.dialect.fields.empty()) {
    names = names_in_comment(start, whole_file, rows, layout, file);
    if (!names.empty()) layout.header_note = "the comment above the table names the columns";
  }
  if (names.empty())
    layout.header_note = fmt::format("no header: the columns are called {}",
                                     rows[0].size() == 1 ? "c1" : fmt::format("c1 to c{}", rows[0].size()));
  return names;
}

/// The units below the header, if there is such a row.
void find_units(const Rows& rows, Layout& layout) {
  const auto index = static_cast<std::size_t>(layout.records_above);
  if (!detect_units(rows, index, {})) return;
  std::vector<std::string> said;
  for (std::size_t i = 0; i < layout.columns.size() && i < rows[index].size(); ++i) {
    layout.columns[i].unit = rows[index][i];
    if (!rows[index][i].empty()) said.push_back(fmt::format("{} in {}", layout.columns[i].name, rows[index][i]));
  }
  ++layout.records_above;
  layout.notes.push_back(fmt::format("the line below the header holds units: {}", fmt::join(said, ", ")));
}

/// Drops what ReadOptions::only does not name.
void keep_only(const std::vector<std::string>& only, const std::vector<std::string>& names, Layout& layout,
               std::string_view file) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto is_it = [&](const std::string& wanted) { return wanted == names[i] || wanted == std::to_string(i + 1); };
    if (std::none_of(only.begin(), only.end(), is_it)) layout.columns[i].dropped = true;
  }
  if (std::all_of(layout.columns.begin(), layout.columns.end(), [](const ColumnLayout& c) { return c.dropped; }))
    static_cast<void>(find_column(names, only.front(), file));  // says what there is instead
}

std::optional<std::size_t> find_target(const std::vector<std::string>& names, const Layout& layout,
                                       const std::string& target, std::string_view file) {
  const bool is_name = std::find(names.begin(), names.end(), target) != names.end();
  if (target == "none" && !is_name) return std::nullopt;
  if (target.empty() || (target == "last" && !is_name)) {
    std::size_t last = names.size() - 1;
    while (layout.columns[last].dropped) --last;
    return last;
  }
  const std::size_t index = find_column(names, target, file);
  if (layout.columns[index].dropped)
    throw DataError("{}: column '{}' is the target and cannot be dropped", file, names[index]);
  return index;
}

std::vector<std::size_t> find_targets(const std::vector<std::string>& names, const Layout& layout,
                                      const CsvOptions& options, std::string_view file) {
  std::vector<std::size_t> found;
  const std::vector<std::string> wanted = options.targets.empty() ? std::vector{options.target} : options.targets;
  for (const std::string& target : wanted)
    if (const auto place = find_target(names, layout, target, file)) found.push_back(*place);
  return found;
}

}  // namespace

std::string describe_delimiter(char delimiter) {
  switch (delimiter) {
    case ',': return "commas";
    case '\t': return "tabs";
    case ';': return "semicolons";
    case blanks: return "blanks";
    default: return fmt::format("'{}'", delimiter);
  }
}

std::vector<std::string> Layout::names() const {
  std::vector<std::string> result;
  for (const ColumnLayout& column : columns) result.push_back(column.name);
  return result;
}

Layout detect_layout(std::string_view start, bool whole_file, const CsvOptions& options, const Preamble& preamble,
                     std::string_view file) {
  Layout layout;
  if (options.delimiter != 0) check_delimiter(options.delimiter);
  if (!options.fixed.empty())
    layout.dialect.fields = fields_from(options.fixed);
  else
    layout.dialect = detect_dialect(start, whole_file, options.delimiter != 0 ? options.delimiter : preamble.delimiter,
                                    preamble.comment, file);
  Rows rows = first_rows(start, whole_file, layout.dialect, sampled_rows, file);
  if (rows.empty()) throw DataError("{}: is empty; a table is expected", file);
  layout.notes = preamble.notes;
  if (layout.dialect.quote != '"') layout.notes.emplace_back("apostrophes are the quotes");
  mend_lengths(rows, layout);
  const std::vector<std::string> header = find_header(start, whole_file, rows, options, preamble, file, layout);
  layout.columns.resize(rows[0].size());
  name_columns(header, file, layout);
  if (!header.empty() && preamble.names.empty()) find_units(rows, layout);

  const std::vector<std::string> names = layout.names();
  for (const std::string& column : options.drop) layout.columns[find_column(names, column, file)].dropped = true;
  const std::vector<bool> in_ranges = columns_in(options.columns, names.size(), file);
  for (std::size_t i = 0; i < names.size(); ++i) layout.columns[i].dropped = layout.columns[i].dropped || !in_ranges[i];
  if (!options.only.empty()) keep_only(options.only, names, layout, file);
  if (std::all_of(layout.columns.begin(), layout.columns.end(), [](const ColumnLayout& c) { return c.dropped; }))
    throw DataError("{}: none of its {} columns is left; keep one", file, names.size());
  const std::vector<std::string> needed = names_for_rows(options);
  std::vector<MissingMarks> marks(names.size());
  layout.missing = add_missing_marks(options.missing, names, file, marks);
  for (std::size_t i = 0; i < names.size(); ++i) {
    layout.columns[i].missing = std::move(marks[i]);
    layout.columns[i].for_rows =
        layout.columns[i].dropped && std::find(needed.begin(), needed.end(), names[i]) != needed.end();
  }
  layout.targets = find_targets(names, layout, options, file);
  decide_kinds(rows, options, file, layout);
  return layout;
}

}  // namespace ansatz::data
