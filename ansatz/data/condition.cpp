// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "ansatz/base/error.hpp"

namespace ansatz::data {
namespace {

/// A word of a condition. `text` of a quoted one is what stands between the quotes.
struct Word {
  enum class Kind : std::uint8_t { number, name, quoted_name, text, symbol, end };

  Kind kind = Kind::end;
  std::string text = {};
  double number = 0;
  std::size_t position = 0;  // in bytes
};

bool is_decimal(char c) { return c >= '0' && c <= '9'; }
/// Letters of any language: all bytes of characters beyond ASCII count.
bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// Recursive descent, loosest operator first.
class ConditionParser {
 public:
  ConditionParser(std::string_view text, const Table& table) : text_(text), table_(table) {}

  RowTruth parse() {
    advance();
    if (word_.kind == Word::Kind::end) fail("the condition is empty; a comparison as \"T < 2\" is expected");
    const std::size_t begin = word_.position;
    const RowValue value = alternatives();
    if (word_.kind != Word::Kind::end)
      fail(fmt::format("found \"{}\"; \"and\", \"or\" or the end is expected", word_.text));
    return truth_of(value, begin);
  }

  std::vector<std::string> names() {
    std::vector<std::string> found;
    for (advance(); word_.kind != Word::Kind::end; advance())
      if (word_.kind == Word::Kind::name || word_.kind == Word::Kind::quoted_name) found.push_back(word_.text);
    return found;
  }

 private:
  [[noreturn]] void fail_at(std::size_t position, std::string_view what) const {
    throw ParseError("{}, at character {} of the condition\n  {}\n  {:>{}}", what, position + 1, text_, "^",
                     position + 1);
  }
  [[noreturn]] void fail(std::string_view what) const { fail_at(word_.position, what); }

  void advance() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
    word_ = {.position = at_};
    if (at_ == text_.size()) return;
    const char first = text_[at_];
    if (first == '\'' || first == '"' || first == '`')
      read_quoted(first);
    else if (is_decimal(first) || first == '.')
      read_number();
    else if (is_name_letter(first))
      read_name();
    else
      read_symbol();
  }

  void read_quoted(char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail(fmt::format("nothing closes the quote {}", quote));
    word_.kind = quote == '\'' ? Word::Kind::text : Word::Kind::quoted_name;
    word_.text = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
  }

  void read_number() {
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), word_.number);
    if (error != std::errc{}) fail("a number is expected");
    word_.kind = Word::Kind::number;
    word_.text.assign(begin, end);
    at_ += word_.text.size();
  }

  void read_name() {
    std::size_t end = at_;
    while (end < text_.size() && (is_name_letter(text_[end]) || is_decimal(text_[end]))) ++end;
    word_.kind = Word::Kind::name;
    word_.text = text_.substr(at_, end - at_);
    at_ = end;
  }

  /// Symbols that mean the same have one spelling from here on.
  void read_symbol() {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> symbols = {
        {{"<=", "<="}, {">=", ">="}, {"==", "=="}, {"!=", "!="}, {"&&", "and"}, {"||", "or"}, {"**", "^"},
         {"<>", "!="}, {"<", "<"},   {">", ">"},   {"=", "=="},  {"!", "not"},  {"+", "+"},   {"-", "-"},
         {"*", "*"},   {"/", "/"},   {"^", "^"},   {"(", "("},   {")", ")"},    {",", ","}}};
    const std::string_view rest = text_.substr(at_);
    const auto* found = std::find_if(symbols.begin(), symbols.end(),
                                     [&](const auto& symbol) { return rest.starts_with(symbol.first); });
    if (found == symbols.end()) fail(fmt::format("\"{}\" has no meaning in a condition", rest.substr(0, 1)));
    word_.kind = Word::Kind::symbol;
    word_.text = found->second;
    at_ += found->first.size();
  }

  /// Whether the word is an operator, written as a symbol or as a name.
  bool is(std::string_view symbol) const {
    return (word_.kind == Word::Kind::symbol || word_.kind == Word::Kind::name) && word_.text == symbol;
  }
  bool take(std::string_view symbol) {
    if (!is(symbol)) return false;
    advance();
    return true;
  }
  /// The operator among `symbols` that the word is; empty when it is none.
  template <std::size_t n>
  std::string_view any_of(const std::array<std::string_view, n>& symbols) const {
    const auto* found =
        std::find_if(symbols.begin(), symbols.end(), [&](std::string_view symbol) { return is(symbol); });
    return found == symbols.end() ? std::string_view{} : *found;
  }

  RowTruth truth_of(const RowValue& value, std::size_t begin) const {
    if (const auto* truth = std::get_if<RowTruth>(&value)) return *truth;
    fail_at(begin, fmt::format("this is a {}; a comparison is expected", name_of(value)));
  }
  RowNumber number_of(const RowValue& value, std::size_t begin) const {
    if (const auto* number = std::get_if<RowNumber>(&value)) return *number;
    fail_at(begin, fmt::format("this is a {}; a number is expected", name_of(value)));
  }

  RowValue alternatives() {
    const std::size_t begin = word_.position;
    RowValue left = conditions();
    while (take("or")) {
      const std::size_t next = word_.position;
      RowTruth right = truth_of(conditions(), next);
      left = disjunction(truth_of(left, begin), std::move(right));
    }
    return left;
  }

  RowValue conditions() {
    const std::size_t begin = word_.position;
    RowValue left = negations();
    while (take("and")) {
      const std::size_t next = word_.position;
      RowTruth right = truth_of(negations(), next);
      left = conjunction(truth_of(left, begin), std::move(right));
    }
    return left;
  }

  RowValue negations() {
    constexpr int deepest = 200;
    if (++depth_ > deepest) fail(fmt::format("the condition is nested more than {} levels deep", deepest));
    RowValue result = is("not") ? negated() : comparison();
    --depth_;
    return result;
  }

  RowValue negated() {
    advance();
    const std::size_t begin = word_.position;
    return negation(truth_of(negations(), begin));
  }

  RowValue comparison() {
    static constexpr std::array<std::string_view, 6> symbols = {"<", "<=", ">", ">=", "==", "!="};
    RowValue left = sum();
    const std::string_view symbol = any_of(symbols);
    if (symbol.empty()) return left;
    const std::size_t place = word_.position;
    advance();
    const RowValue right = sum();
    if (!any_of(symbols).empty()) fail("comparisons are not chained; write a < b and b < c");
    RowTruth result = compare(symbol, left, right);
    if (!result)
      fail_at(place, fmt::format("a {} is compared with a {}; two numbers or two texts are expected (texts stand in "
                                 "single quotes: 'red')",
                                 name_of(left), name_of(right)));
    return result;
  }

  RowValue sum() { return chain(std::array<std::string_view, 2>{"+", "-"}, &ConditionParser::product); }
  RowValue product() { return chain(std::array<std::string_view, 2>{"*", "/"}, &ConditionParser::signed_value); }

  template <std::size_t n>
  RowValue chain(const std::array<std::string_view, n>& symbols, RowValue (ConditionParser::*operand)()) {
    const std::size_t begin = word_.position;
    RowValue left = (this->*operand)();
    for (std::string_view symbol = any_of(symbols); !symbol.empty(); symbol = any_of(symbols)) {
      advance();
      const std::size_t next = word_.position;
      RowNumber right = number_of((this->*operand)(), next);
      left = apply(*find_number_function(symbol), number_of(left, begin), std::move(right));
    }
    return left;
  }

  RowValue signed_value() {
    if (is("+") || is("-")) {
      const bool minus = is("-");
      advance();
      const std::size_t begin = word_.position;
      RowNumber of = number_of(nested(&ConditionParser::signed_value), begin);
      if (!minus) return of;
      return RowNumber([of = std::move(of)](std::int64_t row) { return -of(row); });
    }
    const std::size_t begin = word_.position;
    RowValue base = primary();
    if (!take("^")) return base;
    const std::size_t next = word_.position;
    RowNumber exponent = number_of(nested(&ConditionParser::signed_value), next);
    return apply(*find_number_function("^"), number_of(base, begin), std::move(exponent));
  }

  RowValue nested(RowValue (ConditionParser::*part)()) {
    constexpr int deepest = 200;
    if (++depth_ > deepest) fail(fmt::format("the condition is nested more than {} levels deep", deepest));
    RowValue result = (this->*part)();
    --depth_;
    return result;
  }

  static RowNumber apply(const NumberFunction& function, RowNumber a, RowNumber b) {
    return [f = function.of_two, a = std::move(a), b = std::move(b)](std::int64_t row) { return f(a(row), b(row)); };
  }

  RowValue primary() {
    const Word word = word_;
    if (word.kind == Word::Kind::end) fail("the condition ends here; a value is expected");
    if (take("(")) {
      RowValue inner = nested(&ConditionParser::alternatives);
      if (!take(")")) fail("\")\" is expected");
      return inner;
    }
    if (word.kind == Word::Kind::symbol) fail(fmt::format("found \"{}\"; a value is expected", word.text));
    advance();
    if (word.kind == Word::Kind::number) return constant(word.number);
    if (word.kind == Word::Kind::text)
      return RowText([text = word.text](std::int64_t) { return std::string_view(text); });
    if (word.kind == Word::Kind::name && is("(")) return call(word);
    if (word.kind == Word::Kind::name && word.text == "pi" && !table_.find("pi")) return constant(std::numbers::pi);
    return value_of(column_of(word), table_);
  }

  static RowNumber constant(double value) {
    return [value](std::int64_t) { return value; };
  }

  const Column& column_of(const Word& word) const {
    if (const auto index = table_.find(word.text)) return table_.column(*index);
    std::vector<std::string> names;
    for (const Column& column : table_.columns()) names.push_back(column.name);
    return table_.column(find_column(names, word.text, table_.source()));
  }

  RowValue call(const Word& name) {
    advance();  // the parenthesis
    if (name.text == "missing") return missing_call();
    const NumberFunction* function = find_number_function(name.text);
    if (function == nullptr)
      fail_at(name.position,
              fmt::format("there is no function \"{}\"; there are missing, {}", name.text, number_function_names()));
    std::vector<RowNumber> arguments;
    do {
      const std::size_t begin = word_.position;
      arguments.push_back(number_of(nested(&ConditionParser::alternatives), begin));
    } while (take(","));
    if (!take(")")) fail("\")\" is expected");
    if (arguments.size() != function->arguments())
      fail_at(name.position, fmt::format("\"{}\" was given {} numbers; it takes {}", name.text, arguments.size(),
                                         function->arguments()));
    if (arguments.size() == 2) return apply(*function, std::move(arguments[0]), std::move(arguments[1]));
    return RowNumber([f = function->of_one, x = std::move(arguments[0])](std::int64_t row) { return f(x(row)); });
  }

  RowValue missing_call() {
    const Word word = word_;
    if (word.kind != Word::Kind::name && word.kind != Word::Kind::quoted_name) fail("the name of a column is expected");
    const Column& column = column_of(word);
    advance();
    if (!take(")")) fail("\")\" is expected");
    return RowTruth([&column](std::int64_t row) { return column.is_missing(row) ? Truth::yes : Truth::no; });
  }

  std::string_view text_;
  const Table& table_;
  std::size_t at_ = 0;
  Word word_;
  int depth_ = 0;
};

}  // namespace

std::vector<std::string> names_in_condition(std::string_view text) { return ConditionParser(text, Table()).names(); }

RowTruth parse_condition(std::string_view text, const Table& table) { return ConditionParser(text, table).parse(); }

}  // namespace ansatz::data
