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

/// Whether all that an elementwise operation works on are constants of one value.
bool is_constant(const Graph& graph, const Node& node) {
  return node.op->elementwise && !node.inputs.empty() &&
         std::all_of(node.inputs.begin(), node.inputs.end(),
                     [&](NodeId input) { return uniform_value(graph, input).has_value(); });
}

bool any_constant(const Graph& graph) {
  for (NodeId id = 0; id < graph.size(); ++id)
    if (is_constant(graph, graph[id])) return true;
  return false;
}

}  // namespace

Graph fold_constants(Graph graph, const Evaluator& evaluate) {
  if (!any_constant(graph)) return graph;
  return rewrite(graph, [&](NodeId, const Node& old, const std::vector<Var>& inputs) {
    // Elementwise operations on constants of one value: computed once, as a scalar, by the operation's own kernel.
    if (old.op->elementwise && !inputs.empty()) {
      std::vector<Tensor> values;
      for (const Var& input : inputs)
        if (const auto value = uniform_value(input)) values.push_back(scalar(*value, input.dtype()));
      if (values.size() == inputs.size()) {
        Node one = old;
        one.type.shape = {};
        const double result = number(evaluate(one, values));
        return broadcast_to(constant(result, old.type.dtype), old.type.shape);
      }
    }
    return copy_node(old, inputs);
  });
}

}  // namespace ansatz::passes
