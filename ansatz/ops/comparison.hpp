// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Comparisons, logic and selection.
#pragma once

#include "ansatz/ops/arithmetic.hpp"

namespace ansatz {

namespace rows {
extern const Op less, less_equal, equal, not_equal, logical_and, logical_or, logical_not, is_finite, all_finite, where;
}  // namespace rows

Var less(const Var& a, const Var& b);        ///< a < b (false if either is NaN)
Var less_equal(const Var& a, const Var& b);  ///< a ≤ b (false if either is NaN)
Var equal(const Var& a, const Var& b);       ///< a = b (false if either is NaN)
Var not_equal(const Var& a, const Var& b);   ///< a ≠ b (true if either is NaN)
Var operator&&(const Var& a, const Var& b);  ///< both; bool operands
Var operator||(const Var& a, const Var& b);  ///< either; bool operands
Var operator!(const Var& a);                 ///< not; bool operand
Var is_finite(const Var& x);                 ///< neither NaN nor infinite, elementwise
Var all_finite(const Var& x);                ///< bool scalar: every element is finite

inline Var operator<(const Var& a, const Var& b) { return less(a, b); }
inline Var operator<=(const Var& a, const Var& b) { return less_equal(a, b); }
inline Var operator>(const Var& a, const Var& b) { return less(b, a); }
inline Var operator>=(const Var& a, const Var& b) { return less_equal(b, a); }
template <Literal T>
Var operator<(const Var& a, T b) {
  return apply_broadcast(rows::less, a, static_cast<double>(b));
}
template <Literal T>
Var operator<=(const Var& a, T b) {
  return apply_broadcast(rows::less_equal, a, static_cast<double>(b));
}
template <Literal T>
Var operator>(const Var& a, T b) {
  return apply_broadcast(rows::less, static_cast<double>(b), a);
}
template <Literal T>
Var operator>=(const Var& a, T b) {
  return apply_broadcast(rows::less_equal, static_cast<double>(b), a);
}

/// a where `condition` holds, else b, elementwise with broadcasting. The branch not taken never touches the derivative:
/// ∇ where(x > 0, √x, 0) is 0 at 0, in both modes and at every order; a NaN in the branch taken survives.
Var where(const Var& condition, const Var& a, const Var& b);
template <Literal T>
Var where(const Var& condition, const Var& a, T b) {
  return where(condition, a, full_like(a, static_cast<double>(b)));
}
template <Literal T>
Var where(const Var& condition, T a, const Var& b) {
  return where(condition, full_like(b, static_cast<double>(a)), b);
}

}  // namespace ansatz
