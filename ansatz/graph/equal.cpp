// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/graph/equal.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace ansatz {

namespace {

std::size_t combine(std::size_t seed, std::size_t value) {
  return (seed ^ value) * 0x9E3779B97F4A7C15ULL ^ (seed >> 29U);
}

std::size_t hash_of(const Op& op, std::span<const NodeId> operands, const Attributes& attributes) {
  std::size_t h = std::hash<const void*>{}(&op), all = 0;
  for (NodeId operand : operands) {
    const auto number = static_cast<std::size_t>(operand) + 1;
    if (op.commutative)
      all += number * number;
    else
      h = combine(h, number);
  }
  h = combine(h, all);
  for (std::int64_t value : attributes.ints) h = combine(h, static_cast<std::size_t>(value));
  for (double value : attributes.reals) h = combine(h, std::hash<double>{}(value));
  h = combine(h, static_cast<std::size_t>(attributes.dtype));
  for (std::int64_t extent : attributes.shape) h = combine(h, static_cast<std::size_t>(extent));
  return h;
}

bool same_operands(const Op& op, std::span<const NodeId> a, std::span<const NodeId> b) {
  return op.commutative ? std::is_permutation(a.begin(), a.end(), b.begin(), b.end()) : std::ranges::equal(a, b);
}

}  // namespace

std::optional<NodeId> EqualNodes::find(const Graph& graph, const Op& op, std::span<const NodeId> operands,
                                       const Attributes& attributes) const {
  const std::size_t hash = hash_of(op, operands, attributes), mask = table_.size() - 1;
  for (std::size_t place = hash & mask; table_[place].id >= 0; place = (place + 1) & mask) {
    const Entry& entry = table_[place];
    const Node& node = graph[entry.id];
    if (entry.hash == hash && node.op == &op && same_operands(op, node.inputs, operands) &&
        node.attributes == attributes)
      return entry.id;
  }
  return std::nullopt;
}

void EqualNodes::add(const Graph& graph, NodeId id) {
  if (2 * ++used_ > table_.size()) {
    std::vector<Entry> former = std::exchange(table_, std::vector<Entry>(2 * table_.size()));
    for (const Entry& entry : former)
      if (entry.id >= 0) insert(entry);
  }
  const Node& node = graph[id];
  insert({hash_of(*node.op, node.inputs, node.attributes), id});
}

void EqualNodes::insert(Entry entry) {
  const std::size_t mask = table_.size() - 1;
  std::size_t place = entry.hash & mask;
  while (table_[place].id >= 0) place = (place + 1) & mask;
  table_[place] = entry;
}

}  // namespace ansatz
