// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Sums of more than two terms, which a graph has as additions of additions.
#pragma once

#include <vector>

#include "ansatz/graph/graph.hpp"

namespace ansatz::passes {

/// The whole sums of a graph: additions whose result is not just another addition's term.
class Sums {
 public:
  explicit Sums(const Graph& graph);
  /// The terms of a whole sum, in order; of any other node, none.
  std::vector<NodeId> terms_of(NodeId id) const;
  /// How many live nodes (and roots) use a value.
  int uses_of(NodeId id) const { return uses_[static_cast<std::size_t>(id)]; }

 private:
  void collect(NodeId id, std::vector<NodeId>& terms) const;

  const Graph& graph_;
  std::vector<int> uses_;
  std::vector<bool> inner_;  // added to something else, and used nowhere but there
};

}  // namespace ansatz::passes
