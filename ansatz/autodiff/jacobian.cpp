// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/autodiff/jacobian.hpp"

#include <numeric>

#include "ansatz/autodiff/vmap.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::autodiff {

namespace {

Shape joined(const Shape& outer, const Shape& inner) {
  Shape shape = inner;
  for (int axis = outer.rank() - 1; axis >= 0; --axis) shape = shape.inserted(0, outer[axis]);
  return shape;
}

}  // namespace

void check_real(const char* what, const Var& y, const Var& x) {
  if (!is_floating(y.dtype()))
    throw DtypeError("[{}] the function returns {}; real numbers are expected", what, to_string(y.type()));
  if (!is_floating(x.dtype()))
    throw DtypeError("[{}] the argument is {}; real numbers are expected", what, to_string(x.type()));
}

Var unit_vectors(const Var& x) {
  const std::int64_t n = x.shape().elements();
  const Shape shape = x.shape().inserted(0, n);
  if (n == 1) return broadcast_to(constant(1.0, x.dtype()), shape);
  std::vector<double> positions(static_cast<std::size_t>(n));
  std::iota(positions.begin(), positions.end(), 0.0);
  return reshape(one_hot(constant(positions, Dtype::i32, {n}), n, x.dtype()), shape);
}

Var stacked_tangents(const Var& y, const Var& x) {
  const Var units = unit_vectors(x);
  const std::vector<Var> tangent = samples_of({units});
  return stack(push_forward({y}, {x}, tangent), tangent, {units}).at(0);
}

Var stacked_cotangents(const Var& y, const Var& x) {
  const Var units = unit_vectors(y);
  const std::vector<Var> cotangent = samples_of({units});
  return stack(pull_back({y}, cotangent, {x}), cotangent, {units}).at(0);
}

Var with_argument_last(const Var& stacked, const Var& y, const Var& x) {
  const int rank = y.shape().rank();
  std::vector<std::int64_t> order(static_cast<std::size_t>(rank) + 1, 0);
  std::iota(order.begin(), order.end() - 1, 1);
  return reshape(rank == 0 ? stacked : transpose(stacked, std::move(order)), joined(y.shape(), x.shape()));
}

Var symmetric(const Var& stacked, const Var& x) { return reshape(stacked, joined(x.shape(), x.shape())); }

Var jacobian_of(const Var& y, const Var& x) {
  if (x.shape().elements() <= y.shape().elements()) return with_argument_last(stacked_tangents(y, x), y, x);
  return reshape(stacked_cotangents(y, x), joined(y.shape(), x.shape()));
}

}  // namespace ansatz::autodiff
