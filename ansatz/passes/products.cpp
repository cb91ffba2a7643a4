// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/passes/rewrite.hpp"
#include "ansatz/passes/sums.hpp"

namespace ansatz::passes {

namespace {

/// Rows of a product that is bound by reading B, and how many such rows one product takes.
constexpr std::int64_t few_rows = 4, most_rows = 8;
/// A B of this size does not stay in the first cache, where reading it again would cost nothing.
constexpr std::size_t large = 32 * 1024;

bool worth_joining(const Graph& graph, const Node& node) {
  return node.op == &rows::matmul && node.attributes.ints[0] == 0 && node.type.shape[0] <= few_rows &&
         node.type.shape[0] > 0 && graph[node.inputs[1]].type.bytes() > large;
}

/// Products that one product can compute: of one matrix, and none after another one.
class Groups {
 public:
  explicit Groups(const Graph& graph) : order_(order_of_use(graph, graph.roots())) {
    std::vector<int> level(static_cast<std::size_t>(graph.size()), 0);  // products on the longest way to a node
    const auto at = [&](NodeId id) -> int& { return level[static_cast<std::size_t>(id)]; };
    std::map<std::tuple<NodeId, bool, int>, std::vector<NodeId>> open;
    for (NodeId id : order_) {
      const Node& node = graph[id];
      for (NodeId input : node.inputs) at(id) = std::max(at(id), at(input));
      if (node.op == &rows::matmul) ++at(id);
      if (!worth_joining(graph, node)) continue;
      std::vector<NodeId>& group = open[{node.inputs[1], node.attributes.ints[1] != 0, at(id)}];
      std::int64_t rows = node.type.shape[0];
      for (NodeId member : group) rows += graph[member].type.shape[0];
      if (rows > most_rows) keep(group);
      group.push_back(id);
    }
    for (auto& [key, group] : open) keep(group);
    // Level by level, and there the products first: what they read is on lower levels.
    std::stable_sort(order_.begin(), order_.end(), [&](NodeId a, NodeId b) {
      const auto place = [&](NodeId id) { return std::pair(at(id), graph[id].op != &rows::matmul); };
      return place(a) < place(b);
    });
  }

  const std::vector<NodeId>& order() const { return order_; }
  bool empty() const { return members_.empty(); }
  /// The group of a product; nullptr if it is alone.
  const std::vector<NodeId>* of(NodeId id) const {
    const auto found = group_of_.find(id);
    return found == group_of_.end() ? nullptr : &members_[found->second];
  }

 private:
  void keep(std::vector<NodeId>& group) {
    if (group.size() > 1) {
      for (NodeId id : group) group_of_[id] = members_.size();
      members_.push_back(group);
    }
    group.clear();
  }

  std::vector<NodeId> order_;
  std::vector<std::vector<NodeId>> members_;
  std::map<NodeId, std::size_t> group_of_;
};

/// The terms of a sum: products Aᵀ B that nothing else needs, of so many rows in all, and whatever else is added.
struct SummedProducts {
  std::vector<NodeId> products, others;
  std::int64_t rows = 0;
};

SummedProducts products_among(const Graph& graph, const Sums& sums, NodeId id) {
  SummedProducts terms;
  for (NodeId term : sums.terms_of(id)) {
    const Node& node = graph[term];
    const bool own = node.op == &rows::matmul && node.attributes.ints[0] != 0 && node.attributes.ints[1] == 0 &&
                     sums.uses_of(term) == 1;
    (own ? terms.products : terms.others).push_back(term);
    if (own) terms.rows += graph[node.inputs[0]].type.shape[0];
  }
  return terms;
}

/// Joining copies what is multiplied; it saves writing and reading a result.
bool worth_joining(const Node& sum, const SummedProducts& terms) {
  const Shape& shape = sum.type.shape;
  return terms.products.size() > 1 && terms.rows * (shape[0] + shape[1]) < shape.elements();
}

}  // namespace

std::optional<Graph> join_summed_products(const Graph& graph) {
  const Sums sums(graph);
  std::map<NodeId, SummedProducts> joined;
  for (NodeId id = 0; id < graph.size(); ++id)
    if (SummedProducts terms = products_among(graph, sums, id); worth_joining(graph[id], terms))
      joined[id] = std::move(terms);
  if (joined.empty()) return std::nullopt;
  return rewrite(graph, order_of_use(graph, graph.roots()), [&](NodeId id, const Node& old, const NewValue& at) {
    const auto terms = joined.find(id);
    if (terms == joined.end()) return copy_node(old, at);
    std::vector<Var> left, right;
    for (NodeId product : terms->second.products) {
      left.push_back(at(graph[product].inputs[0]));
      right.push_back(at(graph[product].inputs[1]));
    }
    Var sum = matmul(concatenate(left), concatenate(right), true, false);
    for (NodeId other : terms->second.others) sum = sum + at(other);
    return sum;
  });
}

std::optional<Graph> join_products(const Graph& graph) {
  const Groups groups(graph);
  if (groups.empty()) return std::nullopt;
  std::map<NodeId, Var> joined;  // by the group's first member
  return rewrite(graph, groups.order(), [&](NodeId id, const Node& old, const NewValue& at) {
    const auto* group = groups.of(id);
    if (group == nullptr) return copy_node(old, at);
    if (!joined.contains(group->front())) {
      std::vector<Var> rows;
      for (NodeId member : *group) rows.push_back(at(graph[member].inputs[0]));
      joined[group->front()] = matmul(concatenate(rows), at(old.inputs[1]), false, old.attributes.ints[1] != 0);
    }
    const Var& product = joined.at(group->front());
    std::int64_t row = 0;
    for (NodeId member : *group) {
      if (member == id) break;
      row += graph[member].type.shape[0];
    }
    return slice(product, {row, 0}, {row + old.type.shape[0], old.type.shape[1]});
  });
}

}  // namespace ansatz::passes
