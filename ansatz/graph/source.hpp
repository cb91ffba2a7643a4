// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The three rows that begin every graph: arguments, state and constants. They belong to the graph itself, since
/// tracing makes them; all other rows are in ansatz/ops/.
#pragma once

#include "ansatz/graph/graph.hpp"

namespace ansatz::rows {

/// Argument number ints[0] of the graph: dtype, shape, name.
extern const Op input;
/// The value of slot ints[0] of the state before the run: dtype, shape, name.
extern const Op state;
/// A constant: dtype, shape, and either one value for all elements in reals[0] or dense row-major `data`.
extern const Op constant;

}  // namespace ansatz::rows

namespace ansatz {

/// Writes a constant's elements, row-major.
void write_constant(const Node& constant, std::byte* to);

}  // namespace ansatz
