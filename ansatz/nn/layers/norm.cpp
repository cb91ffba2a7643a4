// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/layers/norm.hpp"

#include <cmath>

#include "ansatz/nn/layers/check.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::nn::layer {

Layer batch_norm(const BatchNormOptions& o) {
  Layer layer{.named = named("batch_norm", o), .effect = Effect::keeps};
  layer.declare = [](std::span<const Shape> inputs) -> Declaration {
    const Shape& x = only_input("batch_norm", inputs);
    if (x.rank() == 0) throw ShapeError("[batch_norm] the samples are numbers; an axis of channels is expected");
    const Shape channels{x[x.rank() - 1]};
    return {{x},
            {{.name = "gamma", .shape = channels, .role = Role::scale, .value = 1.0},
             {.name = "beta", .shape = channels, .role = Role::bias},
             {.name = "mean", .shape = channels, .role = Role::buffer},
             {.name = "variance", .shape = channels, .role = Role::buffer, .value = 1.0}}};
  };
  layer.apply = [o](const Application& use) -> Applied {
    const Var &x = use.inputs[0], &gamma = use.tensors[0], &beta = use.tensors[1];
    const std::int64_t channels = gamma.shape()[0], n = x.shape().elements() / channels;
    const Var rows = ansatz::reshape(x, {n, channels});
    if (!use.context.training) {
      const Var factor = gamma / sqrt(use.tensors[3] + o.epsilon);
      return {{ansatz::reshape(rows * factor + (beta - use.tensors[2] * factor), x.shape())}};
    }
    if (n < 2)
      throw ShapeError("[batch_norm] a batch of {} has one value for each channel; 2 or more are expected",
                       to_string(x.shape()));
    const double count = static_cast<double>(n);
    const Var mean = sum(rows, {0}) * (1.0 / count);
    const Var centred = rows - mean;
    const Var variance = sum(square(centred), {0}) * (1.0 / count);
    const Var y = centred * (gamma / sqrt(variance + o.epsilon)) + beta;
    const auto moved = [&](const Var& running, const Var& now) {
      if (const auto& rate = use.context.statistics_rate) return running + cast(*rate, x.dtype()) * (now - running);
      return (1.0 - o.momentum) * running + o.momentum * stop_gradient(now);
    };
    return {{ansatz::reshape(y, x.shape())},
            {moved(use.tensors[2], mean), moved(use.tensors[3], variance * (count / (count - 1.0)))}};
  };
  layer.channel_map = [o](const std::vector<std::vector<double>>& tensors) {
    const std::vector<double>&gamma = tensors[0], &beta = tensors[1], &mean = tensors[2], &variance = tensors[3];
    ChannelMap map;
    for (std::size_t c = 0; c < gamma.size(); ++c) {
      map.factor.push_back(gamma[c] / std::sqrt(variance[c] + o.epsilon));
      map.shift.push_back(beta[c] - mean[c] * map.factor[c]);
    }
    return map;
  };
  return layer;
}

Layer layer_norm(const LayerNormOptions& o) {
  Layer layer{.named = named("layer_norm", o), .effect = Effect::keeps};
  layer.declare = [](std::span<const Shape> inputs) -> Declaration {
    const Shape& x = only_input("layer_norm", inputs);
    return {{x},
            {{.name = "gamma", .shape = x, .role = Role::scale, .value = 1.0},
             {.name = "beta", .shape = x, .role = Role::bias}}};
  };
  layer.apply = [o](const Application& use) -> Applied {
    const Shape shape = use.inputs[0].shape();
    const std::int64_t width = shape.elements() / std::max<std::int64_t>(1, shape[0]);
    const auto flat = [&](const Var& v) { return ansatz::reshape(v, {width}); };
    const Var x = ansatz::reshape(use.inputs[0], {shape[0], width});
    const Var centred = x - mean(x, {1}, Keep::yes);
    const Var variance = mean(square(centred), {1}, Keep::yes);
    const Var y = centred / sqrt(variance + o.epsilon) * flat(use.tensors[0]) + flat(use.tensors[1]);
    return {{ansatz::reshape(y, shape)}};
  };
  return layer;
}

}  // namespace ansatz::nn::layer
