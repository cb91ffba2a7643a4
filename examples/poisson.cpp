// SPDX-License-Identifier: BSD-3-Clause
// The Poisson equation -(d^2/dx^2 + d^2/dy^2) u = f on the unit square with u = 0 on its boundary. For
// f = 2 pi^2 sin(pi x) sin(pi y) the solution is sin(pi x) sin(pi y). The trial function x (1 - x) y (1 - y) N(x, y) is
// zero on the boundary whatever the network N is; the cost is the squared residual at 12 x 12 points.
#include <fmt/format.h>

#include <ansatz/ansatz.hpp>
#include <cmath>
#include <numbers>

using namespace ansatz;

constexpr double pi = std::numbers::pi;

/// v[0] v[1], of a vector of two elements.
Var product(const Var& v) { return reshape(slice(v, {0}, {1}) * slice(v, {1}, {2}), {}); }

double solution(double x, double y) { return std::sin(pi * x) * std::sin(pi * y); }

/// The midpoints of n x n cells: [n * n, 2].
std::vector<double> midpoints(int n) {
  std::vector<double> points;
  for (int i = 0; i < n * n; ++i) points.insert(points.end(), {(i % n + 0.5) / n, (i / n + 0.5) / n});
  return points;
}

int main() {
  const nn::FFNN network({2, 20, 1}, {.hidden = act::tanh, .seed = 1, .dtype = Dtype::f64});
  const auto trial = [&](const Var& theta) {  // u, a function of one point x [2]
    return [&, theta](const Var& x) {
      const Var n = network.logits(network.unpack(theta), reshape(x, {1, 2}));
      return product(x * (1.0 - x)) * reshape(n, {});
    };
  };

  const std::vector<double> grid = midpoints(12);
  const auto cost = [&](const Var& theta) {
    const auto residual = [&](const Var& x) { return laplacian(trial(theta))(x) + 2 * pi * pi * product(sin(pi * x)); };
    return mean(square(vmap(residual)(constant(grid, Dtype::f64, {144, 2}))));
  };
  const train::Minimum found = train::minimise(cost, {train::initial_parameters(network)},
                                               {.optimizer = optim::adam({.learning_rate = 3e-2}),
                                                .schedule = schedule::cosine({.warm_up = 50}),
                                                .steps = 6000});

  const std::vector<double> fine = midpoints(50);
  const Tensor u = evaluate([&](const Var& theta, const Var& x) { return vmap(trial(theta))(x); }, found.parameters[0],
                            Tensor(fine, {2500, 2}));
  double difference = 0.0, norm = 0.0;
  for (std::size_t i = 0; i < 2500; ++i) {
    const double exact = solution(fine[2 * i], fine[2 * i + 1]);
    difference += std::pow(u.as<double>()[i] - exact, 2);
    norm += exact * exact;
  }
  const double error = std::sqrt(difference / norm);
  fmt::print("{} steps of {:.1f} us: mean squared residual {:.1e}\n", found.steps, found.us_per_step, found.cost);
  fmt::print("relative error (L2) of u on 50 x 50 other points: {:.1e}, less than 1e-3 is asked\n", error);
  return error < 1e-3 ? 0 : 1;
}
