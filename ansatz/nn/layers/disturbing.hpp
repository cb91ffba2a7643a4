// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What all layers have in common that disturb samples while training.
#pragma once

#include <functional>
#include <utility>

#include "ansatz/nn/layer.hpp"
#include "ansatz/nn/layers/check.hpp"

namespace ansatz::nn::layer {

/// A layer whose training form is disturbed(use), and which predicts the identity. `shape_of`: the shape of its only
/// input, or an error (only_input, image).
inline Layer disturbing(Named named,
                        std::function<const Shape&(std::string_view layer, std::span<const Shape> inputs)> shape_of,
                        std::function<Var(const Application&)> disturbed) {
  Layer layer{.named = std::move(named), .effect = Effect::keeps, .random = true};
  layer.declare = [name = layer.named.name, shape_of = std::move(shape_of)](
                      std::span<const Shape> inputs) -> Declaration { return {{shape_of(name, inputs)}}; };
  layer.apply = [disturbed = std::move(disturbed)](const Application& use) -> Applied {
    return {{use.context.training ? disturbed(use) : use.inputs[0]}};
  };
  return layer;
}

}  // namespace ansatz::nn::layer
