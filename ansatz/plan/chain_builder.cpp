// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/plan/chain_builder.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "ansatz/graph/source.hpp"

namespace ansatz::plan {

namespace {

class Builder {
 public:
  Builder(const Graph& graph, const Group& group, const Places& places)
      : graph_(graph), group_(group), places_(places) {
    const Shape& space = group.space;
    chain_.along_rows = group.along_rows;
    if (space.rank() >= 1) {
      chain_.columns = space[space.rank() - 1];
      chain_.rows = chain_.columns == 0 ? 0 : space.elements() / chain_.columns;
    }
  }

  Chain run(const Needed& needed) {
    chain_.lanes = lanes();
    if (group_.product) load(*group_.product, Spread::dense);
    // Loads come first in the numbering: find them all before the first step.
    for (NodeId id : group_.nodes)
      for (NodeId input : graph_[id].inputs) operand(input);
    for (NodeId id : group_.nodes) add_step(id);
    for (NodeId id : group_.nodes)
      if (needed(id)) chain_.stores.push_back({registers_.at(id), places_(id), graph_[id].type.dtype, spread_of(id)});
    return std::move(chain_);
  }

 private:
  Dtype lanes() const {
    for (NodeId id : group_.nodes) {
      if (is_floating(graph_[id].type.dtype)) return graph_[id].type.dtype;
      for (NodeId input : graph_[id].inputs)
        if (is_floating(graph_[input].type.dtype)) return graph_[input].type.dtype;
    }
    return Dtype::f32;
  }

  bool full(NodeId id) const { return graph_[id].type.shape == group_.space; }
  Spread spread_of(NodeId id) const {
    if (group_.space.rank() == 0) return Spread::scalar;
    return full(id) ? Spread::dense : Spread::column;
  }
  /// How an operand fills a space of one row or one column: such a chain runs over elements, wherever they are.
  Spread flattened(Spread spread) const {
    if (group_.along_rows || group_.space.rank() == 0) return spread;
    if (chain_.columns == 1 && spread == Spread::row) return Spread::scalar;
    if (chain_.columns == 1 && spread == Spread::column) return Spread::dense;
    if (chain_.rows == 1 && spread == Spread::row) return Spread::dense;
    if (chain_.rows == 1 && spread == Spread::column) return Spread::scalar;
    return spread;
  }
  bool member(NodeId id) const { return std::binary_search(group_.nodes.begin(), group_.nodes.end(), id); }

  std::int16_t load(NodeId value, Spread spread, const RowMap& row = {}) {
    const auto [entry, added] =
        loads_.try_emplace({value, spread, row}, static_cast<std::int16_t>(chain_.loads.size()));
    if (!added) return entry->second;
    const Node& node = graph_[value];
    Load load{{}, node.type.dtype, spread, std::nullopt, row};
    if (node.op == &rows::constant && !node.attributes.reals.empty()) {
      load.literal = node.attributes.reals[0];
    } else {
      const Alias alias = alias_of(graph_, value);
      load.at = places_(alias.value);
      load.at.offset += alias.offset;
    }
    chain_.loads.push_back(load);
    return entry->second;
  }

  /// The register of an operand; loads it on the first call.
  std::int16_t operand(NodeId input) {
    const Resolved resolved = resolve(graph_, input).value_or(Resolved{input, Spread::dense});
    const NodeId base = alias_of(graph_, resolved.value).value;
    if (base == group_.product) return load(base, Spread::dense);  // whole, element by element
    if (member(base)) {
      const auto found = registers_.find(base);
      return found == registers_.end() ? std::int16_t{-1} : found->second;
    }
    Spread spread = resolved.spread;
    const bool one_hot_labels = graph_[input].type.shape.rank() == 1 && group_.space.rank() == 2;
    if (spread == Spread::dense && one_hot_labels) spread = Spread::column;  // a value a row
    return load(resolved.value, resolved.row == RowMap{} ? flattened(spread) : spread, resolved.row);
  }

  void add_step(NodeId id) {
    const Node& node = graph_[id];
    Step step;
    step.op = node.op;
    step.dtype = node.type.dtype;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      step.operands[i] = operand(node.inputs[i]);
      step.operand_dtype = graph_[node.inputs[i]].type.dtype;
    }
    step.per_row = group_.space.rank() > 0 && !full(id);
    if (!node.attributes.reals.empty()) step.parameter = node.attributes.reals[0];
    chain_.steps.push_back(step);
    registers_[id] = static_cast<std::int16_t>(chain_.loads.size() + chain_.steps.size() - 1);
  }

  const Graph& graph_;
  const Group& group_;
  const Places& places_;
  Chain chain_;
  std::map<std::tuple<NodeId, Spread, RowMap>, std::int16_t> loads_;
  std::map<NodeId, std::int16_t> registers_;
};

}  // namespace

Chain build_chain(const Graph& graph, const Group& group, const Places& places, const Needed& needed) {
  return Builder(graph, group, places).run(needed);
}

}  // namespace ansatz::plan
