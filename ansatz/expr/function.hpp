// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What an expression can call: the elementwise rows of the operation table, by name and by symbol, and a few more.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz::expr {

/// A value while a formula is built: a number that no dtype has been given yet, or a value of the graph.
using Value = std::variant<double, Var>;

/// What a function takes or gives: real numbers, or conditions (bool). A variable may be either.
enum class Sort : std::uint8_t { number, condition, any };

/// One name (or operator) of the language.
struct Function {
  std::string name;
  int fewest = 1, most = 1;  ///< numbers of arguments
  std::vector<Sort> takes;   ///< sort of each argument
  Sort gives = Sort::number;
  /// Records the call. `dtype`: of numbers that have no partner.
  std::function<Value(std::span<const Value> arguments, Dtype dtype)> apply;
};

/// The function called `name`, or nullptr.
const Function* find_function(std::string_view name);
/// The operator with this symbol and number of operands, or nullptr.
const Function* find_operator(std::string_view symbol, int operands);
/// "; did you mean exp?" where a function has a similar name, else nothing.
std::string suggestion(std::string_view name);

/// `value` as a Var; a number becomes a scalar constant of `dtype`.
Var as_var(const Value& value, Dtype dtype);

}  // namespace ansatz::expr
