// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A number of 120 bits of MPFR, with the operators and functions that the exact formulas use.
#pragma once

#include <mpfr.h>

namespace ansatz::ulp {

class Real {
 public:
  Real(long double x = 0) { mpfr_init2(value_, 120), mpfr_set_ld(value_, x, MPFR_RNDN); }  // NOLINT: a number is one
  Real(const Real& other) : Real() { mpfr_set(value_, other.value_, MPFR_RNDN); }
  Real& operator=(const Real& other) {
    mpfr_set(value_, other.value_, MPFR_RNDN);
    return *this;
  }
  ~Real() { mpfr_clear(value_); }

  explicit operator double() const { return mpfr_get_d(value_, MPFR_RNDN); }
  explicit operator long double() const { return mpfr_get_ld(value_, MPFR_RNDN); }

#define ANSATZ_OPERATOR(symbol, name)                          \
  friend Real operator symbol(const Real& a, const Real& b) {  \
    Real result;                                               \
    mpfr_##name(result.value_, a.value_, b.value_, MPFR_RNDN); \
    return result;                                             \
  }
  ANSATZ_OPERATOR(+, add)
  ANSATZ_OPERATOR(-, sub)
  ANSATZ_OPERATOR(*, mul)
  ANSATZ_OPERATOR(/, div)
#undef ANSATZ_OPERATOR
  Real operator-() const {
    Real result;
    mpfr_neg(result.value_, value_, MPFR_RNDN);
    return result;
  }
  friend bool operator<(const Real& a, const Real& b) { return mpfr_less_p(a.value_, b.value_) != 0; }
  friend bool operator>(const Real& a, const Real& b) { return b < a; }

#define ANSATZ_FUNCTION(name)                        \
  friend Real name(const Real& x) {                  \
    Real result;                                     \
    mpfr_##name(result.value_, x.value_, MPFR_RNDN); \
    return result;                                   \
  }
  ANSATZ_FUNCTION(exp)
  ANSATZ_FUNCTION(log)
  ANSATZ_FUNCTION(log1p)
  ANSATZ_FUNCTION(expm1)
  ANSATZ_FUNCTION(sin)
  ANSATZ_FUNCTION(cos)
  ANSATZ_FUNCTION(tanh)
  ANSATZ_FUNCTION(erf)
  ANSATZ_FUNCTION(erfc)
  ANSATZ_FUNCTION(sqrt)
  ANSATZ_FUNCTION(abs)
#undef ANSATZ_FUNCTION
  friend Real pow(const Real& x, const Real& y) {
    Real result;
    mpfr_pow(result.value_, x.value_, y.value_, MPFR_RNDN);
    return result;
  }
  friend Real fma(const Real& a, const Real& b, const Real& c) {
    Real result;
    mpfr_fma(result.value_, a.value_, b.value_, c.value_, MPFR_RNDN);
    return result;
  }

 private:
  mpfr_t value_;
};

}  // namespace ansatz::ulp
