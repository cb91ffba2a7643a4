// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Small questions that rewriting rules ask of values.
#pragma once

#include <optional>

#include "ansatz/graph/var.hpp"

namespace ansatz::passes {

/// Whether x is the result of `op`.
inline bool is(const Var& x, const Op& op) { return x.node().op == &op; }
inline Var operand(const Var& x, std::size_t i = 0) { return {x.shared_graph(), x.node().inputs[i]}; }

/// The value all elements of x have, where x is a constant (possibly broadcast or reshaped) of one value.
std::optional<double> uniform_value(const Graph& graph, NodeId id);
inline std::optional<double> uniform_value(const Var& x) { return uniform_value(x.graph(), x.id()); }
inline bool is_uniform(const Var& x, double value) { return uniform_value(x) == value; }

}  // namespace ansatz::passes
