// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Every elementary function of Ansatz with its exact counterpart and what its error is promised to be.
#pragma once

#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "ansatz/nn/activation.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::ulp {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// Numbers from low to high.
struct Interval {
  double low, high;
};

template <class R, std::size_t N>
using Pointer = std::conditional_t<N == 1, R (*)(const R&), R (*)(const R&, const R&)>;

inline constexpr Interval everywhere{-infinity, infinity};

/// A function of N numbers in each of the number types R.
template <std::size_t N, class... R>
class Exact {
 public:
  template <class F>
  Exact(const F& generic) : in_(static_cast<Pointer<R, N>>(generic)...) {}  // NOLINT: takes a lambda
  template <class T>
  T operator()(const std::array<T, N>& x) const {
    return std::apply(std::get<Pointer<T, N>>(in_), x);
  }

 private:
  std::tuple<Pointer<R, N>...> in_;
};

/// A function, what it is held to, and where it is asked.
template <std::size_t N, class... R>
struct Function {
  std::string_view name;
  double bound;              ///< largest error allowed, in ulp
  std::string_view promise;  ///< where the bound is from
  Interval domain;           ///< where it is finite, and bit patterns are drawn
  Interval range;            ///< where it varies, roughly
  Pointer<Var, N> ours;
  Exact<N, R...> exact;
  Interval held = everywhere, held_f32 = everywhere;  ///< where it is held to the bound
};

/// Formulas in number types R that are wider than what is measured: double, long double, or one of MPFR's.
namespace exact {

template <class R>
R softplus(const R& x) {
  using std::exp, std::log1p;
  return x > 0 ? R(x + log1p(exp(-x))) : R(log1p(exp(x)));
}

template <class R>
R silu(const R& x) {
  using std::exp;
  return x < -20000 ? R(-0.0) : R(x / (1 + exp(-x)));
}

/// Φ(x) = erfc(−x/√2) / 2, with 1/√2 = c + low in twice R's precision: erfc(t) is 2t² times as wrong as t.
template <class R>
R normal_cdf(const R& x) {
  using std::sqrt, std::fma, std::erfc, std::exp;
  if (x < -100) return 0;
  if (x > 100) return 1;
  const R c = sqrt(R(0.5)), low = -fma(c, c, R(-0.5)) / (2 * c);
  const R t = -x * c, rest = -fma(x, c, t) - x * low;
  const R slope = exp(-t * t) * R(-1.1283791670955126);  // −2/√π exp(−t²), times a rest of one part in 2⁵³
  return (erfc(t) + slope * rest) / 2;
}

template <class R>
R gelu(const R& x) {
  return x < -100 ? R(-0.0) : R(x * normal_cdf(x));
}

template <class R>
R relu(const R& x) {
  return x > 0 ? x : x < 0 ? R(0) : x;
}

template <class R>
R sign(const R& x) {
  return x > 0 ? R(1) : x < 0 ? R(-1) : x;
}

}  // namespace exact

#define ANSATZ_OF_X(expression)                                                                                     \
  [](const auto& x) -> std::decay_t<decltype(x)> {                                                                  \
    using std::exp, std::log, std::log1p, std::expm1, std::sin, std::cos, std::tanh, std::erf, std::sqrt, std::abs, \
        std::pow;                                                                                                   \
    return expression;                                                                                              \
  }
#define ANSATZ_OF_XY(expression)                                  \
  [](const auto& x, const auto& y) -> std::decay_t<decltype(x)> { \
    using std::pow;                                               \
    return expression;                                            \
  }

/// All functions of one operand.
template <class... R>
const std::vector<Function<1, R...>>& functions_of_one() {
  constexpr double max = std::numeric_limits<double>::max();
  constexpr Interval finite{-max, max}, positive{0, max}, moderate{-20, 20}, exponents{-746, 710}, logistic{-746, 40};
  constexpr std::string_view sleef = "1, SLEEF", ours = "1", ieee = "½, IEEE 754", copied = "0";
  // clang-format off
  static const std::vector<Function<1, R...>> table = {
      {"exp", 1.0, ours, exponents, exponents, exp, ANSATZ_OF_X(exp(x))},
      {"log", 1.0, sleef, positive, {0.5, 2}, log, ANSATZ_OF_X(log(x))},
      {"log1p", 1.0, sleef, {-1, max}, {-1, 10}, log1p, ANSATZ_OF_X(log1p(x))},
      {"expm1", 1.0, ours, {-max, 710}, {-40, 710}, expm1, ANSATZ_OF_X(expm1(x))},
      {"sin", 1.0, sleef, finite, {-1e5, 1e5}, sin, ANSATZ_OF_X(sin(x))},
      {"cos", 1.0, sleef, finite, {-1e5, 1e5}, cos, ANSATZ_OF_X(cos(x))},
      {"tanh", 1.0, ours, finite, {-1, 1}, tanh, ANSATZ_OF_X(tanh(x))},
      {"erf", 1.0, sleef, finite, {-6, 6}, erf, ANSATZ_OF_X(erf(x))},
      {"normal_cdf", 1.0, ours, finite, {-39, 9}, normal_cdf, ANSATZ_OF_X(exact::normal_cdf(x))},
      {"normal_cdf near 0", 1.0, ours, {-1, 1}, {-1, 1}, normal_cdf, ANSATZ_OF_X(exact::normal_cdf(x)),
       {-1, 1}, {-1, 1}},
      {"sigmoid", 1.0, ours, finite, logistic, sigmoid, ANSATZ_OF_X(1 / (1 + exp(-x)))},
      {"softplus", 1.0, ours, finite, logistic, softplus, ANSATZ_OF_X(exact::softplus(x))},
      {"elu", 1.0, ours, finite, {-40, 1}, elu, ANSATZ_OF_X(x > 0 ? x : expm1(x))},
      {"silu", 2.0, "2", {-708, max}, {-708, 40}, [](const Var& x) { return act::silu(x); }, ANSATZ_OF_X(exact::silu(x)),
       {-708, infinity}, {-87, infinity}},
      {"gelu", 2.0, "2", {-37.5, max}, {-37.5, 9}, [](const Var& x) { return act::gelu(x); }, ANSATZ_OF_X(exact::gelu(x)),
       {-37.5, infinity}, {-12.9, infinity}},
      // Where the other factor is denormal, the product is as many times as wrong as x is large.
      {"silu, sigmoid denormal", 375.0, "|x| / 2 + 1", {-max, -708}, {-750, -708}, [](const Var& x) { return act::silu(x); },
       ANSATZ_OF_X(exact::silu(x)), {-max, -708}, {-max, -87}},
      {"gelu, normal_cdf denormal", 40.0, "|x| + 1", {-max, -37.5}, {-39, -37.5}, [](const Var& x) { return act::gelu(x); },
       ANSATZ_OF_X(exact::gelu(x)), {-max, -37.5}, {-max, -12.9}},
      {"pow(x, 3)", 2.0, "2 products", finite, moderate, [](const Var& x) { return pow(x, 3); }, ANSATZ_OF_X(pow(x, 3))},
      {"sqrt", 0.5, ieee, positive, {0, 4}, sqrt, ANSATZ_OF_X(sqrt(x))},
      {"leaky_relu", 0.5, ieee, finite, moderate, [](const Var& x) { return leaky_relu(x, 0.25); },
       ANSATZ_OF_X(x > 0 ? x : x / 4)},
      {"abs", 0.0, copied, finite, moderate, abs, ANSATZ_OF_X(abs(x))},
      {"neg", 0.0, copied, finite, moderate, [](const Var& x) { return -x; }, ANSATZ_OF_X(-x)},
      {"sign", 0.0, copied, finite, moderate, sign, ANSATZ_OF_X(exact::sign(x))},
      {"relu", 0.0, copied, finite, moderate, relu, ANSATZ_OF_X(exact::relu(x))}};
  // clang-format on
  return table;
}

/// All functions of two operands.
template <class... R>
const std::vector<Function<2, R...>>& functions_of_two() {
  constexpr Interval all = everywhere, moderate{-20.0, 20.0};
  constexpr std::string_view ieee = "½, IEEE 754", copied = "0";
  static const std::vector<Function<2, R...>> table = {
      {"pow", 1.0, "1, SLEEF", all, moderate, pow, ANSATZ_OF_XY(pow(x, y))},
      {"add", 0.5, ieee, all, moderate, operator+, ANSATZ_OF_XY(x + y)},
      {"sub", 0.5, ieee, all, moderate, operator-, ANSATZ_OF_XY(x - y)},
      {"mul", 0.5, ieee, all, moderate, operator*, ANSATZ_OF_XY(x * y)},
      {"div", 0.5, ieee, all, moderate, operator/, ANSATZ_OF_XY(x / y)},
      {"maximum", 0.0, copied, all, moderate, max, ANSATZ_OF_XY(x > y ? x : y)},
      {"minimum", 0.0, copied, all, moderate, min, ANSATZ_OF_XY(x < y ? x : y)}};
  return table;
}
#undef ANSATZ_OF_X
#undef ANSATZ_OF_XY

}  // namespace ansatz::ulp
