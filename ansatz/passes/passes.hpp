// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Optimisation of graphs: each pass a function Graph → Graph, or nothing where it finds nothing to do; each
/// switchable, verified after each one in debug builds. Passes that change the rounding of results are listed in
/// docs/numbers.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "ansatz/base/tensor.hpp"
#include "ansatz/graph/graph.hpp"

namespace ansatz::passes {

/// Computes one node from the values of its inputs; supplied by the caller, since kernels live further down the way.
using Evaluator = std::function<Tensor(const Node& node, const std::vector<Tensor>& inputs)>;

struct Options {
  bool stable_forms = true;  ///< the rewrites of canonicalise.hpp, for what was not differentiated
  bool fold_constants = true;
  bool simplify = true;            ///< identities of single nodes: x + 0, x · 1, −(−x), broadcasts, views
  bool normalise_products = true;  ///< products and sums brought into one form, common factors taken out
  /// Like factors and terms cancel as in algebra: x / x is 1, x − x is 0, (√x)² is x, for every x. Shorter, but it
  /// hides an x that is zero, infinite or NaN; off, what is finite as written stays finite, and what is not stays so,
  /// unless a value in between over- or underflows. For counting operations.
  bool cancel = false;
  bool share_subexpressions = true;
  bool join_pads = true;      ///< sums of pieces that lie apart (gradients of slices) as concatenations
  bool join_products = true;  ///< products of few rows with one large matrix, and sums of products, as one product
  bool expand_powers = true;  ///< xⁿ as products; off leaves integer_pow to its kernel
  Evaluator evaluate;         ///< needed by fold_constants
};

/// What was written in forms that overflow or cancel, in stable ones (canonicalise.hpp).
Graph stable_forms(const Graph& graph);
/// What of these is switched on, in one walk: constants folded; x + 0, x · 1, x / 1, −(−x), a + (−b), where with a
/// constant condition, nested broadcasts, reshapes and casts … simplified; equal operations on equal inputs shared.
std::optional<Graph> tidy(const Graph& graph, const Options& options);

/// Pieces of arithmetic that have been searched for a shorter form in vain, as normalise_products describes them.
using Searched = std::set<std::vector<std::int64_t>>;
/// Products as constant · factors / factors, sums as constant + terms; like factors and terms collected, common
/// factors taken out where that saves an operation. What is in `searched` is not searched again, and more is entered.
std::optional<Graph> normalise_products(const Graph& graph, bool cancel, Searched& searched);
/// xⁿ as products, powers of the same x sharing their squares.
std::optional<Graph> expand_powers(const Graph& graph);

/// Σ of zero-padded pieces that do not overlap → their concatenation; one other term may be added.
std::optional<Graph> join_pads(const Graph& graph);
/// A₁ B, A₂ B, … → slices of one product of the joined rows, where reading B is most of the work: each row's bits are
/// the same in any product.
std::optional<Graph> join_products(const Graph& graph);
/// Aᵀ B + Cᵀ D + … → one product of the joined rows, where its result is larger than these.
std::optional<Graph> join_summed_products(const Graph& graph);

/// All passes that are switched on, repeated until the graph no longer gets shorter.
Graph optimise(Graph graph, const Options& options);

/// Floating-point operations of a graph, as the lectures count them: elementwise operations, each one.
std::int64_t operation_count(const Graph& graph);

}  // namespace ansatz::passes
