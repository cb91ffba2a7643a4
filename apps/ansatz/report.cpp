// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/report.hpp"

#include <fmt/format.h>

#include <charconv>

#include "ansatz/base/error.hpp"
#include "apps/ansatz/console.hpp"

namespace ansatz::cli {

char delimiter_of(const std::string& name) {
  if (name.empty()) return 0;
  if (name == "comma" || name == ",") return ',';
  if (name == "tab" || name == "\t") return '\t';
  if (name == "semicolon" || name == ";") return ';';
  if (name == "blank" || name == " ") return ' ';
  if (name == "pipe") return '|';
  if (name.size() == 1) return name[0];
  throw ArgumentError("\"{}\" was given as delimiter; comma, tab, semicolon, pipe, blank or one sign is expected",
                      name);
}

std::optional<bool> header_of(const std::string& answer) {
  if (answer.empty()) return std::nullopt;
  if (answer == "yes") return true;
  if (answer == "no") return false;
  throw ArgumentError("--header {} was given; yes or no is expected", answer);
}

void print_json(const nlohmann::json& json) {
  put(stdout, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

std::vector<std::int64_t> widths(const std::string& text) {
  std::vector<std::int64_t> result;
  if (text.empty() || text == "none") return result;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::int64_t width = 0;
    const auto [next, error] = std::from_chars(at, end, width);
    if (error != std::errc{} || width < 1 || (next != end && *next != ','))
      throw ArgumentError(
          "\"{}\" was given for the widths of layers; numbers like 100,30 are expected (none: no hidden layer)", text);
    result.push_back(width);
    if (next == end) return result;
    at = next + 1;
  }
}

}  // namespace ansatz::cli
