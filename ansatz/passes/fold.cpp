// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/arithmetic.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/passes/node_rules.hpp"
#include "ansatz/passes/pattern.hpp"

namespace ansatz::passes {

namespace {

Tensor scalar(double value, Dtype dtype) {
  Tensor result(dtype, {});
  switch (dtype) {
    case Dtype::f64: result.as<double>()[0] = value; break;
    case Dtype::f32: result.as<float>()[0] = static_cast<float>(value); break;
    case Dtype::i32: result.as<std::int32_t>()[0] = static_cast<std::int32_t>(value); break;
    case Dtype::boolean: *reinterpret_cast<std::uint8_t*>(result.data()) = value != 0.0; break;
  }
  return result;
}

double number(const Tensor& tensor) {
  switch (tensor.dtype()) {
    case Dtype::f64: return tensor.as<double>()[0];
    case Dtype::f32: return static_cast<double>(tensor.as<float>()[0]);
    case Dtype::i32: return tensor.as<std::int32_t>()[0];
    case Dtype::boolean: return *reinterpret_cast<const std::uint8_t*>(tensor.data());
  }
  return 0.0;
}

}  // namespace

std::optional<Var> folded(const Node& old, const std::vector<Var>& inputs, const Evaluator& evaluate) {
  if (!old.op->elementwise || inputs.empty()) return std::nullopt;
  std::vector<Tensor> values;
  for (const Var& input : inputs) {
    const auto value = uniform_value(input);
    if (!value) return std::nullopt;
    values.push_back(scalar(*value, input.dtype()));
  }
  Node one = old;
  one.type.shape = {};
  return broadcast_to(constant(number(evaluate(one, values)), old.type.dtype), old.type.shape);
}

}  // namespace ansatz::passes
