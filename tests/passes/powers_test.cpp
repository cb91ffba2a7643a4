// SPDX-License-Identifier: BSD-3-Clause
// Powers as products: as few multiplications as addition chains allow (OEIS A003313, D. E. Knuth, The Art of Computer
// Programming 2, section 4.6.3), and the values.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/interpret.hpp"

namespace ansatz::test {
namespace {

/// Length of a shortest addition chain for 1 … 64.
constexpr int shortest[] = {0, 1, 2, 2, 3, 3, 4, 3, 4, 4, 5, 4, 5, 5, 5, 4, 5, 5, 6, 5, 6, 6,
                            6, 5, 6, 6, 6, 6, 7, 6, 7, 5, 6, 6, 7, 6, 7, 7, 7, 6, 7, 7, 7, 7,
                            7, 7, 8, 6, 7, 7, 7, 7, 8, 7, 8, 7, 8, 8, 8, 7, 8, 8, 8, 6};

Graph powers(const std::vector<int>& exponents) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {}});
  for (int n : exponents) trace.output(pow(x, n));
  return passes::optimise(trace.finish(), run::default_passes());
}

TEST(Powers, OfOneExponentTakeTheShortestChain) {
  for (int n = 1; n <= 64; ++n) EXPECT_EQ(passes::operation_count(powers({n})), shortest[n - 1]) << n;
}

TEST(Powers, ShareWhatTheyHaveInCommon) {
  EXPECT_EQ(passes::operation_count(powers({2, 4, 8})), 3);
  EXPECT_EQ(passes::operation_count(powers({6, 12})), 4);
  EXPECT_EQ(passes::operation_count(powers({2, 3, 4, 5, 6, 7, 8})), 7);
}

TEST(Powers, NegativeOnesAreOneDivisionMore) {
  for (int n = 1; n <= 64; ++n) EXPECT_EQ(passes::operation_count(powers({-n})), shortest[n - 1] + 1) << n;
}

TEST(Powers, HaveTheValueOfPow) {
  for (double x : {1.125, -0.875, 3.0}) {
    std::vector<int> exponents;
    for (int n = -64; n <= 64; ++n) exponents.push_back(n);
    const std::vector<Tensor> values = interpret(powers(exponents), {Tensor(x)});
    for (std::size_t i = 0; i < exponents.size(); ++i) {
      const double expected = std::pow(x, exponents[i]);
      EXPECT_NEAR(numbers_of(values[i])[0], expected, 1e-14 * std::abs(expected)) << x << "^" << exponents[i];
    }
  }
}

}  // namespace
}  // namespace ansatz::test
