// SPDX-License-Identifier: BSD-3-Clause
// What is finite as written stays finite when optimised, and what is not stays so: no rewrite hides a NaN.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/interpret.hpp"

namespace ansatz::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

/// A formula of three numbers without functions whose results could over- or underflow here.
Graph random_formula(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  Trace trace;
  std::vector<Var> values;
  for (int i = 0; i < 3; ++i) values.push_back(trace.input({Dtype::f64, {}}));
  const auto any = [&] { return values[below(values.size())]; };
  const std::size_t steps = 2 + below(7);
  for (std::size_t i = 0; i < steps; ++i) {
    const Var a = any(), b = any();
    switch (below(12)) {
      case 0:
      case 1: values.push_back(a + b); break;
      case 2:
      case 3: values.push_back(a - b); break;
      case 4:
      case 5: values.push_back(a * b); break;
      case 6:
      case 7: values.push_back(a / b); break;
      case 8: values.push_back(pow(a, static_cast<int>(below(5)) - 2)); break;
      case 9: values.push_back(2.0 * a - 3.0); break;
      case 10: values.push_back(below(2) == 0 ? sqrt(a) : abs(a)); break;
      default: values.push_back(where(a < b, a, b)); break;
    }
  }
  trace.output(values.back());
  trace.output(any());
  return trace.finish();
}

TEST(SpecialValues, StayWhatTheyAreInRandomFormulas) {
  const double specials[] = {0.0, -0.0, 1.0, -1.0, 2.0, -3.0, 0.5, infinity, -infinity, nan};
  int not_finite = 0, changed = 0;
  for (std::uint32_t seed = 0; seed < test::effort(3000U, 300U); ++seed) {
    const Graph written = random_formula(seed);
    const Graph optimised = passes::optimise(written, run::default_passes());
    changed += passes::operation_count(optimised) < passes::operation_count(written) ? 1 : 0;
    std::mt19937 random(seed);
    for (int point = 0; point < 40; ++point) {
      std::vector<Tensor> inputs;
      for (int i = 0; i < 3; ++i) inputs.emplace_back(specials[std::uniform_int_distribution<int>(0, 9)(random)]);
      const std::vector<Tensor> before = interpret(written, inputs), after = interpret(optimised, inputs);
      for (std::size_t k = 0; k < 2; ++k) {
        const double a = numbers_of(before[k])[0], b = numbers_of(after[k])[0];
        not_finite += std::isfinite(a) ? 0 : 1;
        ASSERT_EQ(std::isfinite(a), std::isfinite(b))
            << a << " became " << b << "; seed " << seed << ", output " << k << " of\n"
            << to_text(written) << "at " << numbers_of(inputs[0])[0] << ", " << numbers_of(inputs[1])[0] << ", "
            << numbers_of(inputs[2])[0] << "\n"
            << to_text(optimised);
      }
    }
  }
  EXPECT_GT(not_finite, test::effort(10'000, 1'000));
  EXPECT_GT(changed, test::effort(100, 10));  // or nothing was optimised
}

TEST(SpecialValues, DoNotCancel) {
  const auto difference = [](const Var& x) { return x - x; };
  const auto ratio = [](const Var& x) { return x / x; };
  const auto there_and_back = [](const Var& x, const Var& y) { return x * y / y; };
  const auto square = [](const Var& x) { return sqrt(x) * sqrt(x); };
  EXPECT_TRUE(std::isnan(double(evaluate(difference, infinity))));
  EXPECT_TRUE(std::isnan(double(evaluate(difference, nan))));
  EXPECT_TRUE(std::isnan(double(evaluate(ratio, 0.0))));
  EXPECT_TRUE(std::isnan(double(evaluate(there_and_back, 1.0, 0.0))));
  EXPECT_TRUE(std::isnan(double(evaluate(square, -1.0))));
}

TEST(SpecialValues, OfADerivativeThatExistsAreFinite) {
  // d(xʸ)/dx = y · xʸ⁻¹, not y · xʸ / x
  const auto power = [](const Var& x, const Var& y) { return pow(x, y); };
  const auto both = [&](const Var& x, const Var& y) {
    const auto [value, slope] = value_and_grad(power)(x, y);
    return std::vector<Var>{value, slope};
  };
  const std::vector<Tensor> values = evaluate(both, 0.0, 2.0);
  EXPECT_EQ(double(values[0]), 0.0);
  EXPECT_EQ(double(values[1]), 0.0);
}

TEST(SpecialValues, RoundingsThatWereMeantStay) {
  // the error of a sum, exactly (Knuth's two-sum): zero in real arithmetic
  const auto error_of_sum = [](const Var& a, const Var& b) {
    const Var s = a + b, back = s - a;
    return (a - (s - back)) + (b - back);
  };
  EXPECT_EQ(double(evaluate(error_of_sum, 1.0, 1e-17)), 1e-17);
}

TEST(SpecialValues, CancelWhereThatIsAskedFor) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {}}), y = trace.input({Dtype::f64, {}});
  trace.output(x * y / y);
  trace.output(x + y - y);
  passes::Options options = run::default_passes();
  options.cancel = true;
  EXPECT_EQ(passes::operation_count(passes::optimise(trace.finish(), options)), 0);
}

}  // namespace
}  // namespace ansatz::test
