// SPDX-License-Identifier: BSD-3-Clause
// Derivatives of derivatives: against closed forms, in every order of the modes, and without confusing perturbations.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

/// df/dx of a scalar function of a scalar by either mode, as a function again.
template <class F>
auto by_forward(F f) {
  return [f](Var x) { return jvp(f, std::tuple(x), std::tuple(full_like(x, 1.0))).second; };
}
template <class F>
auto by_reverse(F f) {
  return grad(f);
}

void expect_close(double found, double expected) { EXPECT_NEAR(found, expected, 2e-14 * (1.0 + std::abs(expected))); }

TEST(NestedDerivatives, OfAPowerAreThoseOfItsClosedForm) {
  const auto f = [](Var x) { return pow(x, 5); };
  const double x = -1.25;
  expect_close(evaluate(f, x), std::pow(x, 5));
  expect_close(evaluate(grad(f), x), 5 * std::pow(x, 4));
  expect_close(evaluate(grad(grad(f)), x), 20 * std::pow(x, 3));
  expect_close(evaluate(grad(grad(grad(f))), x), 60 * x * x);
}

TEST(NestedDerivatives, OfExpOfASquareToThirdOrder) {
  const auto f = [](Var x) { return exp(x * x); };
  const double x = 0.75, e = std::exp(x * x);
  expect_close(evaluate(grad(f), x), 2 * x * e);
  expect_close(evaluate(grad(grad(f)), x), (4 * x * x + 2) * e);
  expect_close(evaluate(grad(grad(grad(f))), x), (8 * x * x * x + 12 * x) * e);
}

TEST(NestedDerivatives, OfTanhToThirdOrderInAllEightOrdersOfTheModes) {
  const auto f = [](Var x) { return tanh(x); };
  const double x = 0.625, t = std::tanh(x), s = 1 - t * t;
  const double third = s * (6 * t * t - 2);
  const double found[] = {
      evaluate(by_forward(by_forward(by_forward(f))), x), evaluate(by_forward(by_forward(by_reverse(f))), x),
      evaluate(by_forward(by_reverse(by_forward(f))), x), evaluate(by_forward(by_reverse(by_reverse(f))), x),
      evaluate(by_reverse(by_forward(by_forward(f))), x), evaluate(by_reverse(by_forward(by_reverse(f))), x),
      evaluate(by_reverse(by_reverse(by_forward(f))), x), evaluate(by_reverse(by_reverse(by_reverse(f))), x)};
  EXPECT_THAT(found, testing::Each(testing::DoubleNear(third, 1e-14)));
}

TEST(NestedDerivatives, MixedPartialsAgreeWithTheClosedFormAndCommute) {
  const auto f = [](Var x, Var y) { return sin(x * y) + exp(x); };
  const double x = 0.3, y = 1.2, s = std::sin(x * y), c = std::cos(x * y);
  expect_close(evaluate(grad(grad(f, 0), 1), x, y), c - x * y * s);
  expect_close(evaluate(grad(grad(f, 1), 0), x, y), c - x * y * s);
  expect_close(evaluate(grad(grad(f, 1), 1), x, y), -x * x * s);
  expect_close(evaluate(grad(grad(grad(f, 0), 0), 1), x, y), -2 * y * s - x * y * y * c);
  expect_close(evaluate(grad(grad(grad(f, 1), 0), 0), x, y), -2 * y * s - x * y * y * c);
}

TEST(NestedDerivatives, OfAnElementwiseFunctionActOnEveryElement) {
  const auto f = [](Var x) { return sin(x) * x; };
  const Tensor x = tensor_of(Dtype::f64, {2, 2}, {0.0, 0.5, -1.5, 3.0});
  const std::vector<double> first = numbers_of(evaluate(elementwise_grad(f), x));
  const std::vector<double> second = numbers_of(evaluate(elementwise_grad(elementwise_grad(f)), x));
  for (std::size_t i = 0; i < 4; ++i) {
    const double v = x.as<double>()[i];
    expect_close(first[i], std::sin(v) + v * std::cos(v));
    expect_close(second[i], 2 * std::cos(v) - v * std::sin(v));
  }
}

template <class ByModes>
void expect_one_in_all_modes(ByModes by_modes) {
  const auto forward = [](auto f) { return by_forward(f); };
  const auto reverse = [](auto f) { return by_reverse(f); };
  EXPECT_EQ(double{by_modes(forward, forward)}, 1.0);
  EXPECT_EQ(double{by_modes(forward, reverse)}, 1.0);
  EXPECT_EQ(double{by_modes(reverse, forward)}, 1.0);
  EXPECT_EQ(double{by_modes(reverse, reverse)}, 1.0);
}

// d/dx [∂/∂y (x·y) at y = x] = d/dx x = 1: the inner derivative must not see the outer x as its y.
TEST(Perturbations, AreNotConfusedWhenAnInnerArgumentIsTheOuterOne) {
  const auto by_modes = [](auto outer, auto inner) {
    return evaluate(outer([inner](Var x) { return inner([x](Var y) { return x * y; })(x); }), 3.0);
  };
  expect_one_in_all_modes(by_modes);
}

// J. M. Siskind, B. A. Pearlmutter, "Perturbation confusion and referential transparency", IFL 2005:
// d/dx (x · d/dy (x + y) at y = 1) at x = 1 is 1; a system that confuses the two perturbations gives 2.
TEST(Perturbations, AreNotConfusedInTheExampleOfSiskindAndPearlmutter) {
  const auto by_modes = [](auto outer, auto inner) {
    return evaluate(outer([inner](Var x) { return x * inner([x](Var y) { return x + y; })(full_like(x, 1.0)); }), 1.0);
  };
  expect_one_in_all_modes(by_modes);
}

TEST(CapturedVars, OfTheTraceAroundAreConstantsOfTheInnerDerivative) {
  // g(x) = ∂/∂y (x² y + y³) at y = 2 is x² + 12; its derivative is 2 x.
  const auto g = [](Var x) { return grad([x](Var y) { return x * x * y + y * y * y; })(full_like(x, 2.0)); };
  EXPECT_EQ(double{evaluate(g, 3.0)}, 21.0);
  EXPECT_EQ(double{evaluate(grad(g), 3.0)}, 6.0);
}

TEST(CapturedVars, MayBeTheResultsOfDerivatives) {
  // With u = d/dx x³ = 3 x², d/dy (u y²) at y = x is 2 u x = 6 x³, and its derivative is 18 x².
  const auto g = [](Var x) {
    const Var u = grad([](Var z) { return z * z * z; })(x);
    return grad([u](Var y) { return u * y * y; })(x);
  };
  EXPECT_EQ(double{evaluate(g, 2.0)}, 48.0);
  EXPECT_EQ(double{evaluate(grad(g), 2.0)}, 72.0);
}

TEST(CapturedVars, AtThreeLevelsKeepTheirIdentities) {
  // ∂/∂z (x y z) at z = y is x y; ∂/∂y at y = x is x; d/dx is 1.
  const auto f = [](Var x) { return grad([x](Var y) { return grad([x, y](Var z) { return x * y * z; })(y); })(x); };
  EXPECT_EQ(double{evaluate(f, 5.0)}, 5.0);
  EXPECT_EQ(double{evaluate(grad(f), 5.0)}, 1.0);
}

TEST(ADerivative, InsideACostIsTrainedThrough) {
  // As in a network trained on its own input derivative: C(w) = (d/dx tanh(w x) − 1)², dC/dw in closed form.
  const double w = 0.75, x = 0.5;
  const auto cost = [x](Var v) {
    const Var slope = grad([v](Var at) { return tanh(v * at); })(constant(x, Dtype::f64));
    return square(slope - 1.0);
  };
  const double t = std::tanh(w * x), s = 1 - t * t;
  expect_close(evaluate(grad(cost), w), 2 * (w * s - 1) * (s - 2 * w * x * t * s));
}

}  // namespace
}  // namespace ansatz::test
