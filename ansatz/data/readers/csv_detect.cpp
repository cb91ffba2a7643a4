// SPDX-License-Identifier: BSD-3-Clause
// Which delimiter a file has, and whether its first line is a header.
#include <algorithm>
#include <array>
#include <exception>
#include <map>

#include "ansatz/base/error.hpp"
#include "ansatz/data/number.hpp"
#include "ansatz/data/readers/csv_layout.hpp"

namespace ansatz::data {
namespace {

bool is_number(std::string_view text) {
  double value = 0;
  return parse_number(text, value) == Spelling::number;
}

/// "1,5" counts as a number here, so that the semicolons of a file with decimal commas are seen.
bool looks_like_number(std::string text) {
  if (std::count(text.begin(), text.end(), ',') == 1) std::replace(text.begin(), text.end(), ',', '.');
  return is_number(text);
}

/// How well a delimiter explains the rows: the part of them that has the most common length, the more the more of
/// their cells are numbers; 0 when it does not split them.
double score(const Rows& rows) {
  std::map<std::size_t, std::size_t> rows_of_length;
  std::size_t cells = 0;
  std::size_t numbers = 0;
  for (const auto& row : rows) {
    ++rows_of_length[row.size()];
    cells += row.size();
    for (const std::string& cell : row) numbers += looks_like_number(cell) ? 1 : 0;
  }
  std::pair<std::size_t, std::size_t> most{0, 0};  // rows, length
  for (const auto& [length, count] : rows_of_length) most = std::max(most, std::pair(count, length));
  if (most.second < 2) return 0;
  const auto ratio = [](std::size_t a, std::size_t b) { return static_cast<double>(a) / static_cast<double>(b); };
  return ratio(most.first, rows.size()) * (1 + ratio(numbers, cells));
}

/// Texts that people write where a value is missing; they neither make a header nor prevent one.
bool says_missing(std::string_view text) {
  static constexpr std::array<std::string_view, 14> words = {"",    "?",   "-",    "--",   ".",    "*",   "n/a",
                                                             "N/A", "#NA", "#N/A", "null", "NULL", "NaN", "nan"};
  return text == "NA" || text == "None" || std::find(words.begin(), words.end(), text) != words.end();
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
    ++(is_number(cell) ? evidence.numbers : evidence.texts);
    evidence.repeats_first |= cell == rows[0][column];
  }
  return evidence;
}

}  // namespace

Rows first_rows(std::string_view start, bool whole_file, char delimiter, std::size_t limit, std::string_view file) {
  Rows rows;
  Record record;
  Place place{file, 1};
  while (rows.size() < limit && split_record(start, whole_file, delimiter, place, record) && record.length > 0) {
    start.remove_prefix(record.length);
    place.line += record.lines;
    if (record.is_data()) rows.emplace_back(record.cells.begin(), record.cells.end());
  }
  return rows;
}

char detect_delimiter(std::string_view start, bool whole_file, std::string_view file) {
  constexpr std::array<char, 4> candidates = {'\t', ',', ';', blanks};  // the earlier wins among equals
  constexpr std::size_t limit = 100;
  char best = ',';
  double best_score = 0;
  std::exception_ptr refused;
  for (char candidate : candidates) {
    double candidate_score = 0;
    try {
      candidate_score = score(first_rows(start, whole_file, candidate, limit, file));
    } catch (const TooManyCells&) {
      refused = std::current_exception();
    } catch (const DataError&) {  // its quotes make no sense with this delimiter
    }
    if (candidate_score > best_score) {
      best = candidate;
      best_score = candidate_score;
    }
  }
  if (best_score == 0 && refused) std::rethrow_exception(refused);
  return best;
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
    if (is_number(first[i])) {
      ++numbers;
      fractions += is_whole(first[i]) ? 0 : 1;
      numbers_above += below.texts > below.numbers ? 1 : 0;
    } else {
      ++texts;
      texts_above += below_numeric ? 1 : 0;
      comes_again |= below.repeats_first;
    }
  }
  if (texts == 0) return numbers_above > 0 && counts_up(first);
  if (numbers == 0) return numeric_columns > 0 ? texts_above > 0 : !comes_again;
  return texts_above > 0 && fractions == 0;  // names may be whole numbers (years); 0.28 is none
}

}  // namespace ansatz::data
