// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The two modes of automatic differentiation, on values of the current trace. Both append to the graph, so that they
/// nest to any order. They read the operations' rows and name none of them.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz::autodiff {

/// Reverse mode (back propagation): Σ_j cotangents[j] · ∂ys[j]/∂xs[i] for each i; absent where no y depends on x_i.
/// One sweep over the graph whatever the number of xs.
std::vector<std::optional<Var>> reverse(std::span<const Var> ys, std::span<const Var> cotangents,
                                        std::span<const Var> xs);

/// Forward mode: Σ_i ∂ys[j]/∂xs[i] · tangents[i] for each j; absent where y_j depends on no x.
/// One sweep over the graph whatever the number of ys.
std::vector<std::optional<Var>> forward(std::span<const Var> ys, std::span<const Var> xs,
                                        std::span<const Var> tangents);

/// @throws GraphError, naming `what`, unless all values belong to the current trace.
void check_trace(std::span<const Var> values, std::string_view what);

}  // namespace ansatz::autodiff
