// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/readers/literal.hpp"

#include <charconv>
#include <utility>

#include "ansatz/base/error.hpp"

namespace ansatz::data {
namespace {

class LiteralParser {
 public:
  LiteralParser(std::string_view rest, std::string_view where) : rest_(rest), where_(where) {}

  Literal parse_all() {
    Literal result = parse(0);
    skip_blanks();
    if (!rest_.empty()) fail();
    return result;
  }

 private:
  static constexpr int deepest = 16;

  Literal parse(int depth) {
    skip_blanks();
    if (rest_.empty() || depth > deepest) fail();
    const char first = rest_[0];
    if (first == '(') return parse_items(Literal::Kind::list, ')', depth);
    if (first == '[') return parse_items(Literal::Kind::list, ']', depth);
    if (first == '{') return parse_items(Literal::Kind::dictionary, '}', depth);
    if (first == '\'' || first == '"') return parse_text();
    if (take("True")) return {.kind = Literal::Kind::boolean, .integer = 1};
    if (take("False")) return {.kind = Literal::Kind::boolean};
    if (take("None")) return {};
    return parse_integer();
  }

  Literal parse_items(Literal::Kind kind, char end, int depth) {
    Literal result{.kind = kind};
    rest_.remove_prefix(1);
    for (;;) {
      skip_blanks();
      if (take(std::string_view(&end, 1))) return result;
      result.items.push_back(parse(depth + 1));
      skip_blanks();
      if (kind == Literal::Kind::dictionary) {
        if (!take(":")) fail();
        result.items.push_back(parse(depth + 1));
        skip_blanks();
      }
      if (take(",")) continue;
      if (!take(std::string_view(&end, 1))) fail();
      return result;
    }
  }

  Literal parse_text() {
    Literal result{.kind = Literal::Kind::text};
    const char quote = rest_[0];
    rest_.remove_prefix(1);
    for (;;) {
      if (rest_.empty()) fail();
      char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == quote) return result;
      if (c == '\\') {
        if (rest_.empty() || std::string_view("\\'\"").find(rest_[0]) == std::string_view::npos) fail();
        c = rest_[0];
        rest_.remove_prefix(1);
      }
      result.text += c;
    }
  }

  Literal parse_integer() {
    Literal result{.kind = Literal::Kind::integer};
    const char* const end = rest_.data() + rest_.size();
    const auto [after, error] = std::from_chars(rest_.data(), end, result.integer);
    if (error != std::errc{}) fail();
    rest_.remove_prefix(static_cast<std::size_t>(after - rest_.data()));
    take("L");  // Python 2's long numbers
    return result;
  }

  void skip_blanks() {
    while (!rest_.empty() && std::string_view(" \t\n\r").find(rest_[0]) != std::string_view::npos)
      rest_.remove_prefix(1);
  }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  [[noreturn]] void fail() const {
    throw DataError("{}: its header is damaged, {} bytes before its end", where_, rest_.size());
  }

  std::string_view rest_;
  std::string_view where_;
};

}  // namespace

const Literal* Literal::find(std::string_view name) const {
  for (std::size_t i = 0; kind == Kind::dictionary && i + 1 < items.size(); i += 2)
    if (items[i].is(Kind::text) && items[i].text == name) return &items[i + 1];
  return nullptr;
}

Literal parse_literal(std::string_view source, std::string_view where) {
  return LiteralParser(source, where).parse_all();
}

}  // namespace ansatz::data
