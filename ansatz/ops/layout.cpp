// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/arithmetic.hpp"
#include "ansatz/ops/comparison.hpp"
#include "ansatz/ops/reduction.hpp"
#include "ansatz/ops/stack.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

namespace {

using Ints = std::vector<std::int64_t>;

Type broadcast_type(std::span<const Type> inputs, const Attributes& attributes) {
  const Shape& from = inputs[0].shape;
  const Shape& to = attributes.shape;
  if (static_cast<int>(attributes.ints.size()) != to.rank())
    throw ShapeError("[broadcast] {} axes were given for the shape {}", attributes.ints.size(), to_string(to));
  int next = 0;
  for (int axis = 0; axis < to.rank(); ++axis) {
    const std::int64_t source = attributes.ints[static_cast<std::size_t>(axis)];
    if (source < 0) continue;
    if (source != next || next >= from.rank() || from[next] != to[axis])
      throw ShapeError("[broadcast] {} cannot become {} along axes [{}]", to_string(from), to_string(to),
                       fmt::join(attributes.ints, ", "));
    ++next;
  }
  if (next != from.rank())
    throw ShapeError("[broadcast] axis {} of {} does not appear in {}", next, to_string(from), to_string(to));
  return {inputs[0].dtype, to};
}

Type reshape_type(std::span<const Type> inputs, const Attributes& attributes) {
  if (inputs[0].shape.elements() != attributes.shape.elements())
    throw ShapeError("[reshape] {} has {} elements, {} has {}", to_string(inputs[0].shape), inputs[0].shape.elements(),
                     to_string(attributes.shape), attributes.shape.elements());
  return {inputs[0].dtype, attributes.shape};
}

Type transpose_type(std::span<const Type> inputs, const Attributes& attributes) {
  const Shape& from = inputs[0].shape;
  Ints sorted = attributes.ints;
  std::sort(sorted.begin(), sorted.end());
  Ints expected(static_cast<std::size_t>(from.rank()));
  std::iota(expected.begin(), expected.end(), 0);
  if (sorted != expected)
    throw ShapeError("[transpose] [{}] is not a permutation of the axes of {}", fmt::join(attributes.ints, ", "),
                     to_string(from));
  Ints extents;
  for (std::int64_t axis : attributes.ints) extents.push_back(from[static_cast<int>(axis)]);
  return {inputs[0].dtype, Shape(extents)};
}

/// ints: start of each axis, then stop of each axis.
Type slice_type(std::span<const Type> inputs, const Attributes& attributes) {
  const Shape& from = inputs[0].shape;
  const auto rank = static_cast<std::size_t>(from.rank());
  if (attributes.ints.size() != 2 * rank)
    throw ShapeError("[slice] {} bounds were given for {}; a start and a stop an axis are expected",
                     attributes.ints.size(), to_string(from));
  Ints extents;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::int64_t start = attributes.ints[axis], stop = attributes.ints[rank + axis];
    if (start < 0 || stop < start || stop > from[static_cast<int>(axis)])
      throw ShapeError("[slice] {}:{} does not lie in axis {} of {}", start, stop, axis, to_string(from));
    extents.push_back(stop - start);
  }
  return {inputs[0].dtype, Shape(extents)};
}

/// ints: zeros before each axis, then after each axis.
Type pad_type(std::span<const Type> inputs, const Attributes& attributes) {
  const Shape& from = inputs[0].shape;
  const auto rank = static_cast<std::size_t>(from.rank());
  if (attributes.ints.size() != 2 * rank)
    throw ShapeError("[pad] {} widths were given for {}; two an axis are expected", attributes.ints.size(),
                     to_string(from));
  Ints extents;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (attributes.ints[axis] < 0 || attributes.ints[rank + axis] < 0)
      throw ShapeError("[pad] a negative width was given for axis {}", axis);
    extents.push_back(attributes.ints[axis] + from[static_cast<int>(axis)] + attributes.ints[rank + axis]);
  }
  return {inputs[0].dtype, Shape(extents)};
}

Type concatenate_type(std::span<const Type> inputs, const Attributes& attributes) {
  if (inputs.empty()) throw ShapeError("[concatenate] no parts were given; at least one is expected");
  const int axis = normalise_axis(static_cast<int>(attributes.ints.at(0)), inputs[0].shape);
  std::int64_t extent = 0;
  for (const Type& type : inputs) {
    if (type.dtype != inputs[0].dtype)
      throw DtypeError("[concatenate] parts have dtypes {} and {}", name_of(inputs[0].dtype), name_of(type.dtype));
    if (type.shape.rank() != inputs[0].shape.rank() || type.shape.without(axis) != inputs[0].shape.without(axis))
      throw ShapeError("[concatenate] parts {} and {} differ in more than axis {}", to_string(inputs[0].shape),
                       to_string(type.shape), axis);
    extent += type.shape[axis];
  }
  return {inputs[0].dtype, inputs[0].shape.with(axis, extent)};
}

Type indexed_rows(std::string_view name, const Type& index, std::int64_t rows, const Shape& x) {
  if (index.dtype != Dtype::i32) throw DtypeError("[{}] the index is {}; i32 is expected", name, to_string(index));
  Shape shape = x.with(0, rows);
  return {Dtype::f64, shape};
}

Type gather_type(std::span<const Type> inputs, const Attributes&) {
  if (inputs[0].shape.rank() < 1 || inputs[1].shape.rank() != 1)
    throw ShapeError("[gather] rows of {} by an index {}; a tensor of rank ≥ 1 and a vector are expected",
                     to_string(inputs[0].shape), to_string(inputs[1].shape));
  return {inputs[0].dtype, indexed_rows("gather", inputs[1], inputs[1].shape[0], inputs[0].shape).shape};
}

Type scatter_add_type(std::span<const Type> inputs, const Attributes& attributes) {
  if (inputs[0].shape.rank() < 1 || inputs[1].shape.rank() != 1 || inputs[0].shape[0] != inputs[1].shape[0])
    throw ShapeError("[scatter_add] values {} and index {}; as many rows as indices are expected",
                     to_string(inputs[0].shape), to_string(inputs[1].shape));
  return {inputs[0].dtype, indexed_rows("scatter_add", inputs[1], attributes.ints.at(0), inputs[0].shape).shape};
}

Type one_hot_type(std::span<const Type> inputs, const Attributes& attributes) {
  if (inputs[0].dtype != Dtype::i32)
    throw DtypeError("[one_hot] the labels are {}; i32 is expected", to_string(inputs[0]));
  return {attributes.dtype, inputs[0].shape.inserted(inputs[0].shape.rank(), attributes.ints.at(0))};
}

Type cast_type(std::span<const Type> inputs, const Attributes& attributes) {
  return {attributes.dtype, inputs[0].shape};
}

// -- stacks of samples --------------------------------------------------------------------------------------------

Var stack_broadcast(const Stack& stack) {
  Ints axes = {0};
  for (std::int64_t axis : stack.attributes.ints) axes.push_back(axis < 0 ? -1 : axis + 1);
  return broadcast_in(stack.inputs[0], stacked_shape(stack, stack.attributes.shape), std::move(axes));
}

Var stack_reshape(const Stack& stack) {
  return ansatz::reshape(stack.inputs[0], stacked_shape(stack, stack.attributes.shape));
}

Var stack_transpose(const Stack& stack) {
  Ints order = {0};
  for (std::int64_t axis : stack.attributes.ints) order.push_back(axis + 1);
  return ansatz::transpose(stack.inputs[0], std::move(order));
}

/// Bounds of slice and pad: `first` and `last` for the samples before those of the other axes.
Var stack_with_bounds(const Stack& stack, std::int64_t first, std::int64_t last) {
  Attributes attributes = stack.attributes;
  const auto rank = static_cast<std::ptrdiff_t>(attributes.ints.size() / 2);
  attributes.ints.insert(attributes.ints.begin() + rank, last);
  attributes.ints.insert(attributes.ints.begin(), first);
  return apply(stack.op, stack.inputs, std::move(attributes));
}

Var stack_concatenate(const Stack& stack) {
  std::vector<Var> parts;
  for (std::size_t i = 0; i < stack.inputs.size(); ++i) parts.push_back(stacked_input(stack, i));
  return ansatz::concatenate(parts, static_cast<int>(stack.attributes.ints.at(0)) + 1);
}

/// The index of each sample into the rows of all samples, joined: index + sample · rows; −1 where it does not lie in
/// its sample, so that it is refused and never finds another sample's row.
Var joined_index(const Stack& stack, std::int64_t rows) {
  if (stack.extent * rows > std::numeric_limits<std::int32_t>::max())
    throw ShapeError("[{}] {} samples of {} rows were stacked; an index (i32) reaches 2^31 - 1 rows", stack.op.name,
                     stack.extent, rows);
  std::vector<double> numbers(static_cast<std::size_t>(stack.extent));
  std::iota(numbers.begin(), numbers.end(), 0.0);
  const Var index = stacked_input(stack, 1);
  const Var sample = ansatz::constant(numbers, Dtype::i32, {stack.extent, 1});
  const Var inside = index >= 0 && index < rows;
  return join_axes(ansatz::where(inside, index + sample * static_cast<double>(rows), -1), 0);
}

Var stack_gather(const Stack& stack) {
  const Var &x = stack.inputs[0], &index = stack.inputs[1];
  if (!stack.stacked[1]) return move_axis(ansatz::gather(move_axis(x, 1, 0), index), 0, 1);
  if (!stack.stacked[0]) return cut_axis(ansatz::gather(x, join_axes(index, 0)), 0, stack.extent);
  const Var joined = ansatz::gather(join_axes(x, 0), joined_index(stack, x.shape()[1]));
  return cut_axis(joined, 0, stack.extent);
}

Var stack_scatter_add(const Stack& stack) {
  const std::int64_t rows = stack.attributes.ints.at(0);
  if (!stack.stacked[1])
    return move_axis(ansatz::scatter_add(move_axis(stack.inputs[0], 1, 0), stack.inputs[1], rows), 0, 1);
  const Var values = join_axes(stacked_input(stack, 0), 0);
  const Var joined = ansatz::scatter_add(values, joined_index(stack, rows), stack.extent * rows);
  return cut_axis(joined, 0, stack.extent);
}

}  // namespace

// ints[a]: the input's axis at output axis a, or −1; shape: the output's.
ANSATZ_ROW(broadcast){.name = "broadcast",
                      .kind = Kind::linear,
                      .accepts = Accepts::any,
                      .type = broadcast_type,
                      .transpose =
                          [](const Call& call, const Var& cotangent, int) {
                            std::vector<int> axes;
                            for (std::size_t axis = 0; axis < call.attributes().ints.size(); ++axis)
                              if (call.attributes().ints[axis] < 0) axes.push_back(static_cast<int>(axis));
                            return axes.empty() ? cotangent : ansatz::sum(cotangent, axes);
                          },
                      .stack = stack_broadcast,
                      .linear_in = 1,
                      .onnx = "Expand"};

ANSATZ_ROW(reshape){.name = "reshape",
                    .kind = Kind::linear,
                    .accepts = Accepts::any,
                    .type = reshape_type,
                    .transpose = [](const Call& call, const Var& cotangent,
                                    int) { return ansatz::reshape(cotangent, call.input(0).shape()); },
                    .stack = stack_reshape,
                    .linear_in = 1,
                    .view = true,
                    .onnx = "Reshape"};

// ints[a]: the input's axis at output axis a.
ANSATZ_ROW(transpose){.name = "transpose",
                      .kind = Kind::linear,
                      .accepts = Accepts::any,
                      .type = transpose_type,
                      .transpose =
                          [](const Call& call, const Var& cotangent, int) {
                            const Ints& order = call.attributes().ints;
                            Ints inverse(order.size());
                            for (std::size_t a = 0; a < order.size(); ++a)
                              inverse[static_cast<std::size_t>(order[a])] = static_cast<std::int64_t>(a);
                            return ansatz::transpose(cotangent, inverse);
                          },
                      .stack = stack_transpose,
                      .linear_in = 1,
                      .onnx = "Transpose"};

ANSATZ_ROW(slice){.name = "slice",
                  .kind = Kind::linear,
                  .accepts = Accepts::any,
                  .type = slice_type,
                  .transpose =
                      [](const Call& call, const Var& cotangent, int) {
                        const Shape from = call.input(0).shape();
                        const auto rank = static_cast<std::size_t>(from.rank());
                        const Ints& bounds = call.attributes().ints;
                        Ints before(bounds.begin(), bounds.begin() + from.rank()), after(rank);
                        for (std::size_t axis = 0; axis < rank; ++axis)
                          after[axis] = from[static_cast<int>(axis)] - bounds[rank + axis];
                        return ansatz::pad(cotangent, before, after);
                      },
                  .stack = [](const Stack& stack) { return stack_with_bounds(stack, 0, stack.extent); },
                  .linear_in = 1,
                  .onnx = "Slice"};

ANSATZ_ROW(pad){.name = "pad",
                .kind = Kind::linear,
                .accepts = Accepts::any,
                .type = pad_type,
                .transpose =
                    [](const Call& call, const Var& cotangent, int) {
                      const Shape from = call.input(0).shape();
                      Ints start(call.attributes().ints.begin(), call.attributes().ints.begin() + from.rank());
                      Ints stop = start;
                      for (int axis = 0; axis < from.rank(); ++axis) stop[static_cast<std::size_t>(axis)] += from[axis];
                      return ansatz::slice(cotangent, start, stop);
                    },
                .stack = [](const Stack& stack) { return stack_with_bounds(stack, 0, 0); },
                .linear_in = 1,
                .onnx = "Pad"};

// ints[0]: the axis.
ANSATZ_ROW(concatenate){.name = "concatenate",
                        .arity = Op::variadic,
                        .kind = Kind::linear,
                        .accepts = Accepts::any,
                        .type = concatenate_type,
                        .transpose =
                            [](const Call& call, const Var& cotangent, int i) {
                              const auto axis = static_cast<std::size_t>(call.attributes().ints.at(0));
                              const Shape whole = cotangent.shape();
                              Ints start(static_cast<std::size_t>(whole.rank()), 0);
                              Ints stop(whole.begin(), whole.end());
                              for (int part = 0; part < i; ++part)
                                start[axis] += call.input(part).shape()[static_cast<int>(axis)];
                              stop[axis] = start[axis] + call.input(i).shape()[static_cast<int>(axis)];
                              return ansatz::slice(cotangent, start, stop);
                            },
                        .stack = stack_concatenate,
                        .linear_in = ~0U,
                        .onnx = "Concat"};

ANSATZ_ROW(gather){
    .name = "gather",
    .arity = 2,
    .kind = Kind::linear,
    .accepts = Accepts::any,
    .type = gather_type,
    .transpose = [](const Call& call, const Var& cotangent,
                    int) { return ansatz::scatter_add(cotangent, call.input(1), call.input(0).shape()[0]); },
    .stack = stack_gather,
    .linear_in = 1,
    .onnx = "Gather"};

// ints[0]: the number of rows.
ANSATZ_ROW(scatter_add){
    .name = "scatter_add",
    .arity = 2,
    .kind = Kind::linear,
    .accepts = Accepts::numeric,
    .type = scatter_add_type,
    .transpose = [](const Call& call, const Var& cotangent, int) { return ansatz::gather(cotangent, call.input(1)); },
    .stack = stack_scatter_add,
    .linear_in = 1,
    .flops = 1};

// ints[0]: the number of classes; dtype of the result.
ANSATZ_ROW(one_hot){
    .name = "one_hot", .accepts = Accepts::any, .type = one_hot_type, .stack = stack_elementwise, .onnx = "OneHot"};

// dtype: of the result.
ANSATZ_ROW(cast){.name = "cast",
                 .kind = Kind::linear,
                 .accepts = Accepts::any,
                 .type = cast_type,
                 .transpose = [](const Call& call, const Var& cotangent,
                                 int) { return ansatz::cast(cotangent, call.input(0).dtype()); },
                 .linear_in = 1,
                 .elementwise = true,
                 .onnx = "Cast"};

ANSATZ_ROW(stop_gradient){
    .name = "stop_gradient", .accepts = Accepts::any, .type = same_type, .stack = stack_elementwise, .view = true};

ANSATZ_ROW(identity){.name = "identity",
                     .kind = Kind::linear,
                     .accepts = Accepts::any,
                     .type = same_type,
                     .transpose = [](const Call&, const Var& cotangent, int) { return cotangent; },
                     .stack = stack_elementwise,
                     .linear_in = 1,
                     .view = true,
                     .onnx = "Identity"};

}  // namespace rows

Var broadcast_in(const Var& x, const Shape& shape, std::vector<std::int64_t> axes) {
  Attributes attributes;
  attributes.ints = std::move(axes);
  attributes.shape = shape;
  return apply(rows::broadcast, {x}, std::move(attributes));
}

Var broadcast_to(const Var& x, const Shape& shape) {
  const Shape from = x.shape();
  if (from == shape) return x;
  if (from.rank() > shape.rank() || broadcast_shapes(from, shape) != shape)
    throw ShapeError("[broadcast_to] {} cannot be broadcast to {}", to_string(from), to_string(shape));
  // Axes of extent 1 that grow are dropped first; every other axis of x appears unchanged.
  std::vector<std::int64_t> axes(static_cast<std::size_t>(shape.rank()), -1), kept;
  const int offset = shape.rank() - from.rank();
  for (int axis = 0; axis < from.rank(); ++axis) {
    if (from[axis] != shape[axis + offset]) continue;
    axes[static_cast<std::size_t>(axis + offset)] = static_cast<std::int64_t>(kept.size());
    kept.push_back(from[axis]);
  }
  const Var narrow = static_cast<int>(kept.size()) == from.rank() ? x : reshape(x, Shape(kept));
  return narrow.shape() == shape ? narrow : broadcast_in(narrow, shape, std::move(axes));
}

Var reshape(const Var& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  Attributes attributes;
  attributes.shape = shape;
  return apply(rows::reshape, {x}, std::move(attributes));
}

Var transpose(const Var& x) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(x.shape().rank()));
  std::iota(order.rbegin(), order.rend(), 0);
  return transpose(x, std::move(order));
}

Var transpose(const Var& x, std::vector<std::int64_t> order) {
  Attributes attributes;
  attributes.ints = std::move(order);
  return apply(rows::transpose, {x}, std::move(attributes));
}

namespace {

Var apply_with_bounds(const Op& op, const Var& x, std::vector<std::int64_t> low,
                      const std::vector<std::int64_t>& high) {
  Attributes attributes;
  attributes.ints = std::move(low);
  attributes.ints.insert(attributes.ints.end(), high.begin(), high.end());
  return apply(op, {x}, std::move(attributes));
}

}  // namespace

Var slice(const Var& x, std::vector<std::int64_t> start, const std::vector<std::int64_t>& stop) {
  return apply_with_bounds(rows::slice, x, std::move(start), stop);
}

Var pad(const Var& x, std::vector<std::int64_t> before, const std::vector<std::int64_t>& after) {
  return apply_with_bounds(rows::pad, x, std::move(before), after);
}

Var concatenate(const std::vector<Var>& parts, int axis) {
  if (parts.empty()) throw ShapeError("[concatenate] no parts were given; at least one is expected");
  Attributes attributes;
  attributes.ints = {normalise_axis(axis, parts[0].shape())};
  return apply(rows::concatenate, parts, std::move(attributes));
}

Var gather(const Var& x, const Var& index) { return apply(rows::gather, {x, index}); }

Var scatter_add(const Var& values, const Var& index, std::int64_t rows) {
  Attributes attributes;
  attributes.ints = {rows};
  return apply(rows::scatter_add, {values, index}, std::move(attributes));
}

Var one_hot(const Var& labels, std::int64_t classes, Dtype dtype) {
  Attributes attributes;
  attributes.ints = {classes};
  attributes.dtype = dtype;
  return apply(rows::one_hot, {labels}, std::move(attributes));
}

Var cast(const Var& x, Dtype dtype) {
  if (x.dtype() == dtype) return x;
  Attributes attributes;
  attributes.dtype = dtype;
  return apply(rows::cast, {x}, std::move(attributes));
}

Var stop_gradient(const Var& x) { return apply(rows::stop_gradient, {x}); }
Var identity(const Var& x) { return apply(rows::identity, {x}); }

}  // namespace ansatz
