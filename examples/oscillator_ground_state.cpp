// SPDX-License-Identifier: BSD-3-Clause
// The ground state of the harmonic oscillator, H = -1/2 d^2/dx^2 + 1/2 x^2, by the variational principle: no wave
// function has a mean energy below the ground state's, which is 1/2. The trial function is
// psi = exp(N(x) - sqrt(1 + x^2)) with a network N: positive and normalisable, but with the exponential decay of
// another problem; that the answer is a Gaussian is left to training.
#include <fmt/format.h>

#include <ansatz/ansatz.hpp>
#include <cmath>

using namespace ansatz;

/// n points from -10 to 10, both included; their spacing is the weight of each in integrals (the trapezoidal rule,
/// whose error is exponentially small for smooth functions that vanish at the ends).
std::vector<double> points(int n) {
  std::vector<double> x;
  for (int i = 0; i < n; ++i) x.push_back(-10.0 + 20.0 * i / (n - 1));
  return x;
}

struct Energies {
  Var local, gradient;
};

/// <H> twice, as integrals over psi^2 on the points x [n]: of the local energy
/// (H psi) / psi = -1/2 (d^2 log psi + (d log psi)^2) + 1/2 x^2, and of 1/2 (d log psi)^2 + 1/2 x^2, which is the same
/// after an integration by parts.
template <class F>
Energies energies(const F& log_psi, const Var& x) {
  const auto [log, slope, curvature] = vmap(value_gradient_laplacian(log_psi))(x);
  const Var weights = softmax(2.0 * log);  // psi^2 / integral of psi^2
  const Var potential = 0.5 * square(x);
  return {sum(weights * (potential - 0.5 * (curvature + square(slope)))),
          sum(weights * (potential + 0.5 * square(slope)))};
}

int main() {
  const nn::FFNN network({1, 32, 1}, {.hidden = act::tanh, .seed = 1, .dtype = Dtype::f64});
  const auto mean_energies = [&](const Var& theta, const Var& x) {
    const auto log_psi = [&](const Var& at) {  // at one point
      const Var n = network.logits(network.unpack(theta), reshape(at, {1, 1}));
      return reshape(n, {}) - sqrt(1.0 + square(at));
    };
    return energies(log_psi, x);
  };

  const std::vector<double> grid = points(161);
  const auto cost = [&](const Var& theta) { return mean_energies(theta, constant(grid, Dtype::f64, {161})).local; };
  const train::Minimum found = train::minimise(cost, {train::initial_parameters(network)},
                                               {.optimizer = optim::adam({.learning_rate = 5e-2}),
                                                .schedule = schedule::cosine({.warm_up = 50}),
                                                .steps = 8000});

  // On a finer grid: nothing is gained there by oscillations between the points of the first. Below 1/2 there is only
  // the error of the quadrature, about as large as the two energies differ.
  const auto fine = evaluate(mean_energies, found.parameters[0], Tensor(points(1001), {1001}));
  const double energy = fine[0], quadrature = std::abs(energy - double(fine[1]));
  fmt::print("{} steps of {:.1f} us, from the energy {:.4f}\n", found.steps, found.us_per_step, found.costs.front());
  fmt::print("energy: 1/2 {:+.1e}, quadrature: {:.0e}; 1/2 to 1e-3 from above is asked\n", energy - 0.5, quadrature);
  return energy < 0.5 + 1e-3 && energy > 0.5 - 1e-6 && quadrature < 1e-6 ? 0 : 1;
}
