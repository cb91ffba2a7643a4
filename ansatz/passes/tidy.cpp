// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/passes/node_rules.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/passes/rewrite.hpp"

namespace ansatz::passes {

namespace {

constexpr int most_steps = 8;  // of simplification, at one node

/// One walk; `applied` says whether a rule was.
Graph tidied(const Graph& graph, const Options& options, bool& applied) {
  applied = false;
  const auto rewritten = [&](NodeId, const Node& old, const std::vector<Var>& inputs) {
    std::optional<Var> next;
    if (options.fold_constants && options.evaluate) next = folded(old, inputs, options.evaluate);
    applied = applied || next;
    Var value = next ? *next : copy_node(old, inputs);
    for (int step = 0; options.simplify && step < most_steps; ++step) {
      if (next = simpler(value); !next) break;
      applied = true;
      value = *next;
    }
    return value;
  };
  return rewrite(graph, rewritten, options.share_subexpressions ? Equal::shared : Equal::recorded_again);
}

}  // namespace

std::optional<Graph> tidy(const Graph& graph, const Options& options) {
  bool applied = false;
  Graph once = tidied(graph, options, applied);
  if (applied) return tidied(once, options, applied);  // what the rules made may be simplified in its turn
  if (once.size() == graph.size()) return std::nullopt;
  return once;
}

}  // namespace ansatz::passes
