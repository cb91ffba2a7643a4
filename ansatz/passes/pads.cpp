// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>

#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/passes/rewrite.hpp"
#include "ansatz/passes/sums.hpp"

namespace ansatz::passes {

namespace {

/// Zeros but for rows [begin, end), which are `value`.
struct Piece {
  NodeId value;
  std::int64_t begin, end;
};

std::optional<Piece> piece_of(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  if (node.op != &rows::pad || node.type.shape.rank() == 0) return std::nullopt;
  const auto& widths = node.attributes.ints;
  for (std::size_t i = 0; i < widths.size(); ++i)
    if (i != 0 && i != widths.size() / 2 && widths[i] != 0) return std::nullopt;
  return Piece{node.inputs[0], widths[0], widths[0] + graph[node.inputs[0]].type.shape[0]};
}

/// The terms of a sum: pieces, and whatever else is added.
struct Terms {
  std::vector<Piece> pieces;
  std::vector<NodeId> others;
};

/// Of a whole sum, where it is one of pieces that do not overlap, and at most one other term: then no element has more
/// than two terms, and their order does not matter.
std::optional<Terms> apart(const Graph& graph, const std::vector<NodeId>& sum) {
  Terms terms;
  for (NodeId id : sum)
    if (const auto piece = piece_of(graph, id))
      terms.pieces.push_back(*piece);
    else
      terms.others.push_back(id);
  if (terms.pieces.size() < 2 || terms.others.size() > 1) return std::nullopt;
  std::sort(terms.pieces.begin(), terms.pieces.end(), [](const Piece& a, const Piece& b) { return a.begin < b.begin; });
  for (std::size_t i = 1; i < terms.pieces.size(); ++i)
    if (terms.pieces[i].begin < terms.pieces[i - 1].end) return std::nullopt;
  return terms;
}

}  // namespace

std::optional<Graph> join_pads(const Graph& graph) {
  const Sums sums(graph);
  std::map<NodeId, Terms> joined;
  for (NodeId id = 0; id < graph.size(); ++id)
    if (const auto terms = apart(graph, sums.terms_of(id))) joined[id] = *terms;
  if (joined.empty()) return std::nullopt;
  return rewrite(graph, order_of_use(graph, graph.roots()), [&](NodeId id, const Node& old, const NewValue& at) {
    const auto terms = joined.find(id);
    if (terms == joined.end()) return copy_node(old, at);
    std::vector<Var> parts;
    std::int64_t filled = 0;
    const auto fill = [&](std::int64_t until) {
      if (until > filled)
        parts.push_back(broadcast_to(constant(0.0, old.type.dtype), old.type.shape.with(0, until - filled)));
    };
    for (const Piece& piece : terms->second.pieces) {
      fill(piece.begin);
      parts.push_back(at(piece.value));
      filled = piece.end;
    }
    fill(old.type.shape[0]);
    const Var whole = concatenate(parts);
    return terms->second.others.empty() ? whole : whole + at(terms->second.others[0]);
  });
}

}  // namespace ansatz::passes
