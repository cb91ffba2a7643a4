// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/kernels/reference.hpp"

#include <algorithm>
#include <cstring>
#include <numbers>
#include <unordered_map>

#include "ansatz/base/contraction.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/base/random.hpp"
#include "ansatz/kernels/reference_windows.hpp"
#include "ansatz/kernels/scalar.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::kernels {

namespace {

using Operands = std::span<const View>;
using Kernel = void (*)(const Node&, Operands, std::byte*);

/// Calls f with a value of the C++ type of `dtype`.
template <class F>
void with_type(Dtype dtype, F&& f) {
  switch (dtype) {
    case Dtype::f64: return f(double{});
    case Dtype::f32: return f(float{});
    case Dtype::i32: return f(std::int32_t{});
    case Dtype::boolean: return f(bool{});
  }
}
template <class F>
void with_floating(Dtype dtype, F&& f) {
  dtype == Dtype::f64 ? f(double{}) : f(float{});
}
template <class F>
void with_boolean(Dtype, F&& f) {
  f(bool{});
}
template <class F>
void with_numeric(Dtype dtype, F&& f) {
  dtype == Dtype::i32 ? f(std::int32_t{}) : with_floating(dtype, f);
}

std::int64_t count(const Node& node) { return node.type.shape.elements(); }

// -- elementwise ------------------------------------------------------------------------------------------------------

#define ANSATZ_UNARY(with, expression)                 \
  [](const Node& node, Operands in, std::byte* out) {  \
    with(in[0].type.dtype, [&](auto zero) {            \
      using T = decltype(zero);                        \
      const T* x = in[0].as<T>();                      \
      for (std::int64_t i = 0; i < count(node); ++i) { \
        const T a = x[i];                              \
        reinterpret_cast<T*>(out)[i] = (expression);   \
      }                                                \
    });                                                \
  }
#define ANSATZ_BINARY(with, Result, expression)                              \
  [](const Node& node, Operands in, std::byte* out) {                        \
    with(in[0].type.dtype, [&](auto zero) {                                  \
      using T = decltype(zero);                                              \
      const T *x = in[0].as<T>(), *y = in[1].as<T>();                        \
      for (std::int64_t i = 0; i < count(node); ++i) {                       \
        const T a = x[i], b = y[i];                                          \
        reinterpret_cast<Result*>(out)[i] = static_cast<Result>(expression); \
      }                                                                      \
    });                                                                      \
  }

void where_kernel(const Node& node, Operands in, std::byte* out) {
  const std::size_t size = size_of(node.type.dtype);
  const bool* condition = in[0].as<bool>();
  for (std::int64_t i = 0; i < count(node); ++i) {
    const std::size_t at = static_cast<std::size_t>(i) * size;
    std::memcpy(out + at, (condition[i] ? in[1] : in[2]).data + at, size);
  }
}

/// A kernel that is a template over the floating type: function(node, operands, result).
#define ANSATZ_FLOATING(function)                                                                                    \
  [](const Node& node, Operands in, std::byte* out) {                                                                \
    with_floating(in[0].type.dtype, [&](auto zero) { function(node, in, reinterpret_cast<decltype(zero)*>(out)); }); \
  }

void leaky_relu_kernel(const Node& node, Operands in, std::byte* out) {
  with_floating(node.type.dtype, [&](auto zero) {
    using T = decltype(zero);
    const T slope = static_cast<T>(node.attributes.reals.at(0));
    for (std::int64_t i = 0; i < count(node); ++i)
      reinterpret_cast<T*>(out)[i] = scalar::leaky_relu(in[0].as<T>()[i], slope);
  });
}

void integer_pow_kernel(const Node& node, Operands in, std::byte* out) {
  with_floating(node.type.dtype, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t i = 0; i < count(node); ++i)
      reinterpret_cast<T*>(out)[i] = scalar::integer_power(in[0].as<T>()[i], node.attributes.ints.at(0));
  });
}

void cast_kernel(const Node& node, Operands in, std::byte* out) {
  with_type(in[0].type.dtype, [&](auto from) {
    with_type(node.type.dtype, [&](auto to) {
      using From = decltype(from);
      using To = decltype(to);
      for (std::int64_t i = 0; i < count(node); ++i)
        reinterpret_cast<To*>(out)[i] = scalar::cast<To>(in[0].as<From>()[i]);
    });
  });
}

/// The user's kernel, in f64; f32 is widened, and its results rounded once.
void custom_kernel(const Node& node, Operands in, std::byte* out) {
  constexpr std::int64_t strip = 256;
  const auto& kernel = node.attributes.custom->kernel;
  std::vector<const double*> x(in.size());
  if (node.type.dtype == Dtype::f64) {
    for (std::size_t k = 0; k < in.size(); ++k) x[k] = in[k].as<double>();
    return kernel(x, reinterpret_cast<double*>(out), count(node));
  }
  std::vector<double> wide(in.size() * strip), results(strip);
  for (std::size_t k = 0; k < in.size(); ++k) x[k] = wide.data() + k * strip;
  for (std::int64_t begin = 0; begin < count(node); begin += strip) {
    const std::int64_t n = std::min(strip, count(node) - begin);
    for (std::size_t k = 0; k < in.size(); ++k) std::copy_n(in[k].as<float>() + begin, n, wide.data() + k * strip);
    kernel(x, results.data(), n);
    for (std::int64_t i = 0; i < n; ++i)
      reinterpret_cast<float*>(out)[begin + i] = static_cast<float>(results[static_cast<std::size_t>(i)]);
  }
}

// -- layout -----------------------------------------------------------------------------------------------------------

void copy_kernel(const Node& node, Operands in, std::byte* out) {
  if (node.type.bytes() != 0) std::memcpy(out, in[0].data, node.type.bytes());
}

/// Row-major strides, in elements.
std::vector<std::int64_t> strides(const Shape& shape) {
  std::vector<std::int64_t> result(static_cast<std::size_t>(shape.rank()), 1);
  for (int axis = shape.rank() - 2; axis >= 0; --axis)
    result[static_cast<std::size_t>(axis)] = result[static_cast<std::size_t>(axis + 1)] * shape[axis + 1];
  return result;
}

/// f(n, offset + Σ i_a · stride_a) for the n-th index i of `shape`, in row-major order.
template <class F>
void for_each_index(const Shape& shape, const std::vector<std::int64_t>& stride, std::int64_t offset, F&& f) {
  std::vector<std::int64_t> at(static_cast<std::size_t>(shape.rank()), 0);
  for (std::int64_t n = 0, total = shape.elements(); n < total; ++n) {
    f(static_cast<std::size_t>(n), static_cast<std::size_t>(offset));
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      const auto a = static_cast<std::size_t>(axis);
      offset += stride[a];
      if (++at[a] < shape[axis]) break;
      offset -= stride[a] * shape[axis];
      at[a] = 0;
    }
  }
}

/// out[i…] = in[offset + Σ i_a · stride_a], over all indices of `shape`.
void copy_strided(const Shape& shape, const std::vector<std::int64_t>& stride, std::int64_t offset, std::size_t size,
                  const std::byte* in, std::byte* out) {
  for_each_index(shape, stride, offset,
                 [&](std::size_t n, std::size_t from) { std::memcpy(out + n * size, in + from * size, size); });
}

void broadcast_kernel(const Node& node, Operands in, std::byte* out) {
  const auto from = strides(in[0].type.shape);
  std::vector<std::int64_t> stride;
  for (std::int64_t axis : node.attributes.ints) stride.push_back(axis < 0 ? 0 : from[static_cast<std::size_t>(axis)]);
  copy_strided(node.type.shape, stride, 0, size_of(node.type.dtype), in[0].data, out);
}

void transpose_kernel(const Node& node, Operands in, std::byte* out) {
  const auto from = strides(in[0].type.shape);
  std::vector<std::int64_t> stride;
  for (std::int64_t axis : node.attributes.ints) stride.push_back(from[static_cast<std::size_t>(axis)]);
  copy_strided(node.type.shape, stride, 0, size_of(node.type.dtype), in[0].data, out);
}

void slice_kernel(const Node& node, Operands in, std::byte* out) {
  const auto stride = strides(in[0].type.shape);
  std::int64_t offset = 0;
  for (std::size_t a = 0; a < stride.size(); ++a) offset += node.attributes.ints[a] * stride[a];
  copy_strided(node.type.shape, stride, offset, size_of(node.type.dtype), in[0].data, out);
}

/// Writes `in` into the block of `out` (of shape `whole`) that begins at `start`.
void write_block(const Shape& whole, const std::vector<std::int64_t>& start, const View& in, std::byte* out) {
  const std::size_t size = size_of(in.type.dtype);
  const Shape& shape = in.type.shape;
  const auto stride = strides(whole);
  std::int64_t offset = 0;
  for (std::size_t a = 0; a < stride.size(); ++a) offset += start[a] * stride[a];
  for_each_index(shape, stride, offset,
                 [&](std::size_t n, std::size_t to) { std::memcpy(out + to * size, in.data + n * size, size); });
}

void pad_kernel(const Node& node, Operands in, std::byte* out) {
  std::memset(out, 0, node.type.bytes());
  const auto rank = node.type.shape.rank();
  write_block(node.type.shape, {node.attributes.ints.begin(), node.attributes.ints.begin() + rank}, in[0], out);
}

void concatenate_kernel(const Node& node, Operands in, std::byte* out) {
  const auto axis = static_cast<std::size_t>(node.attributes.ints[0]);
  std::vector<std::int64_t> start(static_cast<std::size_t>(node.type.shape.rank()), 0);
  for (const View& part : in) {
    write_block(node.type.shape, start, part, out);
    start[axis] += part.type.shape[static_cast<int>(axis)];
  }
}

std::int64_t checked_index(const Node& node, std::int32_t index, std::int64_t rows) {
  if (index < 0 || index >= rows)
    throw ArgumentError("[{}] index {} does not lie in 0..{}", node.op->name, index, rows - 1);
  return index;
}

void gather_kernel(const Node& node, Operands in, std::byte* out) {
  const std::int64_t rows = in[0].type.shape[0];
  const std::size_t row = rows == 0 ? 0 : in[0].type.bytes() / static_cast<std::size_t>(rows);
  for (std::int64_t i = 0; i < in[1].type.shape[0]; ++i) {
    const auto from = static_cast<std::size_t>(checked_index(node, in[1].as<std::int32_t>()[i], rows));
    std::memcpy(out + static_cast<std::size_t>(i) * row, in[0].data + from * row, row);
  }
}

void scatter_add_kernel(const Node& node, Operands in, std::byte* out) {
  std::memset(out, 0, node.type.bytes());
  const std::int64_t rows = node.type.shape[0];
  const std::int64_t width = rows == 0 ? 0 : count(node) / rows;
  with_numeric(node.type.dtype, [&](auto zero) {
    using T = decltype(zero);
    T* sums = reinterpret_cast<T*>(out);
    for (std::int64_t i = 0; i < in[1].type.shape[0]; ++i) {
      const std::int64_t to = checked_index(node, in[1].as<std::int32_t>()[i], rows);
      for (std::int64_t j = 0; j < width; ++j)
        sums[to * width + j] = scalar::add(sums[to * width + j], in[0].as<T>()[i * width + j]);
    }
  });
}

void one_hot_kernel(const Node& node, Operands in, std::byte* out) {
  const std::int64_t classes = node.attributes.ints[0];
  with_type(node.type.dtype, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t n = 0; n < count(node); ++n)
      reinterpret_cast<T*>(out)[n] = static_cast<T>(in[0].as<std::int32_t>()[n / classes] == n % classes);
  });
}

// -- reductions and products ------------------------------------------------------------------------------------------

/// For each result element, fold(values, n): the reduced elements in row-major order through value(i).
template <class T, class R, class Fold>
void reduce(const Node& node, const View& in, R* out, Fold&& fold) {
  const auto stride = strides(in.type.shape);
  Shape reduced, kept;
  std::vector<std::int64_t> reduced_stride, kept_stride;
  for (int axis = 0; axis < in.type.shape.rank(); ++axis) {
    const bool gone =
        std::find(node.attributes.ints.begin(), node.attributes.ints.end(), axis) != node.attributes.ints.end();
    Shape& shape = gone ? reduced : kept;
    shape = shape.inserted(shape.rank(), in.type.shape[axis]);
    (gone ? reduced_stride : kept_stride).push_back(stride[static_cast<std::size_t>(axis)]);
  }
  const auto position = [](const Shape& shape, const std::vector<std::int64_t>& by, std::int64_t n) {
    std::int64_t offset = 0;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      offset += n % shape[axis] * by[static_cast<std::size_t>(axis)];
      n /= shape[axis];
    }
    return offset;
  };
  const T* x = in.as<T>();
  for (std::int64_t k = 0; k < kept.elements(); ++k) {
    const T* base = x + position(kept, kept_stride, k);
    out[k] = fold([&](std::int64_t i) { return base[position(reduced, reduced_stride, i)]; }, reduced.elements());
  }
}

void sum_kernel(const Node& node, Operands in, std::byte* out) {
  with_numeric(node.type.dtype, [&](auto zero) {
    using T = decltype(zero);
    reduce<T>(node, in[0], reinterpret_cast<T*>(out), [](auto&& value, std::int64_t n) {
      return contract<T>(n, [&](T sum, std::int64_t i) { return scalar::add(sum, value(i)); });
    });
  });
}

template <bool Larger>
void extremum_kernel(const Node& node, Operands in, std::byte* out) {
  with_numeric(node.type.dtype, [&](auto zero) {
    using T = decltype(zero);
    reduce<T>(node, in[0], reinterpret_cast<T*>(out), [](auto&& value, std::int64_t n) {
      T best = value(0);
      for (std::int64_t i = 1; i < n; ++i)
        best = Larger ? scalar::maximum(best, value(i)) : scalar::minimum(best, value(i));
      return best;
    });
  });
}

void argmax_kernel(const Node& node, Operands in, std::byte* out) {
  with_numeric(in[0].type.dtype, [&](auto zero) {
    using T = decltype(zero);
    reduce<T>(node, in[0], reinterpret_cast<std::int32_t*>(out), [](auto&& value, std::int64_t n) {
      std::int64_t best = 0;
      for (std::int64_t i = 0; i < n; ++i) {
        if (value(i) != value(i)) return static_cast<std::int32_t>(i);
        if (value(i) > value(best)) best = i;
      }
      return static_cast<std::int32_t>(best);
    });
  });
}

void all_finite_kernel(const Node&, Operands in, std::byte* out) {
  bool all = true;
  with_floating(in[0].type.dtype, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t i = 0; i < in[0].type.shape.elements(); ++i) all = all && std::isfinite(in[0].as<T>()[i]);
  });
  *reinterpret_cast<bool*>(out) = all;
}

/// `count` products, one after another in memory: C [m, n] = op(A) op(B), inner extent k.
struct Products {
  std::int64_t count, m, n, k;
  bool ta, tb;
};

void multiply(const Products& p, Dtype dtype, Operands in, std::byte* out) {
  with_floating(dtype, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t d = 0; d < p.count; ++d) {
      const T *a = in[0].as<T>() + d * p.m * p.k, *b = in[1].as<T>() + d * p.k * p.n;
      T* c = reinterpret_cast<T*>(out) + d * p.m * p.n;
      for (std::int64_t i = 0; i < p.m; ++i)
        for (std::int64_t j = 0; j < p.n; ++j)
          c[i * p.n + j] = contract<T>(p.k, [&](T sum, std::int64_t l) {
            return std::fma(p.ta ? a[l * p.m + i] : a[i * p.k + l], p.tb ? b[j * p.k + l] : b[l * p.n + j], sum);
          });
    }
  });
}

void matmul_kernel(const Node& node, Operands in, std::byte* out) {
  const bool ta = node.attributes.ints[0] != 0, tb = node.attributes.ints[1] != 0;
  multiply({1, node.type.shape[0], node.type.shape[1], in[0].type.shape[ta ? 0 : 1], ta, tb}, node.type.dtype, in, out);
}

void batch_matmul_kernel(const Node& node, Operands in, std::byte* out) {
  const bool ta = node.attributes.ints[0] != 0;
  const Shape& shape = node.type.shape;
  multiply({shape[0], shape[1], shape[2], in[0].type.shape[ta ? 1 : 2], ta, false}, node.type.dtype, in, out);
}

// -- random numbers ---------------------------------------------------------------------------------------------------

/// Element n of all under key (seed low, seed high, epoch, step) at a site: block counter (number of the element under
/// its key, epoch, step, site and purpose).
std::array<std::uint32_t, 4> random_block(const Node& node, Operands in, std::int64_t n) {
  const std::int64_t each = node.attributes.shape.elements();
  const std::int32_t* key = in[0].as<std::int32_t>() + 4 * (n / each);
  n %= each;
  const auto site = static_cast<std::uint32_t>(node.attributes.ints[0]);
  return philox4x32(
      {static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(key[2]), static_cast<std::uint32_t>(key[3]),
       (static_cast<std::uint32_t>(Purpose::operation) << 24U) | (site & 0xFFFFFFU)},
      {static_cast<std::uint32_t>(key[0]), static_cast<std::uint32_t>(key[1])});
}

void random_uniform_kernel(const Node& node, Operands in, std::byte* out) {
  for (std::int64_t n = 0; n < count(node); ++n) {
    const auto words = random_block(node, in, n);
    if (node.type.dtype == Dtype::f32)
      reinterpret_cast<float*>(out)[n] = uniform_f32(words[0]);
    else
      reinterpret_cast<double*>(out)[n] = uniform_f64(words[0], words[1]);
  }
}

void random_normal_kernel(const Node& node, Operands in, std::byte* out) {
  for (std::int64_t n = 0; n < count(node); ++n) {
    const auto words = random_block(node, in, n);
    const double u = 1.0 - uniform_f64(words[0], words[1]);  // (0, 1]
    const double angle = 2.0 * std::numbers::pi * uniform_f64(words[2], words[3]);
    const double z = std::sqrt(-2.0 * sleef::log(u)) * sleef::cos(angle);
    if (node.type.dtype == Dtype::f32)
      reinterpret_cast<float*>(out)[n] = static_cast<float>(z);
    else
      reinterpret_cast<double*>(out)[n] = z;
  }
}

/// Of each key (seed low, seed high, epoch, step): element = (row of the whole batch) · width + number in its row takes
/// word element mod 4 of block element / 4.
void keep_mask_kernel(const Node& node, Operands in, std::byte* out) {
  const Shape& shape = node.attributes.shape;
  const std::int64_t each = shape.elements(), width = shape[0] == 0 ? 0 : each / shape[0];
  const std::int64_t keys = each == 0 ? 0 : count(node) / each;
  const std::uint32_t site = keep_mask_site(node);
  with_floating(node.type.dtype, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t k = 0; k < keys; ++k) {
      const KeepMask mask = checked_keep_mask(in, k, width);
      for (std::int64_t i = 0; i < each; ++i) {
        const auto element = mask.first_element + static_cast<std::uint64_t>(i);
        const auto words =
            philox4x32({static_cast<std::uint32_t>(element / 4), static_cast<std::uint32_t>(mask.key[2]),
                        static_cast<std::uint32_t>(mask.key[3]), site},
                       {static_cast<std::uint32_t>(mask.key[0]), static_cast<std::uint32_t>(mask.key[1])});
        reinterpret_cast<T*>(out)[k * each + i] = static_cast<T>(words[element % 4] >= mask.threshold);
      }
    }
  });
}

const std::unordered_map<const Op*, Kernel>& table() {
  static const std::unordered_map<const Op*, Kernel> kernels = {
      {&rows::add, ANSATZ_BINARY(with_numeric, T, scalar::add(a, b))},
      {&rows::sub, ANSATZ_BINARY(with_numeric, T, scalar::sub(a, b))},
      {&rows::mul, ANSATZ_BINARY(with_numeric, T, scalar::mul(a, b))},
      {&rows::div, ANSATZ_BINARY(with_floating, T, scalar::div(a, b))},
      {&rows::pow, ANSATZ_BINARY(with_floating, T, sleef::pow(a, b))},
      {&rows::maximum, ANSATZ_BINARY(with_numeric, T, scalar::maximum(a, b))},
      {&rows::minimum, ANSATZ_BINARY(with_numeric, T, scalar::minimum(a, b))},
      {&rows::less, ANSATZ_BINARY(with_numeric, bool, a < b)},
      {&rows::less_equal, ANSATZ_BINARY(with_numeric, bool, a <= b)},
      {&rows::equal, ANSATZ_BINARY(with_numeric, bool, a == b)},
      {&rows::not_equal, ANSATZ_BINARY(with_numeric, bool, a != b)},
      {&rows::logical_and, ANSATZ_BINARY(with_boolean, bool, (a && b))},
      {&rows::logical_or, ANSATZ_BINARY(with_boolean, bool, a || b)},
      {&rows::logical_not, ANSATZ_UNARY(with_boolean, !a)},
      {&rows::neg, ANSATZ_UNARY(with_numeric, scalar::neg(a))},
      {&rows::abs, ANSATZ_UNARY(with_numeric, scalar::abs(a))},
      {&rows::sign, ANSATZ_UNARY(with_numeric, scalar::sign(a))},
      {&rows::sqrt, ANSATZ_UNARY(with_floating, scalar::sqrt(a))},
      {&rows::exp, ANSATZ_UNARY(with_floating, scalar::exp(a))},
      {&rows::log, ANSATZ_UNARY(with_floating, sleef::log(a))},
      {&rows::log1p, ANSATZ_UNARY(with_floating, scalar::log1p(a))},
      {&rows::expm1, ANSATZ_UNARY(with_floating, scalar::expm1(a))},
      {&rows::sin, ANSATZ_UNARY(with_floating, sleef::sin(a))},
      {&rows::cos, ANSATZ_UNARY(with_floating, sleef::cos(a))},
      {&rows::tanh, ANSATZ_UNARY(with_floating, scalar::tanh(a))},
      {&rows::erf, ANSATZ_UNARY(with_floating, scalar::erf(a))},
      {&rows::sigmoid, ANSATZ_UNARY(with_floating, scalar::sigmoid(a))},
      {&rows::softplus, ANSATZ_UNARY(with_floating, scalar::softplus(a))},
      {&rows::normal_cdf, ANSATZ_UNARY(with_floating, scalar::normal_cdf(a))},
      {&rows::relu, ANSATZ_UNARY(with_floating, scalar::relu(a))},
      {&rows::elu, ANSATZ_UNARY(with_floating, scalar::elu(a))},
      {&rows::leaky_relu, leaky_relu_kernel},
      {&rows::integer_pow, integer_pow_kernel},
      {&rows::custom_elementwise, custom_kernel},
      {&rows::custom_derivative, copy_kernel},
      {&rows::is_finite,
       [](const Node& node, Operands in, std::byte* out) {
         with_floating(in[0].type.dtype, [&](auto zero) {
           using T = decltype(zero);
           for (std::int64_t i = 0; i < count(node); ++i)
             reinterpret_cast<bool*>(out)[i] = std::isfinite(in[0].as<T>()[i]);
         });
       }},
      {&rows::all_finite, all_finite_kernel},
      {&rows::where, where_kernel},
      {&rows::cast, cast_kernel},
      {&rows::reshape, copy_kernel},
      {&rows::identity, copy_kernel},
      {&rows::stop_gradient, copy_kernel},
      {&rows::broadcast, broadcast_kernel},
      {&rows::transpose, transpose_kernel},
      {&rows::slice, slice_kernel},
      {&rows::pad, pad_kernel},
      {&rows::concatenate, concatenate_kernel},
      {&rows::gather, gather_kernel},
      {&rows::scatter_add, scatter_add_kernel},
      {&rows::one_hot, one_hot_kernel},
      {&rows::sum, sum_kernel},
      {&rows::reduce_max, extremum_kernel<true>},
      {&rows::reduce_min, extremum_kernel<false>},
      {&rows::argmax, argmax_kernel},
      {&rows::matmul, matmul_kernel},
      {&rows::batch_matmul, batch_matmul_kernel},
      {&rows::convolution, ANSATZ_FLOATING(plain::convolution)},
      {&rows::convolution_input, ANSATZ_FLOATING(plain::convolution_input)},
      {&rows::convolution_weights, ANSATZ_FLOATING(plain::convolution_weights)},
      {&rows::max_pool, ANSATZ_FLOATING(plain::max_pool_pick)},
      {&rows::max_pool_pick, ANSATZ_FLOATING(plain::max_pool_pick)},
      {&rows::max_pool_place, ANSATZ_FLOATING(plain::max_pool_place)},
      {&rows::average_pool, ANSATZ_FLOATING(plain::average_pool)},
      {&rows::average_pool_input, ANSATZ_FLOATING(plain::average_pool_input)},
      {&rows::random_uniform, random_uniform_kernel},
      {&rows::random_normal, random_normal_kernel},
      {&rows::keep_mask, keep_mask_kernel},
  };
  return kernels;
}

}  // namespace

KeepMask checked_keep_mask(std::span<const View> operands, std::int64_t key, std::int64_t width) {
  const std::int32_t first_row = operands[1].as<std::int32_t>()[key];
  const double p = operands[2].as<double>()[key];
  if (first_row < 0) throw ArgumentError("[keep_mask] first_row is {}; 0 or more is expected", first_row);
  if (!(p >= 0.0 && p <= 1.0)) throw ArgumentError("[keep_mask] p is {}; a probability in [0, 1] is expected", p);
  return {operands[0].as<std::int32_t>() + 4 * key, static_cast<std::uint64_t>(first_row * width), drop_threshold(p)};
}

std::uint32_t keep_mask_site(const Node& node) {
  return (static_cast<std::uint32_t>(Purpose::keep_mask) << 24U) |
         (static_cast<std::uint32_t>(node.attributes.ints[0]) & 0xFFFFFFU);
}

bool has_reference(const Op& op) { return table().contains(&op); }

void compute(const Node& node, std::span<const View> operands, std::byte* result) {
  const auto kernel = table().find(node.op);
  if (kernel == table().end()) throw GraphError("[{}] has no kernel", node.op->name);
  kernel->second(node, operands, result);
}

Tensor compute(const Node& node, const std::vector<Tensor>& operands) {
  std::vector<View> views;
  for (const Tensor& operand : operands) views.push_back({operand.data(), {operand.dtype(), operand.shape()}});
  Tensor result(node.type.dtype, node.type.shape);
  compute(node, views, result.data());
  return result;
}

}  // namespace ansatz::kernels
