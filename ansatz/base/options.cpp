// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/options.hpp"

#include <algorithm>
#include <charconv>

namespace ansatz {

std::string to_string(const Interval& range, std::string_view name) {
  const bool has_low = std::isfinite(range.low), has_high = std::isfinite(range.high);
  if (!has_low && !has_high) return "a finite number";
  if (!has_high) return fmt::format("{} {} {}", name, range.low_excluded ? ">" : "≥", range.low);
  const std::string upper = fmt::format("{} {} {}", name, range.high_excluded ? "<" : "≤", range.high);
  return has_low ? fmt::format("{} {} {}", range.low, range.low_excluded ? "<" : "≤", upper) : upper;
}

namespace options {

std::string text_of(double value) { return fmt::format("{}", value); }
std::string text_of(std::int64_t value) { return std::to_string(value); }
std::string text_of(std::uint64_t value) { return std::to_string(value); }
std::string text_of(int value) { return std::to_string(value); }
std::string text_of(bool value) { return value ? "yes" : "no"; }
std::string text_of(const std::string& value) { return value; }
std::string text_of(const Extents& value) { return fmt::format("{}", fmt::join(value, "x")); }
std::string text_of(const std::vector<double>& value) {
  return value.empty() ? "none" : fmt::format("{}", fmt::join(value, ","));
}
std::string text_of(const std::vector<std::string>& value) { return fmt::format("{}", fmt::join(value, ",")); }

namespace {

template <class T>
std::string read_number(std::string_view text, T& value, std::string_view kind) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range && std::is_integral_v<T>)
    return fmt::format("{} from {} to {}", kind, std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
  if (error != std::errc{} || rest != text.data() + text.size()) return std::string(kind);
  return "";
}

}  // namespace

std::string read(std::string_view text, double& value) { return read_number(text, value, "a number"); }
std::string read(std::string_view text, std::int64_t& value) { return read_number(text, value, "a whole number"); }
std::string read(std::string_view text, std::uint64_t& value) { return read_number(text, value, "a whole number ≥ 0"); }
std::string read(std::string_view text, int& value) { return read_number(text, value, "a whole number"); }

std::string read(std::string_view text, bool& value) {
  for (const std::string_view yes : {"yes", "true", "on", "1"})
    if (text == yes) return value = true, "";
  for (const std::string_view no : {"no", "false", "off", "0"})
    if (text == no) return value = false, "";
  return "yes or no";
}

std::string read(std::string_view text, std::string& value) { return value = text, ""; }

namespace {

template <class T>
std::string read_all(std::string_view text, char separator, std::vector<T>& value, const char* expected) {
  value.clear();
  while (true) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (!read(text.substr(0, end), value.emplace_back()).empty()) return expected;
    if (end == text.size()) return "";
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string read(std::string_view text, Extents& value) {
  return read_all(text, 'x', value, "whole numbers like 3 or 3x3");
}
std::string read(std::string_view text, std::vector<double>& value) {
  if (text == "none") return value.clear(), "";
  return read_all(text, ',', value, "numbers like 0.1,0.5");
}

std::string read(std::string_view text, std::vector<std::string>& value) {
  value.clear();
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    value.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return "";
}

bool is_among(std::string_view words, std::string_view word) {
  if (words.empty()) return true;
  while (true) {
    const std::size_t end = std::min(words.find('|'), words.size());
    if (words.substr(0, end) == word) return true;
    if (end == words.size()) return false;
    words.remove_prefix(end + 1);
  }
}

}  // namespace options
}  // namespace ansatz
