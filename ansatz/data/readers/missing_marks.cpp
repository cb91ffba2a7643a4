// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/missing_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ansatz/data/number.hpp"
#include "ansatz/data/table.hpp"

namespace ansatz::data {

bool says_missing(std::string_view text) {
  static constexpr std::array<std::string_view, 22> words = {
      "",     "?",    "-",   "--",  ".",   "*",  "n/a",  "N/A",  "#NA", "#N/A",   "null",
      "NULL", "Null", "NaN", "nan", "NAN", "NA", "None", "<NA>", "...", "\u2013", "\u2014"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

void MissingMarks::add(std::string_view text) {
  texts.emplace_back(text);
  double number = 0;
  if (parse_number(text, number) == Spelling::number) numbers.push_back(number);
}

bool MissingMarks::contains(std::string_view text) const {
  if (texts.empty()) return false;
  if (std::find(texts.begin(), texts.end(), text) != texts.end()) return true;
  double number = 0;
  return !numbers.empty() && parse_number(text, number) == Spelling::number && contains(number);
}

bool MissingMarks::contains(double number) const {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

std::vector<std::string> add_missing_marks(std::span<const std::string> missing, std::span<const std::string> names,
                                           std::string_view file, std::span<MissingMarks> marks) {
  std::vector<std::string> named;
  for (const std::string_view mark : missing) {
    std::size_t equals = mark.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      for (MissingMarks& column : marks) column.add(mark);
      named.emplace_back(mark);
      continue;
    }
    for (std::size_t i = equals; i != std::string_view::npos; i = mark.find('=', i + 1))  // names may hold '='
      if (std::find(names.begin(), names.end(), mark.substr(0, i)) != names.end()) {
        equals = i;
        break;
      }
    const std::size_t column = find_column(names, mark.substr(0, equals), file);
    marks[column].add(mark.substr(equals + 1));
    named.push_back(fmt::format("{}={}", names[column], mark.substr(equals + 1)));
  }
  return named;
}

std::string target_note(std::span<const std::string> names, std::string_view target, std::size_t targets) {
  const auto place = std::find(names.begin(), names.end(), target) - names.begin();
  return fmt::format("{} target is column {}, '{}'", targets == 1 ? "the" : "a", place + 1, target);
}

}  // namespace ansatz::data
