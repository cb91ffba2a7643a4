// SPDX-License-Identifier: BSD-3-Clause
// SLEEF's functions on Highway's vectors. Included once for each target (Highway's foreach_target).
#if defined(ANSATZ_KERNELS_SLEEF_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_SLEEF_INL_HPP
#undef ANSATZ_KERNELS_SLEEF_INL_HPP
#else
#define ANSATZ_KERNELS_SLEEF_INL_HPP
#endif

#include <hwy/highway.h>

#if HWY_ARCH_ARM_A64
#include <arm_neon.h>
#endif

#include "ansatz/kernels/sleef.hpp"

HWY_BEFORE_NAMESPACE();

// Declared for the target that is being compiled: clang wants the caller's features.
#if ANSATZ_BY_HALVES  // declared in sleef.hpp
#elif HWY_TARGET == HWY_AVX2
ANSATZ_SLEEF_DECLARE(ANSATZ_SLEEF_AVX2_128)
ANSATZ_SLEEF_DECLARE(ANSATZ_SLEEF_AVX2_256)
#elif HWY_ARCH_X86
ANSATZ_SLEEF_DECLARE(ANSATZ_SLEEF_AVX512)
#else
ANSATZ_SLEEF_DECLARE(ANSATZ_SLEEF_NEON)
#endif

namespace ansatz::kernels::HWY_NAMESPACE::lanes {
namespace hn = hwy::HWY_NAMESPACE;

#define ANSATZ_DEFINE_UNARY(name, Vector, set, n, Floats, m, Doubles)     \
  HWY_INLINE hn::Vector<float> name(hn::Vector<float> x) {                \
    return hn::Vector<float>{Sleef_finz_##name##f##n##_u10##set(x.raw)};  \
  }                                                                       \
  HWY_INLINE hn::Vector<double> name(hn::Vector<double> x) {              \
    return hn::Vector<double>{Sleef_finz_##name##d##m##_u10##set(x.raw)}; \
  }
#define ANSATZ_DEFINE_POW(Vector, set, n, Floats, m, Doubles)                     \
  HWY_INLINE hn::Vector<float> pow(hn::Vector<float> x, hn::Vector<float> y) {    \
    return hn::Vector<float>{Sleef_finz_powf##n##_u10##set(x.raw, y.raw)};        \
  }                                                                               \
  HWY_INLINE hn::Vector<double> pow(hn::Vector<double> x, hn::Vector<double> y) { \
    return hn::Vector<double>{Sleef_finz_powd##m##_u10##set(x.raw, y.raw)};       \
  }
#define ANSATZ_DEFINE(...)                                      \
  ANSATZ_FOR_EACH_SLEEF_UNARY(ANSATZ_DEFINE_UNARY, __VA_ARGS__) \
  ANSATZ_DEFINE_POW(__VA_ARGS__)

#if HWY_TARGET == HWY_AVX2 || ANSATZ_BY_HALVES
ANSATZ_DEFINE(Vec128, ANSATZ_SLEEF_AVX2_128)
#endif
#if ANSATZ_BY_HALVES
/// f of both halves, of a vector of Bytes bytes.
template <std::size_t Bytes, class F, class V, class... More>
HWY_INLINE V by_halves(F&& f, V x, More... more) {
  using T = hn::TFromV<V>;
  const hn::FixedTag<T, Bytes / sizeof(T)> whole;
  const hn::Half<decltype(whole)> half;
  return hn::Combine(whole, f(hn::UpperHalf(half, x), hn::UpperHalf(half, more)...),
                     f(hn::LowerHalf(half, x), hn::LowerHalf(half, more)...));
}
#define ANSATZ_DEFINE_BY_HALVES(name, Vector, bytes)                                          \
  template <class T, class... More>                                                           \
  HWY_INLINE hn::Vector<T> name(hn::Vector<T> x, More... more) {                              \
    return by_halves<bytes>([](auto... half) HWY_ATTR { return name(half...); }, x, more...); \
  }
#define ANSATZ_DEFINE_UNARY_BY_HALVES(name, Vector, bytes) ANSATZ_DEFINE_BY_HALVES(name, Vector, bytes)
ANSATZ_FOR_EACH_SLEEF_UNARY(ANSATZ_DEFINE_UNARY_BY_HALVES, Vec256, 32)
ANSATZ_DEFINE_BY_HALVES(pow, Vec256, 32)
#if HWY_TARGET != HWY_AVX2
ANSATZ_FOR_EACH_SLEEF_UNARY(ANSATZ_DEFINE_UNARY_BY_HALVES, Vec512, 64)
ANSATZ_DEFINE_BY_HALVES(pow, Vec512, 64)
#endif
#undef ANSATZ_DEFINE_UNARY_BY_HALVES
#undef ANSATZ_DEFINE_BY_HALVES
#elif HWY_TARGET == HWY_AVX2
ANSATZ_DEFINE(Vec256, ANSATZ_SLEEF_AVX2_256)
#elif HWY_ARCH_X86
ANSATZ_DEFINE(Vec512, ANSATZ_SLEEF_AVX512)
#else
ANSATZ_DEFINE(Vec128, ANSATZ_SLEEF_NEON)
#endif
#undef ANSATZ_DEFINE
#undef ANSATZ_DEFINE_POW
#undef ANSATZ_DEFINE_UNARY

}  // namespace ansatz::kernels::HWY_NAMESPACE::lanes
HWY_AFTER_NAMESPACE();
#endif
