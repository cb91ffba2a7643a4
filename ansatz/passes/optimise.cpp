// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "ansatz/base/floating_point.hpp"
#include "ansatz/passes/passes.hpp"

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

  Graph run(Graph graph) {
    if (options_.stable_forms) graph = checked(stable_forms(graph));
    graph = tidied(std::move(graph));
    if (options_.join_pads)
      if (auto joined = join_pads(graph)) graph = tidied(checked(std::move(*joined)));
    graph = shortest(std::move(graph));
    if (options_.join_products)
      for (const auto join : {join_summed_products, join_products})
        if (auto joined = join(graph)) graph = checked(std::move(*joined));
    return graph;
  }

 private:
  static Graph checked(Graph graph) {
#ifdef ANSATZ_VERIFY_PASSES
    verify(graph);
#endif
    return graph;
  }

  Graph tidied(Graph graph) const {
    if (auto next = tidy(graph, options_)) return checked(std::move(*next));
    return graph;
  }

  /// Rounds of shortening, as long as they shorten. The first is kept in any case, since it writes powers as products.
  Graph shortest(Graph graph) {
    auto next = shortened(graph);
    if (!next) return graph;
    graph = std::move(*next);
    for (auto present = cost(graph); (next = shortened(graph));) {
      const auto length = cost(*next);
      if (length >= present) break;
      graph = std::move(*next);
      present = length;
    }
    return graph;
  }

  /// One round: normal forms where they are shorter, powers as products. Nothing where there is neither.
  std::optional<Graph> shortened(const Graph& graph) {
    std::optional<Graph> result;
    const auto then = [&](std::optional<Graph> next) {
      if (next) result = tidied(checked(std::move(*next)));
    };
    if (options_.normalise_products) then(normalise_products(graph, options_.cancel, searched_));
    if (options_.expand_powers) then(expand_powers(result ? *result : graph));
    return result;
  }

  const Options& options_;
  Searched searched_;
};

}  // namespace

Graph optimise(Graph graph, const Options& options) {
  const FloatingPointEnvironment environment;  // constants are computed here
  return Pipeline(options).run(std::move(graph));
}

}  // namespace ansatz::passes
