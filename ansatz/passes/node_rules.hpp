// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The rules of `tidy`: what one operation becomes, judged by itself and its operands.
#pragma once

#include <optional>
#include <vector>

#include "ansatz/graph/var.hpp"
#include "ansatz/passes/passes.hpp"

namespace ansatz::passes {

/// The value of an elementwise operation on constants of one value each, computed by the operation's own kernel.
std::optional<Var> folded(const Node& old, const std::vector<Var>& inputs, const Evaluator& evaluate);
/// One step of x + 0 → x, x · 1 → x, −(−x) → x, a + (−b) → a − b, nested broadcasts, reshapes and casts …
std::optional<Var> simpler(const Var& x);

}  // namespace ansatz::passes
