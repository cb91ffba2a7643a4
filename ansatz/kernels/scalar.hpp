// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The definition of every elementwise operation on one number. The tuned kernels equal these bit for bit; constant
/// folding and the plain reference loops use them.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "ansatz/kernels/exponentials.hpp"
#include "ansatz/kernels/sleef.hpp"

namespace ansatz::kernels::scalar {

template <class T>
T add(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
  else
    return a + b;
}
template <class T>
T sub(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<std::uint32_t>(a) - static_cast<std::uint32_t>(b));
  else
    return a - b;
}
template <class T>
T mul(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<std::uint32_t>(a) * static_cast<std::uint32_t>(b));
  else
    return a * b;
}
template <class T>
T neg(T a) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(0U - static_cast<std::uint32_t>(a));
  else
    return -a;
}
template <class T>
T abs(T a) {
  if constexpr (std::is_integral_v<T>)
    return a < 0 ? neg(a) : a;
  else
    return std::fabs(a);
}
template <class T>
T sign(T a) {
  return a > T(0) ? T(1) : a < T(0) ? T(-1) : a;
}

/// Of equal zeros the positive one is the larger; NaN wins.
template <class T>
T maximum(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (a != a) return a;
    if (b != b) return b;
    if (a == b) return std::signbit(a) ? b : a;
  }
  return a > b ? a : b;
}
template <class T>
T minimum(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (a != a) return a;
    if (b != b) return b;
    if (a == b) return std::signbit(a) ? a : b;
  }
  return a < b ? a : b;
}

/// What exponentials-inl.hpp computes with here.
template <class Number>
struct Arithmetic {
  using T = Number;
  using V = Number;
  T set(double value) const { return static_cast<T>(value); }
  T add(T a, T b) const { return a + b; }
  T sub(T a, T b) const { return a - b; }
  T mul(T a, T b) const { return a * b; }
  T div(T a, T b) const { return a / b; }
  T fma(T a, T b, T c) const { return std::fma(a, b, c); }
  T nfma(T a, T b, T c) const { return std::fma(-a, b, c); }
  T abs(T a) const { return std::fabs(a); }
  T with_sign(T a, T b) const { return std::copysign(a, b); }
  bool less(T a, T b) const { return a < b; }
  bool none(bool condition) const { return !condition; }
  T select(bool condition, T a, T b) const { return condition ? a : b; }
  T power_of_two(T shifted) const {
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    const T one = 1;
    Bits bits, ones;
    std::memcpy(&bits, &shifted, sizeof bits);
    std::memcpy(&ones, &one, sizeof ones);
    bits = (bits << Exponentials<T>::mantissa_bits) + ones;
    T power;
    std::memcpy(&power, &bits, sizeof power);
    return power;
  }
};

#define ANSATZ_INLINE inline
#include "ansatz/kernels/exponentials-inl.hpp"
#undef ANSATZ_INLINE

template <class T>
T exp(T x) {
  return exp_of(Arithmetic<T>(), x);
}
template <class T>
T expm1(T x) {
  return expm1_of(Arithmetic<T>(), x);
}
template <class T>
T tanh(T x) {
  return tanh_of(Arithmetic<T>(), x);
}
template <class T>
T sigmoid(T x) {
  return sigmoid_of(Arithmetic<T>(), x);
}
template <class T>
T softplus(T x) {
  return softplus_of(Arithmetic<T>(), x);
}
template <class T>
T elu(T x) {
  return elu_of(Arithmetic<T>(), x);
}
template <class T>
T normal_cdf(T x) {
  return normal_cdf_of(Arithmetic<T>(), x);
}
template <class T>
T div(T a, T b) {
  return a / b;
}
template <class T>
T sqrt(T a) {
  return std::sqrt(a);  // correctly rounded, IEEE 754
}
/// SLEEF's is +∞ from 1e38 (f32) or 1e307 (f64) on, and 0 for the smallest denormals. Beyond 2⁶⁴, 1 + x may as well be
/// x; below 2⁻⁶⁰ the result is.
template <class T>
T log1p(T x) {
  return x > T(0x1p64) ? sleef::log(x) : std::fabs(x) < T(0x1p-60) ? x : sleef::log1p(x);
}
/// SLEEF's is wrong by more than 1 ulp next to the denormals. Below 2⁻³⁰ it is 2/√π x.
template <class T>
T erf(T x) {
  return std::fabs(x) < T(0x1p-30) ? x + x * T(0.12837916709551257) : sleef::erf(x);
}
template <class T>
T relu(T x) {
  return x <= T(0) ? T(0) : x;
}
template <class T>
T leaky_relu(T x, T slope) {
  return x <= T(0) ? slope * x : x;
}
template <class T>
T integer_power(T x, std::int64_t n) {
  T result = T(1), square = x;
  for (std::uint64_t bits = static_cast<std::uint64_t>(n < 0 ? -n : n); bits != 0; bits >>= 1U) {
    if (bits & 1U) result = result * square;
    square = square * square;
  }
  return n < 0 ? T(1) / result : result;
}

/// To nearest even; to i32 towards zero, saturating, NaN to 0; to bool: x ≠ 0.
template <class To, class From>
To cast(From x) {
  if constexpr (std::is_same_v<To, bool>) {
    return x != From(0);
  } else if constexpr (std::is_same_v<To, std::int32_t> && std::is_floating_point_v<From>) {
    if (x != x) return 0;
    if (x >= From(2147483648.0)) return std::numeric_limits<std::int32_t>::max();
    if (x < From(-2147483648.0)) return std::numeric_limits<std::int32_t>::min();
    return static_cast<std::int32_t>(x);
  } else {
    return static_cast<To>(x);
  }
}

}  // namespace ansatz::kernels::scalar
