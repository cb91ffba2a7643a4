// SPDX-License-Identifier: BSD-3-Clause
// Files of NIST's Statistical Reference Datasets, whose header says in which lines the data are.
#include <fmt/format.h>

#include <optional>
#include <sstream>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/readers/column_requests.hpp"
#include "ansatz/data/readers/csv_layout.hpp"
#include "ansatz/data/readers/reader_rows.hpp"

namespace ansatz::data {
namespace {

/// "Data (lines 61 to 76)" among the first lines of a file of NIST's Statistical Reference Datasets.
std::optional<std::pair<std::int64_t, std::int64_t>> data_lines(std::string_view line) {
  std::istringstream words{std::string(line)};
  std::string data, lines, to;
  std::int64_t first = 0, last = 0;
  if (!(words >> data >> lines >> first >> to >> last) || data != "Data" || lines != "(lines" || first < 2 ||
      last < first)
    return std::nullopt;
  return std::pair(first, last);
}

/// The names stand in the line above the data, after "Data:"; the first is what is to be predicted.
Table read_strd(const std::filesystem::path& path, const ReadOptions& given) {
  ReadOptions options = with_requests_sorted(given);
  RecordReader reader(path);
  std::optional<std::pair<std::int64_t, std::int64_t>> lines;
  std::int64_t line = 1;
  for (; !lines; ++line) {
    lines = data_lines(reader.line_ahead());
    if (!reader.skip_line())
      throw DataError("{}: no line says where the data are, \"Data (lines ...)\"", path.string());
  }
  std::string names;
  for (; line < lines->first; ++line) {
    names = reader.line_ahead();
    if (!reader.skip_line())
      throw DataError("{}: ends before line {}, where its data are to begin", path.string(), lines->first);
  }
  reader.end_after(lines->second);
  Preamble preamble{
      .delimiter = blanks,
      .notes = {fmt::format("the data are in lines {} to {}, as the file says", lines->first, lines->second)}};
  std::istringstream words{names};
  for (std::string word; words >> word;)
    if (word != "Data:") preamble.names.push_back(word);
  if (options.target.empty() && options.targets.empty()) options.target = "1";
  return parse_table(reader, preamble, options);
}

}  // namespace

const Reader strd_reader = {
    .name = "strd",
    .recognises = [](std::string_view start, const std::filesystem::path&) { return start.starts_with("NIST/ITL"); },
    .read = read_strd,
};

}  // namespace ansatz::data
