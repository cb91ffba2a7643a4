// SPDX-License-Identifier: BSD-3-Clause
// What cannot be differentiated says what was found and what was expected.
#include "tests/support/errors.hpp"

#include <gmock/gmock.h>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"

namespace ansatz::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Differentiating : public testing::Test {
 protected:
  Trace trace_;
  Var x_ = trace_.input({Dtype::f64, {3}});
};

TEST_F(Differentiating, SomethingThatIsNoScalarSuggestsWhatToDo) {
  EXPECT_THAT(error_of<ShapeError>([&] { grad([](Var x) { return x * x; })(x_); }),
              AllOf(HasSubstr("[grad]"), HasSubstr("f64[3]"), HasSubstr("a scalar is expected"), HasSubstr("sum it")));
}

TEST_F(Differentiating, AnIntegerFunctionSaysWhatItReturns) {
  EXPECT_THAT(error_of<DtypeError>([&] { grad([](Var x) { return argmax(x, 0); })(x_); }),
              AllOf(HasSubstr("[grad]"), HasSubstr("i32[]"), HasSubstr("a real number is expected")));
  EXPECT_THAT(error_of<DtypeError>([&] { grad([](Var x) { return all_finite(x); })(x_); }), HasSubstr("bool[]"));
}

TEST_F(Differentiating, InAnArgumentThatIsNotThereCountsTheArguments) {
  const auto f = [](Var a, Var b) { return sum(a * b); };
  EXPECT_EQ(error_of<ArgumentError>([&] { grad(f, 2)(x_, x_); }),
            "the derivative in argument 2 was asked for; the function was called with 2 (from 0)");
  EXPECT_THROW(value_and_grad(f, -1)(x_, x_), ArgumentError);
}

TEST_F(Differentiating, WithTangentsOfAnotherTypeNamesBoth) {
  const auto f = [](Var x) { return x * x; };
  EXPECT_EQ(error_of<ShapeError>([&] { jvp(f, std::tuple(x_), std::tuple(sum(x_))); }),
            "tangent 0 is f64[]; f64[3] is expected");
  EXPECT_THAT(error_of<ShapeError>([&] { jvp(f, std::tuple(x_), std::tuple(cast(x_, Dtype::f32))); }),
              HasSubstr("tangent 0 is f32[3]"));
}

TEST_F(Differentiating, WithCotangentsOfAnotherTypeNamesBoth) {
  const auto [y, pull] = vjp([](Var x) { return sum(x); }, x_);
  EXPECT_EQ(error_of<ShapeError>([&pull = pull, this] { pull(x_); }), "cotangent 0 is f64[3]; f64[] is expected");
}

TEST_F(Differentiating, WithTooFewTangentsCountsThem) {
  const auto f = [](const std::vector<Var>& x) { return x[0] * x[1]; };
  EXPECT_EQ(error_of<ShapeError>([&] {
              jvp(f, std::tuple(std::vector<Var>{x_, x_}), std::tuple(std::vector<Var>{x_}));
            }),
            "1 tangents were given for 2 values");
}

TEST_F(Differentiating, AFunctionThatReturnsAVarOfTheTraceAroundSaysSo) {
  const Var outer = sum(x_);
  Trace inner;
  const Var y = inner.input({Dtype::f64, {3}});
  EXPECT_THAT(error_of<GraphError>([&] { grad([&](Var) { return outer; })(y); }),
              HasSubstr("belongs to another trace"));
  EXPECT_THAT(error_of<GraphError>([&] { grad([&](Var v) { return sum(v) * outer; })(y); }),
              HasSubstr("belongs to another trace"));
  EXPECT_THAT(error_of<GraphError>([&] { grad([](Var v) { return sum(v); })(x_); }),
              HasSubstr("belongs to another trace"));
}

TEST_F(Differentiating, WithAPullBackOfAnotherTraceSaysSo) {
  const auto [y, pull] = vjp([](Var x) { return sum(x); }, x_);
  Trace inner;
  EXPECT_THAT(error_of<GraphError>([&pull = pull] { pull(constant(1.0, Dtype::f64)); }),
              HasSubstr("belongs to another trace"));
}

TEST(DifferentiatingWithoutATrace, SaysSo) {
  Var leaked;
  evaluate([&](Var x) { return leaked = x * x; }, 2.0);
  EXPECT_THAT(error_of<GraphError>([&] { grad([](Var x) { return x * x; })(leaked); }),
              testing::AnyOf(HasSubstr("no trace is running"), HasSubstr("after its trace had ended")));
}

TEST(AFailure, InsideATracedFunctionLeavesNoTraceBehind) {
  EXPECT_THROW(evaluate([](Var x) { return x + full_like(cast(x, Dtype::f32), 1.0); }, 1.0), DtypeError);
  EXPECT_FALSE(Trace::active());
  EXPECT_EQ(double{evaluate(grad([](Var x) { return x * x; }), 3.0)}, 6.0);
}

}  // namespace
}  // namespace ansatz::test
