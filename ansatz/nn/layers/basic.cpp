// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/layers/basic.hpp"

#include "ansatz/base/error.hpp"
#include "ansatz/nn/layers/check.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::nn::layer {

Layer dense(const DenseOptions& o) {
  Layer layer{.named = named("dense", o)};
  const auto initialiser = o.initialiser == "automatic" ? std::nullopt : std::optional(find_initialiser(o.initialiser));
  layer.declare = [o, initialiser](std::span<const Shape> inputs) -> Declaration {
    const Shape& x = only_input("dense", inputs);
    if (x.rank() != 1)
      throw ShapeError("[dense] the samples are {}; a vector is expected (put flatten before it)", to_string(x));
    Declaration result{{Shape{o.units}},
                       {{.name = "weights", .shape = {x[0], o.units}, .drawn = true, .initialiser = initialiser}}};
    if (o.bias) result.tensors.push_back({.name = "bias", .shape = {o.units}, .role = Role::bias});
    return result;
  };
  layer.apply = [o](const Application& use) -> Applied {
    const Var product = matmul(use.inputs[0], use.tensors[0]);
    return {{o.bias ? product + use.tensors[1] : product}};
  };
  layer.with_bias = [with = o]() mutable {
    with.bias = true;
    return dense(with);
  };
  return layer;
}

Layer activation(const act::Activation& f) {
  Layer layer{.named = f.named, .effect = Effect::activates, .activation = f};
  layer.declare = [name = f.named.name](std::span<const Shape> inputs) -> Declaration {
    return {{only_input(name, inputs)}};
  };
  layer.apply = [f](const Application& use) -> Applied { return {{f(use.inputs[0])}}; };
  return layer;
}

Layer prelu(const PreluOptions& o) {
  Layer layer{.named = named("prelu", o), .effect = Effect::activates, .activation = act::relu};
  layer.declare = [o](std::span<const Shape> inputs) -> Declaration {
    const Shape& x = only_input("prelu", inputs);
    if (x.rank() == 0) throw ShapeError("[prelu] the samples are numbers; an axis of channels is expected");
    return {{x}, {{.name = "slope", .shape = {x[x.rank() - 1]}, .role = Role::scale, .value = o.slope}}};
  };
  layer.apply = [](const Application& use) -> Applied {
    const Var& x = use.inputs[0];
    return {{relu(x) - broadcast_to(use.tensors[0], x.shape()) * relu(-x)}};
  };
  return layer;
}

Layer add() {
  Layer layer{.named = {"add"}, .effect = Effect::keeps};
  layer.declare = [](std::span<const Shape> inputs) -> Declaration {
    if (inputs.size() != 2 || inputs[0] != inputs[1])
      throw ShapeError("[add] {} inputs of {} are added; two of one shape are expected", inputs.size(),
                       to_strings(inputs));
    return {{inputs[0]}};
  };
  layer.apply = [](const Application& use) -> Applied { return {{use.inputs[0] + use.inputs[1]}}; };
  return layer;
}

}  // namespace ansatz::nn::layer
