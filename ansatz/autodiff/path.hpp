// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Which nodes lie between arguments and results: what both modes and the forward Laplacian walk over.
#pragma once

#include <span>
#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz::autodiff {

/// The nodes through which derivatives flow from xs to ys, in order of use: sums of contributions have one order.
/// @throws GraphError unless all values belong to the current trace.
struct Path {
  Path(const Graph& graph, std::span<const Var> ys, std::span<const Var> xs);

  static std::size_t index(NodeId id) { return static_cast<std::size_t>(id); }
  /// Whether a derivative flows from input i of `node`.
  bool flows(const Graph& graph, const Node& node, int i) const;

  std::vector<bool> active;   ///< of each node: an x, or on the way from one
  std::vector<NodeId> nodes;  ///< without the xs
};

/// Whether `op` is (multi)linear in input i.
inline bool linear_in(const Op& op, int i) { return (op.linear_in >> (i < 31 ? i : 31)) & 1U; }

}  // namespace ansatz::autodiff
