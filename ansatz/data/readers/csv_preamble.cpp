// SPDX-License-Identifier: BSD-3-Clause
// Where a table begins in its file.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "ansatz/base/error.hpp"
#include "ansatz/data/readers/csv_layout.hpp"

namespace ansatz::data {
namespace {

/// The delimiter that a first line "sep=;" names, as spreadsheets write it; 0 in any other line.
char named_delimiter(std::string_view line) {
  if (line.size() != 5 && !(line.size() == 7 && line.front() == '"' && line.back() == '"')) return 0;
  if (line.front() == '"') line = line.substr(1, 5);
  std::string word(line.substr(0, 4));
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  return word == "sep=" ? line[4] : '\0';
}

}  // namespace

Preamble skip_preamble(RecordReader& reader, const CsvOptions& options) {
  Preamble preamble;
  if (options.skip < 0) throw ArgumentError("{} lines were to be skipped; 0 or more are expected", options.skip);
  std::int64_t skipped = 0;
  for (; skipped < options.skip; ++skipped)
    if (!reader.skip_line())
      throw DataError("{}: has {} lines; {} were to be skipped", reader.file(), skipped, options.skip);
  if (!options.skip_until.empty())
    while (reader.line_ahead().find(options.skip_until) == std::string_view::npos) {
      if (!reader.skip_line())
        throw DataError("{}: no line holds \"{}\", at which the table was to begin", reader.file(), options.skip_until);
      ++skipped;
    }
  if (skipped > 0)
    preamble.notes.push_back(fmt::format("{} line{} above the table skipped", skipped, skipped == 1 ? "" : "s"));
  if (const char delimiter = named_delimiter(reader.line_ahead()); delimiter != 0) {
    preamble.delimiter = delimiter;
    preamble.notes.push_back(fmt::format("the first line says sep={}", delimiter));
    reader.skip_line();
  }
  return preamble;
}

}  // namespace ansatz::data
