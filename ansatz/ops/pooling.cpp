// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/pooling.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/ops/stack.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

namespace {

/// Of x [n, spatial…, c]; each window has to reach an element.
Shape pooled_shape(std::string_view name, const Windows& windows, const Shape& x) {
  const Shape y = windowed_shape(name, windows, x, x.rank() == 0 ? 0 : x[x.rank() - 1]);
  for (int a = 0; a < windows.axes; ++a)
    for (std::int64_t window = 0; window < y[a + 1]; ++window) {
      bool reaches = false;
      for (std::int64_t tap = 0; tap < windows[a].taps && !reaches; ++tap) {
        const std::int64_t at = windows[a].position(window, tap);
        reaches = at >= 0 && at < x[a + 1];
      }
      if (!reaches)
        throw ShapeError("[{}] window {} along axis {} of {} holds nothing but padding ({} + {} elements of it)", name,
                         window, a + 1, to_string(x), windows[a].before, windows[a].after);
    }
  return y;
}

Type pool_type(std::span<const Type> inputs, const Attributes& attributes) {
  return {inputs[0].dtype, pooled_shape("max_pool", windows_of(attributes), inputs[0].shape)};
}

Type average_pool_type(std::span<const Type> inputs, const Attributes& attributes) {
  return {inputs[0].dtype, pooled_shape("average_pool", windows_of(attributes), inputs[0].shape)};
}

Type pick_type(std::span<const Type> inputs, const Attributes& attributes) {
  same_type(inputs, attributes);
  return pool_type(inputs, attributes);
}

Type place_type(std::span<const Type> inputs, const Attributes& attributes) {
  const Type pooled = pool_type(inputs, attributes);
  if (inputs[1].dtype != pooled.dtype)
    throw DtypeError("[max_pool_place] operands are {} and {}; dtypes are never mixed silently (use cast)",
                     to_string(inputs[0]), to_string(inputs[1]));
  if (inputs[1].shape != pooled.shape)
    throw ShapeError("[max_pool_place] {} was given; {}, the shape of the windows of {}, is expected",
                     to_string(inputs[1].shape), to_string(pooled.shape), to_string(inputs[0].shape));
  return inputs[0];
}

/// shape: the spatial extents of the result.
Type average_pool_input_type(std::span<const Type> inputs, const Attributes& attributes) {
  const Windows windows = windows_of(attributes);
  const Shape& y = inputs[0].shape;
  if (y.rank() != windows.axes + 2 || attributes.shape.rank() != windows.axes)
    throw ShapeError("[average_pool_input] {} and spatial extents {} were given; {} spatial axes are expected",
                     to_string(y), to_string(attributes.shape), windows.axes);
  Shape x = y;
  for (int a = 0; a < windows.axes; ++a) x = x.with(a + 1, attributes.shape[a]);
  const Shape expected = pooled_shape("average_pool_input", windows, x);
  if (y != expected)
    throw ShapeError("[average_pool_input] {} was given; {}, the result for {}, is expected", to_string(y),
                     to_string(expected), to_string(x));
  return {inputs[0].dtype, x};
}

Var with_attributes_of(const Call& call, const Op& op, const std::vector<Var>& operands, const Shape& shape = {}) {
  Attributes attributes;
  attributes.ints = call.attributes().ints;
  attributes.shape = shape;
  return apply(op, operands, std::move(attributes));
}

/// Samples of a stack are more images.
Var stack_images(const Stack& stack) {
  std::vector<Var> operands;
  for (std::size_t i = 0; i < stack.inputs.size(); ++i) operands.push_back(join_axes(stacked_input(stack, i), 0));
  return cut_axis(apply(stack.op, operands, stack.attributes), 0, stack.extent);
}

}  // namespace

// ints: five numbers an axis (ops/windows.hpp).
ANSATZ_ROW(max_pool){.name = "max_pool",
                     .kind = Kind::general,
                     .type = pool_type,
                     .tangent =
                         [](const Call& call, std::span<const std::optional<Var>> tangents) {
                           return with_attributes_of(call, max_pool_pick, {call.input(0), *tangents[0]});
                         },
                     .stack = stack_images,
                     .flops = 1,
                     .onnx = "MaxPool"};

// ints: as of max_pool. Which elements are picked is a function of the first input.
ANSATZ_ROW(max_pool_pick){.name = "max_pool_pick",
                          .arity = 2,
                          .kind = Kind::linear,
                          .type = pick_type,
                          .transpose =
                              [](const Call& call, const Var& cotangent, int) {
                                return with_attributes_of(call, max_pool_place, {call.input(0), cotangent});
                              },
                          .stack = stack_images,
                          .linear_in = 2};

// ints: as of max_pool. The transpose of max_pool_pick.
ANSATZ_ROW(max_pool_place){.name = "max_pool_place",
                           .arity = 2,
                           .kind = Kind::linear,
                           .type = place_type,
                           .transpose =
                               [](const Call& call, const Var& cotangent, int) {
                                 return with_attributes_of(call, max_pool_pick, {call.input(0), cotangent});
                               },
                           .stack = stack_images,
                           .linear_in = 2,
                           .flops = 1};

// ints: as of max_pool, then the Divisor.
ANSATZ_ROW(average_pool){.name = "average_pool",
                         .kind = Kind::linear,
                         .type = average_pool_type,
                         .transpose =
                             [](const Call& call, const Var& cotangent, int) {
                               const Shape x = call.input(0).shape();
                               return with_attributes_of(
                                   call, average_pool_input, {cotangent},
                                   Shape(x.extents().subspan(1, static_cast<std::size_t>(x.rank()) - 2)));
                             },
                         .stack = stack_images,
                         .linear_in = 1,
                         .flops = 1,
                         .onnx = "AveragePool"};

// ints: as of average_pool; shape: the spatial extents of the result. The transpose of average_pool.
ANSATZ_ROW(average_pool_input){.name = "average_pool_input",
                               .kind = Kind::linear,
                               .type = average_pool_input_type,
                               .transpose = [](const Call& call, const Var& cotangent,
                                               int) { return with_attributes_of(call, average_pool, {cotangent}); },
                               .stack = stack_images,
                               .linear_in = 1,
                               .flops = 1};

}  // namespace rows

namespace {

/// `ints` of windows side by side, unless a stride is given.
std::vector<std::int64_t> ints_of(std::string_view name, const std::vector<std::int64_t>& window, Sliding sliding) {
  if (sliding.stride.empty()) sliding.stride = window;
  return window_ints(name, window, sliding);
}

Var pool(const Op& op, const std::vector<Var>& operands, std::vector<std::int64_t> ints) {
  Attributes attributes;
  attributes.ints = std::move(ints);
  return apply(op, operands, std::move(attributes));
}

void check_images(std::string_view name, const Var& x, const std::vector<std::int64_t>& window) {
  if (x.shape().rank() != 4 || window.size() != 2)
    throw ShapeError("[{}] x is {} and the window [{}]; [n, h, w, channels] and [ky, kx] are expected", name,
                     to_string(x.shape()), fmt::join(window, ", "));
}

}  // namespace

Var max_pool(const Var& x, const std::vector<std::int64_t>& window, const Sliding& sliding) {
  return pool(rows::max_pool, {x}, ints_of("max_pool", window, sliding));
}

Var max_pool_pick(const Var& x, const Var& values, const std::vector<std::int64_t>& window, const Sliding& sliding) {
  return pool(rows::max_pool_pick, {x, values}, ints_of("max_pool_pick", window, sliding));
}

Var average_pool(const Var& x, const std::vector<std::int64_t>& window, const Sliding& sliding, Divisor divisor) {
  std::vector<std::int64_t> ints = ints_of("average_pool", window, sliding);
  ints.push_back(static_cast<std::int64_t>(divisor));
  return pool(rows::average_pool, {x}, std::move(ints));
}

Var max_pool2d(const Var& x, const std::vector<std::int64_t>& window, const Sliding& sliding) {
  check_images("max_pool2d", x, window);
  return max_pool(x, window, sliding);
}

Var avg_pool2d(const Var& x, const std::vector<std::int64_t>& window, const Sliding& sliding, Divisor divisor) {
  check_images("avg_pool2d", x, window);
  return average_pool(x, window, sliding, divisor);
}

}  // namespace ansatz
