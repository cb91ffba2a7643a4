// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/activation.hpp"

#include <fmt/format.h>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::act {

const Activation identity{"identity", [](const Var& z) { return z; }};
const Activation sigmoid{"sigmoid", [](const Var& z) { return ansatz::sigmoid(z); }};
const Activation tanh{"tanh", [](const Var& z) { return ansatz::tanh(z); }};
const Activation relu{"relu", [](const Var& z) { return ansatz::relu(z); }, true};
const Activation leaky_relu{"leaky_relu", [](const Var& z) { return ansatz::leaky_relu(z, 0.01); }, true};
const Activation elu{"elu", [](const Var& z) { return ansatz::elu(z); }, true};
const Activation softplus{"softplus", [](const Var& z) { return ansatz::softplus(z); }, true};
const Activation gelu{"gelu", [](const Var& z) { return z * normal_cdf(z); }, true};
const Activation silu{"silu", [](const Var& z) { return z * ansatz::sigmoid(z); }, true};

std::span<const Activation* const> all() {
  static const Activation* const table[] = {&identity, &sigmoid,  &tanh, &relu, &leaky_relu,
                                            &elu,      &softplus, &gelu, &silu};
  return table;
}

std::vector<std::string> names() {
  std::vector<std::string> result;
  for (const Activation* activation : all()) result.emplace_back(activation->name);
  return result;
}

const Activation& find(std::string_view name) {
  for (const Activation* activation : all())
    if (activation->name == name) return *activation;
  throw ArgumentError("there is no activation \"{}\"; there are {}", name, fmt::join(names(), ", "));
}

}  // namespace ansatz::act
