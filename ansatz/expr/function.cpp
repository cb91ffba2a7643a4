// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/expr/function.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "ansatz/ops/ops.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz::expr {

namespace {

const double* as_number(const Value& value) { return std::get_if<double>(&value); }

/// Arithmetic of two numbers, where the row is arithmetic.
std::optional<double> folded(const Op& op, double a, double b) {
  if (&op == &rows::add) return a + b;
  if (&op == &rows::sub) return a - b;
  if (&op == &rows::mul) return a * b;
  if (&op == &rows::div) return a / b;
  if (&op == &rows::pow) return std::pow(a, b);
  return std::nullopt;
}

Value apply_binary(const Op& op, const Value& left, const Value& right, Dtype dtype) {
  const double *a = as_number(left), *b = as_number(right);
  if (a && b) {
    if (const auto number = folded(op, *a, *b)) return *number;
    return apply_broadcast(op, as_var(left, dtype), *b);
  }
  if (a) return apply_broadcast(op, *a, std::get<Var>(right));
  if (b && &op == &rows::pow) return pow(std::get<Var>(left), *b);
  if (b) return apply_broadcast(op, std::get<Var>(left), *b);
  return apply_broadcast(op, std::get<Var>(left), std::get<Var>(right));
}

Value apply_where(std::span<const Value> arguments, Dtype dtype) {
  for (const Value& branch : arguments.subspan(1))
    if (!as_number(branch)) dtype = std::get<Var>(branch).dtype();
  return where(as_var(arguments[0], dtype), as_var(arguments[1], dtype), as_var(arguments[2], dtype));
}

Value apply_row(const Op& op, std::span<const Value> arguments, Dtype dtype) {
  if (arguments.size() == 2) return apply_binary(op, arguments[0], arguments[1], dtype);
  if (arguments.size() == 3) return apply_where(arguments, dtype);
  if (&op == &rows::neg && as_number(arguments[0])) return -*as_number(arguments[0]);
  return apply(op, {as_var(arguments[0], dtype)});
}

/// A row of the table under `name`, its arguments in order or swapped.
Function function_of(const Op& op, std::string_view name, bool swapped = false) {
  Function function;
  function.name = name;
  function.fewest = function.most = op.arity;
  const bool logical = op.accepts == Accepts::boolean;
  function.takes.assign(static_cast<std::size_t>(op.arity), logical ? Sort::condition : Sort::number);
  if (op.selects) function.takes = {Sort::condition, Sort::any, Sort::any};
  function.gives = logical || op.type == rows::same_type_to_boolean ? Sort::condition
                   : op.selects                                     ? Sort::any
                                                                    : Sort::number;
  function.apply = [&op, swapped](std::span<const Value> arguments, Dtype dtype) -> Value {
    if (!swapped) return apply_row(op, arguments, dtype);
    const Value exchanged[] = {arguments[1], arguments[0]};
    return apply_row(op, exchanged, dtype);
  };
  return function;
}

Function reduction(std::string_view name, Var (*reduce)(const Var&)) {
  return {
      std::string(name),
      1,
      1,
      {Sort::number},
      Sort::number,
      [reduce](std::span<const Value> arguments, Dtype dtype) -> Value { return reduce(as_var(arguments[0], dtype)); }};
}

Value apply_leaky_relu(std::span<const Value> arguments, Dtype dtype) {
  const Var x = as_var(arguments[0], dtype);
  if (arguments.size() == 1) return leaky_relu(x);
  if (const double* slope = as_number(arguments[1])) return leaky_relu(x, *slope);
  throw DtypeError("[leaky_relu] the slope is a variable; a number is expected");
}

using Names = std::map<std::string, Function, std::less<>>;

const Names& functions() {
  static const Names table = [] {
    Names names;
    const auto add = [&](Function function) { names.emplace(function.name, std::move(function)); };
    // Rows whose attributes say more than their operands have no place in a formula.
    const Op* const with_attributes[] = {&rows::cast, &rows::integer_pow, &rows::leaky_relu};
    for (const Op* op : all_ops()) {
      const bool is_operator = !op->symbol.empty() && op != &rows::pow;
      if (!op->elementwise || op->arity < 1 || is_operator) continue;
      if (std::find(std::begin(with_attributes), std::end(with_attributes), op) != std::end(with_attributes)) continue;
      add(function_of(*op, op->name));
    }
    add(function_of(rows::maximum, "max"));
    add(function_of(rows::minimum, "min"));
    add({"leaky_relu", 1, 2, {Sort::number, Sort::number}, Sort::number, apply_leaky_relu});
    add(reduction("sum", sum));
    add(reduction("mean", mean));
    return names;
  }();
  return table;
}

const std::map<std::pair<std::string_view, int>, Function>& operators() {
  static const std::map<std::pair<std::string_view, int>, Function> table = [] {
    std::map<std::pair<std::string_view, int>, Function> symbols;
    for (const Op* op : all_ops())
      if (!op->symbol.empty()) symbols.emplace(std::pair(op->symbol, op->arity), function_of(*op, op->symbol));
    symbols.emplace(std::pair(std::string_view("**"), 2), function_of(rows::pow, "**"));
    symbols.emplace(std::pair(std::string_view(">"), 2), function_of(rows::less, ">", true));
    symbols.emplace(std::pair(std::string_view(">="), 2), function_of(rows::less_equal, ">=", true));
    return symbols;
  }();
  return table;
}

/// Insertions, deletions, replacements and exchanges of neighbours that turn a into b.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  std::iota(d[0].begin(), d[0].end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

Var as_var(const Value& value, Dtype dtype) {
  if (const double* number = as_number(value)) return constant(*number, dtype);
  return std::get<Var>(value);
}

const Function* find_function(std::string_view name) {
  const auto found = functions().find(name);
  return found == functions().end() ? nullptr : &found->second;
}

const Function* find_operator(std::string_view symbol, int operands) {
  const auto found = operators().find(std::pair(symbol, operands));
  return found == operators().end() ? nullptr : &found->second;
}

std::string suggestion(std::string_view name) {
  // What other languages call ours.
  static const std::map<std::string_view, std::string_view> elsewhere = {
      {"ln", "log"}, {"fabs", "abs"}, {"power", "pow"}, {"logistic", "sigmoid"}, {"expit", "sigmoid"}, {"if", "where"}};
  const auto other = elsewhere.find(name);
  std::string_view best = other == elsewhere.end() ? std::string_view{} : other->second;
  if (best.empty() && name.size() <= 16) {
    std::size_t distance = name.size() < 5 ? 2 : 3;  // one slip in a short name, two in a long one
    for (const auto& [candidate, function] : functions())
      if (const std::size_t d = edit_distance(name, candidate); d < distance && d < name.size()) {
        distance = d;
        best = candidate;
      }
  }
  return best.empty() ? std::string{} : fmt::format("; did you mean {}?", best);
}

}  // namespace ansatz::expr
