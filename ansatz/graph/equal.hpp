// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Value numbering: which node of a graph applies the same operation to the same operands already.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ansatz/graph/graph.hpp"

namespace ansatz {

/// The nodes of one graph by what they compute. Operands of commutative operations count in any order; constants and
/// attributes are equal where their bits are.
class EqualNodes {
 public:
  /// The node of `graph` that was added for such an operation.
  std::optional<NodeId> find(const Graph& graph, const Op& op, std::span<const NodeId> operands,
                             const Attributes& attributes) const;
  void add(const Graph& graph, NodeId id);

 private:
  struct Entry {
    std::size_t hash = 0;
    NodeId id = -1;  ///< −1: free
  };
  void insert(Entry entry);

  std::vector<Entry> table_ = std::vector<Entry>(64);  // open addressing; its size a power of two, at most half full
  std::size_t used_ = 0;
};

}  // namespace ansatz
