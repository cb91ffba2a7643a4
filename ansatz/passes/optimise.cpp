// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "ansatz/base/floating_point.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/passes/powers.hpp"

namespace ansatz::passes {

std::int64_t operation_count(const Graph& graph) {
  const std::vector<bool> live = graph.live();
  std::int64_t count = 0;
  for (NodeId id = 0; id < graph.size(); ++id)
    if (live[static_cast<std::size_t>(id)] && graph[id].op->elementwise)
      count += graph[id].op->flops * graph[id].type.shape.elements();
  return count;
}

namespace {

std::pair<std::int64_t, std::int64_t> cost(const Graph& graph) {
  const std::vector<bool> live = graph.live();
  return {operation_count(graph), std::count(live.begin(), live.end(), true)};
}

class Pipeline {
 public:
  explicit Pipeline(const Options& options) : options_(options) {}

  Graph stable(Graph graph) const {
    if (options_.stable_forms) graph = checked(stable_forms(graph));
    return graph;
  }

  Graph tidy(Graph graph) const {
    if (options_.fold_constants && options_.evaluate)
      graph = checked(fold_constants(std::move(graph), options_.evaluate));
    if (options_.simplify) graph = checked(simplify(graph));
    if (options_.share_subexpressions) graph = checked(share_subexpressions(std::move(graph)));
    return graph;
  }

  Graph joined_pads(Graph graph) const {
    if (options_.join_pads) graph = tidy(checked(join_pads(std::move(graph))));
    return graph;
  }

  Graph joined_products(Graph graph) const {
    if (options_.join_products) graph = checked(join_products(checked(join_summed_products(std::move(graph)))));
    return graph;
  }

  Graph expanded(Graph graph) const {
    if (!options_.expand_powers || !has_powers(graph)) return graph;
    return tidy(checked(expand_powers(std::move(graph))));
  }

  /// One round: normal forms where they are shorter, powers as products. The program never gets longer.
  Graph shortened(Graph graph) const {
    if (options_.normalise_products) graph = tidy(checked(normalise_products(std::move(graph), options_.cancel)));
    return expanded(std::move(graph));
  }

 private:
  static Graph checked(Graph graph) {
#ifdef ANSATZ_VERIFY_PASSES
    verify(graph);
#endif
    return graph;
  }

  const Options& options_;
};

}  // namespace

Graph optimise(Graph graph, const Options& options) {
  const FloatingPointEnvironment environment;  // constants are computed here
  const Pipeline pipeline(options);
  graph = pipeline.joined_pads(pipeline.tidy(pipeline.tidy(pipeline.stable(std::move(graph)))));
  const auto written = cost(graph);
  graph = pipeline.shortened(std::move(graph));
  for (auto present = cost(graph); present != written;) {
    Graph next = pipeline.shortened(graph);
    const auto length = cost(next);
    if (length >= present) break;
    graph = std::move(next);
    present = length;
  }
  return pipeline.joined_products(std::move(graph));
}

}  // namespace ansatz::passes
