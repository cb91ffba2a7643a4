// SPDX-License-Identifier: BSD-3-Clause
// The elementwise operations on a vector of lanes: the same arithmetic in every lane and at every width as
// kernels/scalar.hpp. Included once for each target (Highway's foreach_target); interpreter and generated chains use
// it.
#if defined(ANSATZ_KERNELS_LANES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_LANES_INL_HPP
#undef ANSATZ_KERNELS_LANES_INL_HPP
#else
#define ANSATZ_KERNELS_LANES_INL_HPP
#endif

#include <hwy/highway.h>

#include "ansatz/kernels/divider-inl.hpp"
#include "ansatz/kernels/exponentials.hpp"
#include "ansatz/kernels/scalar.hpp"
#include "ansatz/kernels/sleef-inl.hpp"

HWY_BEFORE_NAMESPACE();

namespace ansatz::kernels::HWY_NAMESPACE::lanes {
namespace hn = hwy::HWY_NAMESPACE;

/// What exponentials-inl.hpp computes with here.
template <class D>
struct Arithmetic {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using M = hn::Mask<D>;
  HWY_INLINE V set(double value) const { return hn::Set(D(), static_cast<T>(value)); }
  HWY_INLINE V add(V a, V b) const { return hn::Add(a, b); }
  HWY_INLINE V sub(V a, V b) const { return hn::Sub(a, b); }
  HWY_INLINE V mul(V a, V b) const { return hn::Mul(a, b); }
  HWY_INLINE V div(V a, V b) const { return hn::Div(a, b); }
  HWY_INLINE V fma(V a, V b, V c) const { return hn::MulAdd(a, b, c); }
  HWY_INLINE V nfma(V a, V b, V c) const { return hn::NegMulAdd(a, b, c); }
  HWY_INLINE V abs(V a) const { return hn::Abs(a); }
  HWY_INLINE V with_sign(V a, V b) const { return hn::CopySign(a, b); }
  HWY_INLINE M less(V a, V b) const { return hn::Lt(a, b); }
  HWY_INLINE bool none(M condition) const { return hn::AllFalse(D(), condition); }
  HWY_INLINE V select(M condition, V a, V b) const { return hn::IfThenElse(condition, a, b); }
  HWY_INLINE V power_of_two(V shifted) const {
    const hn::RebindToUnsigned<D> bits;
    return hn::BitCast(D(), hn::Add(hn::ShiftLeft<Exponentials<T>::mantissa_bits>(hn::BitCast(bits, shifted)),
                                    hn::BitCast(bits, set(1))));
  }
};

#define ANSATZ_INLINE HWY_INLINE
#include "ansatz/kernels/exponentials-inl.hpp"
#undef ANSATZ_INLINE

// Each function below: (tag, operands…). Booleans are lanes of all zeros or all ones.

#define ANSATZ_LANES_UNARY(name, expression) \
  template <class D, class V = hn::Vec<D>>   \
  HWY_INLINE V op_##name(D d, V a) {         \
    (void)d;                                 \
    return expression;                       \
  }
#define ANSATZ_LANES_BINARY(name, expression) \
  template <class D, class V = hn::Vec<D>>    \
  HWY_INLINE V op_##name(D d, V a, V b) {     \
    (void)d;                                  \
    return expression;                        \
  }

template <class D>
HWY_INLINE hn::Vec<D> zero(D d) {
  return hn::Zero(d);
}
template <class D>
HWY_INLINE hn::Vec<D> one(D d) {
  return hn::Set(d, static_cast<hn::TFromD<D>>(1));
}

/// a ≠ b, true if either is NaN. (Highway 1.0.3's Ne of 256-bit floats is false for NaN.)
template <class V>
HWY_INLINE auto unequal(V a, V b) {
  return hn::Not(hn::Eq(a, b));
}

ANSATZ_LANES_BINARY(add, hn::Add(a, b))
ANSATZ_LANES_BINARY(sub, hn::Sub(a, b))
ANSATZ_LANES_BINARY(mul, hn::Mul(a, b))
ANSATZ_LANES_BINARY(div, divide(d, a, b))
ANSATZ_LANES_BINARY(pow, pow(a, b))
ANSATZ_LANES_UNARY(neg, hn::Neg(a))
ANSATZ_LANES_UNARY(abs, hn::Abs(a))
ANSATZ_LANES_UNARY(sqrt, square_root(d, a))
ANSATZ_LANES_UNARY(exp, exp_of(Arithmetic<D>(), a))
ANSATZ_LANES_UNARY(expm1, expm1_of(Arithmetic<D>(), a))
ANSATZ_LANES_UNARY(tanh, tanh_of(Arithmetic<D>(), a))
ANSATZ_LANES_UNARY(sigmoid, sigmoid_of(Arithmetic<D>(), a))
ANSATZ_LANES_UNARY(softplus, softplus_of(Arithmetic<D>(), a))
ANSATZ_LANES_UNARY(elu, elu_of(Arithmetic<D>(), a))
ANSATZ_LANES_UNARY(normal_cdf, normal_cdf_of(Arithmetic<D>(), a))
ANSATZ_LANES_UNARY(log, log(a))
ANSATZ_LANES_UNARY(sin, sin(a))
ANSATZ_LANES_UNARY(cos, cos(a))
ANSATZ_LANES_UNARY(sign,
                   hn::IfThenElse(hn::Gt(a, zero(d)), one(d), hn::IfThenElse(hn::Lt(a, zero(d)), hn::Neg(one(d)), a)))
ANSATZ_LANES_UNARY(relu, hn::IfThenElse(hn::Le(a, zero(d)), zero(d), a))

template <class D>
HWY_INLINE hn::Vec<D> number(D d, double value) {
  return hn::Set(d, static_cast<hn::TFromD<D>>(value));
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V op_log1p(D d, V x) {
  const V y = hn::IfThenElse(hn::Lt(hn::Abs(x), number(d, 0x1p-60)), x, log1p(x));
  const auto large = hn::Gt(x, number(d, 0x1p64));
  return hn::AllFalse(d, large) ? y : hn::IfThenElse(large, log(x), y);
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V op_erf(D d, V x) {
  const V straight = hn::Add(x, hn::Mul(x, number(d, 0.12837916709551257)));
  return hn::IfThenElse(hn::Lt(hn::Abs(x), number(d, 0x1p-30)), straight, erf(x));
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V op_leaky_relu(D d, V x, V slope) {
  return hn::IfThenElse(hn::Le(x, zero(d)), hn::Mul(slope, x), x);
}
/// Of equal zeros the positive one is the larger; NaN wins.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V op_maximum(D, V a, V b) {
  const V larger = hn::IfThenElse(hn::Gt(a, b), a, b);
  const V of_equals = hn::IfThenElse(hn::Eq(a, b), hn::And(a, b), larger);
  return hn::IfThenElse(unequal(a, a), a, hn::IfThenElse(unequal(b, b), b, of_equals));
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V op_minimum(D, V a, V b) {
  const V smaller = hn::IfThenElse(hn::Lt(a, b), a, b);
  const V of_equals = hn::IfThenElse(hn::Eq(a, b), hn::Or(a, b), smaller);
  return hn::IfThenElse(unequal(a, a), a, hn::IfThenElse(unequal(b, b), b, of_equals));
}

ANSATZ_LANES_BINARY(less, hn::VecFromMask(d, hn::Lt(a, b)))
ANSATZ_LANES_BINARY(less_equal, hn::VecFromMask(d, hn::Le(a, b)))
ANSATZ_LANES_BINARY(equal, hn::VecFromMask(d, hn::Eq(a, b)))
ANSATZ_LANES_BINARY(not_equal, hn::VecFromMask(d, unequal(a, b)))
ANSATZ_LANES_BINARY(logical_and, hn::And(a, b))
ANSATZ_LANES_BINARY(logical_or, hn::Or(a, b))
/// |a| < ∞, false for NaN.
ANSATZ_LANES_UNARY(is_finite,
                   hn::VecFromMask(d, hn::Lt(hn::Abs(a), hn::Set(d, std::numeric_limits<hn::TFromD<D>>::infinity()))))
/// From bool: 1 or 0.
ANSATZ_LANES_UNARY(cast, hn::And(a, one(d)))

template <class D, class V = hn::Vec<D>>
HWY_INLINE V op_logical_not(D d, V a) {
  const hn::RebindToSigned<D> di;
  return hn::BitCast(d, hn::Not(hn::BitCast(di, a)));
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V op_where(D d, V condition, V a, V b) {
  const hn::RebindToSigned<D> di;
  const auto mask = hn::Ne(hn::BitCast(di, condition), hn::Zero(di));
  return hn::BitCast(d, hn::IfThenElse(mask, hn::BitCast(di, a), hn::BitCast(di, b)));
}

#undef ANSATZ_LANES_UNARY
#undef ANSATZ_LANES_BINARY

}  // namespace ansatz::kernels::HWY_NAMESPACE::lanes
HWY_AFTER_NAMESPACE();
#endif
