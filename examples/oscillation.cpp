// SPDX-License-Identifier: BSD-3-Clause
// A differential equation solved by a network: u'' = -u with u(0) = 0, u'(0) = 1 on [0, pi/2], whose solution is sin x.
// The trial function u(x) = x + x^2 N(x) has both initial values whatever the network N is, so that the cost is the
// residual u'' + u alone, squared, at 32 points (I. E. Lagaris et al., IEEE Trans. Neural Networks 9, 987 (1998)).
#include <fmt/format.h>

#include <algorithm>
#include <ansatz/ansatz.hpp>
#include <cmath>
#include <numbers>

using namespace ansatz;

/// n points from 0 to pi/2.
std::vector<double> points(int n) {
  std::vector<double> x;
  for (int i = 0; i < n; ++i) x.push_back(0.5 * std::numbers::pi * i / (n - 1));
  return x;
}

int main() {
  const nn::FFNN network({1, 20, 20, 1},
                         {.hidden = act::tanh, .initialiser = nn::lecun(), .seed = 1, .dtype = Dtype::f64});
  const auto trial = [&](const Var& theta) {  // u, a function of all points x [n] at once
    return [&, theta](const Var& x) {
      const Var n = network.logits(network.unpack(theta), reshape(x, {x.shape()[0], 1}));
      return x + square(x) * reshape(n, x.shape());
    };
  };

  const std::vector<double> grid = points(32);
  const auto cost = [&](const Var& theta) {
    const auto u = trial(theta);
    const Var x = constant(grid, Dtype::f64, {32});
    return mean(square(elementwise_grad(elementwise_grad(u))(x) + u(x)));
  };
  const train::Minimum found = train::minimise(cost, {train::initial_parameters(network)},
                                               {.optimizer = optim::adam({.learning_rate = 3e-2}),
                                                .schedule = schedule::cosine({.warm_up = 50}),
                                                .steps = 8000});

  const std::vector<double> fine = points(1001);
  const Tensor u = evaluate([&](const Var& theta, const Var& x) { return trial(theta)(x); }, found.parameters[0],
                            Tensor(fine, {1001}));
  double error = 0.0;
  for (std::size_t i = 0; i < fine.size(); ++i)
    error = std::max(error, std::abs(u.as<double>()[i] - std::sin(fine[i])));
  fmt::print("{} steps of {:.1f} us: mean squared residual {:.1e}\n", found.steps, found.us_per_step, found.cost);
  fmt::print("largest error of u on [0, pi/2]: {:.1e}, less than 1e-4 is asked\n", error);
  return error < 1e-4 ? 0 : 1;
}
