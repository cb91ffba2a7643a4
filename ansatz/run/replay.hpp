// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Running a graph again, unfused and checked, to say where numbers went wrong.
#pragma once

#include <span>
#include <string>

#include "ansatz/graph/graph.hpp"
#include "ansatz/run/state.hpp"

namespace ansatz::run {

/// Computes the graph node by node with the plain kernels and describes the first operation with an output that is not
/// finite. Inputs, state and constants are not looked at: only what is made of them counts, such as the rows of a
/// batch. For instance `exp (%12, "a1"), element 7 of f32[32, 100]: inf`; "" when there is none.
std::string first_non_finite(const Graph& graph, std::span<const void* const> inputs, const State& state);

}  // namespace ansatz::run
