// SPDX-License-Identifier: BSD-3-Clause
#include <ansatz/ansatz.hpp>
#include <cmath>
#include <cstdio>

int main() {
  const auto f = [](ansatz::Var x, ansatz::Var y) { return sin(x * y) + exp(x); };
  const auto d2f = ansatz::grad(ansatz::grad(f, 0), 1);
  const double x = 0.3;
  const double y = 1.2;
  const double found = ansatz::evaluate(d2f, x, y);
  const double expected = std::cos(x * y) - x * y * std::sin(x * y);
  std::printf("d2f/dxdy at (%g, %g): found %.17g, expected %.17g\n", x, y, found, expected);
  return std::abs(found - expected) < 1e-14 ? 0 : 1;
}
