// SPDX-License-Identifier: BSD-3-Clause
// find_column of table.hpp: which column a user means, and a helpful error when there is none.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "ansatz/base/error.hpp"
#include "ansatz/base/similar.hpp"
#include "ansatz/data/table.hpp"

namespace ansatz::data {
namespace {

std::string list_of(std::span<const std::string> names) {
  constexpr std::size_t shown = 10;
  if (names.empty()) return "there are no columns";
  if (names.size() <= shown) return fmt::format("the columns are {}", fmt::join(names, ", "));
  return fmt::format("the {} columns are {}, ..., {}", names.size(), fmt::join(names.first(shown - 1), ", "),
                     names.back());
}

std::optional<std::size_t> position(std::string_view text, std::size_t count) {
  if (text == "last" && count > 0) return count - 1;
  std::size_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || rest != text.data() + text.size() || number < 1 || number > count) return std::nullopt;
  return number - 1;
}

}  // namespace

std::size_t find_column(std::span<const std::string> names, std::string_view name_or_position, std::string_view where) {
  const auto known = std::find(names.begin(), names.end(), name_or_position);
  if (known != names.end()) return static_cast<std::size_t>(known - names.begin());
  if (const auto place = position(name_or_position, names.size())) return *place;
  throw DataError("{}: there is no column '{}'{}; {}", where, name_or_position, did_you_mean(names, name_or_position),
                  list_of(names));
}

}  // namespace ansatz::data
