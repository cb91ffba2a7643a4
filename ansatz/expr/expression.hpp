// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The expression language: formulas and costs that users write as text, "sqrt(x^2 + exp(x^2))".
///
/// Numbers     2  .5  1e-3  2.5E3, and the constant pi; arithmetic of numbers is done once, in f64
/// Variables   every other name: x, w_1, E, D (e is a variable too; eˣ is exp(x))
/// Operators   tightest first:  ^ or ** (right-associative; -x^2 is −(x²)),  - + ! before a value,  * /,  + -,
///             < <= > >= == != (not chained),  &&,  ||
/// Functions   every elementwise row of the operation table under its name (exp, log1p, tanh, sigmoid, abs, where …),
///             and max(a, b), min(a, b), leaky_relu(x, slope), sum(x), mean(x)
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/expr/function.hpp"

namespace ansatz::expr {

/// A node of the tree: a number, a variable, or a function of earlier nodes.
struct Term {
  double number = 0.0;
  int variable = -1;                   ///< index into Expression::variables()
  const Function* function = nullptr;  ///< with `operands`; neither function nor variable: a number
  std::vector<int> operands;           ///< indices of earlier terms
  std::size_t position = 0;            ///< in the text, in bytes
};

/// A parsed formula. A value: it can be copied, kept, and built into any number of graphs.
class Expression {
 public:
  const std::string& text() const { return text_; }
  /// The names of the variables, in the order of their first appearance in the text.
  const std::vector<std::string>& variables() const { return variables_; }

  /// Records the formula on the current trace, with NumPy's broadcasting. Variables that it does not name are ignored.
  /// A number takes the dtype of its partner; one without a partner that of the formula's first real variable, or f64.
  /// @throws ArgumentError when a variable is missing; ShapeError and DtypeError, with the place in the text, when
  /// operands do not fit; GraphError when no trace is running.
  Var build(const std::map<std::string, Var>& variables) const;

 private:
  friend class Parser;
  std::string text_;
  std::vector<std::string> variables_;
  std::vector<Term> terms_;  // each after its operands; the last one is the formula
};

/// Reads a formula. @throws ParseError with the column, the line with a caret under it, what was found and expected.
/// Example: parse("0.5*k*x^2").build({{"x", x}, {"k", k}})
Expression parse(std::string_view text);

/// `message`, where it happened, and the line of `text` with a caret under byte `position`.
std::string located(std::string_view message, std::string_view text, std::size_t position);

}  // namespace ansatz::expr
