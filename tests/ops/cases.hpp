// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The table of the operations' tests: one line an operation (or a way to call it). A new row of the library needs one
/// line here; op_table_test.cpp fails until it has one.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "ansatz/graph/source.hpp"
#include "ansatz/ops/ops.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {

/// A sample argument: uniform numbers between low and high, or the given ones.
struct Argument {
  Shape shape;
  double low = -2.0, high = 2.0;
  std::vector<double> values = {};
  std::optional<Dtype> fixed = {};  ///< conditions, indices, keys: the dtype that does not follow the case's
};

/// The attribute `dtype`: not used, the case's, or the other floating one.
enum class Result : std::uint8_t { unused, same, other };

struct OpCase {
  const Op& row;
  std::vector<Argument> arguments = {};
  Attributes attributes = {};
  std::vector<std::vector<Shape>> wrong_shapes = {};  ///< shapes of the arguments that must be rejected
  Result result = Result::unused;
  double step = 1e-3;       ///< of finite differences
  double tolerance = 1e-9;  ///< of finite differences in f64
};

inline Argument real(Shape shape, double low = -2.0, double high = 2.0) { return {shape, low, high}; }
inline Argument distinct(Shape shape) { return {shape, 0, 0, {0.25, -1.25, 2.5, 1.5, -0.5, 0.75, -2.0, 3.0}}; }
inline Argument fixed(Dtype dtype, Shape shape, std::vector<double> values) {
  return {shape, 0, 0, std::move(values), dtype};
}
inline Attributes ints(std::vector<std::int64_t> values) { return {std::move(values), {}, {}, {}, {}, {}}; }
inline Attributes reals(std::vector<double> values) { return {{}, std::move(values), {}, {}, {}, {}}; }
inline Attributes custom(Custom::Kernel kernel, Custom::Partial partial, Custom::Tangent tangent) {
  Attributes attributes;
  attributes.custom =
      std::make_shared<const Custom>(Custom{"ours", std::move(kernel), std::move(partial), std::move(tangent)});
  return attributes;
}
inline Attributes shaped(std::vector<std::int64_t> values, Shape shape) {
  return {std::move(values), {}, {}, shape, {}, {}};
}

/// Shapes with which no operation on two equal shapes can do anything.
inline const std::vector<std::vector<Shape>> unequal = {{{2, 3}, {3, 2}}, {{2, 3}, {3}}, {{2, 3}, {}}};

inline const std::vector<OpCase>& op_cases() {
  static const Dtype f64 = Dtype::f64, i32 = Dtype::i32, boolean = Dtype::boolean;
  static const std::vector<OpCase> cases = {
      // row, arguments, attributes, wrong shapes, dtype of the result, step and tolerance of finite differences
      {rows::input},
      {rows::state},
      {rows::constant, {}, {{}, {1.5}, Dtype::f32, {2, 3}, {}, {}}},
      {rows::add, {real({2, 3}), real({2, 3})}, {}, unequal},
      {rows::sub, {real({2, 3}), real({2, 3})}, {}, unequal},
      {rows::mul, {real({2, 3}), real({2, 3})}, {}, unequal},
      {rows::div, {real({2, 3}), real({2, 3}, 0.5, 2.0)}, {}, unequal},
      {rows::neg, {real({2, 3})}},
      {rows::pow, {real({2, 3}, 0.5, 2.0), real({2, 3}, -1.5, 3.0)}, {}, unequal},
      {rows::integer_pow, {real({2, 3})}, ints({3})},
      {rows::integer_pow, {real({2, 3}, 0.5, 2.0)}, ints({-2})},
      {rows::integer_pow, {real({2, 3})}, ints({7})},
      {rows::sqrt, {real({2, 3}, 0.5, 3.0)}},
      {rows::abs, {real({2, 3})}},
      {rows::sign, {real({2, 3})}},
      {rows::maximum, {real({3, 3}), real({3, 3})}, {}, unequal},
      {rows::minimum, {real({3, 3}), real({3, 3})}, {}, unequal},
      {rows::exp, {real({2, 3})}},
      {rows::log, {real({2, 3}, 0.25, 3.0)}},
      {rows::log1p, {real({2, 3}, -0.75, 3.0)}},
      {rows::expm1, {real({2, 3})}},
      {rows::sin, {real({2, 3}, -3.0, 3.0)}},
      {rows::cos, {real({2, 3}, -3.0, 3.0)}},
      {rows::tanh, {real({2, 3})}},
      {rows::erf, {real({2, 3})}},
      {rows::normal_cdf, {real({2, 3})}},
      {rows::sigmoid, {real({2, 3}, -4.0, 4.0)}},
      {rows::softplus, {real({2, 3}, -4.0, 4.0)}},
      {rows::relu, {real({3, 3})}},
      {rows::elu, {real({3, 3})}},
      {rows::leaky_relu, {real({3, 3})}, reals({0.0625})},
      {rows::less, {real({2, 3}), real({2, 3})}, {}, unequal},
      {rows::less_equal, {real({2, 3}), real({2, 3})}, {}, unequal},
      {rows::equal, {real({2, 3}), real({2, 3})}, {}, unequal},
      {rows::not_equal, {real({2, 3}), real({2, 3})}, {}, unequal},
      {rows::logical_and, {real({2, 3}), real({2, 3})}, {}, unequal},
      {rows::logical_or, {real({2, 3}), real({2, 3})}, {}, unequal},
      {rows::logical_not, {real({2, 3})}},
      {rows::is_finite, {real({2, 3})}},
      {rows::all_finite, {real({2, 3})}},
      {rows::where,
       {fixed(boolean, {2, 3}, {1, 0, 1, 0, 0, 1}), real({2, 3}), real({2, 3})},
       {},
       {{{2, 3}, {2, 3}, {3, 2}}, {{3, 2}, {2, 3}, {2, 3}}, {{}, {2, 3}, {2, 3}}}},
      {rows::custom_elementwise,  // x² y
       {real({2, 3}), real({2, 3})},
       custom(
           [](std::span<const double* const> x, double* y, std::int64_t n) {
             for (std::int64_t i = 0; i < n; ++i) y[i] = x[0][i] * x[0][i] * x[1][i];
           },
           [](std::span<const Var> x, const Var&, int i) { return i == 0 ? 2.0 * x[0] * x[1] : square(x[0]); }, {}),
       unequal},
      {rows::custom_derivative,  // of its first argument, which does not depend on the second one
       {real({2, 3}), real({3})},
       custom({}, {},
              [](std::span<const Var> x, const Var& y, std::span<const std::optional<Var>> tangents) {
                return sum(*tangents[0] * x[0]) * full_like(y, 0.0);
              })},
      {rows::broadcast, {real({3})}, shaped({-1, 0}, {2, 3}), {{{2}}, {{}}, {{2, 3}}}},
      {rows::broadcast, {real({2, 3})}, shaped({-1, 0, -1, 1}, {2, 2, 3, 3}), {{{3, 3}}, {{3}}, {{2, 3, 3}}}},
      {rows::broadcast, {real({})}, shaped({-1, -1}, {2, 3}), {{{1}}}},
      {rows::reshape, {real({2, 3})}, shaped({}, {3, 1, 2}), {{{2, 2}}, {{}}, {{0}}}},
      {rows::transpose, {real({2, 3})}, ints({1, 0}), {{{3}}, {{2, 3, 1}}}},
      {rows::transpose, {real({2, 3, 2})}, ints({2, 0, 1}), {{{6, 2}}}},
      {rows::slice, {real({3, 4})}, ints({1, 0, 3, 2}), {{{2, 4}}, {{3, 1}}, {{3}}, {{3, 4, 1}}}},
      {rows::pad, {real({2, 2})}, ints({1, 0, 0, 2}), {{{2}}, {{2, 2, 1}}}},
      {rows::concatenate, {real({2, 2}), real({2, 3})}, ints({1}), {{{2, 2}, {3, 3}}, {{2, 2}, {3}}, {{2}, {3}}}},
      {rows::concatenate, {real({1, 2}), real({2, 2}), real({1, 2})}, ints({0}), {{{1, 2}, {2, 3}, {1, 2}}}},
      {rows::gather, {real({3, 2}), fixed(i32, {4}, {2, 0, 2, 1})}, {}, {{{}, {4}}, {{3, 2}, {4, 1}}, {{3, 2}, {}}}},
      {rows::scatter_add,
       {real({4, 2}), fixed(i32, {4}, {2, 0, 2, 1})},
       ints({5}),
       {{{4, 2}, {3}}, {{}, {4}}, {{4, 2}, {4, 1}}}},
      {rows::one_hot, {fixed(i32, {4}, {2, 0, 3, -1})}, ints({3}), {}, Result::same},
      {rows::cast, {real({2, 3})}, {}, {}, Result::other, 1.0, 1e-6},  // linear: long steps, since f32 rounds
      {rows::stop_gradient, {real({2, 3})}},
      {rows::identity, {real({2, 3})}},
      {rows::sum, {real({2, 3})}, ints({1}), {{{2}}, {{}}}},
      {rows::sum, {real({2, 3, 2})}, ints({0, 2}), {{{2, 3}}}},
      {rows::sum, {real({2, 3})}, ints({0, 1})},
      {rows::reduce_max, {distinct({2, 4})}, ints({1}), {{{2}}, {{2, 0}}}},
      {rows::reduce_max, {distinct({2, 2, 2})}, ints({0, 2}), {{{0, 2, 2}}}},
      {rows::reduce_min, {distinct({2, 4})}, ints({1}), {{{2}}, {{2, 0}}}},
      {rows::argmax, {distinct({2, 4})}, ints({1}), {{{2}}, {{2, 0}}}},
      {rows::matmul, {real({2, 3}), real({3, 4})}, ints({0, 0}), {{{2, 3}, {4, 3}}, {{3}, {3, 4}}, {{2, 3}, {3}}}},
      {rows::matmul, {real({3, 2}), real({3, 4})}, ints({1, 0}), {{{2, 3}, {3, 4}}}},
      {rows::matmul, {real({2, 3}), real({4, 3})}, ints({0, 1}), {{{2, 3}, {3, 4}}}},
      {rows::matmul, {real({3, 2}), real({4, 3})}, ints({1, 1}), {{{2, 3}, {4, 3}}}},
      {rows::batch_matmul,
       {real({2, 2, 3}), real({2, 3, 4})},
       ints({0}),
       {{{2, 2, 3}, {2, 4, 3}}, {{2, 2, 3}, {3, 3, 4}}, {{2, 3}, {3, 4}}, {{2, 2, 3}, {3, 4}}}},
      {rows::batch_matmul, {real({3, 3, 2}), real({3, 3, 4})}, ints({1}), {{{3, 2, 3}, {3, 3, 4}}}},
      // an axis of windows: taps, stride, before, after, dilation
      {rows::convolution,  // one axis
       {real({2, 5, 2}), real({3, 2, 3})},
       ints({3, 1, 1, 1, 1, 1}),
       {{{2, 5, 3}, {3, 2, 3}},
        {{2, 0, 2}, {3, 2, 3}},
        {{2, 5, 2}, {2, 2, 3}},
        {{2, 5, 2}, {3, 6}},
        {{5, 2}, {3, 2, 3}}}},
      {rows::convolution,  // two groups, of images
       {real({1, 4, 5, 4}), real({2, 3, 2, 4})},
       ints({2, 2, 1, 0, 1, 3, 1, 0, 2, 2, 2}),
       {{{1, 4, 5, 4}, {2, 3, 4, 4}}, {{1, 4, 5, 4}, {2, 3, 2, 3}}}},
      {rows::convolution,  // each channel by itself, of volumes
       {real({2, 3, 2, 3, 2}), real({2, 1, 2, 1, 2})},
       ints({2, 1, 0, 1, 1, 1, 1, 0, 0, 1, 2, 2, 1, 0, 1, 2}),
       {{{2, 3, 2, 3, 3}, {2, 1, 2, 1, 2}}}},
      {rows::convolution_input,
       {real({2, 3, 2}), real({3, 1, 2})},
       shaped({3, 2, 1, 1, 1, 1}, {5}),
       {{{2, 2, 2}, {3, 1, 2}}, {{2, 3, 3}, {3, 1, 2}}, {{3, 2}, {3, 1, 2}}}},
      {rows::convolution_input,
       {real({1, 2, 3, 4}), real({2, 3, 2, 4})},
       shaped({2, 3, 1, 0, 1, 3, 1, 0, 2, 2, 2}, {4, 5}),
       {{{1, 2, 3, 4}, {2, 3, 2, 3}}, {{1, 3, 3, 4}, {2, 3, 2, 4}}}},
      {rows::convolution_weights,
       {real({2, 5, 2}), real({2, 3, 3})},
       ints({3, 2, 1, 1, 1, 1}),
       {{{2, 5, 2}, {2, 5, 3}}, {{3, 5, 2}, {2, 3, 3}}, {{2, 5, 2}, {3, 3}}}},
      {rows::convolution_weights,
       {real({1, 4, 5, 4}), real({1, 2, 3, 4})},
       ints({2, 2, 1, 0, 1, 3, 1, 0, 2, 2, 2}),
       {{{1, 4, 5, 3}, {1, 2, 3, 4}}, {{1, 4, 5, 4}, {1, 2, 3, 3}}}},
      {rows::max_pool, {distinct({1, 4, 2})}, ints({3, 2, 1, 1, 1}), {{{1, 0, 2}}, {{4, 2}}}},
      {rows::max_pool, {distinct({2, 2, 2, 1})}, ints({2, 1, 0, 0, 1, 2, 1, 0, 1, 1}), {{{2, 1, 2, 1}}}},
      {rows::max_pool_pick,
       {distinct({2, 2, 2, 1}), real({2, 2, 2, 1})},
       ints({2, 1, 0, 0, 1, 2, 1, 0, 1, 1}),
       {{{2, 2, 2, 1}, {2, 2, 1, 1}}, {{2, 1, 2, 1}, {2, 1, 2, 1}}}},
      {rows::max_pool_place,
       {distinct({2, 2, 2, 1}), real({2, 1, 2, 1})},
       ints({2, 1, 0, 0, 1, 2, 1, 0, 1, 1}),
       {{{2, 2, 2, 1}, {2, 2, 2, 1}}, {{2, 2, 2, 1}, {2, 2}}}},
      {rows::average_pool, {real({2, 5, 2})}, ints({3, 2, 1, 1, 1, 0}), {{{5, 2}}, {{2, 0, 2}}}},
      {rows::average_pool, {real({1, 3, 4, 2})}, ints({2, 1, 1, 0, 1, 2, 2, 0, 1, 2, 1}), {{{1, 3, 1, 2}}}},
      {rows::average_pool_input, {real({2, 3, 2})}, shaped({3, 2, 1, 1, 1, 1}, {5}), {{{2, 2, 2}}, {{3, 2}}}},
      {rows::random_uniform, {fixed(i32, {4}, {1, 2, 3, 4})}, shaped({7}, {2, 3}), {{{3}}, {{4, 1}}}, Result::same},
      {rows::random_uniform,
       {fixed(i32, {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8})},
       shaped({7}, {2, 3}),
       {{{2, 3}}, {{}}},
       Result::same},
      {rows::random_normal, {fixed(i32, {4}, {1, 2, 3, 4})}, shaped({7}, {2, 3}), {{{3}}, {{4, 1}}}, Result::same},
      {rows::keep_mask,
       {fixed(i32, {4}, {1, 2, 3, 4}), fixed(i32, {}, {5}), fixed(f64, {}, {0.25})},
       shaped({7}, {2, 3}),
       {{{3}, {}, {}}, {{4}, {1}, {}}, {{4}, {}, {2}}},
       Result::same},
  };
  return cases;
}

inline bool accepts(Accepts what, Dtype dtype) {
  switch (what) {
    case Accepts::floating: return is_floating(dtype);
    case Accepts::numeric: return dtype != Dtype::boolean;
    case Accepts::boolean: return dtype == Dtype::boolean;
    case Accepts::any: return true;
  }
  return false;
}

/// The dtypes with which a case is run.
inline std::vector<Dtype> dtypes_of(const OpCase& one) {
  std::vector<Dtype> result;
  const bool free = std::any_of(one.arguments.begin(), one.arguments.end(), [](const auto& a) { return !a.fixed; });
  for (Dtype dtype : all_dtypes)
    if (free ? accepts(one.row.accepts, dtype) : is_floating(dtype)) result.push_back(dtype);
  return result;
}

inline Attributes attributes_of(const OpCase& one, Dtype dtype) {
  Attributes attributes = one.attributes;
  if (one.result == Result::same) attributes.dtype = dtype;
  if (one.result == Result::other) attributes.dtype = dtype == Dtype::f64 ? Dtype::f32 : Dtype::f64;
  return attributes;
}

inline Var record(const OpCase& one, const std::vector<Var>& arguments, Dtype dtype) {
  return apply(one.row, arguments, attributes_of(one, dtype));
}

/// Distance of the point at which element i is differentiated from the nearest kink: of x, or of x − y.
inline double distance_from_kinks(const Op& row, const std::vector<std::vector<double>>& arguments, std::size_t i) {
  double distance = 1e300;
  const double at = row.arity == 2 ? arguments[0][i] - arguments[1][i] : arguments[0][i];
  for (double kink : row.kinks) distance = std::min(distance, std::abs(at - kink));
  return distance;
}

/// Sample arguments, away from kinks; f32 holds the same numbers as f64.
inline std::vector<Tensor> sample(const OpCase& one, Dtype dtype) {
  std::mt19937 random(20240917);
  std::vector<std::vector<double>> values;
  for (const Argument& a : one.arguments)
    values.push_back(a.values.empty() ? random_numbers(a.shape.elements(), random, a.low, a.high) : a.values);
  for (std::size_t i = 0; !one.row.kinks.empty() && i < values[0].size(); ++i)
    while (distance_from_kinks(one.row, values, i) < 0.125)
      values[0][i] = random_numbers(1, random, one.arguments[0].low, one.arguments[0].high)[0];
  std::vector<Tensor> tensors;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const Argument& argument = one.arguments[k];
    const Dtype type = argument.fixed.value_or(dtype);
    if (type == Dtype::i32)
      for (double& value : values[k]) value = std::nearbyint(value);
    if (type == Dtype::boolean)
      for (double& value : values[k]) value = value > 0.5 * (argument.low + argument.high);
    tensors.push_back(tensor_of(type, argument.shape, values[k]));
  }
  return tensors;
}

}  // namespace ansatz::test
