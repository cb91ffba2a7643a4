// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Stable forms, before differentiation: afterwards it is too late, since 1/p is already there.
#pragma once

#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz::passes {

/// Rewrites what `roots` depend on, from node `since` on, on the current trace, and returns the new roots:
///   ln eᵘ → u                       ln(eᵘ / s) → u − ln s   (so ln softmax(x) is log_softmax(x))
///   ln σ(x) → −softplus(−x)         ln(1 − σ(x)) → −softplus(x)
///   ln(1 + eˣ) → softplus(x)        ln(1 + u) → log1p(u)          eˣ − 1 → expm1(x)
///   max_pool(relu(x)) → relu(max_pool(x)): fewer elements, the same value and derivative
///   f(broadcast(x)) → broadcast(f(x)) for elementwise f of one argument
std::vector<Var> canonicalise(const std::vector<Var>& roots, NodeId since);

}  // namespace ansatz::passes
