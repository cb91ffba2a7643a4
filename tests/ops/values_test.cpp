// SPDX-License-Identifier: BSD-3-Clause
// What operations give at the edges of the numbers: NaN, ±0, infinities, overflow, no elements, ties.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "ansatz/ops/ops.hpp"
#include "tests/support/interpret.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();

Tensor integers(const std::vector<std::int32_t>& values) {
  return Tensor(values, {static_cast<std::int64_t>(values.size())});
}

/// Like ==, but NaN equals NaN and 0 differs from −0.
MATCHER_P(Same, expected, "") {
  return (std::isnan(arg) && std::isnan(expected)) || (arg == expected && std::signbit(arg) == std::signbit(expected));
}
template <class... T>
auto are(T... values) {
  return ElementsAre(Same(values)...);
}

/// f of `values`, in both floating dtypes.
template <class F>
void expect_unary(const F& f, const Numbers& values, const testing::Matcher<Numbers>& expected) {
  for (Dtype dtype : {Dtype::f64, Dtype::f32})
    EXPECT_THAT(numbers_of(plainly(f, vector_of(values, dtype))), expected) << name_of(dtype);
}
template <class F>
void expect_binary(const F& f, const Numbers& a, const Numbers& b, const testing::Matcher<Numbers>& expected) {
  for (Dtype dtype : {Dtype::f64, Dtype::f32})
    EXPECT_THAT(numbers_of(plainly(f, vector_of(a, dtype), vector_of(b, dtype))), expected) << name_of(dtype);
}

TEST(OperationValues, TheLargerOfNaNAndAnythingIsNaN) {
  const auto larger = [](Var a, Var b) { return max(a, b); };
  const auto smaller = [](Var a, Var b) { return min(a, b); };
  expect_binary(larger, {nan, 1, nan, -inf}, {1, nan, inf, 2}, are(nan, nan, nan, 2.0));
  expect_binary(smaller, {nan, 1, nan, -inf}, {1, nan, -inf, 2}, are(nan, nan, nan, -inf));
}

TEST(OperationValues, OfEqualZerosThePositiveOneIsTheLarger) {
  const auto larger = [](Var a, Var b) { return max(a, b); };
  const auto smaller = [](Var a, Var b) { return min(a, b); };
  expect_binary(larger, {0.0, -0.0, -0.0}, {-0.0, 0.0, -0.0}, are(0.0, 0.0, -0.0));
  expect_binary(smaller, {0.0, -0.0, 0.0}, {-0.0, 0.0, 0.0}, are(-0.0, -0.0, 0.0));
}

TEST(OperationValues, ActivationsKeepNaN) {
  expect_unary([](Var x) { return relu(x); }, {nan, -1, -0.0, 0.0, 2, inf, -inf},
               are(nan, 0.0, 0.0, 0.0, 2.0, inf, 0.0));
  expect_unary([](Var x) { return leaky_relu(x, 0.5); }, {nan, -1, -0.0, 2, inf, -inf},
               are(nan, -0.5, -0.0, 2.0, inf, -inf));
  expect_unary([](Var x) { return sigmoid(x); }, {nan, 0, 1e4, -1e4, inf, -inf}, are(nan, 0.5, 1.0, 0.0, 1.0, 0.0));
  expect_unary([](Var x) { return softplus(x); }, {nan, 1e4, -1e4, inf, -inf}, are(nan, 1e4, 0.0, inf, 0.0));
  expect_unary([](Var x) { return tanh(x); }, {nan, 1e4, -1e4, inf, -inf, -0.0}, are(nan, 1.0, -1.0, 1.0, -1.0, -0.0));
}

TEST(OperationValues, SignAndAbsFollowZeroAndNaN) {
  expect_unary([](Var x) { return sign(x); }, {nan, -3, -0.0, 0.0, 5, -inf}, are(nan, -1.0, -0.0, 0.0, 1.0, -1.0));
  expect_unary([](Var x) { return abs(x); }, {nan, -3, -0.0, -inf}, are(nan, 3.0, 0.0, inf));
}

TEST(OperationValues, PowersAtTheEdges) {
  const auto power = [](Var a, Var b) { return pow(a, b); };
  expect_binary(power, {0, -2, -2, -8, 2, 0, nan, 1}, {0, 3, -1, 0.5, inf, -1, 0, nan},
                are(1.0, -8.0, -0.5, nan, inf, inf, 1.0, 1.0));
  expect_unary([](Var x) { return pow(x, 10); }, {2, -1, 0, inf}, are(1024.0, 1.0, 0.0, inf));
  expect_unary([](Var x) { return pow(x, -3); }, {2, -1, 0, -inf}, are(0.125, -1.0, inf, -0.0));
}

TEST(OperationValues, ComparisonsWithNaNAreFalseExceptNotEqual) {
  const Numbers a = {nan, 1, nan, 2, 0.0}, b = {1, nan, nan, 2, -0.0};
  expect_binary([](Var x, Var y) { return x < y; }, a, b, are(0.0, 0.0, 0.0, 0.0, 0.0));
  expect_binary([](Var x, Var y) { return x <= y; }, a, b, are(0.0, 0.0, 0.0, 1.0, 1.0));
  expect_binary([](Var x, Var y) { return x >= y; }, a, b, are(0.0, 0.0, 0.0, 1.0, 1.0));
  expect_binary([](Var x, Var y) { return equal(x, y); }, a, b, are(0.0, 0.0, 0.0, 1.0, 1.0));
  expect_binary([](Var x, Var y) { return not_equal(x, y); }, a, b, are(1.0, 1.0, 1.0, 0.0, 0.0));
}

TEST(OperationValues, FiniteMeansNeitherNaNNorInfinite) {
  expect_unary([](Var x) { return is_finite(x); }, {nan, inf, -inf, 0, 1e30}, are(0.0, 0.0, 0.0, 1.0, 1.0));
  for (double bad : {nan, inf, -inf}) expect_unary([](Var x) { return all_finite(x); }, {1, 2, bad, 3}, are(0.0));
  expect_unary([](Var x) { return all_finite(x); }, {1, -2, 1e-40, 3}, are(1.0));
  expect_unary([](Var x) { return all_finite(x); }, {}, are(1.0));
}

TEST(OperationValues, WhereTakesBitsAndNothingElse) {
  const auto choose = [](Var x, Var y) { return where(x > y, x, y); };
  expect_binary(choose, {nan, 2, -0.0}, {1, nan, -0.0}, are(1.0, nan, -0.0));
}

TEST(OperationValues, CastsToIntegersGoTowardsZeroAndSaturate) {
  const auto to_integer = [](Var x) { return cast(x, Dtype::i32); };
  expect_unary(to_integer, {2.75, -2.75, nan, inf, -inf, 3e9, -3e9, -0.5},
               are(2.0, -2.0, 0.0, double{highest}, double{lowest}, double{highest}, double{lowest}, 0.0));
}

TEST(OperationValues, CastsToBoolAskWhetherTheNumberIsZero) {
  expect_unary([](Var x) { return cast(x, Dtype::boolean); }, {0.0, -0.0, 0.25, nan, -inf},
               are(0.0, 0.0, 1.0, 1.0, 1.0));
}

TEST(OperationValues, CastsToSinglePrecisionRoundToNearestEven) {
  const double halfway = 1.0 + 0x1p-24, odd = 1.0 + 3 * 0x1p-24;
  EXPECT_THAT(numbers_of(plainly([](Var x) { return cast(x, Dtype::f32); }, vector_of({halfway, odd, 1e300}))),
              are(1.0, 1.0 + 0x1p-22, inf));
}

TEST(OperationValues, IntegersWrapAround) {
  const Tensor a = integers({highest, lowest, lowest}), b = integers({1, -1, 2});
  EXPECT_THAT(numbers_of(plainly([](Var x, Var y) { return x + y; }, a, b)),
              are(double{lowest}, double{highest}, double{lowest + 2}));
  EXPECT_THAT(numbers_of(plainly([](Var x, Var y) { return x - y; }, a, b)),
              are(double{highest - 1}, double{lowest + 1}, double{highest - 1}));
  EXPECT_THAT(numbers_of(plainly([](Var x, Var y) { return x * y; }, a, b)), are(double{highest}, double{lowest}, 0.0));
  EXPECT_THAT(numbers_of(plainly([](Var x) { return abs(x); }, b)), are(1.0, 1.0, 2.0));
  EXPECT_THAT(numbers_of(plainly([](Var x) { return -x; }, a)), are(double{-highest}, double{lowest}, double{lowest}));
}

TEST(OperationValues, ExtremaKeepNaNWhereverItIs) {
  for (std::size_t at = 0; at < 4; ++at) {
    Numbers x = {1, 3, -2, 3};
    x[at] = nan;
    expect_unary([](Var v) { return max(v, std::vector<int>{}); }, x, are(nan));
    expect_unary([](Var v) { return min(v, std::vector<int>{}); }, x, are(nan));
    expect_unary([](Var v) { return argmax(v, 0); }, x, are(static_cast<double>(at)));
  }
}

TEST(OperationValues, ArgmaxIsTheFirstOfTheLargest) {
  expect_unary([](Var v) { return argmax(v, 0); }, {1, 3, 3, -inf}, are(1.0));
  expect_unary([](Var v) { return argmax(v, 0); }, {-inf, -inf}, are(0.0));
  expect_unary([](Var v) { return argmax(v, 0); }, {-0.0, 0.0}, are(0.0));
}

TEST(OperationValues, SumsOfNoElementsAreZero) {
  const Tensor none(Dtype::f64, {0, 2});
  EXPECT_THAT(numbers_of(plainly([](Var x) { return sum(x, {0}); }, none)), are(0.0, 0.0));
  EXPECT_THAT(numbers_of(plainly([](Var x) { return sum(x, {1}); }, none)), testing::IsEmpty());
  const Tensor left(Dtype::f32, {2, 0}), right(Dtype::f32, {0, 1});
  EXPECT_THAT(numbers_of(plainly([](Var x, Var y) { return matmul(x, y); }, left, right)), are(0.0, 0.0));
}

TEST(OperationValues, OneHotOfALabelOutsideIsARowOfZeros) {
  EXPECT_THAT(numbers_of(plainly([](Var x) { return one_hot(x, 3, Dtype::f32); }, integers({2, 0, 3, -1}))),
              ElementsAre(0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(OperationValues, IndicesOutsideAreNamed) {
  const Tensor x = vector_of({1, 2, 3});
  for (std::int32_t bad : {3, -1}) {
    const auto expect_named = [&](const auto& f, const char* name) {
      try {
        plainly(f, x, integers({0, bad, 1}));
        ADD_FAILURE() << name << " took the index " << bad;
      } catch (const ArgumentError& error) {
        EXPECT_THAT(error.what(), HasSubstr(fmt::format("[{}] index {} does not lie in 0..2", name, bad)));
      }
    };
    expect_named([](Var v, Var index) { return gather(v, index); }, "gather");
    expect_named([](Var v, Var index) { return scatter_add(v, index, 3); }, "scatter_add");
  }
}

TEST(OperationValues, ScatterAddAddsRowsInAscendingOrder) {
  // In any other order these three numbers give another sum.
  expect_unary(
      [](Var v) {
        return scatter_add(v, constant(Numbers{1, 1, 1}, Dtype::i32, {3}), 2);
      },
      {1e30, -1e30, 1}, are(0.0, 1.0));
}

}  // namespace
}  // namespace ansatz::test
