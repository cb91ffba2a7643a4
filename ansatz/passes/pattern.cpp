// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/passes/pattern.hpp"

#include "ansatz/graph/source.hpp"
#include "ansatz/ops/layout.hpp"

namespace ansatz::passes {

std::optional<double> uniform_value(const Graph& graph, NodeId id) {
  while (graph[id].op == &rows::broadcast || graph[id].op == &rows::reshape) id = graph[id].inputs[0];
  const Node& source = graph[id];
  if (source.op != &rows::constant || source.attributes.reals.empty()) return std::nullopt;
  const double value = source.attributes.reals[0];
  return source.type.dtype == Dtype::f32 ? static_cast<double>(static_cast<float>(value)) : value;
}

}  // namespace ansatz::passes
