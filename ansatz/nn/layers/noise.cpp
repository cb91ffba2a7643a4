// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/layers/noise.hpp"

#include "ansatz/nn/layers/disturbing.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::nn::layer {

Layer dropout(const DropoutOptions& o) {
  return disturbing(named("dropout", o), only_input, [o](const Application& use) {
    const Var& x = use.inputs[0];
    Shape shape = x.shape();
    if (o.channels)
      for (int axis = 1; axis + 1 < shape.rank(); ++axis) shape = shape.with(axis, 1);
    const Var first_row = constant(0.0, Dtype::i32), rate = constant(o.rate, Dtype::f64);
    const Var mask = keep_mask(use.context.key, first_row, rate, shape, x.dtype(), use.site);
    return x * broadcast_to(mask, x.shape()) * (1.0 / (1.0 - o.rate));
  });
}

Layer gaussian_noise(const GaussianNoiseOptions& o) {
  return disturbing(named("gaussian_noise", o), only_input, [o](const Application& use) {
    const Var& x = use.inputs[0];
    return x + o.deviation * random_normal(use.context.key, x.shape(), x.dtype(), use.site);
  });
}

}  // namespace ansatz::nn::layer
