// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The scalar forms of SLEEF's deterministic functions: the same bits as its vector forms on every processor
/// (N. Shibata, F. Petrogalli, IEEE TPDS 31, 1316 (2020), doi:10.1109/TPDS.2019.2960333). Declared here since sleef.h
/// hides them unless the whole file is compiled for FMA.
#pragma once

// Each function with SLEEF's name for its error bound: u10 is 1.0 ulp.
#define ANSATZ_FOR_EACH_SLEEF_UNARY(X) \
  X(exp, u10) X(log, u10) X(log1p, u10) X(expm1, u10) X(sin, u10) X(cos, u10) X(tanh, u10) X(erf, u10) X(erfc, u15)

extern "C" {
#define ANSATZ_DECLARE(name, bound)                     \
  float Sleef_finz_##name##f1_##bound##purecfma(float); \
  double Sleef_finz_##name##d1_##bound##purecfma(double);
ANSATZ_FOR_EACH_SLEEF_UNARY(ANSATZ_DECLARE)
#undef ANSATZ_DECLARE
float Sleef_finz_powf1_u10purecfma(float, float);
double Sleef_finz_powd1_u10purecfma(double, double);
}

namespace ansatz::kernels::sleef {

#define ANSATZ_DEFINE(name, bound)                                                  \
  inline float name(float x) { return Sleef_finz_##name##f1_##bound##purecfma(x); } \
  inline double name(double x) { return Sleef_finz_##name##d1_##bound##purecfma(x); }
ANSATZ_FOR_EACH_SLEEF_UNARY(ANSATZ_DEFINE)
#undef ANSATZ_DEFINE
inline float pow(float x, float y) { return Sleef_finz_powf1_u10purecfma(x, y); }
inline double pow(double x, double y) { return Sleef_finz_powd1_u10purecfma(x, y); }

}  // namespace ansatz::kernels::sleef

// clang passes vectors of more than 128 bits on the stack unless the whole file is compiled for AVX, while SLEEF
// expects them in registers. There, wider vectors are computed by halves, with the same bits.
#if defined(__clang__) && defined(__x86_64__)
#define ANSATZ_BY_HALVES 1
#include <immintrin.h>
extern "C" {
#define ANSATZ_DECLARE(name, bound)                      \
  __m128 Sleef_finz_##name##f4_##bound##avx2128(__m128); \
  __m128d Sleef_finz_##name##d2_##bound##avx2128(__m128d);
ANSATZ_FOR_EACH_SLEEF_UNARY(ANSATZ_DECLARE)
#undef ANSATZ_DECLARE
__m128 Sleef_finz_powf4_u10avx2128(__m128, __m128);
__m128d Sleef_finz_powd2_u10avx2128(__m128d, __m128d);
}
#else
#define ANSATZ_BY_HALVES 0
#endif
