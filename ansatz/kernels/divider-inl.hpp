// SPDX-License-Identifier: BSD-3-Clause
// Quotients and square roots, correctly rounded, where AVX-512's one divider would be what a chain waits for (Adam has
// one of each a parameter): of f64 the quotient, of f32 the root, by multiply-adds. Elsewhere, and where an exponent is
// far out, the processor's own. Included once for each target.
//
// u: the ulp of 1; m: a midpoint of two neighbours.
//
// Quotient (P. Markstein, IBM J. Res. Dev. 34, 1990, 111). From y next to 1/b, one iteration of Newton's gives 1/b
// rounded, for a b whose significand is all ones only from above: so the one before is rounded up. q = a y is wrong by
// at most 1½ ulp, a first correction by at most 1. In the second one a − b q is exact, and the sum, before it is
// rounded, is closer to a/b than a/b is to m, since a − b m is a multiple of ulp(b) ulp(m) that is not 0.
//
// Root s of x in [1, 4), from g, rounded down next to s, and h = (1 + η) / (2s): x − g² is exact, and g + (x − g²) h is
// s + (s − g) η − (s − g)²/(2s). With m = (2j + 1) u/2, x − m² is (n − ¼) u², where n is even: x is a multiple of u. So
// the sum is on s's side of m if η < u/(2s) for n = 0, |η| < 3u/(2s) for n = 2, 5u/(2s) for n = −2, and so on. The
// first product is rounded up, so that η is in (−0.55 u, 0] before h is rounded, which adds at most s u/4. This
// suffices but for two cases: n = 2 and s > 1.58, of which there is none (j² + j + 2 is a multiple of x's ulp for s =
// 1.4033 only), and n = 0 and s > √2, which is x = 4 − 2u alone: there 1/(2s), which is ¼ (1 + u/4), is rounded to ¼ or
// to what is below, so that η < 0.
#if defined(ANSATZ_KERNELS_DIVIDER_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_DIVIDER_INL_HPP
#undef ANSATZ_KERNELS_DIVIDER_INL_HPP
#else
#define ANSATZ_KERNELS_DIVIDER_INL_HPP
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D, class V = hn::Vec<D>>
HWY_INLINE V divide(D, V a, V b) {
  return hn::Div(a, b);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V square_root(D, V x) {
  return hn::Sqrt(x);
}

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

using Doubles = hn::FixedTag<double, 8>;
using Floats = hn::FixedTag<float, 16>;

HWY_INLINE hn::Vec<Doubles> divide(Doubles d, hn::Vec<Doubles> a, hn::Vec<Doubles> b) {
  using V = hn::Vec<Doubles>;
  // Exponents of b and a / b, 1024 of them from the lowest one on, with which all is normal and a − b q exact.
  constexpr std::uint64_t lowest_b = (1023ULL - 400) << 53U, lowest_q = (1023ULL - 500) << 53U;
  const hn::RebindToUnsigned<Doubles> bits;
  const hn::RebindToSigned<Doubles> numbers;
  const V one = hn::Set(d, 1.0), size = hn::Abs(b);
  V y{_mm512_rcp14_pd(size.raw)};
  y = hn::MulAdd(hn::NegMulAdd(size, y, one), y, y);
  y = V{
      _mm512_fmadd_round_pd(hn::NegMulAdd(size, y, one).raw, y.raw, y.raw, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC)};
  y = hn::CopySignToAbs(hn::MulAdd(hn::NegMulAdd(size, y, one), y, y), b);
  V q = hn::Mul(a, y);
  const auto far_b = hn::Sub(hn::ShiftLeft<1>(hn::BitCast(bits, b)), hn::Set(bits, lowest_b));
  const auto far_q = hn::Sub(hn::ShiftLeft<1>(hn::BitCast(bits, q)), hn::Set(bits, lowest_q));
  // AVX-512 makes masks of sign bits.
  if (HWY_UNLIKELY(!hn::AllFalse(numbers, hn::MaskFromVec(hn::BitCast(numbers, hn::Or(far_b, far_q))))))
    return hn::Div(a, b);
  for (int i = 0; i < 2; ++i) q = hn::MulAdd(hn::NegMulAdd(b, q, a), y, q);
  return q;
}

HWY_INLINE hn::Vec<Floats> square_root(Floats d, hn::Vec<Floats> x) {
  using V = hn::Vec<Floats>;
  // x from 2^-100 on, so that x − g² is exact, to 2^100: far from infinity; not negative, no NaN.
  constexpr std::uint32_t lowest = (127U - 100) << 23U, count = 200U << 23U;
  const hn::RebindToUnsigned<Floats> bits;
  const auto above = hn::Sub(hn::BitCast(bits, x), hn::Set(bits, lowest));
  if (HWY_UNLIKELY(!hn::AllTrue(bits, hn::Lt(above, hn::Set(bits, count))))) return hn::Sqrt(x);
  const V half = hn::Set(d, 0.5F), r{_mm512_rsqrt14_ps(x.raw)};
  const V first{_mm512_mul_round_ps(x.raw, r.raw, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC)},
      half_r = hn::Mul(r, half);
  const V h = hn::MulAdd(hn::NegMulAdd(half_r, first, half), half_r, half_r), lacking = hn::NegMulAdd(first, first, x);
  const V g{_mm512_fmadd_round_ps(lacking.raw, half_r.raw, first.raw, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)};
  return hn::MulAdd(hn::NegMulAdd(g, g, x), h, g);
}

#endif

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
