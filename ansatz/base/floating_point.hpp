// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The floating-point environment in which all of Ansatz computes.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#else
#include <cfenv>
#endif

namespace ansatz {

/// Round to nearest, denormals kept, no traps, whatever the caller's environment; restored at the end of the scope.
class FloatingPointEnvironment {
 public:
#if defined(__x86_64__)
  FloatingPointEnvironment() : saved_(_mm_getcsr()) { _mm_setcsr(0x1F80); }
  ~FloatingPointEnvironment() { _mm_setcsr(saved_); }

 private:
  unsigned saved_;
#else
  FloatingPointEnvironment() {
    std::fegetenv(&saved_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~FloatingPointEnvironment() { std::fesetenv(&saved_); }

 private:
  std::fenv_t saved_;
#endif
 public:
  FloatingPointEnvironment(const FloatingPointEnvironment&) = delete;
  FloatingPointEnvironment& operator=(const FloatingPointEnvironment&) = delete;
};

}  // namespace ansatz
