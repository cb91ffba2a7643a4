// SPDX-License-Identifier: BSD-3-Clause
// A branch that `where` does not take never touches a derivative: 0 · ∞ does not arise in either mode, at any order,
// whatever stands between the infinite derivative and the where; a NaN in the branch taken survives.
#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/interpret.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::DoubleNear;
using testing::Pointwise;
using Function = std::function<Var(Var)>;

/// A scalar function of x = (0, 4) that is regular there; its gradient, and the diagonal of its Hessian.
struct Guarded {
  const char* name;
  Function f;
  Numbers gradient, curvature;
};

Var positive(const Var& x, const Var& taken) { return where(x > 0.0, taken, 0.0); }

const Numbers of_root = {0.0, 0.25}, of_root_twice = {0.0, -0.03125};  // (√x)' and (√x)" where x > 0

std::vector<Guarded> guarded_functions() {
  const Shape column{2, 1}, matrix{3, 2};
  const auto times = [](double factor, Numbers values) {
    for (double& value : values) value *= factor;
    return values;
  };
  return {
      {"the root itself", [](Var x) { return sum(positive(x, sqrt(x))); }, of_root, of_root_twice},
      {"the branches exchanged", [](Var x) { return sum(where(x <= 0.0, 0.0, sqrt(x))); }, of_root, of_root_twice},
      {"a quotient", [](Var x) { return sum(positive(x, 1.0 / x)); }, {0, -0.0625}, {0, 0.03125}},
      {"a logarithm", [](Var x) { return sum(positive(x, log(x))); }, {0, 0.25}, {0, -0.0625}},
      {"a product", [](Var x) { return sum(positive(x, x * log(x))); }, {0, std::log(4.0) + 1}, {0, 0.25}},
      {"a power", [](Var x) { return sum(positive(x, pow(x, -0.5))); }, {0, -0.0625}, {0, 0.0234375}},
      {"a power of two Vars",
       [](Var x) { return sum(positive(x, pow(x, x))); },
       {0, 256 * (std::log(4.0) + 1)},
       {0, 256 * (std::pow(std::log(4.0) + 1, 2) + 0.25)}},
      {"a chain",
       [](Var x) { return sum(positive(x, exp(-(1.0 / x)))); },
       {0, std::exp(-0.25) / 16},
       {0, std::exp(-0.25) * (1.0 / 256 - 2.0 / 64)}},
      {"broadcast", [=](Var x) { return sum(positive(broadcast_to(x, matrix), broadcast_to(sqrt(x), matrix))); },
       times(3, of_root), times(3, of_root_twice)},
      {"reshape", [=](Var x) { return sum(positive(reshape(x, column), reshape(sqrt(x), column))); }, of_root,
       of_root_twice},
      {"sum", [=](Var x) { return sum(positive(x, sum(sqrt(reshape(x, column)), {1}))); }, of_root, of_root_twice},
      {"transpose",
       [=](Var x) {
         return sum(positive(reshape(x, column), transpose(sqrt(reshape(x, {1, 2})))));
       },
       of_root, of_root_twice},
      {"slice", [](Var x) { return sum(positive(slice(x, {0}, {1}), slice(sqrt(x), {0}, {1}))); }, {0, 0}, {0, 0}},
      {"pad", [](Var x) { return sum(positive(pad(x, {1}, {0}), pad(sqrt(x), {1}, {0}))); }, of_root, of_root_twice},
      {"concatenate",
       [](Var x) {
         return sum(positive(concatenate({x, x}), concatenate({sqrt(x), 2.0 * sqrt(x)})));
       },
       times(3, of_root), times(3, of_root_twice)},
      {"gather",
       [](Var x) {
         const Var index = constant(Numbers{1, 0, 1}, Dtype::i32, {3});
         return sum(positive(gather(x, index), gather(sqrt(x), index)));
       },
       times(2, of_root), times(2, of_root_twice)},
      {"cast there and back",
       [](Var x) {
         const Dtype other = x.dtype() == Dtype::f64 ? Dtype::f32 : Dtype::f64;
         return sum(positive(x, cast(cast(sqrt(x), other), x.dtype())));
       },
       of_root, of_root_twice},
      {"negation and subtraction", [](Var x) { return sum(positive(x, x - (-sqrt(x)))); }, {0, 1.25}, of_root_twice},
      {"the largest element",
       [](Var x) {
         return sum(positive(x, max(sqrt(reshape(x, {2, 1})), {1})));
       },
       of_root, of_root_twice},
      {"a where within a where", [](Var x) { return sum(positive(x, where(x > -1.0, sqrt(x), 1.0 / x))); }, of_root,
       of_root_twice},
      {"two wheres of one root",
       [](Var x) {
         const Var root = sqrt(x);
         return sum(positive(x, root)) + sum(where(x > 1.0, 2.0 * root, x));
       },
       {1, 0.75},
       times(3, of_root_twice)},
      {"an activation",
       [](Var x) { return sum(positive(x, tanh(relu(log(x))))); },
       {0, 0.25 * (1 - std::pow(std::tanh(std::log(4.0)), 2))},
       {0, -(1 - std::pow(std::tanh(std::log(4.0)), 2)) * (1 + 2 * std::tanh(std::log(4.0))) / 16}},
      {"a norm",
       [](Var x) {
         return 4.0 * sum(positive(x, sqrt(sum(square(reshape(x, {2, 1})), {1}))));
       },
       {0, 4},
       {0, 0}},
  };
}

/// The gradient and the diagonal of the Hessian, by each way to nest the modes. f acts on each element by itself.
std::vector<std::pair<std::string, Function>> derivatives(const Function& f) {
  const auto along = [](const Function& g) -> Function {
    return [g](Var x) { return jvp(g, std::tuple(x), std::tuple(full_like(x, 1.0))).second; };
  };
  const Function reverse = grad(f);
  /// Forward mode gives one direction at a time: the unit vectors, joined.
  const Function forward = [f](Var x) {
    std::vector<Var> slopes;
    for (const Numbers& unit : {Numbers{1, 0}, Numbers{0, 1}})
      slopes.push_back(reshape(jvp(f, std::tuple(x), std::tuple(constant(unit, x.dtype(), {2}))).second, {1}));
    return concatenate(slopes);
  };
  const Function reverse_of_reverse = grad([reverse](Var x) { return sum(reverse(x)); });
  const Function reverse_of_forward = grad([forward](Var x) { return sum(forward(x)); });
  return {{"reverse", reverse},
          {"forward", forward},
          {"forward over reverse", along(reverse)},
          {"reverse over reverse", reverse_of_reverse},
          {"reverse over forward", reverse_of_forward},
          {"forward over forward", along(forward)}};
}

TEST(ABranchNotTaken, TouchesNoDerivativeInAnyModeOrderOrDtype) {
  for (const Guarded& one : guarded_functions())
    for (const auto& [mode, derivative] : derivatives(one.f))
      for (Dtype dtype : {Dtype::f64, Dtype::f32}) {
        SCOPED_TRACE(fmt::format("{}, {}, {}", one.name, mode, name_of(dtype)));
        const Numbers& expected = mode.find("over") == std::string::npos ? one.gradient : one.curvature;
        const Tensor x = tensor_of(dtype, {2}, {0.0, 4.0});
        const double tolerance = dtype == Dtype::f64 && std::string(one.name) != "cast there and back" ? 2e-12 : 2e-3;
        EXPECT_THAT(numbers_of(evaluate(derivative, x)), Pointwise(DoubleNear(tolerance), expected));
        EXPECT_THAT(numbers_of(plainly(derivative, x)), Pointwise(DoubleNear(tolerance), expected));
      }
}

TEST(ABranchNotTaken, TouchesNoThirdDerivative) {
  const Function f = [](Var x) { return where(x > 0.0, sqrt(x), 0.0); };
  EXPECT_EQ(double{evaluate(grad(grad(grad(f))), 0.0)}, 0.0);
  EXPECT_NEAR(double{evaluate(grad(grad(grad(f))), 4.0)}, 3.0 / 256.0, 1e-15);
}

TEST(ABranchNotTaken, MayHoldTheOnlyUseOfAnArgument) {
  const auto f = [](Var x, Var y) { return where(x > 0.0, x / y, x); };
  EXPECT_EQ(double{evaluate(grad(f, 1), -1.0, 0.0)}, 0.0);
  EXPECT_EQ(double{evaluate(grad(f, 0), -1.0, 0.0)}, 1.0);
}

TEST(ANaNInTheBranchTaken, SurvivesInBothModesAndAtSecondOrder) {
  const auto forward = [](const Function& g) -> Function {
    return [g](Var x) { return jvp(g, std::tuple(x), std::tuple(full_like(x, 1.0))).second; };
  };
  const auto reverse = [](const Function& g) -> Function { return elementwise_grad(g); };
  const Function f = [](Var x) { return where(x > 0.0, sqrt(x - 10.0), 0.0); };
  for (const Function& derivative :
       {forward(f), reverse(f), forward(forward(f)), forward(reverse(f)), reverse(forward(f)), reverse(reverse(f))}) {
    const Numbers found = numbers_of(evaluate(derivative, tensor_of(Dtype::f64, {2}, {-1.0, 4.0})));
    EXPECT_EQ(found[0], 0.0);
    EXPECT_TRUE(std::isnan(found[1]));
  }
}

TEST(ANaNInTheBranchTaken, SurvivesThroughBroadcastAndSum) {
  const Function f = [](Var x) {
    const Var wide = broadcast_to(sqrt(x - 10.0), {3, 2});
    return sum(where(x > 0.0, sum(wide, {0}), 0.0));
  };
  const Numbers found = numbers_of(evaluate(grad(f), tensor_of(Dtype::f64, {2}, {-1.0, 4.0})));
  EXPECT_EQ(found[0], 0.0);
  EXPECT_TRUE(std::isnan(found[1]));
}

TEST(AnInfiniteDerivative, InTheBranchTakenSurvives) {
  const Function f = [](Var x) { return where(x >= 0.0, sqrt(x), 0.0); };
  EXPECT_EQ(double{evaluate(grad(f), 0.0)}, std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace ansatz::test
