// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/number.hpp"

#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <system_error>

#include "ansatz/base/printable.hpp"

namespace ansatz::data {
namespace {

Spelling parse(const char* begin, const char* end, double& value) {
  double parsed = 0;
  const auto [rest, error] = fast_float::from_chars(begin, end, parsed);
  if (rest != end || (error != std::errc{} && error != std::errc::result_out_of_range)) return Spelling::other;
  if (!std::isfinite(parsed)) return Spelling::not_finite;
  value = parsed;
  return Spelling::number;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Spelling parse_number(std::string_view text, double& value) {
  const char* begin = text.data();
  const char* const end = begin + text.size();
  if (text.size() > 1 && *begin == '+' && begin[1] != '-') ++begin;
  if (begin == end) return Spelling::other;
  const Spelling spelling = parse(begin, end, value);
  if (spelling != Spelling::other) return spelling;

  // Fortran writes the exponent of a double with D. Only digits and points can be followed by it in a number.
  const std::size_t d = text.find_first_of("dD");
  if (d == std::string_view::npos || d == 0 || d + 1 == text.size()) return Spelling::other;
  if (!is_digit(text[d - 1]) && text[d - 1] != '.') return Spelling::other;
  std::string with_e(begin, end);
  with_e[d - static_cast<std::size_t>(begin - text.data())] = 'e';
  return parse(with_e.data(), with_e.data() + with_e.size(), value);
}

std::string format_number(double value) { return value == 0 ? "0" : fmt::format("{}", value); }

bool is_clean_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace ansatz::data
