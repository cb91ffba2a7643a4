// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/evaluate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/ops/ops.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

struct Line {
  Var slope, intercept;
};

TEST(Evaluate, GivesANumberForNumbers) {
  const double v = evaluate([](const Var& x, const Var& y) { return sin(x * y) + exp(x); }, 0.3, 1.2);
  EXPECT_NEAR(v, std::sin(0.36) + std::exp(0.3), 1e-15);
}

TEST(Evaluate, GivesTheMixedDerivativeOfTheReadme) {
  const auto f = [](Var x, Var y) { return sin(x * y) + exp(x); };
  const double v = evaluate(grad(grad(f, 0), 1), 0.3, 1.2);
  EXPECT_NEAR(v, std::cos(0.36) - 0.36 * std::sin(0.36), 1e-15);
}

TEST(Evaluate, TakesFunctionsOfNoneToManyArguments) {
  EXPECT_EQ(static_cast<double>(evaluate([] { return constant(2.5, Dtype::f64) * 2.0; })), 5.0);
  const auto five = [](Var a, Var b, Var c, Var d, Var e) { return a + b * c - d * e; };
  EXPECT_EQ(static_cast<double>(evaluate(five, 1.0, 2.0, 3.0, 4.0, 5.0)), -13.0);
}

TEST(Evaluate, TakesIntegersAsNumbers) {
  EXPECT_EQ(static_cast<double>(evaluate([](Var x) { return x / 2; }, 3)), 1.5);
}

TEST(Evaluate, KeepsDtypesAndShapes) {
  const Tensor x = test::tensor_of(Dtype::f32, {2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor y = evaluate([](Var v) { return transpose(v) * 0.5; }, x);
  EXPECT_EQ(y.dtype(), Dtype::f32);
  EXPECT_EQ(y.shape(), (Shape{3, 2}));
  EXPECT_EQ(test::numbers_of(y), (std::vector<double>{0.5, 2.0, 1.0, 2.5, 1.5, 3.0}));
  const Tensor positive = evaluate([](Var v) { return v > 3.5; }, x);
  EXPECT_EQ(positive.dtype(), Dtype::boolean);
  EXPECT_EQ(test::numbers_of(positive), (std::vector<double>{0, 0, 0, 1, 1, 1}));
  EXPECT_EQ(evaluate([](Var v) { return argmax(v, 1); }, x).dtype(), Dtype::i32);
}

TEST(Evaluate, GivesSeveralResultsInOrder) {
  const auto pair = evaluate([](Var x) { return std::pair(x + 1.0, std::array{x * 2.0, x}); }, 3.0);
  ASSERT_EQ(pair.size(), 3U);
  EXPECT_EQ(static_cast<double>(pair[0]), 4.0);
  EXPECT_EQ(static_cast<double>(pair[1]), 6.0);
  EXPECT_EQ(static_cast<double>(pair[2]), 3.0);
  const auto line = evaluate([](Var x) { return Line{.slope = x, .intercept = -x}; }, 3.0);
  ASSERT_EQ(line.size(), 2U);
  EXPECT_EQ(static_cast<double>(line[1]), -3.0);
  const auto values = evaluate(value_and_grad([](Var x) { return x * x * x; }), 2.0);
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(static_cast<double>(values[0]), 8.0);
  EXPECT_EQ(static_cast<double>(values[1]), 12.0);
}

TEST(Evaluate, RunsFunctionsThatWorkWithStructs) {  // ∂/∂(slope, intercept) of Σ (slope · x + intercept − y)²
  const auto cost = [](const Line& line, const Var& x) { return sum(square(line.slope * x + line.intercept)); };
  const Tensor x(std::vector<double>{1.0, 2.0}, {2});
  const auto gradient = evaluate(
      [&](Var slope, Var intercept, Var v) {
        return grad(cost)(Line{slope, intercept}, v);
      },
      0.5, 1.0, x);
  ASSERT_EQ(gradient.size(), 2U);
  EXPECT_EQ(static_cast<double>(gradient[0]), 2 * 1.5 * 1 + 2 * 2.0 * 2);
  EXPECT_EQ(static_cast<double>(gradient[1]), 2 * 1.5 + 2 * 2.0);
}

TEST(Evaluate, GivesBackAnArgumentAndAConstant) {
  const Tensor x(std::vector<double>{1.0, 2.0}, {2});
  const auto results = evaluate([](Var v) { return std::vector<Var>{v, constant(7.0, Dtype::f64, {2}), v}; }, x);
  EXPECT_EQ(test::numbers_of(results.at(0)), (std::vector<double>{1.0, 2.0}));
  EXPECT_EQ(test::numbers_of(results.at(1)), (std::vector<double>{7.0, 7.0}));
  EXPECT_EQ(test::numbers_of(results.at(2)), (std::vector<double>{1.0, 2.0}));
}

TEST(Evaluate, RefusesDtypesAndShapesThatDoNotFit) {
  const Tensor f32 = test::tensor_of(Dtype::f32, {2}, {1, 2}), f64 = test::tensor_of(Dtype::f64, {2}, {1, 2}),
               three = test::tensor_of(Dtype::f32, {3}, {1, 2, 3});
  const auto add = [](Var a, Var b) { return a + b; };
  EXPECT_THAT([&] { evaluate(add, f32, f64); }, ThrowsMessage<DtypeError>(HasSubstr("f64")));
  EXPECT_THAT([&] { evaluate(add, f32, three); }, ThrowsMessage<ShapeError>(HasSubstr("[3]")));
  EXPECT_THROW(evaluate([](Var a) { return matmul(a, a); }, test::tensor_of(Dtype::f32, {2, 3}, {1, 2, 3, 4, 5, 6})),
               ShapeError);
  EXPECT_THROW(static_cast<void>(static_cast<double>(evaluate([](Var a) { return a; }, f32))), ShapeError);
}

TEST(Execute, RefusesInputsOfOtherTypesThanTheGraphs) {
  const Graph graph = trace([](const Var& x) { return x * 2.0; }, {{Dtype::f64, {2}}});
  EXPECT_THAT(
      [&] {
        run::execute(graph, {test::tensor_of(Dtype::f64, {3}, {1, 2, 3})});
      },
      ThrowsMessage<ShapeError>(HasSubstr("argument 0 is f64[3]; the graph expects f64[2]")));
  EXPECT_THROW(run::execute(graph, {test::tensor_of(Dtype::f32, {2}, {1, 2})}), Error);
  EXPECT_THROW(run::execute(graph, {}), Error) << "the input is missing";
  const Tensor x = test::tensor_of(Dtype::f64, {2}, {1, 2});
  EXPECT_THROW(run::execute(graph, {x, x}), Error) << "one input too many";
  EXPECT_EQ(test::numbers_of(run::execute(graph, {x}).at(0)), (std::vector<double>{2, 4}));
}

TEST(Trace, LeavesNoTraceBehindWhenAFunctionThrows) {
  EXPECT_THROW(evaluate([](Var x) -> Var { throw ArgumentError("no {}", x.shape().rank()); }, 1.0), ArgumentError);
  EXPECT_FALSE(Trace::active());
  EXPECT_EQ(static_cast<double>(evaluate([](Var x) { return x; }, 1.0)), 1.0);
}

}  // namespace
}  // namespace ansatz
