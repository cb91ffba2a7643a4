// SPDX-License-Identifier: BSD-3-Clause
// What the elementary functions give for NaN, ±0, ±∞, the ends of the denormals and of the finite numbers: the table of
// docs/numbers.md, in every kernel set.
#include <set>

#include "ansatz/nn/activation.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/ops/table.hpp"
#include "bench/ulp/error.hpp"
#include "bench/ulp/evaluator.hpp"
#include "tests/kernels/kernel_sets.hpp"

namespace ansatz::test {
namespace {

constexpr double nan_ = std::numeric_limits<double>::quiet_NaN(), inf_ = std::numeric_limits<double>::infinity();

/// What is expected: a number; x itself; −x; or the C library's value to 1 ulp.
struct Expected {
  enum class What : std::uint8_t { number, argument, negated, near } what = What::number;
  double number = 0.0;
  double (*near)(double) = nullptr;
  Expected(double value) : number(value) {}                                   // NOLINT: a number is one
  Expected(What w) : what(w) {}                                               // NOLINT
  Expected(double (*function)(double)) : what(What::near), near(function) {}  // NOLINT

  template <class T>
  bool met_by(T found, T x) const {
    switch (what) {
      case What::number: return same_bits(found, static_cast<T>(number));
      case What::argument: return same_bits(found, x);
      case What::negated: return same_bits(found, -x);
      case What::near: {
        const T exact = static_cast<T>(near(static_cast<double>(x)));
        return std::isfinite(found) && found >= std::nextafter(exact, -std::numeric_limits<T>::infinity()) &&
               found <= std::nextafter(exact, std::numeric_limits<T>::infinity());
      }
    }
    return false;
  }
};
constexpr Expected::What self = Expected::What::argument, minus = Expected::What::negated;

/// The results for the arguments that special_arguments lists.
struct SpecialValues {
  const char* name;
  Var (*f)(const Var&);
  Expected nan, zero, minus_zero, infinity, minus_infinity;
  Expected tiny, minus_tiny;  ///< the smallest and the largest denormal
  Expected most, least;       ///< the largest finite number and its negative
};

template <class T>
std::vector<std::pair<T, Expected>> special_arguments(const SpecialValues& s) {
  using L = std::numeric_limits<T>;
  const T largest_denormal = L::min() - L::denorm_min();
  return {{L::quiet_NaN(), s.nan},
          {T(0), s.zero},
          {-T(0), s.minus_zero},
          {L::infinity(), s.infinity},
          {-L::infinity(), s.minus_infinity},
          {L::denorm_min(), s.tiny},
          {-L::denorm_min(), s.minus_tiny},
          {largest_denormal, s.tiny},
          {-largest_denormal, s.minus_tiny},
          {L::max(), s.most},
          {L::lowest(), s.least}};
}

double libm_log(double x) { return std::log(x); }
double libm_sin(double x) { return std::sin(x); }
double libm_cos(double x) { return std::cos(x); }
double libm_sqrt(double x) { return std::sqrt(x); }
double erf_near_0(double x) { return x * 1.1283791670955126; }
double half(double x) { return x * 0.5; }
double quarter(double x) { return x * 0.25; }

constexpr double ln2 = 0.6931471805599453;

// clang-format off
const SpecialValues special_values[] = {
    // name, function                NaN    0     −0     ∞     −∞      denormals  negative        largest   least
    {"exp", exp,                     nan_,  1.0,  1.0,   inf_, 0.0,    1.0,       1.0,            inf_,     0.0},
    {"log", log,                     nan_, -inf_, -inf_, inf_, nan_,   libm_log,  nan_,           libm_log, nan_},
    {"log1p", log1p,                 nan_,  0.0, -0.0,   inf_, nan_,   self,      self,           libm_log, nan_},
    {"expm1", expm1,                 nan_,  0.0, -0.0,   inf_, -1.0,   self,      self,           inf_,     -1.0},
    {"sin", sin,                     nan_,  0.0, -0.0,   nan_, nan_,   self,      self,           libm_sin, libm_sin},
    {"cos", cos,                     nan_,  1.0,  1.0,   nan_, nan_,   1.0,       1.0,            libm_cos, libm_cos},
    {"tanh", tanh,                   nan_,  0.0, -0.0,   1.0,  -1.0,   self,      self,           1.0,      -1.0},
    {"erf", erf,                     nan_,  0.0, -0.0,   1.0,  -1.0,   erf_near_0, erf_near_0,    1.0,      -1.0},
    {"normal_cdf", normal_cdf,       nan_,  0.5,  0.5,   1.0,  0.0,    0.5,       0.5,            1.0,      0.0},
    {"sigmoid", sigmoid,             nan_,  0.5,  0.5,   1.0,  0.0,    0.5,       0.5,            1.0,      0.0},
    {"softplus", softplus,           nan_,  ln2,  ln2,   inf_, 0.0,    ln2,       ln2,            self,     0.0},
    {"relu", relu,                   nan_,  0.0,  0.0,   inf_, 0.0,    self,      0.0,            self,     0.0},
    {"leaky_relu", [](const Var& x) { return leaky_relu(x, 0.25); },
                                     nan_,  0.0, -0.0,   inf_, -inf_,  self,      quarter,        self,     quarter},
    {"sqrt", sqrt,                   nan_,  0.0, -0.0,   inf_, nan_,   libm_sqrt, nan_,           libm_sqrt, nan_},
    {"abs", abs,                     nan_,  0.0,  0.0,   inf_, inf_,   self,      minus,          self,     minus},
    {"neg", [](const Var& x) { return -x; },
                                     nan_, -0.0,  0.0,  -inf_, inf_,   minus,     minus,          minus,    minus},
    {"sign", sign,                   nan_,  0.0, -0.0,   1.0,  -1.0,   1.0,       -1.0,           1.0,      -1.0},
    {"elu", elu,                     nan_,  0.0, -0.0,   inf_, -1.0,   self,      self,           self,     -1.0},
    {"silu", [](const Var& x) { return act::silu(x); },
                                     nan_,  0.0, -0.0,   inf_, nan_,   half,      half,           self,     -0.0},
    {"gelu", [](const Var& x) { return act::gelu(x); },
                                     nan_,  0.0, -0.0,   inf_, nan_,   half,      half,           self,     -0.0},
};
// clang-format on

class SpecialValuesOfKernels : public KernelSets {};

TEST(SpecialValueTable, HasEveryRowOfOneNumber) {
  std::set<std::string_view> tested;
  for (const SpecialValues& s : special_values) tested.insert(s.name);
  // Expanded into products; these give or take bools.
  for (const char* other : {"integer_pow", "is_finite", "cast", "logical_not"}) tested.insert(other);
  for (const Op* op : all_ops())
    if (op->elementwise && op->arity == 1) {
      EXPECT_TRUE(tested.contains(op->name)) << op->name;
    }
}

TEST_P(SpecialValuesOfKernels, AreThoseOfTheTable) {
  const auto check = [this](const SpecialValues& s, auto zero) {
    using T = decltype(zero);
    const auto wanted = special_arguments<T>(s);
    std::array<std::vector<T>, 1> x;
    for (const auto& [argument, expected] : wanted) x[0].push_back(argument);
    ulp::Evaluator<T, 1> evaluate(s.f, static_cast<std::int64_t>(x[0].size()), set());
    const T* y = evaluate(x);
    for (std::size_t i = 0; i < wanted.size(); ++i)
      EXPECT_TRUE(wanted[i].second.met_by(y[i], x[0][i]))
          << s.name << " of " << x[0][i] << " is " << y[i] << " in " << name_of(dtype_of<T>);
  };
  for (const SpecialValues& s : special_values) check(s, float{}), check(s, double{});
}

/// Powers of special numbers by special numbers follow C (ISO C 2011, F.10.4.4), which says what IEEE 754 says.
TEST_P(SpecialValuesOfKernels, OfPowersAreThoseOfC) {
  const auto check = [this](auto zero) {
    using T = decltype(zero);
    using L = std::numeric_limits<T>;
    const std::vector<T> numbers = {T(0),
                                    T(0.5),
                                    T(1),
                                    T(1.5),
                                    T(2),
                                    T(3),
                                    T(1e10),
                                    L::infinity(),
                                    L::max(),
                                    L::min(),
                                    L::denorm_min(),
                                    L::min() - L::denorm_min()};
    std::array<std::vector<T>, 2> x;
    for (T a : numbers)
      for (T b : numbers)
        for (T base : {a, -a, L::quiet_NaN()})
          for (T exponent : {b, -b, L::quiet_NaN()}) x[0].push_back(base), x[1].push_back(exponent);
    ulp::Evaluator<T, 2> evaluate([](const Var& a, const Var& b) { return pow(a, b); },
                                  static_cast<std::int64_t>(x[0].size()), set());
    const T* y = evaluate(x);
    for (std::size_t i = 0; i < x[0].size(); ++i) {
      const T exact = std::pow(x[0][i], x[1][i]);
      const bool ordinary = std::isfinite(exact) && exact != T(0);
      EXPECT_TRUE(same_bits(y[i], exact) || (ordinary && ulp::error(y[i], static_cast<long double>(exact)) <= 1.0))
          << "pow(" << x[0][i] << ", " << x[1][i] << ") is " << y[i] << "; C says " << exact;
    }
  };
  check(float{}), check(double{});
}

ANSATZ_FOR_EACH_KERNEL_SET(SpecialValuesOfKernels);

}  // namespace
}  // namespace ansatz::test
