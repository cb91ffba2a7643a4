// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/node_rules.hpp"
#include "ansatz/passes/pattern.hpp"

namespace ansatz::passes {

namespace {

using Rewritten = std::optional<Var>;

Rewritten simpler_sum(const Var& x) {
  const Var a = operand(x, 0), b = operand(x, 1);
  if (is(x, rows::add)) {
    if (is_uniform(a, 0.0)) return b;
    if (is_uniform(b, 0.0)) return a;
    if (is(b, rows::neg)) return a - operand(b);
    if (is(a, rows::neg)) return b - operand(a);
  } else {
    if (is_uniform(b, 0.0)) return a;
    if (is_uniform(a, 0.0)) return -b;
    if (is(b, rows::neg)) return a + operand(b);
  }
  return std::nullopt;
}

Rewritten simpler_product(const Var& x) {
  const Var a = operand(x, 0), b = operand(x, 1);
  if (is(x, rows::mul)) {
    if (is_uniform(a, 1.0)) return b;
    if (is_uniform(b, 1.0)) return a;
    if (is_uniform(a, -1.0)) return -b;
    if (is_uniform(b, -1.0)) return -a;
    if (is(a, rows::neg)) return -(operand(a) * b);
    if (is(b, rows::neg)) return -(a * operand(b));
  } else {
    if (is_uniform(b, 1.0)) return a;
    if (is_uniform(b, -1.0)) return -a;
    if (is(a, rows::neg)) return -(operand(a) / b);
    if (is(b, rows::neg)) return -(a / operand(b));
  }
  return std::nullopt;
}

/// A comparison of a selection between two constants with a constant is the condition, its negation, or a constant.
Rewritten simpler_comparison(const Var& x) {
  const Var chosen = operand(x, 0);
  const auto with = uniform_value(operand(x, 1));
  if (!with) return std::nullopt;
  if (const auto value = uniform_value(chosen))
    return broadcast_to(constant(*value != *with ? 1.0 : 0.0, Dtype::boolean), x.shape());
  if (is(chosen, rows::cast) && operand(chosen).dtype() == Dtype::boolean && *with == 0.0) return operand(chosen);
  if (!is(chosen, rows::where)) return std::nullopt;
  const Var condition = operand(chosen, 0), a = operand(chosen, 1), b = operand(chosen, 2);
  const auto va = uniform_value(a), vb = uniform_value(b);
  if (va && vb && (*va != *with) == (*vb != *with))
    return broadcast_to(constant(*va != *with ? 1.0 : 0.0, Dtype::boolean), x.shape());
  if (va && vb) return *va != *with ? condition : !condition;
  if (vb && *vb == *with && is(a, rows::cast) && operand(a).dtype() == Dtype::boolean) return condition && operand(a);
  if (va && *va == *with && is(b, rows::cast) && operand(b).dtype() == Dtype::boolean) return !condition && operand(b);
  return std::nullopt;
}

Rewritten simpler_selection(const Var& x) {
  const Var condition = operand(x, 0), a = operand(x, 1), b = operand(x, 2);
  if (a.id() == b.id()) return a;
  if (const auto value = uniform_value(condition)) return *value != 0.0 ? a : b;
  if (is(condition, rows::logical_not)) return where(operand(condition), b, a);
  // where(c, where(c, u, v), b): the inner choice is made already
  if (is(a, rows::where) && operand(a, 0).id() == condition.id()) return where(condition, operand(a, 1), b);
  if (is(b, rows::where) && operand(b, 0).id() == condition.id()) return where(condition, a, operand(b, 2));
  return std::nullopt;
}

Rewritten simpler_logic(const Var& x) {
  if (is(x, rows::logical_not)) {
    if (is(operand(x), rows::logical_not)) return operand(operand(x));
    return std::nullopt;
  }
  const bool conjunction = is(x, rows::logical_and);
  const Var a = operand(x, 0), b = operand(x, 1);
  if (a.id() == b.id()) return a;
  for (const auto& [constant_side, other] : {std::pair(a, b), std::pair(b, a)})
    if (const auto value = uniform_value(constant_side)) return (*value != 0.0) == conjunction ? other : constant_side;
  return std::nullopt;
}

/// Whether a transpose moves axes of extent 1 only, so that every element stays where it is.
bool keeps_order(const Var& x) {
  std::vector<std::int64_t> moved;
  for (std::int64_t axis : x.node().attributes.ints)
    if (operand(x).shape()[static_cast<int>(axis)] != 1) moved.push_back(axis);
  return std::is_sorted(moved.begin(), moved.end());
}

Rewritten simpler_layout(const Var& x) {
  const Var inner = operand(x);
  if (is(x, rows::identity) || is(x, rows::stop_gradient) || is(x, rows::custom_derivative)) return inner;
  if (inner.shape() == x.shape() && is(x, rows::reshape)) return inner;
  if (is(x, rows::reshape) && is(inner, rows::reshape)) return reshape(operand(inner), x.shape());
  if (is(x, rows::broadcast) && is(inner, rows::broadcast)) {
    const auto outer_axes = x.node().attributes.ints, inner_axes = inner.node().attributes.ints;
    std::vector<std::int64_t> axes;
    for (std::int64_t axis : outer_axes) axes.push_back(axis < 0 ? -1 : inner_axes[static_cast<std::size_t>(axis)]);
    return broadcast_in(operand(inner), x.shape(), axes);
  }
  if (is(x, rows::transpose) && is(inner, rows::transpose)) {
    const auto outer = x.node().attributes.ints, first = inner.node().attributes.ints;
    std::vector<std::int64_t> order;
    for (std::int64_t axis : outer) order.push_back(first[static_cast<std::size_t>(axis)]);
    return transpose(operand(inner), order);
  }
  if (is(x, rows::transpose) && keeps_order(x)) return reshape(inner, x.shape());
  if (is(x, rows::slice) && inner.shape() == x.shape()) return inner;
  if (is(x, rows::pad) && inner.shape() == x.shape()) return inner;
  if (is(x, rows::concatenate) && x.node().inputs.size() == 1) return inner;
  if (is(x, rows::cast) && inner.dtype() == x.dtype()) return inner;
  return std::nullopt;
}

/// A 2-d transpose that feeds a matrix product becomes its flag.
Rewritten absorb_transpose(const Var& x) {
  const auto flags = x.node().attributes.ints;
  for (std::size_t side = 0; side < 2; ++side)
    if (is(operand(x, side), rows::transpose)) {
      const Var plain = operand(operand(x, side));
      const bool ta = (flags[0] != 0) != (side == 0), tb = (flags[1] != 0) != (side == 1);
      return side == 0 ? matmul(plain, operand(x, 1), ta, tb) : matmul(operand(x, 0), plain, ta, tb);
    }
  return std::nullopt;
}

/// Σ of a broadcast along the axes it made: a multiple.
Rewritten simpler_reduction(const Var& x) {
  const Var inner = operand(x);
  std::int64_t count = 1;
  for (std::int64_t axis : x.node().attributes.ints) count *= inner.shape()[static_cast<int>(axis)];
  if (count == 1) return reshape(inner, x.shape());
  if (const auto value = uniform_value(inner); value && is_floating(x.dtype()) && count <= (1 << 20))
    return broadcast_to(constant(*value * static_cast<double>(count), x.dtype()), x.shape());
  return std::nullopt;
}

}  // namespace

std::optional<Var> simpler(const Var& x) {
  const Op* op = x.node().op;
  if (op == &rows::add || op == &rows::sub) return simpler_sum(x);
  if (op == &rows::mul || op == &rows::div) return simpler_product(x);
  if (op == &rows::neg) {
    const Var a = operand(x);
    if (is(a, rows::neg)) return operand(a);
    return std::nullopt;
  }
  if (op == &rows::not_equal) return simpler_comparison(x);
  if (op == &rows::where) return simpler_selection(x);
  if (op == &rows::logical_and || op == &rows::logical_or || op == &rows::logical_not) return simpler_logic(x);
  if (op == &rows::matmul) return absorb_transpose(x);
  if (op == &rows::sum) return simpler_reduction(x);
  if (!x.node().inputs.empty()) return simpler_layout(x);
  return std::nullopt;
}

}  // namespace ansatz::passes
