// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "ansatz/graph/source.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/passes/rewrite.hpp"

namespace ansatz::passes {

namespace {

std::size_t combine(std::size_t seed, std::size_t value) {
  return seed ^ (value + 0x9E3779B97F4A7C15ULL + (seed << 6) + (seed >> 2));
}

std::size_t hash_of(const Op& op, const std::vector<NodeId>& inputs, const Attributes& attributes) {
  std::size_t h = std::hash<const void*>{}(&op);
  for (NodeId input : inputs) h = combine(h, static_cast<std::size_t>(input));
  for (std::int64_t value : attributes.ints) h = combine(h, static_cast<std::size_t>(value));
  for (double value : attributes.reals) h = combine(h, std::hash<double>{}(value));
  h = combine(h, static_cast<std::size_t>(attributes.dtype));
  for (std::int64_t extent : attributes.shape) h = combine(h, static_cast<std::size_t>(extent));
  return h;
}

/// The inputs of an operation, in one order where theirs does not matter.
std::vector<NodeId> operands_of(const Op& op, std::vector<NodeId> inputs) {
  if (op.commutative) std::sort(inputs.begin(), inputs.end());
  return inputs;
}

/// Whether there are two operations with one hash.
bool any_equal(const Graph& graph) {
  std::unordered_set<std::size_t> seen;
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    const bool argument = node.op == &rows::input || node.op == &rows::state;
    if (!argument && !seen.insert(hash_of(*node.op, operands_of(*node.op, node.inputs), node.attributes)).second)
      return true;
  }
  return false;
}

}  // namespace

Graph share_subexpressions(Graph graph) {
  if (!any_equal(graph)) return graph;
  std::unordered_multimap<std::size_t, Var> seen;
  return rewrite(graph, [&](NodeId, const Node& old, const std::vector<Var>& inputs) {
    std::vector<NodeId> ids;
    for (const Var& input : inputs) ids.push_back(input.id());
    ids = operands_of(*old.op, std::move(ids));
    const std::size_t hash = hash_of(*old.op, ids, old.attributes);
    const auto [first, last] = seen.equal_range(hash);
    for (auto entry = first; entry != last; ++entry) {
      const Node& node = entry->second.node();
      if (node.op == old.op && operands_of(*node.op, node.inputs) == ids && node.attributes == old.attributes)
        return entry->second;
    }
    const Var copy = copy_node(old, inputs);
    seen.emplace(hash, copy);
    return copy;
  });
}

}  // namespace ansatz::passes
