// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/kernels/dense.hpp"

#include <algorithm>

#include "ansatz/kernels/contraction.hpp"
#include "ansatz/kernels/scalar.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::kernels {

namespace {

using Operands = std::span<const View>;

/// Σ of n adjacent numbers: eight chunks side by side, so that eight additions are under way at once.
template <class T>
T sum_adjacent(const T* x, std::int64_t n) {
  constexpr std::int64_t width = 8;
  ChunkTree<T> tree;
  std::int64_t start = 0;
  for (; start + width * chunk_length <= n; start += width * chunk_length) {
    T sums[width] = {};
    for (std::int64_t i = 0; i < chunk_length; ++i)
      for (std::int64_t c = 0; c < width; ++c) sums[c] = sums[c] + x[start + c * chunk_length + i];
    for (T sum : sums) tree.push(sum);
  }
  for (; start < n; start += chunk_length) {
    T sum = T(0);
    for (std::int64_t i = start; i < std::min(n, start + chunk_length); ++i) sum = sum + x[i];
    tree.push(sum);
  }
  return tree.total();
}

/// Extents before and within the reduced axes, where these are the last ones.
struct Trailing {
  std::int64_t outer = 1, inner = 1;
};

Trailing trailing(const Node& node, const Shape& shape) {
  Trailing result;
  const int kept = shape.rank() - static_cast<int>(node.attributes.ints.size());
  for (int axis = 0; axis < shape.rank(); ++axis) (axis < kept ? result.outer : result.inner) *= shape[axis];
  return result;
}

bool reduces_last_axes(const Node& node, const Shape& shape) {
  const auto& axes = node.attributes.ints;
  return axes.empty() || axes.front() == shape.rank() - static_cast<int>(axes.size());
}

template <class T>
void sum_last(const Node& node, Operands in, std::byte* out, const KernelSet&) {
  const auto [outer, inner] = trailing(node, in[0].type.shape);
  for (std::int64_t i = 0; i < outer; ++i)
    reinterpret_cast<T*>(out)[i] = sum_adjacent(in[0].as<T>() + i * inner, inner);
}

void sum_first(const Node&, Operands in, std::byte* out, const KernelSet& set) {
  const Shape& shape = in[0].type.shape;
  set.column_sums(in[0].type.dtype, in[0].data, shape[0], shape[1], out, 0, shape[1]);
}

template <class T>
void argmax_last(const Node& node, Operands in, std::byte* out, const KernelSet&) {
  const auto [outer, inner] = trailing(node, in[0].type.shape);
  for (std::int64_t i = 0; i < outer; ++i) {
    const T* x = in[0].as<T>() + i * inner;
    std::int64_t best = 0;
    for (std::int64_t j = 0; j < inner; ++j) {
      if (x[j] != x[j]) {
        best = j;
        break;
      }
      if (x[j] > x[best]) best = j;
    }
    reinterpret_cast<std::int32_t*>(out)[i] = static_cast<std::int32_t>(best);
  }
}

void finite_everywhere(const Node&, Operands in, std::byte* out, const KernelSet& set) {
  *reinterpret_cast<bool*>(out) = set.all_finite(in[0].type.dtype, in[0].data, in[0].type.shape.elements());
}

/// The tuned matrix product on one pair of matrices after the other.
template <class T>
void batch_matmul(const Node& node, Operands in, std::byte* out, const KernelSet& set) {
  const bool ta = node.attributes.ints[0] != 0;
  const Shape& shape = node.type.shape;
  const std::int64_t m = shape[1], n = shape[2], k = in[0].type.shape[ta ? 1 : 2];
  const auto multiply = std::is_same_v<T, double> ? set.product_f64 : set.product_f32;
  for (std::int64_t d = 0; d < shape[0]; ++d)
    multiply({in[0].as<T>() + d * m * k, in[1].as<T>() + d * k * n, reinterpret_cast<T*>(out) + d * m * n, m, n, k,
              ta ? m : k, n, n, 0, m},
             ta);
}

void plain(const Node& node, Operands in, std::byte* out, const KernelSet&) { compute(node, in, out); }

}  // namespace

DenseKernel find_dense(const Node& node, std::span<const Type> operands) {
  if (operands.empty()) return plain;
  const Type& x = operands[0];
  if (node.op == &rows::all_finite) return finite_everywhere;
  if (node.op == &rows::sum && is_floating(x.dtype)) {
    if (reduces_last_axes(node, x.shape)) return x.dtype == Dtype::f64 ? sum_last<double> : sum_last<float>;
    if (x.shape.rank() == 2) return sum_first;
  }
  if (node.op == &rows::batch_matmul) return x.dtype == Dtype::f64 ? batch_matmul<double> : batch_matmul<float>;
  if (node.op == &rows::argmax && is_floating(x.dtype) && reduces_last_axes(node, x.shape))
    return x.dtype == Dtype::f64 ? argmax_last<double> : argmax_last<float>;
  return plain;
}

}  // namespace ansatz::kernels
