// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/layers/shape.hpp"

#include "ansatz/nn/layers/check.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::nn::layer {

namespace {

/// Samples of the shape that `declared` says, in another shape.
Layer reshaping(Named named, const std::function<Shape(const Shape&)>& of_sample) {
  Layer layer{.named = std::move(named), .effect = Effect::keeps};
  layer.declare = [of_sample, name = layer.named.name](std::span<const Shape> inputs) -> Declaration {
    return {{of_sample(only_input(name, inputs))}};
  };
  layer.apply = [of_sample](const Application& use) -> Applied {
    const Var& x = use.inputs[0];
    const Shape to = of_sample(x.shape().without(0)).inserted(0, x.shape()[0]);
    return {{ansatz::reshape(x, to)}};
  };
  return layer;
}

}  // namespace

Layer flatten() {
  return reshaping({"flatten"}, [](const Shape& sample) { return Shape{sample.elements()}; });
}

Layer reshape(const ReshapeOptions& o) {
  return reshaping(named("reshape", o), [to = Shape(o.shape)](const Shape& sample) {
    if (sample.elements() != to.elements())
      throw ShapeError("[reshape] a sample {} of {} elements cannot become {}, which has {}", to_string(sample),
                       sample.elements(), to_string(to), to.elements());
    return to;
  });
}

Layer concatenate() {
  Layer layer{.named = {"concatenate"}, .effect = Effect::keeps};
  layer.declare = [](std::span<const Shape> inputs) -> Declaration {
    std::int64_t width = 0;
    for (const Shape& shape : inputs) {
      if (shape.rank() != 1)
        throw ShapeError("[concatenate] samples are {}; vectors are expected (put flatten before it)",
                         to_strings(inputs));
      width += shape[0];
    }
    return {{Shape{width}}};
  };
  layer.apply = [](const Application& use) -> Applied {
    return {{ansatz::concatenate({use.inputs.begin(), use.inputs.end()}, 1)}};
  };
  return layer;
}

}  // namespace ansatz::nn::layer
