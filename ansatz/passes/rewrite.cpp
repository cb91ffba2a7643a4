// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/passes/rewrite.hpp"

#include "ansatz/base/error.hpp"

namespace ansatz::passes {

Var copy_node(const Node& old, const std::vector<Var>& inputs) {
  const Var copy = apply(*old.op, inputs, old.attributes);
  return old.label.empty() || !copy.node().label.empty() ? copy : copy.labelled(old.label);
}

namespace {

std::vector<Var> new_inputs(const Node& old, const NewValue& at) {
  std::vector<Var> inputs;
  inputs.reserve(old.inputs.size());
  for (NodeId input : old.inputs) inputs.push_back(at(input));
  return inputs;
}

}  // namespace

Var copy_node(const Node& old, const NewValue& at) { return copy_node(old, new_inputs(old, at)); }

Graph rewrite(const Graph& graph, const Rewrite& rewrite, Equal equal) {
  return passes::rewrite(
      graph, order_of_use(graph, graph.roots()),
      [&](NodeId id, const Node& old, const NewValue& at) { return rewrite(id, old, new_inputs(old, at)); }, equal);
}

Graph rewrite(const Graph& graph, std::span<const NodeId> order, const RewriteAt& rewrite, Equal equal) {
  Trace trace(equal);
  std::vector<Var> moved(static_cast<std::size_t>(graph.size()));
  const auto at = [&](NodeId id) -> Var& { return moved[static_cast<std::size_t>(id)]; };
  for (NodeId id : graph.inputs) at(id) = trace.input(graph[id].type, graph[id].attributes.name);
  for (const StateSlot& slot : graph.state) at(slot.read) = trace.state(slot.type, slot.name);

  for (NodeId id : order) {
    if (at(id).id() >= 0) continue;
    const Node& old = graph[id];
    at(id) = rewrite(id, old, at);
    if (at(id).type() != old.type)
      throw GraphError("a pass replaced node %{} ({}, {}) by {}", id, old.op->name, to_string(old.type),
                       to_string(at(id).type()));
  }
  for (NodeId id : graph.outputs) trace.output(at(id));
  for (const StateSlot& slot : graph.state)
    if (slot.write) trace.assign(slot.name, at(*slot.write));
  if (graph.commit_if) trace.commit_if(at(*graph.commit_if));
  return trace.finish();
}

std::vector<int> use_counts(const Graph& graph) {
  std::vector<int> uses(static_cast<std::size_t>(graph.size()), 0);
  const std::vector<bool> live = graph.live();
  for (NodeId id = 0; id < graph.size(); ++id)
    if (live[static_cast<std::size_t>(id)])
      for (NodeId input : graph[id].inputs) ++uses[static_cast<std::size_t>(input)];
  for (NodeId root : graph.roots()) ++uses[static_cast<std::size_t>(root)];
  return uses;
}

}  // namespace ansatz::passes
