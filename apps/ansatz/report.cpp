// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/report.hpp"

#include <charconv>

#include "ansatz/base/error.hpp"

namespace ansatz::cli {

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
