// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Which nodes run together. A group becomes one entry of the plan.
#pragma once

#include <optional>
#include <vector>

#include "ansatz/graph/graph.hpp"
#include "ansatz/plan/plan.hpp"

namespace ansatz::plan {

using GroupId = int;

struct Group {
  std::vector<NodeId> nodes;  ///< in order; members of a chain, or the one other operation
  bool chain = false;
  bool along_rows = false;            ///< a chain with reductions along its rows
  Shape space;                        ///< of a chain
  std::optional<NodeId> product;      ///< the matrix product whose epilogue this chain is
  std::optional<NodeId> column_sums;  ///< of a product AᵀB: the sum over B's rows that it computes too
};

/// An operand as a chain sees it: the value behind broadcasts, and how it spreads over the chain's space.
struct Resolved {
  NodeId value = -1;
  Spread spread = Spread::dense;
  RowMap row = {};
  bool element_by_element() const { return spread == Spread::dense && row.plain(); }
};

/// Looks through broadcasts, and through the rounding of a scalar; nothing where a chain cannot read the broadcast.
std::optional<Resolved> resolve(const Graph& graph, NodeId operand);

/// The value whose memory `id` shares, through views (reshape, leading slices …), and the offset in bytes.
struct Alias {
  NodeId value = -1;
  std::int64_t offset = 0;
};
Alias alias_of(const Graph& graph, NodeId id);

/// Whether an operation runs as a matrix product, which an epilogue may follow.
bool is_product(const Op& op);

struct Fusion {
  std::vector<Group> groups;
  std::vector<GroupId> group_of;  ///< of each node; −1 for sources, views, broadcasts that chains read, and dead nodes
};

/// Groups the live nodes of a graph: elementwise chains, reductions along short rows with what surrounds them, matrix
/// products with their epilogues. No group depends on itself through another one.
Fusion fuse(const Graph& graph);

}  // namespace ansatz::plan
