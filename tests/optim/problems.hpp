// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The problems of tests/golden/lbfgs.py, costs with their gradients, and their minimisation.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "ansatz/optim/lbfgs.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {

using In = std::span<const double>;
using Out = std::span<double>;

inline double rosenbrock(In x, Out g) {
  double f = 0.0;
  for (double& element : g) element = 0.0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = 1.0 - x[i], b = x[i + 1] - x[i] * x[i];
    f += a * a + 100.0 * b * b;
    g[i] += -2.0 * a - 400.0 * x[i] * b;
    g[i + 1] += 200.0 * b;
  }
  return f;
}

inline double beale(In x, Out g) {
  double f = 0.0, power = 1.0, exponent = 0.0;
  g[0] = g[1] = 0.0;
  for (double y : {1.5, 2.25, 2.625}) {
    const double below = power;
    power *= x[1];
    exponent += 1.0;
    const double e = y - x[0] * (1.0 - power);
    f += e * e;
    g[0] += -2.0 * e * (1.0 - power);
    g[1] += 2.0 * e * x[0] * exponent * below;
  }
  return f;
}

inline double wood(In x, Out g) {
  const double a = x[1] - x[0] * x[0], b = 1.0 - x[0], c = x[3] - x[2] * x[2], d = 1.0 - x[2];
  const double e = x[1] + x[3] - 2.0, h = x[1] - x[3];
  g[0] = -400.0 * x[0] * a - 2.0 * b;
  g[1] = 200.0 * a + 20.0 * e + h / 5.0;
  g[2] = -360.0 * x[2] * c - 2.0 * d;
  g[3] = 180.0 * c + 20.0 * e - h / 5.0;
  return 100.0 * a * a + b * b + 90.0 * c * c + d * d + 10.0 * e * e + h * h / 10.0;
}

/// Its Hessian is singular at the minimum.
inline double powell(In x, Out g) {
  const double a = x[0] + 10.0 * x[1], b = x[2] - x[3], c = x[1] - 2.0 * x[2], d = x[0] - x[3];
  const double c3 = c * c * c, d3 = d * d * d;
  g[0] = 2.0 * a + 40.0 * d3;
  g[1] = 20.0 * a + 4.0 * c3;
  g[2] = 10.0 * b - 8.0 * c3;
  g[3] = -10.0 * b - 40.0 * d3;
  return a * a + 5.0 * b * b + c3 * c + 10.0 * d3 * d;
}

/// ½ Σ λᵢ yᵢ², λ from 1 to 10⁶, y = x − 1 reflected at the plane with the normal (1, 1, …).
inline double quadratic(In x, Out g) {
  const auto n = static_cast<double>(x.size());
  double mean = 0.0, f = 0.0, back = 0.0;
  for (double element : x) mean += (element - 1.0) * 2.0 / n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double y = x[i] - 1.0 - mean, lambda = std::pow(10.0, 6.0 * static_cast<double>(i) / (n - 1.0));
    g[i] = lambda * y;
    f += 0.5 * lambda * y * y;
    back += g[i] * 2.0 / n;
  }
  for (double& element : g) element -= back;
  return f;
}

inline optim::Evaluate problem(const std::string& name) {
  static const std::map<std::string, optim::Evaluate> all = {
      {"rosenbrock", rosenbrock}, {"beale", beale}, {"wood", wood}, {"powell", powell}, {"quadratic", quadratic}};
  return all.at(name);
}

/// Starts of Rosenbrock's function in two variables and of Wood's.
inline const Numbers valley = {-1.2, 1.0}, woods = {-3.0, -1.0, -3.0, -1.0};

/// A whole minimisation.
struct Minimised {
  optim::LbfgsStop reason;
  optim::LbfgsState state;
};
inline Minimised minimised(const optim::Evaluate& f, optim::Lbfgs minimiser) {
  std::optional<optim::LbfgsStop> reason;
  while (!reason) reason = minimiser.advance(f);
  return {*reason, minimiser.state()};
}
inline Minimised minimised(const optim::Evaluate& f, const Numbers& start, const optim::LbfgsOptions& options = {}) {
  return minimised(f, optim::Lbfgs(options, start));
}

/// The largest |difference| of two elements.
inline double distance(const Numbers& a, const Numbers& b) {
  double most = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

}  // namespace ansatz::test
