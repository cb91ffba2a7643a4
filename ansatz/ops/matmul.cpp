// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/matmul.hpp"

#include "ansatz/base/error.hpp"
#include "ansatz/graph/source.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/ops/stack.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

namespace {

bool flag(const Attributes& attributes, std::size_t i) { return attributes.ints.at(i) != 0; }

/// Of the last two axes of a and b; the axes before them agree.
Type product_type(std::span<const Type> inputs, std::string_view name, bool ta, bool tb, int rank) {
  const Type &a = inputs[0], &b = inputs[1];
  if (a.dtype != b.dtype)
    throw DtypeError("[{}] operands are {} and {}; dtypes are never mixed silently (use cast)", name, to_string(a),
                     to_string(b));
  if (a.shape.rank() != rank || b.shape.rank() != rank)
    throw ShapeError("[{}] operands are {} and {}; {} are expected", name, to_string(a.shape), to_string(b.shape),
                     rank == 2 ? "matrices" : "stacks of matrices");
  const int row = rank - 2, column = rank - 1;
  const std::int64_t ka = a.shape[ta ? row : column], kb = b.shape[tb ? column : row];
  if (ka != kb || (rank == 3 && a.shape[0] != b.shape[0]))
    throw ShapeError("[{}] {}{} · {}{}: inner extents are {} and {}; they must agree{}", name, to_string(a.shape),
                     ta ? "ᵀ" : "", to_string(b.shape), tb ? "ᵀ" : "", ka, kb,
                     rank == 3 ? ", and so must the number of matrices" : "");
  return {a.dtype, a.shape.with(row, a.shape[ta ? column : row]).with(column, b.shape[tb ? row : column])};
}

Type matmul_type(std::span<const Type> inputs, const Attributes& attributes) {
  return product_type(inputs, "matmul", flag(attributes, 0), flag(attributes, 1), 2);
}

Type batch_matmul_type(std::span<const Type> inputs, const Attributes& attributes) {
  return product_type(inputs, "batch_matmul", flag(attributes, 0), false, 3);
}

Var matmul_transpose(const Call& call, const Var& cotangent, int i) {
  const bool ta = flag(call.attributes(), 0), tb = flag(call.attributes(), 1);
  const Var a = call.input(0), b = call.input(1);
  if (i == 0) return ta ? ansatz::matmul(b, cotangent, tb, true) : ansatz::matmul(cotangent, b, false, !tb);
  return tb ? ansatz::matmul(cotangent, a, true, ta) : ansatz::matmul(a, cotangent, !ta, false);
}

Var batch_matmul_transpose(const Call& call, const Var& cotangent, int i) {
  const bool ta = flag(call.attributes(), 0);
  const Var a = call.input(0), b = call.input(1);
  if (i == 1) return ansatz::batch_matmul(a, cotangent, !ta);
  return ta ? ansatz::batch_matmul(b, cotangent, false, true) : ansatz::batch_matmul(cotangent, b, false, true);
}

/// Whether x is made of the unit vectors of n-space, one after another: one_hot of 0 … n − 1.
bool are_unit_vectors(Var x, std::int64_t n) {
  const auto inner = [](const Var& v) { return Var(v.shared_graph(), v.node().inputs[0]); };
  while (x.node().op == &reshape) x = inner(x);
  if (x.node().op != &one_hot || x.shape() != Shape{n, n}) return false;
  const Var labels = inner(x);
  if (labels.node().op != &constant || !labels.node().attributes.data) return false;
  const auto numbers = labels.node().attributes.data->as<std::int32_t>();
  for (std::int64_t i = 0; i < n; ++i)
    if (numbers[static_cast<std::size_t>(i)] != i) return false;
  return true;
}

/// One stacked operand: the samples join the rows of A, or the columns of B, of one product.
Var stack_matmul(const Stack& stack) {
  const bool ta = flag(stack.attributes, 0), tb = flag(stack.attributes, 1);
  const Var &a = stack.inputs[0], &b = stack.inputs[1];
  if (stack.stacked[0] && stack.stacked[1]) return ansatz::batch_matmul(a, b, ta, tb);
  const Shape shape = a.shape();
  if (stack.stacked[0] && !ta && shape[1] == 1 && are_unit_vectors(a, shape[2]))  // eᵢ · B is row i of B
    return ansatz::reshape(tb ? ansatz::transpose(b) : b, {stack.extent, 1, b.shape()[tb ? 0 : 1]});
  if (stack.stacked[0])  // [D, m, k], or [D, k, m] → [k, D, m]
    return cut_axis(ansatz::matmul(join_axes(ta ? move_axis(a, 0, 1) : a, ta ? 1 : 0), b, ta, tb), 0, stack.extent);
  // [D, n, k], or [D, k, n] → [k, D, n]
  const Var product = ansatz::matmul(a, join_axes(tb ? b : move_axis(b, 0, 1), tb ? 0 : 1), ta, tb);
  return move_axis(cut_axis(product, 1, stack.extent), 1, 0);
}

/// E samples of D products: D · E of them, or D larger ones where only one operand differs between samples.
Var stack_batch_matmul(const Stack& stack) {
  const bool ta = flag(stack.attributes, 0);
  const Var &a = stack.inputs[0], &b = stack.inputs[1];
  if (stack.stacked[0] && stack.stacked[1])
    return cut_axis(ansatz::batch_matmul(join_axes(a, 0), join_axes(b, 0), ta), 0, stack.extent);
  if (stack.stacked[0]) {  // [E, D, m, k] → [D, E, m, k], or [E, D, k, m] → [D, k, E, m]
    const Var rows = ta ? join_axes(move_axis(a, 0, 2), 2) : join_axes(move_axis(a, 0, 1), 1);
    return move_axis(cut_axis(ansatz::batch_matmul(rows, b, ta), 1, stack.extent), 1, 0);
  }
  const Var columns = join_axes(move_axis(b, 0, 2), 2);  // [E, D, k, n] → [D, k, E, n]
  return move_axis(cut_axis(ansatz::batch_matmul(a, columns, ta), 2, stack.extent), 2, 0);
}

}  // namespace

// ints: transpose A?, transpose B?
ANSATZ_ROW(matmul){.name = "matmul",
                   .arity = 2,
                   .kind = Kind::multilinear,
                   .type = matmul_type,
                   .transpose = matmul_transpose,
                   .stack = stack_matmul,
                   .linear_in = 3,
                   .flops = 2,
                   .onnx = "MatMul"};

// ints: transpose each A? Each B is as it lies in memory: the tuned product would have to lay it out anew.
ANSATZ_ROW(batch_matmul){.name = "batch_matmul",
                         .arity = 2,
                         .kind = Kind::multilinear,
                         .type = batch_matmul_type,
                         .transpose = batch_matmul_transpose,
                         .stack = stack_batch_matmul,
                         .linear_in = 3,
                         .flops = 2,
                         .onnx = "MatMul"};

}  // namespace rows

Var matmul(const Var& a, const Var& b, bool transpose_a, bool transpose_b) {
  if (a.shape().rank() == 1 || b.shape().rank() == 1) {
    const Var left = a.shape().rank() == 1 ? reshape(a, {1, a.shape()[0]}) : a;
    const Var right = b.shape().rank() == 1 ? reshape(b, {b.shape()[0], 1}) : b;
    const Var product = matmul(left, right, a.shape().rank() != 1 && transpose_a, b.shape().rank() != 1 && transpose_b);
    Shape shape = product.shape();
    if (b.shape().rank() == 1) shape = shape.without(1);
    if (a.shape().rank() == 1) shape = shape.without(0);
    return reshape(product, shape);
  }
  Attributes attributes;
  attributes.ints = {transpose_a ? 1 : 0, transpose_b ? 1 : 0};
  return apply(rows::matmul, {a, b}, std::move(attributes));
}

Var batch_matmul(const Var& a, const Var& b, bool transpose_a, bool transpose_b) {
  Attributes attributes;
  attributes.ints = {transpose_a ? 1 : 0};
  const bool matrices = transpose_b && b.shape().rank() == 3;
  return apply(rows::batch_matmul, {a, matrices ? transpose(b, {0, 2, 1}) : b}, std::move(attributes));
}

}  // namespace ansatz
