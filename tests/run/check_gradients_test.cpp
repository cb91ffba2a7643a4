// SPDX-License-Identifier: BSD-3-Clause
// check_gradients passes what is right, finds what is wrong, and tells kinks and what is not finite from both.
#include "ansatz/run/check_gradients.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::HasSubstr;

TEST(CheckGradients, PassesARightFunctionOfSeveralArgumentsToSecondOrder) {
  const auto f = [](Var x, Var w, Var index) {
    return std::pair(tanh(matmul(x, w)) * sum(x), logsumexp(gather(x, index), {}));
  };
  const Tensor x = vector_of({0.5, -1.25, 2.0}), w = tensor_of(Dtype::f64, {3, 2}, {1, 2, 0.5, -1, 0.25, 0.75}),
               index = tensor_of(Dtype::i32, {2}, {2, 0});
  const GradientCheck check = check_gradients(f, {x, w, index}, {.second_order = true});
  EXPECT_TRUE(check.passed) << to_string(check);
  EXPECT_LT(check.largest_error, 1e-9);
  EXPECT_EQ(check.worst.size(), 3U);
  EXPECT_TRUE(check.remarks.empty());
  EXPECT_THAT(to_string(check), HasSubstr("agree with finite differences"));
}

TEST(CheckGradients, TakesNumbersAndLargeOnes) {
  const auto f = [](Var x, Var y) { return sin(x * y) + exp(x) * 1e6; };
  EXPECT_TRUE(check_gradients(f, {0.3, 1.2}, {.second_order = true}).passed);
  EXPECT_TRUE(check_gradients([](Var x) { return x * x; }, {1e8}, {.second_order = true}).passed);
}

TEST(CheckGradients, FindsAWrongDerivativeAndSaysWhere) {
  // stop_gradient makes the derivative of its second element half of what it is.
  const auto f = [](Var x, Var y) {
    const Var half = x * stop_gradient(x);
    return std::pair(y * y, where(constant(Numbers{0, 1, 0}, Dtype::boolean, {3}), half, x * x));
  };
  const GradientCheck check = check_gradients(f, {vector_of({0.5, 1.5, -2.0}), 3.0});
  EXPECT_FALSE(check.passed);
  EXPECT_EQ(check.worst[0].argument, 0);
  EXPECT_EQ(check.worst[0].output, 1);
  EXPECT_EQ(check.worst[0].element, 1);
  EXPECT_NEAR(check.worst[0].difference, 2.0 * check.worst[0].derivative, 1e-9);
  EXPECT_GT(check.worst[1].error, 1e-2);
  EXPECT_THAT(to_string(check), HasSubstr("are WRONG"));
  EXPECT_THAT(error_of<NumericError>([&] {
                check_gradients(f, {vector_of({0.5, 1.5, -2.0}), 3.0}, {.throws = true});
              }),
              HasSubstr("along argument 0, output 1, element 1"));
}

TEST(CheckGradients, FindsAWrongSecondDerivativeBehindARightFirstOne) {
  const auto f = [](Var x) { return sum(2.0 * x * stop_gradient(x) - stop_gradient(x * x)); };  // x², 2x, and then 0
  EXPECT_TRUE(check_gradients(f, {vector_of({0.5, 1.5})}).passed);
  const GradientCheck check = check_gradients(f, {vector_of({0.5, 1.5})}, {.second_order = true});
  EXPECT_FALSE(check.passed);
  EXPECT_GT(check.worst[2].error, 0.5);
  EXPECT_EQ(check.worst[2].of_argument, 0);
}

TEST(CheckGradients, TellsAKinkFromAnError) {
  const auto f = [](Var x) { return abs(x) + x; };
  const GradientCheck check = check_gradients(f, {vector_of({0.0, 1.0})}, {.directions = 1});
  EXPECT_TRUE(check.passed) << to_string(check);
  EXPECT_THAT(check.remarks, testing::ElementsAre(HasSubstr("output 0, element 0, along argument 0: a kink, slopes ")));
  // A derivative that lies on neither side is wrong at a kink too.
  const auto wrong = [](Var x) { return abs(x) + 3.0 * x - 3.0 * stop_gradient(x); };
  EXPECT_FALSE(check_gradients(wrong, {vector_of({0.0, 1.0})}).passed);
}

TEST(CheckGradients, SaysWhatIsNotFinite) {
  const auto root = [](Var x) { return sqrt(x); };
  const GradientCheck at_edge = check_gradients(root, {vector_of({0.0, 4.0})}, {.directions = 1});
  EXPECT_THAT(at_edge.remarks, testing::Contains(HasSubstr("the function is not finite beside this point")));
  const GradientCheck outside = check_gradients(root, {vector_of({-1.0, 4.0})});
  EXPECT_FALSE(outside.passed);
  EXPECT_THAT(outside.remarks, testing::Contains(HasSubstr("output 0 is not finite at this point")));
  // 0 · ∞: x^1.5 written as x √x has a derivative at 0, but the product rule does not find it.
  const auto product = [](Var x) { return x * sqrt(abs(x)); };
  const GradientCheck lost = check_gradients(product, {vector_of({0.0})});
  EXPECT_FALSE(lost.passed);
  EXPECT_EQ(lost.largest_error, std::numeric_limits<double>::infinity());
  EXPECT_THAT(lost.remarks, testing::Contains(HasSubstr("but differences are finite")));
}

TEST(CheckGradients, RefusesSinglePrecisionAndWhatHasNoRealArgument) {
  const auto f = [](Var x) { return x * x; };
  EXPECT_EQ(error_of<DtypeError>([&] { check_gradients(f, {tensor_of(Dtype::f32, {1}, {1})}); }),
            "[check_gradients] argument 0 is f32; finite differences need f64");
  EXPECT_EQ(error_of<DtypeError>([&] { check_gradients([](Var x) { return cast(x, Dtype::f32); }, {1.0}); }),
            "[check_gradients] the function returns f32[]; finite differences need f64");
  EXPECT_EQ(error_of<ArgumentError>([&] { check_gradients(f, {tensor_of(Dtype::i32, {1}, {1})}); }),
            "[check_gradients] no argument is f64; at least one is expected");
}

}  // namespace
}  // namespace ansatz::test
