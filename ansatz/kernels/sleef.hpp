// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// SLEEF's deterministic functions: the same bits as scalars and as vectors on every processor (N. Shibata,
/// F. Petrogalli, IEEE TPDS 31, 1316 (2020), doi:10.1109/TPDS.2019.2960333). Declared here and in sleef-inl.hpp since
/// sleef.h hides them unless the whole file is compiled for FMA.
#pragma once

// X(name, ...) for each function of one argument; SLEEF calls its bound of 1.0 ulp u10.
// clang-format off
#define ANSATZ_FOR_EACH_SLEEF_UNARY(X, ...) \
  X(log, __VA_ARGS__) \
  X(log1p, __VA_ARGS__) \
  X(sin, __VA_ARGS__) \
  X(cos, __VA_ARGS__) \
  X(erf, __VA_ARGS__)
// clang-format on

// Its forms: the name of the instruction set, how many floats, in what, how many doubles, in what.
#define ANSATZ_SLEEF_SCALAR purecfma, 1, float, 1, double
#define ANSATZ_SLEEF_AVX2_128 avx2128, 4, __m128, 2, __m128d
#define ANSATZ_SLEEF_AVX2_256 avx2, 8, __m256, 4, __m256d
#define ANSATZ_SLEEF_AVX512 avx512f, 16, __m512, 8, __m512d
#define ANSATZ_SLEEF_NEON advsimd, 4, float32x4_t, 2, float64x2_t

#define ANSATZ_SLEEF_DECLARE_UNARY(name, set, n, Floats, m, Doubles) \
  Floats Sleef_finz_##name##f##n##_u10##set(Floats);                 \
  Doubles Sleef_finz_##name##d##m##_u10##set(Doubles);
#define ANSATZ_SLEEF_DECLARE_POW(set, n, Floats, m, Doubles) \
  Floats Sleef_finz_powf##n##_u10##set(Floats, Floats);      \
  Doubles Sleef_finz_powd##m##_u10##set(Doubles, Doubles);
// Declares all of one form.
#define ANSATZ_SLEEF_DECLARE(...)                                      \
  extern "C" {                                                         \
  ANSATZ_FOR_EACH_SLEEF_UNARY(ANSATZ_SLEEF_DECLARE_UNARY, __VA_ARGS__) \
  ANSATZ_SLEEF_DECLARE_POW(__VA_ARGS__)                                \
  }

ANSATZ_SLEEF_DECLARE(ANSATZ_SLEEF_SCALAR)

namespace ansatz::kernels::sleef {

#define ANSATZ_DEFINE(name, set, n, Float, m, Double)                          \
  inline Float name(Float x) { return Sleef_finz_##name##f##n##_u10##set(x); } \
  inline Double name(Double x) { return Sleef_finz_##name##d##m##_u10##set(x); }
ANSATZ_FOR_EACH_SLEEF_UNARY(ANSATZ_DEFINE, ANSATZ_SLEEF_SCALAR)
#undef ANSATZ_DEFINE
inline float pow(float x, float y) { return Sleef_finz_powf1_u10purecfma(x, y); }
inline double pow(double x, double y) { return Sleef_finz_powd1_u10purecfma(x, y); }

}  // namespace ansatz::kernels::sleef

// clang passes vectors of more than 128 bits on the stack unless the whole file is compiled for AVX, while SLEEF
// expects them in registers. There, wider vectors are computed by halves, with the same bits.
#if defined(__clang__) && defined(__x86_64__)
#define ANSATZ_BY_HALVES 1
#include <immintrin.h>
ANSATZ_SLEEF_DECLARE(ANSATZ_SLEEF_AVX2_128)
#else
#define ANSATZ_BY_HALVES 0
#endif
