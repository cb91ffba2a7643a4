// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <numbers>

#include "ansatz/base/error.hpp"
#include "ansatz/expr/expression.hpp"
#include "ansatz/expr/lexer.hpp"

namespace ansatz::expr {

namespace {

/// Binary operators by how tightly they bind, loosest first; those of one row associate to the left.
constexpr std::array<std::array<std::string_view, 6>, 5> levels = {{
    {"||"},
    {"&&"},
    {"<", "<=", ">", ">=", "==", "!="},
    {"+", "-"},
    {"*", "/"},
}};
constexpr std::size_t comparisons = 2;

bool at_level(const Token& token, std::size_t level) {
  return token.kind == Token::Kind::symbol &&
         std::find(levels[level].begin(), levels[level].end(), token.text) != levels[level].end();
}

}  // namespace

/// Recursive descent. Every term is appended after its operands, so that nothing else walks the tree recursively.
class Parser {
 public:
  explicit Parser(std::string_view text) { result_.text_ = text; }

  Expression parse() {
    advance();
    if (token_.kind == Token::Kind::end) fail("the formula is empty; a number, a variable or a function is expected");
    binary(0);
    if (is(")")) fail("found \")\", which closes nothing");
    if (is(",")) fail("found \",\" outside the arguments of a function (decimal numbers are written with a point)");
    if (token_.kind != Token::Kind::end)
      fail(fmt::format("found {}; an operator is expected (write * for a product)", describe(token_)));
    return std::move(result_);
  }

 private:
  /// Where a term begins in the text, and what it is.
  struct Facts {
    std::size_t begin;
    Sort sort;
  };

  [[noreturn]] void fail_at(std::size_t position, std::string_view message) const {
    throw ParseError(located(message, result_.text_, position));
  }
  [[noreturn]] void fail(std::string_view message) const { fail_at(token_.position, message); }

  void advance() { token_ = next_token(result_.text_, token_.position + token_.text.size()); }
  bool is(std::string_view symbol) const { return token_.kind == Token::Kind::symbol && token_.text == symbol; }
  void expect(std::string_view symbol, const std::string& why) {
    if (!is(symbol)) fail(fmt::format("found {}; \"{}\" is expected {}", describe(token_), symbol, why));
    advance();
  }
  /// Of a place in the line it stands in; all before it is ASCII.
  std::size_t column(std::size_t position) const {
    const std::size_t line = position == 0 ? std::string::npos : result_.text_.rfind('\n', position - 1);
    return position - (line == std::string::npos ? 0 : line + 1) + 1;
  }

  int append(Term term, Facts facts) {
    result_.terms_.push_back(std::move(term));
    facts_.push_back(facts);
    return static_cast<int>(result_.terms_.size()) - 1;
  }

  /// A call of `function`, each of whose operands has the sort that it takes.
  int call(const Function& function, std::vector<int> operands, std::size_t position, std::size_t begin) {
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const Facts& operand = facts_[static_cast<std::size_t>(operands[i])];
      if (operand.sort == Sort::any || function.takes[i] == Sort::any || operand.sort == function.takes[i]) continue;
      fail_at(operand.begin,
              fmt::format("\"{}\" takes a {} here; this is a {}", function.name,
                          function.takes[i] == Sort::number ? "number" : "condition",
                          operand.sort == Sort::number ? "number" : "condition (where(c, 1, 0) makes it a number)"));
    }
    return append({0.0, -1, &function, std::move(operands), position}, {begin, function.gives});
  }

  int binary(std::size_t level) {
    if (level == levels.size()) return unary();
    int left = binary(level + 1);
    for (bool first = true; at_level(token_, level); first = false) {
      if (level == comparisons && !first) fail("comparisons are not chained; write a < b && b < c");
      const Token symbol = token_;
      advance();
      const int right = binary(level + 1);
      left = call(*find_operator(symbol.text, 2), {left, right}, symbol.position,
                  facts_[static_cast<std::size_t>(left)].begin);
    }
    return left;
  }

  int unary() {
    constexpr int deepest = 200;
    if (++depth_ > deepest) fail(fmt::format("the formula is nested more than {} levels deep", deepest));
    int result = 0;
    if (const Token sign = token_; is("-") || is("!") || is("+")) {
      advance();
      const int operand = unary();
      result = sign.text == "+" ? operand : call(*find_operator(sign.text, 1), {operand}, sign.position, sign.position);
    } else {
      result = power();
    }
    --depth_;
    return result;
  }

  int power() {
    const int base = primary();
    if (!is("^") && !is("**")) return base;
    const Token symbol = token_;
    advance();
    const int exponent = unary();  // so that x^-y and x^y^z read as they should
    return call(*find_operator(symbol.text, 2), {base, exponent}, symbol.position,
                facts_[static_cast<std::size_t>(base)].begin);
  }

  int primary() {
    const Token token = token_;
    if (token.kind == Token::Kind::number) {
      advance();
      if (token_.kind == Token::Kind::name && token_.position == token.position + token.text.size())
        fail(fmt::format("found {} right after a number; write {}*{}", describe(token_), token.text,
                         token_.text.substr(0, 40)));
      return append({token.number, -1, nullptr, {}, token.position}, {token.position, Sort::number});
    }
    if (token.kind == Token::Kind::name) {
      advance();
      return is("(") ? function_call(token) : name(token);
    }
    if (!is("(")) fail(fmt::format("found {}; a number, a variable or a function is expected", describe(token)));
    advance();
    const int inner = binary(0);
    expect(")", fmt::format("for the \"(\" in column {}", column(token.position)));
    return inner;
  }

  int name(const Token& token) {
    if (token.text == "pi")
      return append({std::numbers::pi, -1, nullptr, {}, token.position}, {token.position, Sort::number});
    if (find_function(token.text))
      fail_at(token.position,
              fmt::format("{} is a function; its arguments are expected: {}(...)", token.text, token.text));
    auto& names = result_.variables_;
    const auto found = std::find(names.begin(), names.end(), token.text);
    const auto index = static_cast<int>(found - names.begin());
    if (found == names.end()) names.emplace_back(token.text);
    return append({0.0, index, nullptr, {}, token.position}, {token.position, Sort::any});
  }

  int function_call(const Token& name) {
    const Function* function = find_function(name.text);
    if (!function) fail_at(name.position, fmt::format("unknown function {}{}", describe(name), suggestion(name.text)));
    const std::size_t open = token_.position;
    advance();
    std::vector<int> arguments;
    while (!is(")") || !arguments.empty()) {
      arguments.push_back(binary(0));
      if (!is(",")) break;
      advance();
    }
    const auto count = static_cast<int>(arguments.size());
    expect(")", fmt::format("for the \"(\" in column {}", column(open)));
    if (count < function->fewest || count > function->most)
      fail_at(
          name.position,
          fmt::format("{} was given {} argument{}; {} expected", name.text, count, count == 1 ? "" : "s",
                      function->fewest != function->most ? fmt::format("{} or {} are", function->fewest, function->most)
                      : function->most == 1              ? std::string("1 is")
                                                         : fmt::format("{} are", function->most)));
    return call(*function, std::move(arguments), name.position, name.position);
  }

  Expression result_;
  std::vector<Facts> facts_;  // of each term
  Token token_;               // the next word
  int depth_ = 0;
};

Expression parse(std::string_view text) { return Parser(text).parse(); }

}  // namespace ansatz::expr
