// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/kernels/dense.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "ansatz/base/contraction.hpp"
#include "ansatz/kernels/pooling.hpp"
#include "ansatz/kernels/scalar.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::kernels {

namespace {

using Operands = std::span<const View>;

/// The product of the extents of axes [from, to).
std::int64_t extents(const Shape& shape, std::int64_t from, std::int64_t to) {
  std::int64_t result = 1;
  for (std::int64_t axis = from; axis < to; ++axis) result *= shape[static_cast<int>(axis)];
  return result;
}

/// How many elements make one of the result, where the reduced axes are the last ones.
std::int64_t trailing(const Node& node, const Shape& shape) {
  return extents(shape, shape.rank() - static_cast<int>(node.attributes.ints.size()), shape.rank());
}

bool reduces_last_axes(const Node& node, const Shape& shape) {
  const auto& axes = node.attributes.ints;
  return axes.empty() || axes.front() == shape.rank() - static_cast<int>(axes.size());
}

template <class T>
void sum_last(const Node& node, Operands in, std::byte* out, const KernelSet&, Range part) {
  const std::int64_t inner = trailing(node, in[0].type.shape);
  for (std::int64_t i = part.begin; i < part.end; ++i)
    reinterpret_cast<T*>(out)[i] = sum_adjacent(in[0].as<T>() + i * inner, inner);
}

/// Reduced axes that lie side by side: [outer, n, inner] → [outer, inner].
void sum_between(const Node& node, Operands in, std::byte* out, const KernelSet& set, Range part) {
  const auto& axes = node.attributes.ints;
  const Shape& shape = in[0].type.shape;
  const std::int64_t n = extents(shape, axes.front(), axes.back() + 1);
  const std::int64_t inner = extents(shape, axes.back() + 1, shape.rank());
  const auto size = static_cast<std::int64_t>(size_of(in[0].type.dtype));
  for (std::int64_t i = part.begin; i < part.end; ++i)
    set.column_sums(in[0].type.dtype, in[0].data + i * n * inner * size, n, inner, out + i * inner * size, 0, inner);
}

bool side_by_side(const std::vector<std::int64_t>& axes) {
  return !axes.empty() && axes.back() - axes.front() + 1 == static_cast<std::int64_t>(axes.size());
}

/// A transpose that exchanges two neighbouring blocks of axes: [outer, a, b, inner] → [outer, b, a, inner].
struct Exchange {
  std::int64_t outer = 1, a = 1, b = 1, inner = 1;
};

std::optional<Exchange> exchange_of(const std::vector<std::int64_t>& order, const Shape& shape) {
  std::vector<int> axes;  // as they come, without those of extent 1
  for (std::int64_t axis : order)
    if (shape[static_cast<int>(axis)] != 1) axes.push_back(static_cast<int>(axis));
  std::vector<int> sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  const auto first =
      static_cast<std::size_t>(std::mismatch(axes.begin(), axes.end(), sorted.begin()).first - axes.begin());
  if (first == axes.size()) return std::nullopt;
  const auto middle = static_cast<std::size_t>(std::find(sorted.begin(), sorted.end(), axes[first]) - sorted.begin());
  std::size_t last = middle;  // sorted[middle, last) comes first
  while (last < sorted.size() && first + (last - middle) < axes.size() && axes[first + (last - middle)] == sorted[last])
    ++last;
  Exchange result;
  std::rotate(sorted.begin() + static_cast<std::ptrdiff_t>(first), sorted.begin() + static_cast<std::ptrdiff_t>(middle),
              sorted.begin() + static_cast<std::ptrdiff_t>(last));
  if (sorted != axes) return std::nullopt;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t extent = shape[axes[i]];
    (i < first ? result.outer : i < first + (last - middle) ? result.b : i < last ? result.a : result.inner) *= extent;
  }
  return result;
}

template <class T>
void transpose_tiles(const Exchange& e, const T* in, T* out) {
  constexpr std::int64_t tile = 16;
  for (std::int64_t o = 0; o < e.outer; ++o, in += e.a * e.b, out += e.a * e.b)
    for (std::int64_t i0 = 0; i0 < e.a; i0 += tile)
      for (std::int64_t j0 = 0; j0 < e.b; j0 += tile)
        for (std::int64_t j = j0; j < std::min(e.b, j0 + tile); ++j)
          for (std::int64_t i = i0; i < std::min(e.a, i0 + tile); ++i) out[j * e.a + i] = in[i * e.b + j];
}

void transpose(const Node& node, Operands in, std::byte* out, const KernelSet&, Range) {
  const Exchange e = *exchange_of(node.attributes.ints, in[0].type.shape);
  const std::byte* from = in[0].data;
  const std::size_t size = size_of(node.type.dtype);
  if (e.inner == 1 && size == 8)
    return transpose_tiles(e, reinterpret_cast<const std::uint64_t*>(from), reinterpret_cast<std::uint64_t*>(out));
  if (e.inner == 1 && size == 4)
    return transpose_tiles(e, reinterpret_cast<const std::uint32_t*>(from), reinterpret_cast<std::uint32_t*>(out));
  const std::size_t block = static_cast<std::size_t>(e.inner) * size;
  for (std::int64_t o = 0; o < e.outer; ++o, from += static_cast<std::size_t>(e.a * e.b) * block)
    for (std::int64_t j = 0; j < e.b; ++j)
      for (std::int64_t i = 0; i < e.a; ++i, out += block)
        std::memcpy(out, from + static_cast<std::size_t>(i * e.b + j) * block, block);
}

template <class T>
void argmax_last(const Node& node, Operands in, std::byte* out, const KernelSet&, Range part) {
  const std::int64_t inner = trailing(node, in[0].type.shape);
  for (std::int64_t i = part.begin; i < part.end; ++i) {
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

template <class T, T (*larger)(T, T), bool max>
void extremum_last(const Node& node, Operands in, std::byte* out, const KernelSet&, Range part) {
  const std::int64_t inner = trailing(node, in[0].type.shape);
  for (std::int64_t i = part.begin; i < part.end; ++i) {
    const T* x = in[0].as<T>() + i * inner;
    T best = x[0];
    for (std::int64_t j = 1; j < inner; ++j)
      if (max ? !(x[j] < best) : !(x[j] > best)) best = larger(best, x[j]);  // rare, but for ties; and NaN
    reinterpret_cast<T*>(out)[i] = best;
  }
}

template <class T>
DenseKernel::Function extremum_last_of(const Op* op) {
  if (op == &rows::reduce_max) return extremum_last<T, scalar::maximum<T>, true>;
  return extremum_last<T, scalar::minimum<T>, false>;
}

template <class T>
void one_hot(const Node& node, Operands in, std::byte* out, const KernelSet&, Range part) {
  const std::int64_t classes = node.attributes.ints[0];
  T* to = reinterpret_cast<T*>(out) + part.begin * classes;
  std::fill_n(to, (part.end - part.begin) * classes, T(0));
  for (std::int64_t i = part.begin; i < part.end; ++i, to += classes)
    if (const std::int32_t label = in[0].as<std::int32_t>()[i]; label >= 0 && label < classes) to[label] = T(1);
}

/// Asks for memory before it is needed.
void prefetch(const std::byte* at, std::int64_t bytes) {
  constexpr std::int64_t line = 64, most = 32;  // lines: more are read ahead by the processor itself
  for (std::int64_t i = 0; i < std::min(bytes, most * line); i += line) __builtin_prefetch(at + i);
}

/// `bytes` bytes, of which there are Width to 2 · Width: their first ones and their last ones.
template <std::size_t Width>
void copy_ends(std::byte* to, const std::byte* from, std::int64_t bytes) {
  const std::int64_t last = bytes - static_cast<std::int64_t>(Width);
  std::memcpy(to, from, Width);
  std::memcpy(to + last, from + last, Width);
}

/// Rows of a table; a few rows ahead, so that waiting for one does not keep the next from being fetched.
void gather(const Node& node, Operands in, std::byte* out, const KernelSet&, Range part) {
  const auto bytes = static_cast<std::int64_t>(node.type.bytes()) / std::max<std::int64_t>(1, node.type.shape[0]);
  const std::int64_t rows = in[0].type.shape[0], ahead = bytes <= 512 ? 12 : 2;
  const auto* index = in[1].as<std::int32_t>();
  const auto is_row = [rows](std::int32_t i) { return i >= 0 && i < rows; };
  const auto copy_rows = [&](auto copy) {
    for (std::int64_t i = part.begin; i < part.end; ++i) {
      if (i + ahead < part.end && is_row(index[i + ahead])) prefetch(in[0].data + index[i + ahead] * bytes, bytes);
      if (!is_row(index[i])) {  // the plain kernel says so
        const View alone[] = {in[0], {reinterpret_cast<const std::byte*>(index + i), {Dtype::i32, {1}}}};
        compute(node, alone, out + i * bytes);
      }
      copy(out + i * bytes, in[0].data + index[i] * bytes, bytes);
    }
  };
  if (bytes < 4 || bytes > 128)
    copy_rows([](std::byte* to, const std::byte* from, std::int64_t n) {
      std::memcpy(to, from, static_cast<std::size_t>(n));
    });
  else if (bytes <= 8)
    copy_rows(copy_ends<4>);
  else if (bytes <= 16)
    copy_rows(copy_ends<8>);
  else if (bytes <= 32)
    copy_rows(copy_ends<16>);
  else if (bytes <= 64)
    copy_rows(copy_ends<32>);
  else
    copy_rows(copy_ends<64>);
}

void finite_everywhere(const Node&, Operands in, std::byte* out, const KernelSet& set, Range) {
  *reinterpret_cast<bool*>(out) = set.all_finite(in[0].type.dtype, in[0].data, in[0].type.shape.elements());
}

/// The tuned matrix product on one pair of matrices after the other.
template <class T>
void batch_matmul(const Node& node, Operands in, std::byte* out, const KernelSet& set, Range part) {
  const bool ta = node.attributes.ints[0] != 0;
  const Shape& shape = node.type.shape;
  const std::int64_t m = shape[1], n = shape[2], k = in[0].type.shape[ta ? 1 : 2];
  const auto multiply = std::is_same_v<T, double> ? set.product_f64 : set.product_f32;
  for (std::int64_t d = part.begin; d < part.end; ++d)
    multiply({in[0].as<T>() + d * m * k, in[1].as<T>() + d * k * n, reinterpret_cast<T*>(out) + d * m * n, m, n, k,
              ta ? m : k, n, n, 0, m},
             ta);
}

/// Elements of keep_mask's mask under one key that are computed as one part.
constexpr std::int64_t mask_part = 4096;

std::int64_t mask_parts(const Node& node) { return (node.attributes.shape.elements() + mask_part - 1) / mask_part; }

void keep_mask(const Node& node, Operands in, std::byte* out, const KernelSet& set, Range part) {
  const Shape& shape = node.attributes.shape;
  const std::int64_t each = shape.elements(), parts = mask_parts(node);
  const auto size = static_cast<std::int64_t>(size_of(node.type.dtype));
  for (std::int64_t i = part.begin; i < part.end; ++i) {
    const std::int64_t key = i / parts, begin = i % parts * mask_part;
    const KeepMask mask = checked_keep_mask(in, key, each / shape[0]);
    set.keep_mask(node.type.dtype,
                  {mask.key, keep_mask_site(node), mask.first_element + static_cast<std::uint64_t>(begin),
                   std::min(mask_part, each - begin), mask.threshold, out + (key * each + begin) * size});
  }
}

void plain(const Node& node, Operands in, std::byte* out, const KernelSet&, Range) { compute(node, in, out); }

}  // namespace

DenseKernel find_dense(const Node& node, std::span<const Type> operands) {
  if (operands.empty()) return {plain};
  const Type& x = operands[0];
  const bool wide = x.dtype == Dtype::f64;
  const std::int64_t elements = node.type.shape.elements();
  if (node.op == &rows::all_finite) return {finite_everywhere};
  if (node.op == &rows::sum && is_floating(x.dtype)) {
    if (reduces_last_axes(node, x.shape)) return {wide ? sum_last<double> : sum_last<float>, elements};
    if (side_by_side(node.attributes.ints)) return {sum_between, extents(x.shape, 0, node.attributes.ints.front())};
  }
  if (node.op == &rows::transpose && x.shape.elements() > 0 && exchange_of(node.attributes.ints, x.shape))
    return {transpose};
  if (node.op == &rows::batch_matmul) return {wide ? batch_matmul<double> : batch_matmul<float>, node.type.shape[0]};
  if (node.op == &rows::argmax && is_floating(x.dtype) && reduces_last_axes(node, x.shape))
    return {wide ? argmax_last<double> : argmax_last<float>, elements};
  if ((node.op == &rows::reduce_max || node.op == &rows::reduce_min) && is_floating(x.dtype) &&
      x.shape.elements() > 0 && reduces_last_axes(node, x.shape))
    return {wide ? extremum_last_of<double>(node.op) : extremum_last_of<float>(node.op), elements};
  if (node.op == &rows::one_hot && is_floating(node.type.dtype))
    return {node.type.dtype == Dtype::f64 ? one_hot<double> : one_hot<float>, x.shape.elements()};
  if (const auto pooling = find_pooling(node, operands)) return *pooling;
  if (node.op == &rows::gather) return {gather, node.type.shape[0]};
  if (node.op == &rows::keep_mask && elements > 0)
    return {keep_mask, elements / node.attributes.shape.elements() * mask_parts(node)};
  return {plain};
}

}  // namespace ansatz::kernels
