// SPDX-License-Identifier: BSD-3-Clause
// Elementary functions within their error bounds, against the C library's in a wider format.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/ops/ops.hpp"
#include "tests/support/interpret.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using Wide = long double;

/// Distance of `found` from the exact value, in units of the last place of T at that value.
template <class T>
double ulps(T found, Wide exact) {
  if (std::isnan(exact)) return std::isnan(found) ? 0.0 : 1e300;
  const T rounded = static_cast<T>(exact);
  if (std::isinf(rounded)) return found == rounded || std::abs(found) == std::numeric_limits<T>::max() ? 0.0 : 1e300;
  int exponent = 0;
  std::frexp(exact, &exponent);
  const int lowest = std::numeric_limits<T>::min_exponent;
  const Wide place = std::ldexp(Wide(1), std::max(exponent, lowest) - std::numeric_limits<T>::digits);
  return static_cast<double>(std::abs(static_cast<Wide>(found) - exact) / place);
}

/// Numbers between low and high: half of them evenly spread, half evenly in their logarithm (where the range holds 0:
/// with both signs, down to 2⁻⁴⁰ of its ends).
Numbers points(double low, double high, std::mt19937& random) {
  std::uniform_real_distribution<double> even(low, high), unit(0.0, 1.0);
  Numbers x;
  for (int i = 0; i < 3000; ++i) {
    x.push_back(even(random));
    if (low > 0)
      x.push_back(low * std::pow(high / low, unit(random)));
    else
      x.push_back((random() % 2 == 0 ? low : high) * std::exp2(-40.0 * unit(random)));
  }
  return x;
}

struct Function {
  const char* name;
  Var (*ours)(const Var&);
  Wide (*exact)(Wide);
  double low, high;
  double bound = 1.0;  ///< ulp
};

const Function functions[] = {
    {"sqrt", sqrt, [](Wide x) { return std::sqrt(x); }, 1e-30, 1e30, 0.5001},
    {"exp", exp, [](Wide x) { return std::exp(x); }, -87.0, 88.0},
    {"log", log, [](Wide x) { return std::log(x); }, 1e-30, 1e30},
    {"log near 1", log, [](Wide x) { return std::log(x); }, 0.5, 2.0},
    {"log1p", log1p, [](Wide x) { return std::log1p(x); }, -0.999, 1e6},
    {"expm1", expm1, [](Wide x) { return std::expm1(x); }, -20.0, 80.0},
    {"sin", sin, [](Wide x) { return std::sin(x); }, -100.0, 100.0},
    {"cos", cos, [](Wide x) { return std::cos(x); }, -100.0, 100.0},
    {"sin of large arguments", sin, [](Wide x) { return std::sin(x); }, -1e9, 1e9},
    {"tanh", tanh, [](Wide x) { return std::tanh(x); }, -20.0, 20.0},
    {"erf", erf, [](Wide x) { return std::erf(x); }, -6.0, 6.0},
    {"sigmoid", sigmoid, [](Wide x) { return 1 / (1 + std::exp(-x)); }, -80.0, 80.0, 3.0},
    {"softplus", softplus, [](Wide x) { return std::max(x, Wide(0)) + std::log1p(std::exp(-std::abs(x))); }, -80.0,
     80.0, 3.0},
};

template <class T>
void expect_accurate(const Function& f) {
  std::mt19937 random(61);
  const Numbers drawn = points(f.low, f.high, random);
  const std::vector<T> x(drawn.begin(), drawn.end());
  const Tensor y = plainly([&](Var v) { return f.ours(v); }, Tensor(x, {static_cast<std::int64_t>(x.size())}));
  double worst = 0.0, at = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double error = ulps(y.as<T>()[i], f.exact(x[i]));
    if (error > worst) worst = error, at = static_cast<double>(x[i]);
  }
  EXPECT_LE(worst, 1.01 * f.bound) << f.name << " at " << at << " in " << name_of(dtype_of<T>);
  EXPECT_GT(worst, 0.0) << "errors are measured";
}

TEST(ElementaryFunctions, AreWithinTheirErrorBoundInDoublePrecision) {
  if (std::numeric_limits<Wide>::digits < 64) GTEST_SKIP() << "long double is no wider than double here";
  for (const Function& f : functions) expect_accurate<double>(f);
}

TEST(ElementaryFunctions, AreWithinTheirErrorBoundInSinglePrecision) {
  for (const Function& f : functions) expect_accurate<float>(f);
}

TEST(ElementaryFunctions, PowersAreWithinTheirErrorBound) {
  if (std::numeric_limits<Wide>::digits < 64) GTEST_SKIP() << "long double is no wider than double here";
  std::mt19937 random(62);
  std::uniform_real_distribution<double> base(0.01, 20.0), exponent(-12.0, 12.0);
  const std::int64_t n = 5000;
  std::vector<double> x(n), y(n);
  for (double& value : x) value = base(random);
  for (double& value : y) value = exponent(random);
  const std::vector<float> x32(x.begin(), x.end()), y32(y.begin(), y.end());
  const auto power = [](Var a, Var b) { return pow(a, b); };
  const Tensor found = plainly(power, Tensor(x, {n}), Tensor(y, {n}));
  const Tensor found32 = plainly(power, Tensor(x32, {n}), Tensor(y32, {n}));
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_LE(ulps(found.as<double>()[i], std::pow(Wide(x[i]), Wide(y[i]))), 1.0) << x[i] << '^' << y[i];
    EXPECT_LE(ulps(found32.as<float>()[i], std::pow(Wide(x32[i]), Wide(y32[i]))), 1.0) << x32[i] << '^' << y32[i];
  }
}

}  // namespace
}  // namespace ansatz::test
