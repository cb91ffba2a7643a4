// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/passes/canonicalise.hpp"

#include <unordered_map>

#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/passes/pattern.hpp"
#include "ansatz/passes/rewrite.hpp"

namespace ansatz::passes {

namespace {

using Rewritten = std::optional<Var>;

/// The other addend of 1 + u, if x has that form.
Rewritten one_plus(const Var& x) {
  if (!is(x, rows::add)) return std::nullopt;
  if (is_uniform(operand(x, 0), 1.0)) return operand(x, 1);
  if (is_uniform(operand(x, 1), 1.0)) return operand(x, 0);
  return std::nullopt;
}

Rewritten stable_log(const Var& x) {
  const Var u = operand(x);
  if (is(u, rows::exp)) return operand(u);
  if (is(u, rows::div) && is(operand(u, 0), rows::exp)) return operand(operand(u, 0)) - log(operand(u, 1));
  if (is(u, rows::sigmoid)) return -softplus(-operand(u));
  if (is(u, rows::sub) && is_uniform(operand(u, 0), 1.0) && is(operand(u, 1), rows::sigmoid))
    return -softplus(operand(operand(u, 1)));
  if (const auto rest = one_plus(u)) return is(*rest, rows::exp) ? softplus(operand(*rest)) : log1p(*rest);
  return std::nullopt;
}

Rewritten stable_form(const Var& x) {
  if (is(x, rows::log)) return stable_log(x);
  if (is(x, rows::log1p) && is(operand(x), rows::exp)) return softplus(operand(operand(x)));
  if (is(x, rows::sub) && is_uniform(operand(x, 1), 1.0) && is(operand(x, 0), rows::exp))
    return expm1(operand(operand(x, 0)));
  if (is(x, rows::max_pool) && is(operand(x), rows::relu))
    return relu(apply(rows::max_pool, {operand(operand(x))}, x.node().attributes));
  return std::nullopt;
}

/// f(broadcast(u)) → broadcast(f(u)).
Rewritten hoist_broadcast(const Var& x) {
  const Op& op = *x.node().op;
  if (!op.elementwise || op.arity != 1 || !is(operand(x), rows::broadcast)) return std::nullopt;
  const Var wide = operand(x);
  const Attributes attributes = wide.node().attributes;
  return broadcast_in(apply(op, {operand(wide)}, x.node().attributes), attributes.shape, attributes.ints);
}

Var rewrite_until_stable(Var x) {
  for (int round = 0; round < 8; ++round) {
    Rewritten next = stable_form(x);
    if (!next) next = hoist_broadcast(x);
    if (!next) break;
    x = *next;
    if (is(x, rows::broadcast)) {  // the hoisted function may have a stable form of its own
      const Var inner = operand(x), stable = rewrite_until_stable(inner);
      if (stable.id() != inner.id()) x = broadcast_in(stable, x.shape(), x.node().attributes.ints);
      break;
    }
  }
  return x;
}

}  // namespace

std::vector<Var> canonicalise(const std::vector<Var>& roots, NodeId since) {
  const std::shared_ptr<Graph>& graph = Trace::current().graph();
  const NodeId end = graph->size();
  std::vector<bool> needed(static_cast<std::size_t>(end), false);
  for (const Var& root : roots) needed[static_cast<std::size_t>(root.id())] = true;
  for (NodeId id = end - 1; id >= since; --id)
    if (needed[static_cast<std::size_t>(id)])
      for (NodeId input : (*graph)[id].inputs) needed[static_cast<std::size_t>(input)] = true;

  std::unordered_map<NodeId, NodeId> moved;
  const auto current = [&](NodeId id) {
    const auto found = moved.find(id);
    return found == moved.end() ? id : found->second;
  };
  for (NodeId id = since; id < end; ++id) {
    if (!needed[static_cast<std::size_t>(id)]) continue;
    const Node& node = (*graph)[id];
    std::vector<Var> inputs;
    bool changed = false;
    for (NodeId input : node.inputs) {
      inputs.emplace_back(graph, current(input));
      changed = changed || current(input) != input;
    }
    const Var copy = changed ? apply(*node.op, inputs, node.attributes).labelled(node.label) : Var(graph, id);
    const Var stable = rewrite_until_stable(copy);
    if (stable.id() != id) moved[id] = stable.id();
  }
  std::vector<Var> result;
  for (const Var& root : roots) result.emplace_back(graph, current(root.id()));
  return result;
}

Graph stable_forms(const Graph& graph) {
  return rewrite(graph, [](NodeId, const Node& old, const std::vector<Var>& inputs) {
    return rewrite_until_stable(copy_node(old, inputs));
  });
}

}  // namespace ansatz::passes
