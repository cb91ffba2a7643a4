// SPDX-License-Identifier: BSD-3-Clause
// Automatic differentiation as in the third lecture: functions in, functions out, in both modes and at any order; and
// how many operations a value and its derivative take together.
#include <fmt/format.h>

#include <ansatz/ansatz.hpp>
#include <cmath>

using ansatz::Var;

/// Floating-point operations of value and derivative together, after optimisation.
template <class F>
long count(const F& f) {
  const auto both = [&](Var x) { return ansatz::value_and_grad(f)(x); };
  const ansatz::Graph graph = ansatz::trace(both, {{ansatz::Dtype::f64, {}}});
  return ansatz::passes::operation_count(ansatz::passes::optimise(graph, ansatz::run::default_passes()));
}

int main() {
  // A mixed second derivative is the gradient of a gradient.
  const auto f = [](Var x, Var y) { return sin(x * y) + exp(x); };
  const auto d2f = ansatz::grad(ansatz::grad(f, 0), 1);
  const double x = 0.3, y = 1.2, v = ansatz::evaluate(d2f, x, y);
  fmt::print("d2f/dxdy of sin(xy) + exp(x) at ({}, {}): {:.15f}\n", x, y, v);
  fmt::print("by hand, cos(xy) - xy sin(xy):                {:.15f}\n\n", std::cos(x * y) - x * y * std::sin(x * y));

  // The lectures count operations: 4 where a naive program needs 6, and 7 where it needs 15.
  const auto g = [](Var a) { return exp(a * a); };
  const auto h = [](Var a) { return sqrt(a * a + exp(a * a)); };
  fmt::print("value and derivative of exp(x^2):            {} operations\n", count(g));
  fmt::print("value and derivative of sqrt(x^2 + exp(x^2)): {} operations\n\n", count(h));

  // Forward mode: the derivative of h in the direction 1, beside reverse mode.
  const auto forward = [&](Var a) { return ansatz::jvp(h, std::tuple(a), std::tuple(full_like(a, 1.0))); };
  const auto both = ansatz::evaluate(forward, 0.5);
  fmt::print("h(0.5) = {:.15f}, h'(0.5) = {:.15f} (forward)\n", double(both[0]), double(both[1]));
  fmt::print("                            h'(0.5) = {:.15f} (reverse)\n\n", double(evaluate(ansatz::grad(h), 0.5)));

  // An inner derivative may use an outer variable: d/dx [d/dy (x y) at y = x] is 1, not 2.
  const auto inner = [](Var a) { return ansatz::grad([a](Var b) { return a * b; })(a); };
  fmt::print("d/dx of [d/dy (x y) at y = x]: {}\n", double(ansatz::evaluate(ansatz::grad(inner), 2.0)));

  // A branch that is not taken leaves no trace, in spite of the infinite derivative of the square root at 0.
  const auto guarded = [](Var a) { return where(a > 0, sqrt(a), 0); };
  fmt::print("derivative of where(x > 0, sqrt(x), 0) at 0: {}\n", double(evaluate(ansatz::grad(guarded), 0.0)));
  return 0;
}
