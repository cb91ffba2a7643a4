// SPDX-License-Identifier: BSD-3-Clause
// Elementary functions within their error bounds, in every kernel set, against the C library's in a wider format: the
// table of docs/numbers.md, at a sample of its points.
#include <set>

#include "ansatz/ops/table.hpp"
#include "bench/ulp/error.hpp"
#include "bench/ulp/evaluator.hpp"
#include "bench/ulp/functions.hpp"
#include "bench/ulp/points.hpp"
#include "tests/kernels/kernel_sets.hpp"

namespace ansatz::test {
namespace {

constexpr std::size_t sample = 100'000;

template <class T>
using Wider = std::conditional_t<std::is_same_v<T, float>, double, long double>;

template <std::size_t N>
using Bounded = ulp::Function<N, double, long double>;

/// f32: the whole range of bit patterns, in steps that are coprime to their number; f64: random.
template <class T>
void draw_arguments(const Bounded<1>& f, std::array<std::vector<T>, 1>& x) {
  ulp::Draws<T> draws(0);
  for (std::size_t i = 0; i < sample; ++i)
    if constexpr (std::is_same_v<T, float>)
      x[0].push_back(std::bit_cast<float>(static_cast<std::uint32_t>(i * 42'949U)));
    else
      x[0].push_back(ulp::draw(draws, i, f.domain, f.range));
}
template <class T>
void draw_arguments(const Bounded<2>& f, std::array<std::vector<T>, 2>& x) {
  ulp::Draws<T> draws(0);
  for (auto& operand : x) operand.resize(sample);
  for (std::size_t i = 0; i < sample; ++i)
    f.name == "pow" ? ulp::draw_power(draws, i, x[0][i], x[1][i]) : ulp::draw_pair(draws, i, x[0][i], x[1][i]);
}

template <class T, std::size_t N>
void expect_within_bound(const Bounded<N>& f, const kernels::KernelSet& set) {
  using Wide = Wider<T>;
  std::array<std::vector<T>, N> x;
  draw_arguments(f, x);
  ulp::Evaluator<T, N> evaluate(f.ours, sample, set);
  const T* y = evaluate(x);
  const ulp::Interval held = std::is_same_v<T, float> ? f.held_f32 : f.held;
  double worst = 0.0;
  std::array<T, N> at{};
  std::size_t finite = 0;
  for (std::size_t i = 0; i < sample; ++i) {
    std::array<Wide, N> arguments;
    for (std::size_t k = 0; k < N; ++k) arguments[k] = x[k][i];
    if (arguments[0] < held.low || arguments[0] > held.high) continue;
    const Wide exact = f.exact(arguments);
    finite += std::isfinite(exact) ? 1U : 0U;
    const double error = ulp::error(y[i], exact);
    if (error <= worst) continue;
    worst = error;
    for (std::size_t k = 0; k < N; ++k) at[k] = x[k][i];
  }
  EXPECT_LE(worst, 1.001 * f.bound) << f.name << " at " << testing::PrintToString(at) << " in " << name_of(dtype_of<T>);
  EXPECT_GT(worst, 0.4 * std::min(f.bound, 1.0) - 1e-9) << f.name << ": errors are measured";
  EXPECT_GT(finite, sample / 20) << f.name;
}

class ElementaryFunctions : public KernelSets {
 protected:
  template <class T>
  void expect_all_within_bounds() {
    for (const auto& f : ulp::functions_of_one<double, long double>()) expect_within_bound<T>(f, set());
    for (const auto& f : ulp::functions_of_two<double, long double>()) expect_within_bound<T>(f, set());
  }
};

TEST_P(ElementaryFunctions, AreWithinTheirErrorBoundInDoublePrecision) {
  if (std::numeric_limits<long double>::digits < 64) GTEST_SKIP() << "long double is no wider than double here";
  expect_all_within_bounds<double>();
}

TEST_P(ElementaryFunctions, AreWithinTheirErrorBoundInSinglePrecision) { expect_all_within_bounds<float>(); }

ANSATZ_FOR_EACH_KERNEL_SET(ElementaryFunctions);

TEST(ErrorTable, HasEveryRowOfNumbers) {
  std::set<std::string_view> measured;
  for (const auto& f : ulp::functions_of_one<double>()) measured.insert(f.name);
  for (const auto& f : ulp::functions_of_two<double>()) measured.insert(f.name);
  for (const char* product : {"integer_pow"}) measured.insert(product);
  for (const Op* op : all_ops()) {
    if (!op->elementwise || op->arity < 1 || op->arity > 2 || op->accepts == Accepts::boolean) continue;
    const std::vector<Type> types(static_cast<std::size_t>(op->arity), Type{Dtype::f64, {}});
    if (op == &rows::cast || op->type(types, {}).dtype == Dtype::boolean) continue;
    EXPECT_TRUE(measured.contains(op->name)) << op->name;
  }
}

TEST(ErrorInUlp, CountsPlacesOfTheExactValue) {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(ulp::error(1.0F, 1.0), 0.0);
  EXPECT_EQ(ulp::error(1.0F + 0x1p-23F, 1.0), 1.0);
  EXPECT_EQ(ulp::error(1.0F, 1.0 - 0x1p-25), 0.5) << "below 1 the place is half as large";
  EXPECT_EQ(ulp::error(0.0F, 0x1p-150), 0.5) << "the place of denormals";
  EXPECT_EQ(ulp::error(0x1p-149F, 0.0), 1.0);
  EXPECT_EQ(ulp::error(std::numeric_limits<float>::max(), 1e300), 0.5) << "infinity counts as 2^128";
  EXPECT_EQ(ulp::error(std::numeric_limits<float>::infinity(), 1e300), 0.0);
  EXPECT_EQ(ulp::error(-std::numeric_limits<float>::infinity(), infinity), 0x1p24);
  EXPECT_EQ(ulp::error(1.0F, nan), infinity);
  EXPECT_EQ(ulp::error(std::numeric_limits<float>::quiet_NaN(), 1.0), infinity);
  EXPECT_EQ(ulp::error(std::numeric_limits<float>::quiet_NaN(), nan), 0.0);
}

}  // namespace
}  // namespace ansatz::test
