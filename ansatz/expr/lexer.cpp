// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/expr/lexer.hpp"

#include <charconv>
#include <cmath>
#include <map>

#include "ansatz/base/error.hpp"
#include "ansatz/expr/expression.hpp"

namespace ansatz::expr {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

Token number(std::string_view text, std::size_t position) {
  Token token{Token::Kind::number, {}, position, 0.0};
  const char* const begin = text.data() + position;
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), token.number);
  token.text = {begin, static_cast<std::size_t>(end - begin)};
  if (error == std::errc::invalid_argument)
    throw ParseError(located("found \".\"; a number is expected", text, position));
  if (error == std::errc::result_out_of_range)
    throw ParseError(located("this number is outside the range of f64 (1e-308 to 1e308)", text, position));
  return token;
}

/// What somebody may have meant by a character that the language lacks.
std::string_view hint(std::string_view character) {
  static const std::map<std::string_view, std::string_view> hints = {{"=", " (write == to compare)"},
                                                                     {"&", " (write && for \"and\")"},
                                                                     {"|", " (write || for \"or\", abs(x) for |x|)"},
                                                                     {"[", " (write round parentheses)"},
                                                                     {"{", " (write round parentheses)"},
                                                                     {"\u2212", " (write -)"},
                                                                     {"\u00B7", " (write *)"},
                                                                     {"\u00D7", " (write *)"},
                                                                     {"\u00B2", " (write ^2)"},
                                                                     {"\u00B3", " (write ^3)"},
                                                                     {"\u03C0", " (write pi)"},
                                                                     {"\u221A", " (write sqrt(x))"}};
  const auto found = hints.find(character);
  return found == hints.end() ? "" : found->second;
}

}  // namespace

Token next_token(std::string_view text, std::size_t position) {
  while (position < text.size() && is_space(text[position])) ++position;
  if (position >= text.size()) return {Token::Kind::end, {}, text.size(), 0.0};
  const char first = text[position];
  if (is_digit(first) || first == '.') return number(text, position);
  if (is_letter(first)) {
    std::size_t end = position + 1;
    while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]))) ++end;
    return {Token::Kind::name, text.substr(position, end - position), position, 0.0};
  }
  for (std::string_view symbol : {"**", "<=", ">=", "==", "!=", "&&", "||"})
    if (text.substr(position, 2) == symbol) return {Token::Kind::symbol, text.substr(position, 2), position, 0.0};
  if (std::string_view("+-*/^<>!(),").find(first) != std::string_view::npos)
    return {Token::Kind::symbol, text.substr(position, 1), position, 0.0};

  std::size_t length = 1;  // the whole UTF-8 character
  while (length < 4 && position + length < text.size() &&
         (static_cast<unsigned char>(text[position + length]) & 0xC0) == 0x80)
    ++length;
  const std::string_view character = text.substr(position, length);
  throw ParseError(
      located(fmt::format("this character has no meaning in a formula{}", hint(character)), text, position));
}

std::string describe(const Token& token) {
  if (token.kind == Token::Kind::end) return "the end of the formula";
  return fmt::format("\"{}\"", token.text.substr(0, 40));
}

}  // namespace ansatz::expr
