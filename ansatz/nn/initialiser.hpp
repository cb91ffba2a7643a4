// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Initial weights of a layer with n_in inputs and n_out outputs. Biases begin at 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/graph/var.hpp"
#include "ansatz/nn/activation.hpp"

namespace ansatz::nn {

enum class Distribution : std::uint8_t { normal, uniform };

/// Weights of mean 0 and variance gain / fan, normal or uniform; or of the standard deviation `deviation`.
struct Initialiser {
  enum class Fan : std::uint8_t { in, average, none };
  std::string name;
  Fan fan = Fan::average;
  double gain = 1.0;
  Distribution distribution = Distribution::normal;
  double deviation = 0.0;  ///< for Fan::none

  /// Weights [n_in, n_out]; `key` and `site` choose the random numbers (see random_normal).
  Var operator()(const Var& key, std::int64_t n_in, std::int64_t n_out, Dtype dtype, std::int64_t site) const;
};

/// Variance 2 / (n_in + n_out) (X. Glorot, Y. Bengio, AISTATS 2010).
Initialiser glorot(Distribution distribution = Distribution::uniform);
/// Variance 2 / n_in (K. He et al., arXiv:1502.01852).
Initialiser he(Distribution distribution = Distribution::normal);
/// Variance 1 / n_in (Y. LeCun et al., "Efficient BackProp", 1998).
Initialiser lecun(Distribution distribution = Distribution::normal);
/// The same standard deviation for every layer. @throws ArgumentError unless it is ≥ 0.
Initialiser gaussian(double deviation = 1.0);
/// He's for rectifiers, Glorot's for the others.
Initialiser suited_to(const act::Activation& activation);
/// The initialiser called `name`. @throws ArgumentError listing the names there are.
Initialiser find_initialiser(std::string_view name);
/// The names of all.
std::vector<std::string> initialiser_names();

}  // namespace ansatz::nn
