// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/random.hpp"

#include "ansatz/base/error.hpp"
#include "ansatz/ops/comparison.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/ops/stack.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

namespace {

/// dtype and shape: of the result, for one key.
Type random_type(std::span<const Type> inputs, const Attributes& attributes) {
  if (inputs[0].dtype != Dtype::i32)
    throw DtypeError("a random key is {}; i32[4] is expected: (seed low, seed high, epoch, step)",
                     to_string(inputs[0]));
  const Shape& keys = inputs[0].shape;
  if (keys.rank() == 0 || keys[keys.rank() - 1] != 4)
    throw ShapeError("a random key is {}; i32[4] is expected: (seed low, seed high, epoch, step), or a tensor of keys",
                     to_string(inputs[0]));
  if (!is_floating(attributes.dtype))
    throw DtypeError("random numbers of dtype {} were asked for; f32 or f64 is expected", name_of(attributes.dtype));
  Shape shape = attributes.shape;
  for (int axis = keys.rank() - 2; axis >= 0; --axis) shape = shape.inserted(0, keys[axis]);
  return {attributes.dtype, shape};
}

Type keep_mask_type(std::span<const Type> inputs, const Attributes& attributes) {
  const Type mask = random_type(inputs, attributes);
  const Shape each = inputs[0].shape.without(inputs[0].shape.rank() - 1);
  const auto check = [&](std::string_view name, const Type& type, Dtype dtype) {
    if (type.dtype != dtype)
      throw DtypeError("[keep_mask] {} is {}; {} is expected (use cast)", name, to_string(type), name_of(dtype));
    if (type.shape != each)
      throw ShapeError("[keep_mask] {} is {}; {}, one number for each key, is expected", name, to_string(type),
                       to_string(each));
  };
  check("first_row", inputs[1], Dtype::i32);
  check("p", inputs[2], Dtype::f64);
  if (attributes.shape.rank() < 1)
    throw ShapeError("[keep_mask] a mask of shape {} was asked for; [rows, …] is expected",
                     to_string(attributes.shape));
  return mask;
}

Var stack_keep_mask(const Stack& stack) {
  if (!stack.stacked[0])
    throw ArgumentError(
        "[vmap] keep_mask inside a mapped function has one key for all samples: each would get the same numbers; pass "
        "a key a sample");
  return stack_elementwise(stack);
}

}  // namespace

// ints[0]: the site; dtype of the result, and its shape for one key.
ANSATZ_ROW(random_uniform){.name = "random_uniform",
                           .accepts = Accepts::any,
                           .type = random_type,
                           .stack = stack_elementwise,
                           .random = true,
                           .onnx = "RandomUniform"};
ANSATZ_ROW(random_normal){.name = "random_normal",
                          .accepts = Accepts::any,
                          .type = random_type,
                          .stack = stack_elementwise,
                          .random = true,
                          .onnx = "RandomNormal"};

// ints[0]: the site; dtype of the result, and its shape for one key: [rows, …].
ANSATZ_ROW(keep_mask){.name = "keep_mask",
                      .arity = 3,
                      .accepts = Accepts::any,
                      .type = keep_mask_type,
                      .stack = stack_keep_mask,
                      .random = true};

}  // namespace rows

namespace {

Var random(const Op& op, const std::vector<Var>& inputs, const Shape& shape, Dtype dtype, std::int64_t site) {
  Attributes attributes;
  attributes.ints = {site};
  attributes.dtype = dtype;
  attributes.shape = shape;
  return apply(op, inputs, std::move(attributes));
}

}  // namespace

Var random_uniform(const Var& key, const Shape& shape, Dtype dtype, std::int64_t site) {
  return random(rows::random_uniform, {key}, shape, dtype, site);
}

Var random_normal(const Var& key, const Shape& shape, Dtype dtype, std::int64_t site) {
  return random(rows::random_normal, {key}, shape, dtype, site);
}

Var random_bernoulli(const Var& key, const Var& p, const Shape& shape, std::int64_t site) {
  return less(random_uniform(key, shape, p.dtype(), site), broadcast_to(p, shape));
}

Var keep_mask(const Var& key, const Var& first_row, const Var& p, const Shape& shape, Dtype dtype, std::int64_t site) {
  return random(rows::keep_mask, {key, first_row, p}, shape, dtype, site);
}

}  // namespace ansatz
