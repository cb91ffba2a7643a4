// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/expr/expression.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::expr {

namespace {

/// Bytes of the UTF-8 character at `at`; 0 where there is none.
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  return length;
}

/// The characters of a line as a terminal can show them, one column each: no control characters, no broken UTF-8.
std::vector<std::string> columns(std::string_view line) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t length = character_length(line, at);
    const auto byte = static_cast<unsigned char>(line[at]);
    if (length == 1)
      result.emplace_back(1, byte < 0x20 || byte == 0x7F ? ' ' : line[at]);
    else
      result.emplace_back(length == 0 ? "?" : std::string(line.substr(at, length)));
    at += std::max<std::size_t>(length, 1);
  }
  return result;
}

}  // namespace

std::string located(std::string_view message, std::string_view text, std::size_t position) {
  position = std::min(position, text.size());
  const std::size_t before = position == 0 ? std::string_view::npos : text.rfind('\n', position - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(text.find('\n', position), text.size());
  const std::size_t column = columns(text.substr(begin, position - begin)).size();

  // Of a long line the part around the place.
  constexpr std::size_t width = 72;
  const std::vector<std::string> line = columns(text.substr(begin, end - begin));
  const std::size_t first = column > width / 2 && line.size() > width ? column - width / 2 : 0;
  const std::size_t last = std::min(line.size(), first + width);
  const std::string prefix = first > 0 ? "..." : "";
  const auto lines = std::count(text.begin(), text.end(), '\n');
  const std::string row =
      lines == 0 ? ""
                 : fmt::format("line {}, ", 1 + std::count(text.begin(),
                                                           text.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
  return fmt::format("formula, {}column {}: {}\n  {}{}{}\n  {}^", row, column + 1, message, prefix,
                     fmt::join(line.begin() + static_cast<std::ptrdiff_t>(first),
                               line.begin() + static_cast<std::ptrdiff_t>(last), ""),
                     last < line.size() ? "..." : "", std::string(prefix.size() + column - first, ' '));
}

Var Expression::build(const std::map<std::string, Var>& variables) const {
  std::vector<Var> given;
  std::vector<std::string> missing;
  Dtype dtype = Dtype::f64;
  bool found_dtype = false;
  for (const std::string& name : variables_) {
    const auto found = variables.find(name);
    if (found == variables.end()) {
      missing.push_back(name);
      continue;
    }
    given.push_back(found->second);
    if (!found_dtype && is_floating(found->second.dtype())) {
      dtype = found->second.dtype();
      found_dtype = true;
    }
  }
  if (!missing.empty()) {
    std::vector<std::string> names;
    for (const auto& [name, value] : variables) names.push_back(name);
    throw ArgumentError(
        "the formula \"{}\" has no value for {}; {} given", text_, fmt::join(missing, ", "),
        names.empty() ? "none is" : fmt::format("{} {}", fmt::join(names, ", "), names.size() == 1 ? "is" : "are"));
  }

  std::vector<Value> values;
  values.reserve(terms_.size());
  for (const Term& term : terms_) {
    if (term.function == nullptr) {
      values.push_back(term.variable < 0 ? Value(term.number) : Value(given[static_cast<std::size_t>(term.variable)]));
      continue;
    }
    std::vector<Value> arguments;
    for (int operand : term.operands) arguments.push_back(values[static_cast<std::size_t>(operand)]);
    try {
      values.push_back(term.function->apply(arguments, dtype));
    } catch (const ShapeError& error) {
      throw ShapeError(located(error.what(), text_, term.position));
    } catch (const DtypeError& error) {
      throw DtypeError(located(error.what(), text_, term.position));
    } catch (const ArgumentError& error) {
      throw ArgumentError(located(error.what(), text_, term.position));
    }
  }
  return as_var(values.back(), dtype);
}

}  // namespace ansatz::expr
