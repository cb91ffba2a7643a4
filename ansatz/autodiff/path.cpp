// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/autodiff/path.hpp"

#include <algorithm>

#include "ansatz/autodiff/modes.hpp"

namespace ansatz::autodiff {

namespace {

/// Whether a derivative can flow from input i of `node` to its output.
bool differentiable_in(const Graph& graph, const Node& node, std::size_t i) {
  const Op& op = *node.op;
  if (op.kind == Kind::source || op.kind == Kind::opaque) return false;
  if (!is_floating(node.type.dtype) || !is_floating(graph[node.inputs[i]].type.dtype)) return false;
  if (op.kind == Kind::linear || op.kind == Kind::multilinear) return linear_in(op, static_cast<int>(i));
  return true;
}

}  // namespace

Path::Path(const Graph& graph, std::span<const Var> ys, std::span<const Var> xs)
    : active(static_cast<std::size_t>(graph.size()), false) {
  check_trace(ys, "a value to differentiate");
  check_trace(xs, "an argument of the derivative");
  std::vector<NodeId> roots;
  for (const Var& y : ys) roots.push_back(y.id());
  NodeId first = graph.size();
  for (const Var& x : xs) {
    active[index(x.id())] = true;
    first = std::min(first, x.id());
  }
  for (NodeId id : order_of_use(graph, roots, first)) {
    if (active[index(id)]) continue;
    const Node& node = graph[id];
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      if (active[index(node.inputs[i])] && differentiable_in(graph, node, i)) {
        active[index(id)] = true;
        nodes.push_back(id);
        break;
      }
  }
}

bool Path::flows(const Graph& graph, const Node& node, int i) const {
  const auto k = static_cast<std::size_t>(i);
  return active[index(node.inputs[k])] && differentiable_in(graph, node, k);
}

}  // namespace ansatz::autodiff
