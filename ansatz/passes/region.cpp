// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/passes/region.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>

#include "ansatz/graph/source.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/pattern.hpp"
#include "ansatz/passes/powers.hpp"
#include "ansatz/passes/rewrite.hpp"

namespace ansatz::passes {

namespace {

constexpr int largest_region = 256, largest_joined_region = 64;

bool is_arithmetic(const Op* op) {
  return op == &rows::add || op == &rows::sub || op == &rows::neg || op == &rows::mul || op == &rows::div ||
         op == &rows::integer_pow;
}

/// Disjoint sets of nodes with a bound on their size.
class Sets {
 public:
  explicit Sets(std::size_t n) : parent_(n), size_(n, 1) { std::iota(parent_.begin(), parent_.end(), 0); }
  NodeId find(NodeId id) {
    while (parent(id) != id) id = parent(id) = parent(parent(id));
    return id;
  }
  void join(NodeId a, NodeId b, int bound) {
    a = find(a);
    b = find(b);
    if (a == b || size(a) + size(b) > bound) return;
    if (b < a) std::swap(a, b);
    parent(b) = a;
    size(a) += size(b);
  }

 private:
  NodeId& parent(NodeId id) { return parent_[static_cast<std::size_t>(id)]; }
  int& size(NodeId id) { return size_[static_cast<std::size_t>(id)]; }
  std::vector<NodeId> parent_;
  std::vector<int> size_;
};

}  // namespace

std::optional<double> Regions::number(NodeId id) const {
  const auto value = uniform_value(graph_, id);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

void Regions::find_neighbours(const std::vector<bool>& live) {
  std::map<std::pair<NodeId, NodeId>, std::pair<NodeId, double>> powers;  // of a base and an exponent without constant
  for (NodeId id = 0; id < graph_.size(); ++id) {
    if (!live[static_cast<std::size_t>(id)] || graph_[id].op != &rows::pow) continue;
    NodeId exponent = graph_[id].inputs[1];
    double constant = 0.0;
    for (bool more = true; more;) {
      const Node& node = graph_[exponent];
      more = false;
      if (node.op != &rows::add && node.op != &rows::sub) break;
      if (const auto value = number(node.inputs[1])) {
        constant += node.op == &rows::add ? *value : -*value;
        exponent = node.inputs[0];
        more = true;
      } else if (const auto first = number(node.inputs[0]); first && node.op == &rows::add) {
        constant += *first;
        exponent = node.inputs[1];
        more = true;
      }
    }
    const auto [place, is_new] = powers.emplace(std::pair(graph_[id].inputs[0], exponent), std::pair(id, constant));
    if (is_new) continue;
    const double difference = constant - place->second.second;
    if (difference == std::nearbyint(difference) && std::abs(difference) <= 4.0)
      neighbours_.emplace_back(id, std::pair(place->second.first, static_cast<std::int32_t>(difference)));
  }
}

std::optional<std::pair<NodeId, std::int32_t>> Regions::neighbour(NodeId id) const {
  const auto place = std::lower_bound(neighbours_.begin(), neighbours_.end(), id,
                                      [](const auto& entry, NodeId wanted) { return entry.first < wanted; });
  if (place == neighbours_.end() || place->first != id) return std::nullopt;
  return place->second;
}

Regions::Regions(const Graph& graph, bool cancel) : graph_(graph) {
  const auto n = static_cast<std::size_t>(graph.size());
  const std::vector<bool> live = graph.live();
  const std::vector<int> uses = use_counts(graph);
  if (cancel) find_neighbours(live);

  std::vector<bool> is_member(n, false);
  for (NodeId id = 0; id < graph.size(); ++id)
    is_member[static_cast<std::size_t>(id)] = live[static_cast<std::size_t>(id)] && is_floating(graph[id].type.dtype) &&
                                              (is_arithmetic(graph[id].op) || neighbour(id)) && !number(id);

  Sets sets(n);
  std::vector<NodeId> some_user(n, -1);  // of an atom
  for (const int bound : {largest_region, largest_joined_region})
    for (NodeId id = 0; id < graph.size(); ++id) {
      if (!is_member[static_cast<std::size_t>(id)]) continue;
      for (NodeId input : graph[id].inputs) {
        const auto i = static_cast<std::size_t>(input);
        if (is_member[i]) {
          if (graph[input].type == graph[id].type) sets.join(input, id, bound);
        } else if (bound == largest_joined_region && graph[input].op != &rows::constant) {
          if (some_user[i] >= 0) sets.join(some_user[i], id, bound);
          some_user[i] = id;
        }
      }
    }

  region_.assign(n, -1);
  member_.assign(n, -1);
  std::vector<int> region_of_set(n, -1);
  for (NodeId id = 0; id < graph.size(); ++id) {
    const auto i = static_cast<std::size_t>(id);
    if (!is_member[i]) continue;
    int& region = region_of_set[static_cast<std::size_t>(sets.find(id))];
    if (region < 0) {
      region = static_cast<int>(regions_.size());
      regions_.emplace_back();
    }
    Region& mine = regions_[static_cast<std::size_t>(region)];
    region_[i] = region;
    member_[i] = static_cast<int>(mine.members.size());
    mine.members.push_back(id);
    mine.uses.push_back(uses[i]);
  }

  std::vector<bool> used_outside(n, false);
  for (NodeId root : graph.roots()) used_outside[static_cast<std::size_t>(root)] = true;
  for (NodeId id = 0; id < graph.size(); ++id)
    if (live[static_cast<std::size_t>(id)])
      for (NodeId input : graph[id].inputs)
        if (region_of(id) != region_of(input)) used_outside[static_cast<std::size_t>(input)] = true;
  for (Region& region : regions_)
    for (std::size_t m = 0; m < region.members.size(); ++m)
      if (used_outside[static_cast<std::size_t>(region.members[m])]) region.outputs.push_back(static_cast<int>(m));
}

int Regions::cost(const Region& region) const {
  std::map<NodeId, std::vector<std::int64_t>> powers;
  int result = 0;
  for (NodeId id : region.members) {
    const Node& node = graph_[id];
    if (node.op != &rows::integer_pow) {
      ++result;
      continue;
    }
    const std::int64_t exponent = node.attributes.ints[0];
    powers[node.inputs[0]].push_back(std::abs(exponent));
    if (exponent < 0) ++result;
  }
  for (const auto& [base, exponents] : powers) result += static_cast<int>(addition_chain(exponents).size());
  return result;
}

std::vector<std::int64_t> Regions::described(const Region& region) const {
  enum : std::int64_t { inside, a_number, outside };
  std::vector<std::int64_t> result = {static_cast<std::int64_t>(graph_[region.members[0]].type.dtype)};
  std::vector<NodeId> others;
  const auto operation = [&](const Node& node) { result.push_back(reinterpret_cast<std::intptr_t>(node.op)); };
  const auto operand = [&](auto&& self, NodeId id) -> void {
    if (region_of(id) == region_of(region.members[0])) {
      result.insert(result.end(), {inside, member_of(id)});
    } else if (const auto value = number(id)) {
      result.insert(result.end(), {a_number, std::bit_cast<std::int64_t>(*value)});
    } else {
      const auto place = std::find(others.begin(), others.end(), id);
      result.insert(result.end(), {outside, place - others.begin()});
      if (place != others.end()) return;
      others.push_back(id);
      const Node& node = graph_[id];
      const bool has_square = node.op == &rows::sqrt || node.op == &rows::abs;  // that is looked at
      result.push_back(has_square ? 1 : 0);
      if (!has_square) return;
      operation(node);
      self(self, node.inputs[0]);
    }
  };
  for (std::size_t m = 0; m < region.members.size(); ++m) {
    const NodeId id = region.members[m];
    const Node& node = graph_[id];
    operation(node);
    result.push_back(region.uses[m]);
    operand(operand, node.inputs[0]);
    if (node.op == &rows::integer_pow) result.push_back(node.attributes.ints[0]);
    if (const auto other = neighbour(id)) {
      operand(operand, other->first);
      result.push_back(other->second);
    } else if (node.inputs.size() > 1) {
      operand(operand, node.inputs[1]);
    }
  }
  result.insert(result.end(), region.outputs.begin(), region.outputs.end());
  return result;
}

}  // namespace ansatz::passes
