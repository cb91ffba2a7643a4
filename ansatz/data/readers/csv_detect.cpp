// SPDX-License-Identifier: BSD-3-Clause
// Which delimiter a file has, and whether its first line is a header.
#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <optional>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"
#include "ansatz/data/readers/csv_layout.hpp"

namespace ansatz::data {
namespace {

bool is_number(std::string_view text) {
  double value = 0;
  return parse_number(text, value) == Spelling::number;
}

/// A number in some spelling, perhaps with a unit behind a blank: "1,5", "7,5 %".
std::optional<SpeltNumber> number_in_some_spelling(std::string_view text) {
  static const NumberFormat point{.groups = ","}, comma{.points = ",", .groups = "."};
  auto number = read_spelt(text, point);
  if (!number) number = read_spelt(text, comma);
  return number && !number->glued ? number : std::nullopt;
}

bool looks_like_number(std::string_view text) { return is_number(text) || number_in_some_spelling(text); }

/// The same without a unit: "2 theta" may be a name.
bool is_bare_number(std::string_view text) {
  if (is_number(text)) return true;
  const auto number = number_in_some_spelling(text);
  return number && number->unit.empty();
}

/// How well a delimiter explains the rows: the part of them that has the most common length, the more the more of
/// their cells are numbers; 0 when it does not split them.
double score(const Rows& rows) {
  std::map<std::size_t, std::size_t> rows_of_length;
  std::size_t cells = 0;
  std::size_t numbers = 0;
  for (const auto& row : rows) {
    ++rows_of_length[row.size()];
    for (const std::string& cell : row) {
      cells += cell.empty() ? 0 : 1;
      numbers += looks_like_number(cell) ? 1 : 0;
    }
  }
  std::pair<std::size_t, std::size_t> most{0, 0};  // rows, length
  for (const auto& [length, count] : rows_of_length) most = std::max(most, std::pair(count, length));
  if (most.second < 2 || cells == 0) return 0;
  const auto ratio = [](std::size_t a, std::size_t b) { return static_cast<double>(a) / static_cast<double>(b); };
  return ratio(most.first, rows.size()) * (1 + ratio(numbers, cells));
}

/// A delimiter and how well it explains the rows.
struct Guess {
  char delimiter = ',';
  double score = 0;
  Rows rows = {};
};

/// The best of all delimiters, or the given one.
Guess best_delimiter(std::string_view start, bool whole_file, char given, Dialect dialect, std::string_view file) {
  constexpr std::array<char, 5> candidates = {'\t', ',', ';', '|', blanks};  // the earlier wins among equals
  constexpr std::size_t limit = 100;
  Guess best{.delimiter = given != 0 ? given : ','};
  std::exception_ptr refused;
  for (char candidate : candidates) {
    if (given != 0 && candidate != candidates[0]) break;
    dialect.delimiter = given != 0 ? given : candidate;
    try {
      Rows rows = first_rows(start, whole_file, dialect, limit, file);
      const double found = score(rows);
      if (best.rows.empty() || found > best.score) best = {dialect.delimiter, found, std::move(rows)};
    } catch (const TooManyCells&) {
      refused = std::current_exception();
    } catch (const DataError&) {  // its quotes make no sense with this delimiter
    }
  }
  if (best.score == 0 && refused) std::rethrow_exception(refused);
  if (given == 0 && best.score == 0) best.delimiter = ',';
  return best;
}

bool is_whole(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "0", "1", ..., or "1", "2", ...: names that spreadsheets and data frames give to columns without a name.
bool counts_up(const std::vector<std::string>& cells) {
  if (cells.size() < 3 || (cells[0] != "0" && cells[0] != "1")) return false;
  const std::size_t first = cells[0] == "0" ? 0 : 1;
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (cells[i] != std::to_string(first + i)) return false;
  return true;
}

bool is_year(std::string_view text) { return text.size() == 4 && is_whole(text) && (text[0] == '1' || text[0] == '2'); }

/// Whether the numbers of the first row are years, which ascend, above numbers each column of which has some that are
/// none: two at least beside texts, three of one distance alone.
bool are_years(const Rows& rows) {
  std::vector<int> years;
  for (std::size_t i = 0; i < rows[0].size(); ++i) {
    const std::string& cell = rows[0][i];
    if (!is_number(cell)) continue;
    if (!is_year(cell) || (!years.empty() && std::stoi(cell) <= years.back())) return false;
    years.push_back(std::stoi(cell));
    const auto differs = [&](const auto& row) { return i < row.size() && is_number(row[i]) && !is_year(row[i]); };
    if (std::none_of(rows.begin() + 1, rows.end(), differs)) return false;
  }
  if (years.size() < rows[0].size()) return years.size() >= 2;
  for (std::size_t i = 2; i < years.size(); ++i)
    if (years[i] - years[i - 1] != years[1] - years[0]) return false;
  return years.size() >= 3;
}

/// What the cells of one column say, the first row left out.
struct ColumnEvidence {
  std::size_t numbers = 0;
  std::size_t texts = 0;
  bool repeats_first = false;  ///< a cell that equals the one of the first row
};

ColumnEvidence look_below(const Rows& rows, std::size_t column, const MissingMarks& missing) {
  ColumnEvidence evidence;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (column >= rows[i].size()) continue;
    const std::string& cell = rows[i][column];
    if (says_missing(cell) || missing.contains(cell)) continue;
    ++(looks_like_number(cell) ? evidence.numbers : evidence.texts);
    evidence.repeats_first |= cell == rows[0][column];
  }
  return evidence;
}

}  // namespace

Rows first_rows(std::string_view start, bool whole_file, const Dialect& dialect, std::size_t limit,
                std::string_view file) {
  Rows rows;
  Record record;
  Place place{file, 1};
  while (rows.size() < limit && split_record(start, whole_file, dialect, place, record) && record.length > 0) {
    start.remove_prefix(record.length);
    place.line += record.lines;
    if (record.is_data()) rows.emplace_back(record.cells.begin(), record.cells.end());
  }
  return rows;
}

Dialect detect_dialect(std::string_view start, bool whole_file, char delimiter, char comment, std::string_view file) {
  Dialect dialect{.comment = comment};
  const Guess usual = best_delimiter(start, whole_file, delimiter, dialect, file);
  dialect.delimiter = usual.delimiter;
  const auto begins_with = [&](char quote) {
    return std::any_of(usual.rows.begin(), usual.rows.end(), [&](const auto& row) {
      return std::any_of(row.begin(), row.end(), [&](const std::string& cell) { return cell.starts_with(quote); });
    });
  };
  if (begins_with('\'') && start.find('"') == std::string_view::npos) {
    const Dialect quoted{.delimiter = ',', .quote = '\'', .comment = comment};
    const Guess other = best_delimiter(start, whole_file, delimiter, quoted, file);
    if (!other.rows.empty() && other.score >= usual.score) {
      dialect = quoted;
      dialect.delimiter = other.delimiter;
    }
  }
  return dialect;
}

std::string comment_above(std::string_view start, bool whole_file, const Dialect& dialect, std::string_view file) {
  Record record;
  Place place{file, 1};
  std::string_view comment;
  while (split_record(start, whole_file, dialect, place, record) && record.length > 0 && !record.is_data()) {
    comment = record.comment ? start.substr(0, record.length) : std::string_view();
    start.remove_prefix(record.length);
  }
  const std::size_t begin = comment.find_first_not_of("# \t");
  const std::size_t end = comment.find_last_not_of("\r\n");
  return begin == std::string_view::npos || end < begin ? "" : std::string(comment.substr(begin, end + 1 - begin));
}

bool detect_header(const Rows& rows, const MissingMarks& missing) {
  const std::vector<std::string>& first = rows.front();
  std::size_t texts = 0;            // cells of the first row
  std::size_t numbers = 0;          // ...
  std::size_t fractions = 0;        // ... that are numbers, but not whole
  std::size_t texts_above = 0;      // texts in the first row above numbers
  std::size_t numbers_above = 0;    // numbers above texts
  std::size_t numeric_columns = 0;  // below the first row
  bool comes_again = false;         // a text of the first row in the column below it
  for (std::size_t i = 0; i < first.size(); ++i) {
    const ColumnEvidence below = look_below(rows, i, missing);
    const bool below_numeric = below.numbers > 0 && below.numbers >= below.texts;
    numeric_columns += below_numeric ? 1 : 0;
    if (says_missing(first[i]) || missing.contains(first[i])) continue;
    if (is_bare_number(first[i])) {
      ++numbers;
      fractions += is_whole(first[i]) ? 0 : 1;
      numbers_above += below.texts > below.numbers ? 1 : 0;
    } else {
      ++texts;
      texts_above += below_numeric ? 1 : 0;
      comes_again |= below.repeats_first;
    }
  }
  if (are_years(rows) && !comes_again) return true;
  if (texts == 0) return numbers_above > 0 && counts_up(first);
  if (numbers == 0) return numeric_columns > 0 ? texts_above > 0 : !comes_again;
  return texts_above > 0 && fractions == 0;  // names may be whole numbers (years); 0.28 is none
}

bool detect_units(const Rows& rows, std::size_t index, const MissingMarks& missing) {
  if (rows.size() < index + 3) return false;
  const std::vector<std::string>& row = rows[index];
  const Rows below(rows.begin() + static_cast<std::ptrdiff_t>(index), rows.end());
  std::size_t units = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (looks_like_number(row[i]) || missing.contains(row[i])) return false;
    if (row[i].empty() || row[i] == "-" || row[i] == "--" || row[i] == ".") continue;  // without a unit
    if (says_missing(row[i])) return false;
    const ColumnEvidence evidence = look_below(below, i, missing);
    if (evidence.repeats_first) return false;
    units += evidence.numbers > 0 && evidence.texts == 0 ? 1 : 0;
  }
  return units > 0;
}

}  // namespace ansatz::data
