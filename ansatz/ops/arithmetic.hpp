// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Arithmetic on Vars: NumPy broadcasting, literals take their partner's dtype, mixed dtypes are an error.
#pragma once

#include <concepts>

#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace rows {
extern const Op add, sub, mul, div, neg, pow, integer_pow, sqrt, abs, sign, maximum, minimum;
}  // namespace rows

/// A C++ number in an expression with Vars.
template <class T>
concept Literal = std::is_arithmetic_v<T>;

/// The constant `value` in all elements. @throws DtypeError when i32 or bool cannot hold it exactly.
Var constant(double value, Dtype dtype, const Shape& shape = {});
/// A dense constant, row-major. @throws ShapeError when the number of values is not that of `shape`.
Var constant(std::span<const double> values, Dtype dtype, const Shape& shape);
/// `value` in x's dtype and shape.
Var full_like(const Var& x, double value);

/// The shape to which operands of `op` broadcast. @throws ShapeError naming the operation and both shapes.
Shape common_shape(const Op& op, const Shape& a, const Shape& b);
/// Applies a binary row after broadcasting both operands to their common shape. @throws ShapeError, DtypeError.
Var apply_broadcast(const Op& op, const Var& a, const Var& b);
/// The same with a literal, which takes the partner's dtype.
Var apply_broadcast(const Op& op, const Var& a, double b);
Var apply_broadcast(const Op& op, double a, const Var& b);

Var operator+(const Var& a, const Var& b);      ///< a + b
Var operator-(const Var& a, const Var& b);      ///< a − b
Var operator*(const Var& a, const Var& b);      ///< a · b, elementwise
Var operator/(const Var& a, const Var& b);      ///< a / b; f32 and f64 only
Var operator-(const Var& a);                    ///< −a
Var max(const Var& a, const Var& b);            ///< the larger; NaN if either is; derivative ½ each where equal
Var min(const Var& a, const Var& b);            ///< the smaller; NaN if either is; derivative ½ each where equal
Var pow(const Var& base, const Var& exponent);  ///< base^exponent for base ≥ 0 (NaN for negative bases, unless integer)
/// base^exponent. Integer exponents up to ±64 become products, ½ a square root.
Var pow(const Var& base, double exponent);
Var sqrt(const Var& x);    ///< √x
Var abs(const Var& x);     ///< |x|; derivative sign(x)
Var sign(const Var& x);    ///< −1, 0 or 1 (NaN for NaN)
Var square(const Var& x);  ///< x · x

template <Literal T>
Var operator+(const Var& a, T b) {
  return apply_broadcast(rows::add, a, static_cast<double>(b));
}
template <Literal T>
Var operator+(T a, const Var& b) {
  return apply_broadcast(rows::add, static_cast<double>(a), b);
}
template <Literal T>
Var operator-(const Var& a, T b) {
  return apply_broadcast(rows::sub, a, static_cast<double>(b));
}
template <Literal T>
Var operator-(T a, const Var& b) {
  return apply_broadcast(rows::sub, static_cast<double>(a), b);
}
template <Literal T>
Var operator*(const Var& a, T b) {
  return apply_broadcast(rows::mul, a, static_cast<double>(b));
}
template <Literal T>
Var operator*(T a, const Var& b) {
  return apply_broadcast(rows::mul, static_cast<double>(a), b);
}
template <Literal T>
Var operator/(const Var& a, T b) {
  return apply_broadcast(rows::div, a, static_cast<double>(b));
}
template <Literal T>
Var operator/(T a, const Var& b) {
  return apply_broadcast(rows::div, static_cast<double>(a), b);
}
template <Literal T>
Var max(const Var& a, T b) {
  return apply_broadcast(rows::maximum, a, static_cast<double>(b));
}
template <Literal T>
Var max(T a, const Var& b) {
  return apply_broadcast(rows::maximum, static_cast<double>(a), b);
}
template <Literal T>
Var min(const Var& a, T b) {
  return apply_broadcast(rows::minimum, a, static_cast<double>(b));
}
template <Literal T>
Var min(T a, const Var& b) {
  return apply_broadcast(rows::minimum, static_cast<double>(a), b);
}

}  // namespace ansatz
