// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Models with random weights, made without training.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "ansatz/model/model.hpp"
#include "ansatz/nn/ffnn.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {

/// A model of `inputs` numeric columns x1, x2, …; the task decides outputs and classes.
inline model::Model model_of(data::Task task, Dtype dtype = Dtype::f32, std::vector<std::int64_t> hidden = {7, 5},
                             std::int64_t inputs = 3) {
  data::Encoding encoding;
  for (std::int64_t i = 1; i <= inputs; ++i)
    encoding.inputs.push_back({.name = "x" + std::to_string(i), .mean = 0.1, .scale = 1.5, .fill = 0.1});
  encoding.targets = {{.name = "target"}};
  encoding.target_kind = data::kind_of(task, 1);
  if (task == data::Task::regression) {
    encoding.targets[0].mean = 2.0;
    encoding.targets[0].scale = 1.0 / 3.0;
  } else if (task == data::Task::binary) {
    encoding.targets[0].classes = {"no", "yes"};
  } else {
    encoding.targets[0].classes = {"quark", "lepton", "boson ☉"};
  }
  std::vector<std::int64_t> layers = {inputs};
  layers.insert(layers.end(), hidden.begin(), hidden.end());
  layers.push_back(task == data::Task::multiclass ? 3 : 1);
  std::vector<act::Activation> activations(hidden.size(), act::gelu);
  if (!hidden.empty()) activations[0] = act::tanh;
  const nn::FFNN network(layers, {.activations = activations, .seed = 1234567890123, .dtype = dtype});
  std::mt19937 random(3);
  const Tensor theta = tensor_of(dtype, {network.parameters()}, random_numbers(network.parameters(), random));
  return model::Model(network, encoding, theta, {{"data", "a \"quoted\" name"}, {"epochs", "7"}});
}

inline Numbers some_inputs(std::int64_t numbers) {
  std::mt19937 random(11);
  return random_numbers(numbers, random, -3.0, 3.0);
}

}  // namespace ansatz::test
