// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Options as rows. An aggregate of options says once, in a row each, how its members are called, what they may be and
/// what they are for; the command line, `--help`, TOML, records, snapshots and texts like "adam beta1=0.8" are derived.
///
///     struct AdamOptions { double learning_rate = 1e-3; double beta1 = 0.9; };
///     template <>
///     inline constexpr auto option_rows<AdamOptions> = std::to_array<Option<AdamOptions>>({
///         {"learning_rate", &AdamOptions::learning_rate, "step size η", at_least(0)},
///         {"beta1", &AdamOptions::beta1, "decay of the first moment", from_below(0, 1)}});
#pragma once

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "ansatz/base/error.hpp"

namespace ansatz {

/// Where the numbers of an option may lie. A number that is not finite is in no range.
struct Interval {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool low_excluded = false, high_excluded = false;

  bool holds(double value) const {
    return std::isfinite(value) && (low_excluded ? value > low : value >= low) &&
           (high_excluded ? value < high : value <= high);
  }
};
constexpr Interval at_least(double low) { return {.low = low}; }
constexpr Interval above(double low) { return {.low = low, .low_excluded = true}; }
constexpr Interval between(double low, double high) { return {.low = low, .high = high}; }
/// low ≤ value < high
constexpr Interval from_below(double low, double high) { return {.low = low, .high = high, .high_excluded = true}; }
/// "0 ≤ beta1 < 1", or "a finite number".
std::string to_string(const Interval& range, std::string_view name);

/// How an option stands on a command line and in a file, where that does not follow from its name and kind.
struct Spelling {
  std::string_view group = {};      ///< the heading under which it is listed
  std::string_view flags = {};      ///< "-o,--output", or "data" of an argument without flag; empty: "--name"
  bool takes_all = false;           ///< a list takes all words up to the next option; else one each time it is given
  char separator = 0;               ///< what separates several values that stand in one text
  std::string_view yields_to = {};  ///< "network|from": where one of these is given, its default does not count
  std::vector<std::string> (*names)() = nullptr;  ///< what its text may begin with, for help
};

/// Extents like 3x3, or one number for all axes.
using Extents = std::vector<std::int64_t>;

/// One option of the aggregate S.
template <class S>
struct Option {
  using Member =
      std::variant<double S::*, std::int64_t S::*, std::uint64_t S::*, int S::*, bool S::*, std::string S::*,
                   Extents S::*, std::vector<double> S::*, std::vector<std::string> S::*, std::optional<double> S::*,
                   std::optional<std::int64_t> S::*, std::optional<std::uint64_t> S::*>;
  std::string_view name;
  Member member;
  std::string_view help;
  Interval range = {};          ///< of numbers, and of each extent
  std::string_view words = {};  ///< what a text may be: "same|valid"; empty: anything
  Spelling spelling = {};
};

/// The rows of S: to be specialised for each aggregate of options.
template <class S>
inline constexpr int option_rows = 0;

namespace options {

/// Values as texts that read back as the same bits.
std::string text_of(double value);
std::string text_of(std::int64_t value);
std::string text_of(std::uint64_t value);
std::string text_of(int value);
std::string text_of(bool value);
std::string text_of(const std::string& value);
std::string text_of(const Extents& value);
std::string text_of(const std::vector<double>& value);
std::string text_of(const std::vector<std::string>& value);
template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? text_of(*value) : "none";
}

/// Reads a value. Returns what is expected instead where `text` is none: "a number", or "" when it was read.
std::string read(std::string_view text, double& value);
std::string read(std::string_view text, std::int64_t& value);
std::string read(std::string_view text, std::uint64_t& value);
std::string read(std::string_view text, int& value);
std::string read(std::string_view text, bool& value);
std::string read(std::string_view text, std::string& value);
std::string read(std::string_view text, Extents& value);
std::string read(std::string_view text, std::vector<double>& value);
std::string read(std::string_view text, std::vector<std::string>& value);
template <class T>
std::string read(std::string_view text, std::optional<T>& value) {
  if (text == "none") return value.reset(), "";
  return read(text, value.emplace());
}

/// Whether `word` is one of "a|b|c"; any word is where there are none.
bool is_among(std::string_view words, std::string_view word);

/// What a member is, for --help: "number", "whole number", "yes or no", …
template <class V>
constexpr std::string_view kind_of() {
  if constexpr (std::is_same_v<V, bool>) return "yes or no";
  if constexpr (std::is_same_v<V, double> || std::is_same_v<V, std::optional<double>>) return "number";
  if constexpr (std::is_integral_v<V> || std::is_same_v<V, std::optional<std::int64_t>> ||
                std::is_same_v<V, std::optional<std::uint64_t>>)
    return "whole number";
  if constexpr (std::is_same_v<V, Extents>) return "extents";
  if constexpr (std::is_same_v<V, std::vector<double>>) return "numbers";
  return "text";
}

struct AnyField {
  template <class T>
  constexpr operator T() const {  // NOLINT: counts the fields of an aggregate
    return T{};
  }
};
template <class S, std::size_t... I>
constexpr bool has_fields(std::index_sequence<I...>) {
  return requires { S{((void)I, AnyField{})...}; };
}
/// How many fields an aggregate has: that many values initialise it, one more does not.
template <class S, std::size_t N = 0>
constexpr std::size_t field_count() {
  if constexpr (has_fields<S>(std::make_index_sequence<N + 1>{}))
    return field_count<S, N + 1>();
  else
    return N;
}

}  // namespace options

/// The rows of S. An aggregate with a member that no row names does not compile.
template <class S>
constexpr const auto& rows_of() {
  static_assert(option_rows<S>.size() == options::field_count<S>(), "each member of an aggregate of options has a row");
  return option_rows<S>;
}

/// The value of an option as text.
template <class S>
std::string text_of(const S& values, const Option<S>& option) {
  return std::visit([&](auto member) { return options::text_of(values.*member); }, option.member);
}

/// What is expected instead of the value of an option, "0 ≤ beta1 < 1"; nothing where the value is right.
template <class S>
std::string expected_instead(const S& values, const Option<S>& option) {
  const auto outside = [&](double value) {
    return option.range.holds(value) ? "" : to_string(option.range, option.name);
  };
  return std::visit(
      [&](auto member) -> std::string {
        using V = std::remove_cvref_t<decltype(values.*member)>;
        const V& value = values.*member;
        if constexpr (std::is_same_v<V, Extents> || std::is_same_v<V, std::vector<double>>) {
          for (const auto each : value)
            if (std::string expected = outside(static_cast<double>(each)); !expected.empty()) return expected;
        } else if constexpr (std::is_same_v<V, std::string>) {
          if (!options::is_among(option.words, value)) return fmt::format("one of {}", option.words);
        } else if constexpr (requires { value.has_value(); }) {
          if (value) return outside(static_cast<double>(*value));
        } else if constexpr (std::is_arithmetic_v<V> && !std::is_same_v<V, bool>) {
          return outside(static_cast<double>(value));
        }
        return "";
      },
      option.member);
}

/// @throws ArgumentError "[adam] beta1 = 2 was given; 0 ≤ beta1 < 1 is expected". `owner`: "adam".
template <class S>
void check(const S& values, const Option<S>& option, std::string_view owner) {
  const std::string expected = expected_instead(values, option);
  if (expected.empty()) return;
  const char* const quote = std::holds_alternative<std::string S::*>(option.member) ? "\"" : "";
  throw ArgumentError("[{}] {} = {}{}{} was given; {} is expected", owner, option.name, quote, text_of(values, option),
                      quote, expected);
}

/// All options of S. @throws ArgumentError.
template <class S>
void check(const S& values, std::string_view owner) {
  for (const Option<S>& option : rows_of<S>()) check(values, option, owner);
}

/// Sets an option from text. @throws ArgumentError when it cannot be read or is out of range.
template <class S>
void set(S& values, const Option<S>& option, std::string_view text, std::string_view owner) {
  const std::string expected =
      std::visit([&](auto member) { return options::read(text, values.*member); }, option.member);
  if (!expected.empty())
    throw ArgumentError("[{}] {} = {} was given; {} is expected", owner, option.name, text, expected);
  check(values, option, owner);
}

}  // namespace ansatz
