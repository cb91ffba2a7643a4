// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/initialiser.hpp"

#include <fmt/format.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::nn {

Var Initialiser::operator()(const Var& key, std::int64_t n_in, std::int64_t n_out, Dtype dtype,
                            std::int64_t site) const {
  const Shape shape{n_in, n_out};
  double sigma = deviation;
  if (fan != Fan::none) {
    const double n = fan == Fan::in ? static_cast<double>(n_in) : 0.5 * static_cast<double>(n_in + n_out);
    sigma = std::sqrt(gain / n);
  }
  if (distribution == Distribution::normal) return sigma * random_normal(key, shape, dtype, site);
  const double limit = std::sqrt(3.0) * sigma;  // a uniform distribution on ±limit has variance limit² / 3
  return 2.0 * limit * (random_uniform(key, shape, dtype, site) - 0.5);
}

Initialiser glorot(Distribution distribution) { return {"glorot", Initialiser::Fan::average, 1.0, distribution, 0.0}; }
Initialiser he(Distribution distribution) { return {"he", Initialiser::Fan::in, 2.0, distribution, 0.0}; }
Initialiser lecun(Distribution distribution) { return {"lecun", Initialiser::Fan::in, 1.0, distribution, 0.0}; }

Initialiser gaussian(double deviation) {
  if (!(deviation >= 0.0) || !std::isfinite(deviation))
    throw ArgumentError("initial weights of standard deviation {} were asked for; 0 or more is expected", deviation);
  return {"gaussian", Initialiser::Fan::none, 1.0, Distribution::normal, deviation};
}

Initialiser suited_to(const act::Activation& activation) { return activation.rectifier ? he() : glorot(); }

namespace {

std::vector<Initialiser> all_initialisers() { return {glorot(), he(), lecun(), gaussian()}; }

}  // namespace

std::vector<std::string> initialiser_names() {
  std::vector<std::string> result;
  for (const Initialiser& initialiser : all_initialisers()) result.push_back(initialiser.name);
  return result;
}

Initialiser find_initialiser(std::string_view name) {
  for (Initialiser& initialiser : all_initialisers())
    if (initialiser.name == name) return std::move(initialiser);
  throw ArgumentError("there is no initialiser \"{}\"; there are {}", name, fmt::join(initialiser_names(), ", "));
}

}  // namespace ansatz::nn
