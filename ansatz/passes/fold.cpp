// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "ansatz/graph/source.hpp"
#include "ansatz/ops/arithmetic.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/passes/pattern.hpp"
#include "ansatz/passes/rewrite.hpp"

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

/// Whether an operation works, element by element, on constants of one value each; `value` tells an input's.
template <class Input, class Value>
bool works_on_constants(const Op& op, const std::vector<Input>& inputs, Value value) {
  return op.elementwise && !inputs.empty() &&
         std::all_of(inputs.begin(), inputs.end(), [&](const Input& input) { return value(input).has_value(); });
}

bool any_works_on_constants(const Graph& graph) {
  const auto value = [&](NodeId id) { return uniform_value(graph, id); };
  for (NodeId id = 0; id < graph.size(); ++id)
    if (works_on_constants(*graph[id].op, graph[id].inputs, value)) return true;
  return false;
}

}  // namespace

Graph fold_constants(Graph graph, const Evaluator& evaluate) {
  if (!any_works_on_constants(graph)) return graph;
  return rewrite(graph, [&](NodeId, const Node& old, const std::vector<Var>& inputs) {
    const auto value = [](const Var& input) { return uniform_value(input); };
    if (!works_on_constants(*old.op, inputs, value)) return copy_node(old, inputs);
    // Computed once, as a scalar, by the operation's own kernel.
    std::vector<Tensor> values;
    for (const Var& input : inputs) values.push_back(scalar(*value(input), input.dtype()));
    Node one = old;
    one.type.shape = {};
    return broadcast_to(constant(number(evaluate(one, values)), old.type.dtype), old.type.shape);
  });
}

}  // namespace ansatz::passes
