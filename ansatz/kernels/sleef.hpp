// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The scalar forms of SLEEF's deterministic functions: the same bits as its vector forms on every processor
/// (N. Shibata, F. Petrogalli, IEEE TPDS 31, 1316 (2020), doi:10.1109/TPDS.2019.2960333). Declared here since sleef.h
/// hides them unless the whole file is compiled for FMA.
#pragma once

#define ANSATZ_FOR_EACH_SLEEF_UNARY(X) X(exp) X(log) X(log1p) X(expm1) X(sin) X(cos) X(tanh) X(erf)

extern "C" {
#define ANSATZ_DECLARE(name)                      \
  float Sleef_finz_##name##f1_u10purecfma(float); \
  double Sleef_finz_##name##d1_u10purecfma(double);
ANSATZ_FOR_EACH_SLEEF_UNARY(ANSATZ_DECLARE)
#undef ANSATZ_DECLARE
float Sleef_finz_powf1_u10purecfma(float, float);
double Sleef_finz_powd1_u10purecfma(double, double);
}

namespace ansatz::kernels::sleef {

#define ANSATZ_DEFINE(name)                                                   \
  inline float name(float x) { return Sleef_finz_##name##f1_u10purecfma(x); } \
  inline double name(double x) { return Sleef_finz_##name##d1_u10purecfma(x); }
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
#define ANSATZ_DECLARE(name)                       \
  __m128 Sleef_finz_##name##f4_u10avx2128(__m128); \
  __m128d Sleef_finz_##name##d2_u10avx2128(__m128d);
ANSATZ_FOR_EACH_SLEEF_UNARY(ANSATZ_DECLARE)
#undef ANSATZ_DECLARE
__m128 Sleef_finz_powf4_u10avx2128(__m128, __m128);
__m128d Sleef_finz_powd2_u10avx2128(__m128d, __m128d);
}
#else
#define ANSATZ_BY_HALVES 0
#endif
