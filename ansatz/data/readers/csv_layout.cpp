// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/csv_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"
#include "ansatz/data/readers/finish.hpp"

namespace ansatz::data {
namespace {

constexpr std::size_t sample = 1000;  // rows that decide about header and kinds

void check_delimiter(char delimiter) {
  const bool alphanumeric = (delimiter >= '0' && delimiter <= '9') || (delimiter >= 'a' && delimiter <= 'z') ||
                            (delimiter >= 'A' && delimiter <= 'Z');
  if (alphanumeric || std::string_view("\"\n\r.+-#").find(delimiter) != std::string_view::npos)
    throw ArgumentError("{} cannot be the delimiter; a comma, tab, semicolon, blank or another sign is expected",
                        describe_delimiter(delimiter));
}

/// Names from the header, or c1, c2, ...; a column whose header cell is empty is called by its position too.
std::vector<std::string> column_names(const std::vector<std::string>& first, bool has_header, std::string_view file) {
  std::vector<std::string> names(first.size());
  std::map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < first.size(); ++i) {
    names[i] = has_header && !first[i].empty() ? first[i] : fmt::format("c{}", i + 1);
    if (!is_clean_text(names[i]))
      throw DataError("{}: the name of column {} is not UTF-8 (convert the file: iconv -f LATIN1 -t UTF-8)", file,
                      i + 1);
    const auto [known, is_new] = seen.emplace(names[i], i);
    if (!is_new)
      throw DataError(
          "{}: columns {} and {} are both called '{}'; rename one, or read the file without header "
          "(the columns are then called c1, c2, ...)",
          file, known->second + 1, i + 1, names[i]);
  }
  return names;
}

/// Numeric unless texts are in the majority: a few texts among numbers are errors to report, not a kind of column.
std::optional<ColumnKind> detect_kind(const Rows& rows, std::size_t first, std::size_t column,
                                      const MissingMarks& missing) {
  std::size_t numbers = 0;
  std::size_t texts = 0;
  bool not_finite = false;
  for (std::size_t i = first; i < rows.size(); ++i) {
    if (column >= rows[i].size() || rows[i][column].empty() || missing.contains(rows[i][column])) continue;
    double value = 0;
    switch (parse_number(rows[i][column], value)) {
      case Spelling::number: ++numbers; break;
      case Spelling::other: ++texts; break;
      case Spelling::not_finite: not_finite = true; break;
    }
  }
  if (numbers + texts == 0 && !not_finite) return std::nullopt;
  return numbers >= texts ? ColumnKind::numeric : ColumnKind::text;
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

Layout detect_layout(std::string_view start, bool whole_file, const CsvOptions& options, std::string_view file) {
  Layout layout;
  if (options.delimiter != 0) check_delimiter(options.delimiter);
  layout.delimiter = options.delimiter != 0 ? options.delimiter : detect_delimiter(start, whole_file, file);
  const Rows rows = first_rows(start, whole_file, layout.delimiter, sample, file);
  if (rows.empty()) throw DataError("{}: is empty; a table is expected", file);

  MissingMarks any_column;  // before names are known
  for (const std::string& mark : options.missing) {
    any_column.add(mark);
    if (const std::size_t equals = mark.find('='); equals != std::string::npos) any_column.add(mark.substr(equals + 1));
  }
  layout.has_header = options.header.value_or(detect_header(rows, any_column));
  if (layout.has_header && rows.size() == 1)
    throw DataError("{}: has only a header ({}); rows are expected below it", file, fmt::join(rows[0], ", "));

  const std::vector<std::string> names = column_names(rows[0], layout.has_header, file);
  layout.columns.resize(names.size());
  for (const std::string& column : options.drop) layout.columns[find_column(names, column, file)].dropped = true;
  if (!options.only.empty()) keep_only(options.only, names, layout, file);
  if (std::all_of(layout.columns.begin(), layout.columns.end(), [](const ColumnLayout& c) { return c.dropped; }))
    throw DataError("{}: none of its {} columns is left; keep one", file, names.size());
  const std::vector<std::string> needed = names_for_rows(options);
  std::vector<MissingMarks> marks(names.size());
  layout.missing = add_missing_marks(options.missing, names, file, marks);
  for (std::size_t i = 0; i < names.size(); ++i) {
    layout.columns[i].name = names[i];
    layout.columns[i].missing = std::move(marks[i]);
    layout.columns[i].for_rows =
        layout.columns[i].dropped && std::find(needed.begin(), needed.end(), names[i]) != needed.end();
    layout.columns[i].kind = detect_kind(rows, layout.has_header ? 1 : 0, i, layout.columns[i].missing);
  }
  for (const std::string& column : options.text)
    layout.columns[find_column(names, column, file)].kind = ColumnKind::text;
  layout.targets = find_targets(names, layout, options, file);
  return layout;
}

}  // namespace ansatz::data
