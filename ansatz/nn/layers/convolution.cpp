// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/layers/convolution.hpp"

#include "ansatz/nn/layers/check.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::nn::layer {

namespace {

/// 3 as 3x3. @throws ArgumentError for another number of extents.
std::vector<std::int64_t> of_axes(std::string_view layer, std::string_view what, const Extents& extents) {
  if (extents.size() == 1) return std::vector<std::int64_t>(image_axes, extents[0]);
  if (extents.size() == image_axes) return extents;
  throw ArgumentError("[{}] {} = {} was given; one number, or one for each of {} axes, is expected", layer, what,
                      fmt::join(extents, "x"), image_axes);
}

/// Windows over x [rows, height, width, channels], padded as asked.
Sliding sliding_over(const Shape& x, const std::vector<std::int64_t>& window, const std::vector<std::int64_t>& stride,
                     const std::vector<std::int64_t>& dilation, bool same) {
  Sliding sliding{.stride = stride, .dilation = dilation};
  for (std::size_t axis = 0; axis < image_axes; ++axis) {
    const std::int64_t extent = x[static_cast<int>(axis) + 1];
    const Padding padding = same ? same_padding(extent, window[axis], stride[axis], dilation[axis]) : Padding{};
    sliding.before.push_back(padding.before);
    sliding.after.push_back(padding.after);
  }
  return sliding;
}

/// The shape that `build` makes of a sample: found by the operation's own rule. @throws ShapeError.
Shape shape_of(const std::function<Var(const std::vector<Var>&)>& build, const std::vector<Shape>& shapes) {
  Trace trace;
  std::vector<Var> inputs;
  for (const Shape& shape : shapes) inputs.push_back(trace.input({Dtype::f32, shape}));
  return build(inputs).shape().without(0);
}

Layer pool(std::string name, const PoolOptions& o,
           Var (*operation)(const Var&, const std::vector<std::int64_t>&, const Sliding&)) {
  Layer layer{.named = named(name, o), .effect = Effect::keeps};
  const auto window = of_axes(name, "window", o.window);
  auto stride = of_axes(name, "stride", o.stride);
  for (std::size_t axis = 0; axis < image_axes; ++axis)
    if (stride[axis] == 0) stride[axis] = window[axis];
  const auto build = [=, same = o.padding == "same"](const Var& x) {
    return operation(x, window, sliding_over(x.shape(), window, stride, {1, 1}, same));
  };
  layer.declare = [build, name](std::span<const Shape> inputs) -> Declaration {
    const Shape& x = image(name, inputs);
    return {{shape_of([&](const std::vector<Var>& v) { return build(v[0]); }, {x.inserted(0, 1)})}};
  };
  layer.apply = [build](const Application& use) -> Applied { return {{build(use.inputs[0])}}; };
  return layer;
}

}  // namespace

Layer conv(const ConvOptions& o) {
  Layer layer{.named = named("conv", o)};
  const auto kernel = of_axes("conv", "kernel", o.kernel), stride = of_axes("conv", "stride", o.stride),
             dilation = of_axes("conv", "dilation", o.dilation);
  const auto initialiser = o.initialiser == "automatic" ? std::nullopt : std::optional(find_initialiser(o.initialiser));
  const auto build = [=](const Var& x, const Var& weights) {
    return conv2d(
        x, weights,
        {.sliding = sliding_over(x.shape(), kernel, stride, dilation, o.padding == "same"), .groups = o.groups});
  };
  layer.declare = [=](std::span<const Shape> inputs) -> Declaration {
    const Shape& x = image("conv", inputs);
    if (x[image_axes] % o.groups != 0 || o.channels % o.groups != 0)
      throw ShapeError("[conv] {} channels become {} in {} groups; the groups divide both", x[image_axes], o.channels,
                       o.groups);
    const Shape weights{kernel[0], kernel[1], x[image_axes] / o.groups, o.channels};
    const Shape y = shape_of([&](const std::vector<Var>& v) { return build(v[0], v[1]); }, {x.inserted(0, 1), weights});
    Declaration result{{y}, {{.name = "weights", .shape = weights, .drawn = true, .initialiser = initialiser}}};
    if (o.bias) result.tensors.push_back({.name = "bias", .shape = {o.channels}, .role = Role::bias});
    return result;
  };
  layer.apply = [build, o](const Application& use) -> Applied {
    const Var y = build(use.inputs[0], use.tensors[0]);
    return {{o.bias ? y + use.tensors[1] : y}};
  };
  layer.with_bias = [with = o]() mutable {
    with.bias = true;
    return conv(with);
  };
  return layer;
}

Layer max_pool(const PoolOptions& o) { return pool("max_pool", o, max_pool2d); }

Layer average_pool(const PoolOptions& o) {
  return pool("average_pool", o, [](const Var& x, const std::vector<std::int64_t>& window, const Sliding& sliding) {
    return avg_pool2d(x, window, sliding, Divisor::elements);
  });
}

Layer global_average_pool() {
  Layer layer{.named = {"global_average_pool"}, .effect = Effect::keeps};
  layer.declare = [](std::span<const Shape> inputs) -> Declaration {
    return {{Shape{image("global_average_pool", inputs)[image_axes]}}};
  };
  layer.apply = [](const Application& use) -> Applied { return {{mean(use.inputs[0], {1, 2})}}; };
  return layer;
}

}  // namespace ansatz::nn::layer
