// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The one walk that all passes on whole graphs share.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz::passes {

/// What becomes of one node: `old` is the node, `inputs` what became of its inputs in the new graph.
using Rewrite = std::function<Var(NodeId id, const Node& old, const std::vector<Var>& inputs)>;

/// A new graph of the live nodes of `graph` in their order of use, each replaced by what `rewrite` returns. Arguments,
/// state and roots keep their order and names; dead code disappears. Types of replaced values must agree (verified).
/// `equal`: whether operations that are equal afterwards become one.
Graph rewrite(const Graph& graph, const Rewrite& rewrite, Equal equal = Equal::recorded_again);
/// The same in another order, in which each node follows its inputs; all that the roots need is in it. `at` says what
/// became of any node that came before, and of the graph's inputs.
using NewValue = std::function<Var(NodeId)>;
using RewriteAt = std::function<Var(NodeId id, const Node& old, const NewValue& at)>;
Graph rewrite(const Graph& graph, std::span<const NodeId> order, const RewriteAt& rewrite,
              Equal equal = Equal::recorded_again);

/// The same node on new inputs, or what is equal to it already.
Var copy_node(const Node& old, const std::vector<Var>& inputs);
Var copy_node(const Node& old, const NewValue& at);

/// How many live nodes (and roots) use each value.
std::vector<int> use_counts(const Graph& graph);

}  // namespace ansatz::passes
