// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A layer: what it needs and what it does, as a value. Layers know no data, no head and no loop.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ansatz/base/family.hpp"
#include "ansatz/graph/var.hpp"
#include "ansatz/nn/activation.hpp"
#include "ansatz/nn/initialiser.hpp"

namespace ansatz::nn {

/// What a tensor of a layer is for. Penalties on weights act on `weight` alone; a `buffer` is written by the training
/// step itself, not by the optimizer (running statistics).
enum class Role : std::uint8_t { weight, bias, scale, buffer };
std::string_view name_of(Role role);

/// A tensor that a layer needs, in the beginning drawn by an initialiser or filled with one number.
struct Declared {
  std::string name;  ///< "weights"
  Shape shape;
  Role role = Role::weight;
  double value = 0.0;  ///< in the beginning, of all elements, unless `drawn`
  /// Drawn at random by `initialiser`, or where that is absent by the network's, or else as the next activation asks.
  bool drawn = false;
  std::optional<Initialiser> initialiser = {};
};

/// What a layer makes of inputs of the given shapes. All shapes are those of one sample, without the axis of rows.
struct Declaration {
  std::vector<Shape> outputs;
  std::vector<Declared> tensors = {};
};

/// How a network is run.
struct Context {
  bool training = false;
  Var key = {};  ///< i32[4], of random layers while training (see random_normal)
  /// While training: how far running statistics move towards those of the batch, a real number; absent: as their layer
  /// says.
  std::optional<Var> statistics_rate = {};
};

/// One use of a layer in a graph: inputs [rows, …] each.
struct Application {
  std::span<const Var> tensors;  ///< as declared, buffers too
  std::span<const Var> inputs;
  const Context& context;
  std::int64_t site = 0;  ///< of this use: keeps its random numbers apart from those of others
};

/// Outputs [rows, …], and while training the new values of the buffers, in the order of their declaration.
struct Applied {
  std::vector<Var> outputs;
  std::vector<Var> buffers = {};
};

/// What a layer does to the distribution of what passes through it: initial weights are chosen by the first activation
/// that follows them.
enum class Effect : std::uint8_t {
  mixes,  ///< it has weights of its own: whatever follows, it is no activation of an earlier layer
  keeps,  ///< dropout, norms, pooling, reshaping
  activates
};

/// factor · x + shift for each channel, the last axis of a sample.
struct ChannelMap {
  std::vector<double> factor, shift;
};

struct Layer {
  Named named;
  /// @throws ShapeError when the layer cannot be used on such inputs, saying what it expects.
  std::function<Declaration(std::span<const Shape> inputs)> declare = {};
  std::function<Applied(const Application&)> apply = {};
  Effect effect = Effect::mixes;
  std::optional<act::Activation> activation = {};  ///< of a layer that is one
  bool random = false;                             ///< draws random numbers while training, and predicts the identity
  /// Of a layer that predicts such a map (a batch norm): the map that its tensors' numbers make.
  std::function<ChannelMap(const std::vector<std::vector<double>>& tensors)> channel_map = {};
  /// Of a layer y = x W + b with tensors W, whose last axis is that of y's channels, and b (if it has one): the same
  /// layer with b, so that a channel map behind it can become part of W and b (nn/prediction.hpp).
  std::function<Layer()> with_bias = {};
};

/// Every layer that can be written as text.
const Family<Layer>& layer_family();

}  // namespace ansatz::nn
