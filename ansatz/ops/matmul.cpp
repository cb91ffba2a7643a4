// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/matmul.hpp"

#include "ansatz/base/error.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

namespace {

Type matmul_type(std::span<const Type> inputs, const Attributes& attributes) {
  const Type &a = inputs[0], &b = inputs[1];
  if (a.dtype != b.dtype)
    throw DtypeError("[matmul] operands are {} and {}; dtypes are never mixed silently (use cast)", to_string(a),
                     to_string(b));
  if (a.shape.rank() != 2 || b.shape.rank() != 2)
    throw ShapeError("[matmul] operands are {} and {}; matrices are expected", to_string(a.shape), to_string(b.shape));
  const bool ta = attributes.ints.at(0) != 0, tb = attributes.ints.at(1) != 0;
  const std::int64_t ka = a.shape[ta ? 0 : 1], kb = b.shape[tb ? 1 : 0];
  if (ka != kb)
    throw ShapeError("[matmul] {}{} · {}{}: inner extents are {} and {}; they must agree", to_string(a.shape),
                     ta ? "ᵀ" : "", to_string(b.shape), tb ? "ᵀ" : "", ka, kb);
  return {a.dtype, {a.shape[ta ? 1 : 0], b.shape[tb ? 0 : 1]}};
}

Var matmul_transpose(const Call& call, const Var& cotangent, int i) {
  const bool ta = call.attributes().ints.at(0) != 0, tb = call.attributes().ints.at(1) != 0;
  const Var a = call.input(0), b = call.input(1);
  if (i == 0) return ta ? ansatz::matmul(b, cotangent, tb, true) : ansatz::matmul(cotangent, b, false, !tb);
  return tb ? ansatz::matmul(cotangent, a, true, ta) : ansatz::matmul(a, cotangent, !ta, false);
}

}  // namespace

// ints: transpose A?, transpose B?
ANSATZ_ROW(matmul){.name = "matmul",
                   .arity = 2,
                   .kind = Kind::multilinear,
                   .type = matmul_type,
                   .transpose = matmul_transpose,
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

}  // namespace ansatz
