// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/passes/sums.hpp"

#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/rewrite.hpp"

namespace ansatz::passes {

Sums::Sums(const Graph& graph) : graph_(graph), uses_(use_counts(graph)), inner_(uses_.size(), false) {
  const std::vector<bool> live = graph.live();
  for (NodeId id = 0; id < graph.size(); ++id)
    if (live[static_cast<std::size_t>(id)] && graph[id].op == &rows::add)
      for (NodeId input : graph[id].inputs)
        inner_[static_cast<std::size_t>(input)] = graph[input].op == &rows::add && uses_of(input) == 1;
}

std::vector<NodeId> Sums::terms_of(NodeId id) const {
  std::vector<NodeId> terms;
  if (graph_[id].op == &rows::add && !inner_[static_cast<std::size_t>(id)]) collect(id, terms);
  return terms;
}

void Sums::collect(NodeId id, std::vector<NodeId>& terms) const {
  for (NodeId input : graph_[id].inputs)
    if (inner_[static_cast<std::size_t>(input)])
      collect(input, terms);
    else
      terms.push_back(input);
}

}  // namespace ansatz::passes
