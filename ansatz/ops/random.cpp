// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/random.hpp"

#include "ansatz/base/error.hpp"
#include "ansatz/ops/comparison.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

namespace {

Type random_type(std::span<const Type> inputs, const Attributes& attributes) {
  if (inputs[0].dtype != Dtype::i32)
    throw DtypeError("a random key is {}; i32[4] is expected: (seed low, seed high, epoch, step)",
                     to_string(inputs[0]));
  if (inputs[0].shape != Shape{4})
    throw ShapeError("a random key is {}; i32[4] is expected: (seed low, seed high, epoch, step)",
                     to_string(inputs[0]));
  if (!is_floating(attributes.dtype))
    throw DtypeError("random numbers of dtype {} were asked for; f32 or f64 is expected", name_of(attributes.dtype));
  return {attributes.dtype, attributes.shape};
}

}  // namespace

// ints[0]: the site; dtype and shape of the result.
ANSATZ_ROW(random_uniform){
    .name = "random_uniform", .accepts = Accepts::any, .type = random_type, .onnx = "RandomUniform"};
ANSATZ_ROW(random_normal){
    .name = "random_normal", .accepts = Accepts::any, .type = random_type, .onnx = "RandomNormal"};

}  // namespace rows

namespace {

Var random(const Op& op, const Var& key, const Shape& shape, Dtype dtype, std::int64_t site) {
  Attributes attributes;
  attributes.ints = {site};
  attributes.dtype = dtype;
  attributes.shape = shape;
  return apply(op, {key}, std::move(attributes));
}

}  // namespace

Var random_uniform(const Var& key, const Shape& shape, Dtype dtype, std::int64_t site) {
  return random(rows::random_uniform, key, shape, dtype, site);
}

Var random_normal(const Var& key, const Shape& shape, Dtype dtype, std::int64_t site) {
  return random(rows::random_normal, key, shape, dtype, site);
}

Var random_bernoulli(const Var& key, const Var& p, const Shape& shape, std::int64_t site) {
  return less(random_uniform(key, shape, p.dtype(), site), broadcast_to(p, shape));
}

}  // namespace ansatz
