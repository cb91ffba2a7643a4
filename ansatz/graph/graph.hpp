// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The computation graph: static single assignment, every value's dtype and shape known. Nodes are stored in an order
/// in which each one follows its inputs.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ansatz/graph/op.hpp"

namespace ansatz {

/// A node of a graph by its position; every node has one output value.
using NodeId = std::int32_t;

struct Node {
  const Op* op = nullptr;
  std::vector<NodeId> inputs;
  Attributes attributes;
  Type type;          ///< of the output
  std::string label;  ///< for readers: "W1", "cost"
};

/// A read–write slot that outlives a run: parameters, moments, counters. `read` is the node that reads it; `write`,
/// where present, is the value it has after the run.
struct StateSlot {
  std::string name;
  Type type;
  NodeId read = -1;
  std::optional<NodeId> write;
};

/// A function as data: inputs and state in, outputs and new state out.
class Graph {
 public:
  /// Appends a node. The type rule of `op` is applied. @throws ShapeError, DtypeError, GraphError.
  NodeId append(const Op& op, std::vector<NodeId> operands, Attributes attributes = {});

  const Node& operator[](NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  Node& operator[](NodeId id) { return nodes_[static_cast<std::size_t>(id)]; }
  NodeId size() const { return static_cast<NodeId>(nodes_.size()); }

  std::vector<NodeId> inputs;       ///< nodes of the input row, in the order of the arguments
  std::vector<NodeId> outputs;      ///< values returned
  std::vector<StateSlot> state;     ///< slots, in the order of declaration
  std::optional<NodeId> commit_if;  ///< boolean scalar; state is written only if it is true

  /// All values that must be computed: outputs, written state and the commit condition.
  std::vector<NodeId> roots() const;
  /// For each node whether a root depends on it.
  std::vector<bool> live() const;

 private:
  std::deque<Node> nodes_;  // stable addresses: rules append while they hold references
};

/// What `roots` depend on from node `since` on, each node after its inputs, depth first in the order of roots and
/// operands: an order that is a function of the values' structure. The order of recording is not, since C++ leaves open
/// which operand of `f(x) + g(x)` is evaluated first.
std::vector<NodeId> order_of_use(const Graph& graph, std::span<const NodeId> roots, NodeId since = 0);

/// Replaces the roots of `graph` (outputs, written state, condition) by `map(root)`.
template <class Map>
void map_roots(Graph& graph, Map&& map) {
  for (NodeId& id : graph.outputs) id = map(id);
  for (StateSlot& slot : graph.state)
    if (slot.write) slot.write = map(*slot.write);
  if (graph.commit_if) graph.commit_if = map(*graph.commit_if);
}

/// Checks single assignment, order, types and roots. @throws GraphError naming the node.
void verify(const Graph& graph);

/// The graph as text, one line a node: `%7 f32[32, 10] = add %3, %6`.
std::string to_text(const Graph& graph);
/// The graph in Graphviz DOT.
std::string to_dot(const Graph& graph);
/// Name of an operation and how many live nodes use it, most frequent first, ties by name.
std::vector<std::pair<std::string, int>> operation_counts(const Graph& graph);

}  // namespace ansatz
