// SPDX-License-Identifier: BSD-3-Clause
// ARFF, Weka's text format: names and kinds of columns are declared above the rows.
// https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/readers/column_requests.hpp"
#include "ansatz/data/readers/csv_layout.hpp"
#include "ansatz/data/readers/reader_rows.hpp"

namespace ansatz::data {
namespace {

std::string_view without_blanks_before(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

/// Whether `text` begins with `word`, in capitals or not.
bool begins_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

/// The first line that is neither blank nor a comment declares the relation.
bool is_arff(std::string_view start, const std::filesystem::path&) {
  while (!start.empty()) {
    const std::size_t end = start.find('\n');
    const std::string_view line = without_blanks_before(start.substr(0, end));
    if (!line.empty() && line[0] != '%') return begins_with_word(line, "@relation");
    start = end == std::string_view::npos ? std::string_view() : start.substr(end + 1);
  }
  return false;
}

struct Attribute {
  std::string name;
  std::string type;  ///< "numeric", "{a,b}", "date ..."
};

/// "@attribute 'a name'  numeric"
Attribute attribute_from(std::string_view line, std::string_view file) {
  std::string_view rest = without_blanks_before(line.substr(std::string_view("@attribute").size()));
  Attribute attribute;
  const char quote = !rest.empty() && (rest[0] == '\'' || rest[0] == '"') ? rest[0] : '\0';
  const std::size_t end = quote != 0 ? rest.find(quote, 1) : rest.find_first_of(" \t{");
  if (end != std::string_view::npos) {
    attribute.name = rest.substr(quote != 0 ? 1 : 0, quote != 0 ? end - 1 : end);
    rest = without_blanks_before(rest.substr(end + (quote != 0 ? 1 : 0)));
    attribute.type = rest.substr(0, rest.find_last_not_of(" \t\r") + 1);
  }
  if (attribute.name.empty() || attribute.type.empty())
    throw DataError("{}: \"{}\" declares no column; @attribute, a name and a type are expected", file, line);
  return attribute;
}

/// What the declaration says about a column.
std::string_view request_of(const Attribute& attribute, std::string_view file) {
  if (attribute.type[0] == '{' || begins_with_word(attribute.type, "string")) return "category";
  if (begins_with_word(attribute.type, "date")) return "time";
  for (std::string_view number : {"numeric", "real", "integer"})
    if (begins_with_word(attribute.type, number)) return "number";
  throw DataError("{}: column '{}' is of the type {}; numeric, string, date or {{values}} are expected", file,
                  attribute.name, attribute.type);
}

Table read_arff(const std::filesystem::path& path, const ReadOptions& given) {
  RecordReader reader(path);
  Preamble preamble{.delimiter = ','};
  preamble.comment = '%';
  std::vector<std::string_view> requests;
  for (;;) {
    const std::string line(without_blanks_before(reader.line_ahead()));
    if (begins_with_word(line, "@attribute")) {
      Attribute attribute = attribute_from(line, reader.file());
      requests.push_back(request_of(attribute, reader.file()));
      preamble.names.push_back(std::move(attribute.name));
    }
    if (!reader.skip_line()) throw DataError("{}: has no line @data", reader.file());
    if (begins_with_word(line, "@data")) break;
  }
  if (preamble.names.empty()) throw DataError("{}: declares no column (@attribute)", reader.file());

  ReadOptions options = with_requests_sorted(given);
  const std::vector<Wanted> wanted = wanted_of(options, preamble.names, reader.file());
  for (std::size_t i = 0; i < requests.size(); ++i)
    if (wanted[i] == Wanted::as_it_looks) options.as.push_back(fmt::format("{}={}", preamble.names[i], requests[i]));
  options.missing.emplace_back("?");
  return parse_table(reader, preamble, options);
}

}  // namespace

const Reader arff_reader = {.name = "arff", .recognises = is_arff, .read = read_arff};

}  // namespace ansatz::data
