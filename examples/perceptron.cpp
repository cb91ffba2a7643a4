// SPDX-License-Identifier: BSD-3-Clause
// The fourth lecture's first network: one weight, one bias, one point of y = 2x + 1 at x = 4, gradient descent with
// eta = 0.01. The lecture writes the gradient by hand; here it comes from the cost.
#include <fmt/format.h>

#include <ansatz/ansatz.hpp>

using ansatz::Var;

struct Parameters {
  Var weight, bias;
};

int main() {
  const double x = 4.0, y = 2 * x + 1, eta = 0.01;
  const auto cost = [&](const Parameters& theta) { return 0.5 * square(theta.weight * x + theta.bias - y); };
  const auto gradient = [&](Var weight, Var bias) { return ansatz::grad(cost)(Parameters{weight, bias}); };
  double weight = 1.0, bias = 0.5;
  for (int i = 0; i <= 40; ++i) {
    if (i % 10 == 0)
      fmt::print("{:>2} steps: prediction {:.6f}, target {}, cost {:.3g}\n", i, weight * x + bias, y,
                 0.5 * (weight * x + bias - y) * (weight * x + bias - y));
    const auto d = ansatz::evaluate(gradient, weight, bias);
    weight -= eta * double(d[0]);
    bias -= eta * double(d[1]);
  }
  return 0;
}
