// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Regions: the connected pieces of floating-point arithmetic in a graph.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "ansatz/graph/graph.hpp"

namespace ansatz::passes {

/// Additions, multiplications and powers of one type, connected by their operands or by the values that they share.
struct Region {
  std::vector<NodeId> members;  ///< ascending
  std::vector<int> uses;        ///< of each member, by all nodes and roots
  std::vector<int> outputs;     ///< the members that something outside uses
};

/// The regions of a graph, and what each node is to them.
class Regions {
 public:
  /// `cancel`: bᵘ⁺ᵏ beside bᵘ may be written as bᵘ · bᵏ, which is no number where b is 0 and k negative.
  Regions(const Graph& graph, bool cancel);

  const std::vector<Region>& all() const { return regions_; }
  /// The region of a node and its place there; −1: none.
  int region_of(NodeId id) const { return region_[static_cast<std::size_t>(id)]; }
  int member_of(NodeId id) const { return member_[static_cast<std::size_t>(id)]; }
  /// The one number that all elements of a node are, where it is finite.
  std::optional<double> number(NodeId id) const;
  /// Of bᵘ⁺ᵏ beside an earlier bᵘ, k an integer: that other power, and k.
  std::optional<std::pair<NodeId, std::int32_t>> neighbour(NodeId id) const;
  /// Operations of a region as it stands, powers counted as the products that make them.
  int cost(const Region& region) const;
  /// A region as numbers: its operations, and their operands as members, numbers, and values made elsewhere in the
  /// order in which they appear. Regions of one description differ in nothing but what those values are.
  std::vector<std::int64_t> described(const Region& region) const;

 private:
  void find_neighbours(const std::vector<bool>& live);

  const Graph& graph_;
  std::vector<Region> regions_;
  std::vector<int> region_, member_;
  std::vector<std::pair<NodeId, std::pair<NodeId, std::int32_t>>> neighbours_;  // ascending
};

}  // namespace ansatz::passes
