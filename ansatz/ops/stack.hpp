// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What the stack rules of the families' rows are made of (Op::stack). A stack has its samples along axis 0.
#pragma once

#include "ansatz/graph/var.hpp"

namespace ansatz::rows {

/// Input i with a leading axis: as it is where stacked, else repeated for each sample.
Var stacked_input(const Stack& stack, std::size_t i);
/// The same operation with the same attributes on stacks: for what acts on each element by itself.
Var stack_elementwise(const Stack& stack);
/// The same operation, its axes (attributes.ints) one further: reductions.
Var stack_along_later_axes(const Stack& stack);

/// The shape of a sample, and of a stack of samples.
Shape sample_shape(const Var& stacked);
Shape stacked_shape(const Stack& stack, const Shape& sample);

/// x with axis `from` moved to position `to`, the others in their order.
Var move_axis(const Var& x, int from, int to);
/// x with axes `axis` and `axis` + 1 joined to one, row-major.
Var join_axes(const Var& x, int axis);
/// x with axis `axis` cut into [outer, extent / outer].
Var cut_axis(const Var& x, int axis, std::int64_t outer);

}  // namespace ansatz::rows
