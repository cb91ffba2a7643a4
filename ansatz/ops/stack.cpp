// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/stack.hpp"

#include <algorithm>
#include <numeric>

#include "ansatz/ops/layout.hpp"

namespace ansatz::rows {

Shape sample_shape(const Var& stacked) { return stacked.shape().without(0); }

Shape stacked_shape(const Stack& stack, const Shape& sample) { return sample.inserted(0, stack.extent); }

Var stacked_input(const Stack& stack, std::size_t i) {
  const Var& x = stack.inputs[i];
  if (stack.stacked[i]) return x;
  std::vector<std::int64_t> axes(static_cast<std::size_t>(x.shape().rank()) + 1);
  std::iota(axes.begin(), axes.end(), -1);
  return broadcast_in(x, stacked_shape(stack, x.shape()), std::move(axes));
}

Var stack_elementwise(const Stack& stack) {
  std::vector<Var> inputs;
  for (std::size_t i = 0; i < stack.inputs.size(); ++i) inputs.push_back(stacked_input(stack, i));
  return apply(stack.op, inputs, stack.attributes);
}

Var stack_along_later_axes(const Stack& stack) {
  Attributes attributes = stack.attributes;
  for (std::int64_t& axis : attributes.ints) ++axis;
  return apply(stack.op, stack.inputs, std::move(attributes));
}

Var move_axis(const Var& x, int from, int to) {
  if (from == to) return x;
  std::vector<std::int64_t> order(static_cast<std::size_t>(x.shape().rank()));
  std::iota(order.begin(), order.end(), 0);
  if (from < to)
    std::rotate(order.begin() + from, order.begin() + from + 1, order.begin() + to + 1);
  else
    std::rotate(order.begin() + to, order.begin() + from, order.begin() + from + 1);
  return ansatz::transpose(x, std::move(order));
}

Var join_axes(const Var& x, int axis) {
  const Shape shape = x.shape();
  return ansatz::reshape(x, shape.without(axis).with(axis, shape[axis] * shape[axis + 1]));
}

Var cut_axis(const Var& x, int axis, std::int64_t outer) {
  const Shape shape = x.shape();
  return ansatz::reshape(x, shape.with(axis, outer == 0 ? 0 : shape[axis] / outer).inserted(axis, outer));
}

}  // namespace ansatz::rows
