// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/reduction.hpp"

#include <algorithm>
#include <numeric>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/arithmetic.hpp"
#include "ansatz/ops/comparison.hpp"
#include "ansatz/ops/elementary.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/ops/stack.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

namespace {

/// ints: the reduced axes, ascending.
Type reduced_type(std::span<const Type> inputs, const Attributes& attributes) {
  Shape shape = inputs[0].shape;
  for (auto axis = attributes.ints.rbegin(); axis != attributes.ints.rend(); ++axis) {
    if (*axis < 0 || *axis >= shape.rank())
      throw ShapeError("axis {} does not exist in a tensor of shape {}", *axis, to_string(inputs[0].shape));
    shape = shape.without(static_cast<int>(*axis));
  }
  return {inputs[0].dtype, shape};
}

Type extremum_type(std::span<const Type> inputs, const Attributes& attributes) {
  for (std::int64_t axis : attributes.ints)
    if (axis >= 0 && axis < inputs[0].shape.rank() && inputs[0].shape[static_cast<int>(axis)] == 0)
      throw ShapeError("the largest or smallest of no elements was asked for: {} along axis {}",
                       to_string(inputs[0].shape), axis);
  return reduced_type(inputs, attributes);
}

Type argmax_type(std::span<const Type> inputs, const Attributes& attributes) {
  return {Dtype::i32, extremum_type(inputs, attributes).shape};
}

/// The value of a reduction along `axes`, in the shape of what was reduced.
Var spread(const Var& reduced, const Shape& shape, const std::vector<std::int64_t>& axes) {
  std::vector<std::int64_t> map(static_cast<std::size_t>(shape.rank()), 0);
  for (std::int64_t axis : axes) map[static_cast<std::size_t>(axis)] = -1;
  std::int64_t next = 0;
  for (std::int64_t& axis : map)
    if (axis == 0) axis = next++;
  return broadcast_in(reduced, shape, std::move(map));
}

Var sum_over(const Var& x, const std::vector<std::int64_t>& axes) {
  return ansatz::sum(x, std::vector<int>(axes.begin(), axes.end()));
}

/// The mean of the tangents of the elements that attain the extremum.
Var extremum_tangent(const Call& call, std::span<const std::optional<Var>> tangents) {
  const std::vector<std::int64_t> axes = call.attributes().ints;
  const Var x = call.input(0);
  const Var attained = ansatz::cast(ansatz::equal(x, spread(call.output(), x.shape(), axes)), x.dtype());
  return sum_over(*tangents[0] * attained, axes) * (1.0 / sum_over(attained, axes));
}

}  // namespace

ANSATZ_ROW(sum){.name = "sum",
                .kind = Kind::linear,
                .accepts = Accepts::numeric,
                .type = reduced_type,
                .transpose = [](const Call& call, const Var& cotangent,
                                int) { return spread(cotangent, call.input(0).shape(), call.attributes().ints); },
                .stack = stack_along_later_axes,
                .linear_in = 1,
                .flops = 1,
                .onnx = "ReduceSum"};

ANSATZ_ROW(reduce_max){.name = "reduce_max",
                       .kind = Kind::general,
                       .accepts = Accepts::numeric,
                       .type = extremum_type,
                       .tangent = extremum_tangent,
                       .stack = stack_along_later_axes,
                       .flops = 1,
                       .onnx = "ReduceMax"};

ANSATZ_ROW(reduce_min){.name = "reduce_min",
                       .kind = Kind::general,
                       .accepts = Accepts::numeric,
                       .type = extremum_type,
                       .tangent = extremum_tangent,
                       .stack = stack_along_later_axes,
                       .flops = 1,
                       .onnx = "ReduceMin"};

// ints[0]: the axis.
ANSATZ_ROW(argmax){.name = "argmax",
                   .accepts = Accepts::numeric,
                   .type = argmax_type,
                   .stack = stack_along_later_axes,
                   .onnx = "ArgMax"};

}  // namespace rows

namespace {

Var reduce(const Op& op, const Var& x, std::vector<int> axes, Keep keep) {
  const Shape shape = x.shape();
  if (axes.empty()) {
    axes.resize(static_cast<std::size_t>(shape.rank()));
    std::iota(axes.begin(), axes.end(), 0);
  }
  for (int& axis : axes) axis = normalise_axis(axis, shape);
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end())
    throw ShapeError("[{}] an axis is named twice", op.name);
  if (axes.empty()) return x;
  Attributes attributes;
  attributes.ints.assign(axes.begin(), axes.end());
  const Var result = apply(op, {x}, std::move(attributes));
  if (keep == Keep::no) return result;
  Shape kept = shape;
  for (int axis : axes) kept = kept.with(axis, 1);
  return reshape(result, kept);
}

}  // namespace

Var sum(const Var& x, std::vector<int> axes, Keep keep) { return reduce(rows::sum, x, std::move(axes), keep); }
Var sum(const Var& x, std::vector<int> axes) { return sum(x, std::move(axes), Keep::no); }
Var sum(const Var& x) { return sum(x, {}, Keep::no); }
Var max(const Var& x, std::vector<int> axes, Keep keep) { return reduce(rows::reduce_max, x, std::move(axes), keep); }
Var min(const Var& x, std::vector<int> axes, Keep keep) { return reduce(rows::reduce_min, x, std::move(axes), keep); }

Var mean(const Var& x, std::vector<int> axes, Keep keep) {
  const Var total = sum(x, std::move(axes), keep);
  const auto n = static_cast<double>(x.shape().elements()) /
                 static_cast<double>(std::max<std::int64_t>(1, total.shape().elements()));
  return total * (1.0 / n);
}

Var mean(const Var& x) { return mean(x, {}); }

Var argmax(const Var& x, int axis) { return reduce(rows::argmax, x, {axis}, Keep::no); }

namespace {

/// x minus its maximum along the axes, which every derivative may take as a constant: it cancels.
Var shifted(const Var& x, const Var& largest) { return x - stop_gradient(largest); }

}  // namespace

Var logsumexp(const Var& x, std::vector<int> axes, Keep keep) {
  const Var largest = stop_gradient(max(x, axes, Keep::yes));
  const Var total = log(sum(exp(shifted(x, largest)), axes, Keep::yes)) + largest;
  if (keep == Keep::yes) return total;
  return reshape(total, sum(x, std::move(axes)).shape());
}

Var softmax(const Var& x, int axis) {
  const Var e = exp(shifted(x, max(x, {axis}, Keep::yes)));
  return e / sum(e, {axis}, Keep::yes);
}

Var log_softmax(const Var& x, int axis) {
  const Var s = shifted(x, max(x, {axis}, Keep::yes));
  return s - log(sum(exp(s), {axis}, Keep::yes));
}

}  // namespace ansatz
