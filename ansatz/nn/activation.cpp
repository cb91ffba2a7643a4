// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/activation.hpp"

#include <numbers>
#include <string>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::act {

const Activation identity{"identity", [](const Var& z) { return z; }};
const Activation sigmoid{"sigmoid", [](const Var& z) { return ansatz::sigmoid(z); }};
const Activation tanh{"tanh", [](const Var& z) { return ansatz::tanh(z); }};
const Activation relu{"relu", [](const Var& z) { return ansatz::relu(z); }, true};
const Activation leaky_relu{"leaky_relu", [](const Var& z) { return ansatz::leaky_relu(z, 0.01); }, true};
const Activation elu{"elu", [](const Var& z) { return where(z > 0.0, z, expm1(z)); }, true};
const Activation softplus{"softplus", [](const Var& z) { return ansatz::softplus(z); }, true};
const Activation gelu{"gelu", [](const Var& z) { return 0.5 * z * (1.0 + erf(z * (1.0 / std::numbers::sqrt2))); },
                      true};
const Activation silu{"silu", [](const Var& z) { return z * ansatz::sigmoid(z); }, true};

std::span<const Activation* const> all() {
  static const Activation* const table[] = {&identity, &sigmoid,  &tanh, &relu, &leaky_relu,
                                            &elu,      &softplus, &gelu, &silu};
  return table;
}

const Activation& find(std::string_view name) {
  std::string names;
  for (const Activation* activation : all()) {
    if (activation->name == name) return *activation;
    names += (names.empty() ? "" : ", ") + std::string(activation->name);
  }
  throw ArgumentError("there is no activation \"{}\"; there are {}", name, names);
}

}  // namespace ansatz::act
