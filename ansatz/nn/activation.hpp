// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Activation functions of layers. One is a name and a function that builds graph; derivatives come from autodiff.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz::act {

/// An activation function a = f(z), elementwise.
struct Activation {
  std::string_view name;
  Var (*apply)(const Var& z) = nullptr;
  /// Whether f'(z) is about 1 for z > 0 and about 0 below: initial weights are then He's, otherwise Glorot's.
  bool rectifier = false;

  Var operator()(const Var& z) const { return apply(z); }
  friend bool operator==(const Activation& a, const Activation& b) { return a.name == b.name; }
};

extern const Activation identity;    ///< z
extern const Activation sigmoid;     ///< 1 / (1 + e⁻ᶻ)
extern const Activation tanh;        ///< tanh z
extern const Activation relu;        ///< max(z, 0)
extern const Activation leaky_relu;  ///< z for z > 0, else 0.01 z
extern const Activation elu;         ///< z for z > 0, else eᶻ − 1 (Clevert et al., arXiv:1511.07289)
extern const Activation softplus;    ///< ln(1 + eᶻ)
extern const Activation gelu;        ///< z Φ(z), exact (Hendrycks & Gimpel, arXiv:1606.08415)
extern const Activation silu;        ///< z / (1 + e⁻ᶻ) (Elfwing et al., arXiv:1702.03118)

/// All of the above.
std::span<const Activation* const> all();
/// The activation called `name`. @throws ArgumentError listing the names there are.
const Activation& find(std::string_view name);
/// The names of all.
std::vector<std::string> names();

}  // namespace ansatz::act
