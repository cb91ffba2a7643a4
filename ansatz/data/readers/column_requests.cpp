// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/column_requests.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/table.hpp"

namespace ansatz::data {
namespace {

constexpr std::array<std::pair<std::string_view, Wanted>, 6> wanted_names = {{{"number", Wanted::number},
                                                                              {"category", Wanted::category},
                                                                              {"time", Wanted::time},
                                                                              {"dmy", Wanted::day_first},
                                                                              {"mdy", Wanted::month_first},
                                                                              {"drop", Wanted::drop}}};

/// A position, or `otherwise` where the text is empty.
std::size_t position_from(std::string_view text, std::size_t otherwise, std::string_view ranges) {
  if (text.empty()) return otherwise;
  std::size_t position = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (error != std::errc{} || rest != text.data() + text.size() || position == 0)
    throw ArgumentError("\"{}\" was given for columns; positions from 1 are expected, like 1,4:6,9:", ranges);
  return position;
}

}  // namespace

ColumnRequest request_from(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals != std::string_view::npos && equals > 0)
    for (const auto& [name, wanted] : wanted_names)
      if (name == text.substr(equals + 1)) return {std::string(text.substr(0, equals)), wanted};
  throw ArgumentError(
      "\"{}\" was given for a column's kind; COLUMN=KIND is expected, where KIND is number, category, time, dmy or mdy "
      "(times with the day or the month first) or drop",
      text);
}

ReadOptions with_requests_sorted(ReadOptions options) {
  std::erase_if(options.as, [&](const std::string& text) {
    ColumnRequest request = request_from(text);
    if (request.wanted == Wanted::category)
      options.text.push_back(std::move(request.column));
    else if (request.wanted == Wanted::drop)
      options.drop.push_back(std::move(request.column));
    else
      return false;
    return true;
  });
  return options;
}

std::vector<Wanted> wanted_of(const ReadOptions& options, std::span<const std::string> names, std::string_view source) {
  std::vector<Wanted> wanted(names.size(), Wanted::as_it_looks);
  for (const std::string& text : options.as) {
    const ColumnRequest request = request_from(text);
    wanted[find_column(names, request.column, source)] = request.wanted;
  }
  for (const std::string& column : options.text) wanted[find_column(names, column, source)] = Wanted::category;
  return wanted;
}

std::vector<bool> columns_in(std::string_view ranges, std::size_t count, std::string_view source) {
  std::vector<bool> result(count, ranges.empty());
  for (std::string_view rest = ranges; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const std::string_view range = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    const std::size_t colon = range.find(':');
    const std::size_t first = position_from(range.substr(0, colon), colon == 0 ? 1 : 0, ranges);
    const std::size_t last =
        colon == std::string_view::npos ? first : position_from(range.substr(colon + 1), count, ranges);
    if (first == 0 || first > last)
      throw ArgumentError("\"{}\" was given for columns; positions from 1 are expected, like 1,4:6,9:", ranges);
    if (last > count) throw DataError("{}: columns {} are asked for; there are {}", source, ranges, count);
    std::fill(result.begin() + static_cast<std::ptrdiff_t>(first - 1),
              result.begin() + static_cast<std::ptrdiff_t>(last), true);
  }
  return result;
}

}  // namespace ansatz::data
