// SPDX-License-Identifier: BSD-3-Clause
// Operations of the user's own: kernels with given partial derivatives, and functions of Vars with a given derivative;
// in both modes, at higher order, in vmap and laplacian, and what they refuse.
#include <gmock/gmock.h>

#include <cmath>
#include <stdexcept>

#include "ansatz/autodiff/laplacian.hpp"
#include "ansatz/autodiff/vmap.hpp"
#include "ansatz/autodiff/with_derivative.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/check_gradients.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;

/// The Bessel function of the first kind of integer order: J_n' = ½ (J_{n−1} − J_{n+1}).
Var bessel(int n, const Var& x) {
  const double sign = n < 0 && n % 2 != 0 ? -1.0 : 1.0;
  const int order = std::abs(n);
  const CustomOp op = custom_op(
      "bessel", [order](double at) { return std::cyl_bessel_j(order, at); },
      [order](const Var& at, const Var&) { return 0.5 * (bessel(order - 1, at) - bessel(order + 1, at)); });
  return sign * op(x);
}

TEST(CustomOperations, OfALibraryFunctionHaveItsValueAndDerivatives) {
  const auto f = [](Var x) { return bessel(0, x); };
  for (const double x : {0.5, 2.0, 7.25}) {
    const double j0 = std::cyl_bessel_j(0, x), j1 = std::cyl_bessel_j(1, x);
    EXPECT_EQ(double(evaluate(f, x)), j0);
    EXPECT_NEAR(double(evaluate(grad(f), x)), -j1, 1e-15);
    EXPECT_NEAR(double(evaluate(hessian(f), x)), j1 / x - j0, 1e-14);  // Bessel's equation
    EXPECT_NEAR(double(evaluate(laplacian(f), x)), j1 / x - j0, 1e-14);
  }
  EXPECT_TRUE(
      check_gradients([](Var x) { return tanh(bessel(3, x)); }, {vector_of({0.5, 2.0, 9.0})}, {.second_order = true})
          .passed);
}

TEST(CustomOperations, SolveHelmholtzsEquationInThePlane) {
  // (Δ + k²) J₀(k r) = 0
  const double k = 1.75;
  const auto wave = [k](Var x) { return bessel(0, k * sqrt(sum(x * x))); };
  const Tensor x = vector_of({0.75, -1.25});
  EXPECT_NEAR(double(evaluate(laplacian(wave), x)), -k * k * double(evaluate(wave, x)), 1e-14);
}

/// √(x² + y²) with a kernel.
Var hypotenuse(const Var& x, const Var& y) {
  static const CustomOp op = custom_op(
      "hypot", [](double a, double b) { return std::hypot(a, b); }, [](Var a, Var, Var r) { return a / r; },
      [](Var, Var b, Var r) { return b / r; });
  return op(x, y);
}

TEST(CustomOperations, OfTwoOperandsBroadcastAndDifferentiateInEach) {
  const Tensor x = tensor_of(Dtype::f64, {2, 1}, {3, 5}), y = vector_of({4, 12});
  EXPECT_THAT(numbers_of(evaluate(hypotenuse, x, y)), ElementsAre(5, std::sqrt(9.0 + 144), std::sqrt(25.0 + 16), 13));
  const auto f = [](Var a, Var b) { return sum(hypotenuse(a, b)); };
  const auto plain = [](Var a, Var b) { return sum(sqrt(a * a + b * b)); };
  for (int i : {0, 1})
    EXPECT_THAT(numbers_of(evaluate(grad(f, i), x, y)),
                Pointwise(DoubleNear(1e-15), numbers_of(evaluate(grad(plain, i), x, y))));
  EXPECT_THAT(numbers_of(evaluate(vmap(hessian<1>(f)), x, tensor_of(Dtype::f64, {2, 2}, {4, 12, 1, 2}))),
              Pointwise(DoubleNear(1e-15), numbers_of(evaluate(vmap(hessian<1>(plain)), x,
                                                               tensor_of(Dtype::f64, {2, 2}, {4, 12, 1, 2})))));
}

TEST(CustomOperations, InSinglePrecisionAreRoundedOnce) {
  std::mt19937 random(3);
  const Numbers a = random_numbers(600, random), b = random_numbers(600, random);  // more than a strip
  const Numbers found = numbers_of(evaluate(hypotenuse, vector_of(a, Dtype::f32), vector_of(b, Dtype::f32)));
  for (std::size_t i = 0; i < a.size(); ++i)
    EXPECT_EQ(found[i], static_cast<double>(static_cast<float>(std::hypot(a[i], b[i]))));
}

TEST(CustomOperations, SayWhatDoesNotFit) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {3}}), n = trace.input({Dtype::i32, {3}});
  const CustomOp twice = custom_op(
      "twice", [](double at) { return 2 * at; }, [](Var, Var) { return Var(); });
  const CustomOp wrong = custom_op(
      "wrong", [](double at) { return at; }, [](Var at, Var) { return sum(at); });
  EXPECT_EQ(error_of<ArgumentError>([&] { twice(x, x); }),
            "[twice] 2 operands were given; 1 are expected, one a partial derivative");
  EXPECT_THROW(twice(n), DtypeError);
  EXPECT_THROW(grad([&](Var at) { return sum(twice(at)); })(x), GraphError);
  EXPECT_EQ(error_of<ShapeError>([&] { grad([&](Var at) { return sum(wrong(at)); })(x); }),
            "[wrong] its derivative is f64[]; f64[3], the type of the result, is expected");
}

TEST(CustomOperations, ThrowFromTheRunWhatTheKernelThrows) {
  const CustomOp op = custom_op(
      "picky", [](double at) { return at > 1 ? throw std::domain_error("too large") : at; },
      [](Var at, Var) { return full_like(at, 1.0); });
  EXPECT_EQ(error_of<std::domain_error>([&] {
              evaluate([&](Var x) { return op(x); }, vector_of({0, 2}));
            }),
            "too large");
}

/// y with y + eʸ = x: iterated by f, differentiated by the implicit function theorem.
template <class Rule>
auto implicit(Rule rule) {
  return with_derivative(
      [](Var x) {
        Var y = full_like(x, 0.0);
        for (int i = 0; i < 12; ++i) y = y - (y + exp(y) - x) / (1.0 + exp(y));
        return y;
      },
      rule);
}

TEST(OwnDerivatives, OfASolutionAreThoseOfTheImplicitFunctionTheorem) {
  const auto f = implicit([](const auto&, const Var& y, const auto& dx) { return dx[0] / (1.0 + exp(y)); });
  const double x = 1.75, y = evaluate(f, x), e = std::exp(y);
  EXPECT_NEAR(y + e, x, 1e-15);
  EXPECT_NEAR(double(evaluate(grad(f), x)), 1 / (1 + e), 1e-15);
  EXPECT_NEAR(double(evaluate(grad(grad(f)), x)), -e / std::pow(1 + e, 3), 1e-15);
  EXPECT_NEAR(double(evaluate(hessian(f), x)), -e / std::pow(1 + e, 3), 1e-15);
  EXPECT_NEAR(double(evaluate(laplacian(f), x)), -e / std::pow(1 + e, 3), 1e-15);
  EXPECT_NEAR(double(evaluate(grad(hessian(f)), x)), e * (2 * e - 1) / std::pow(1 + e, 5), 1e-15);
  EXPECT_TRUE(check_gradients(f, {vector_of({-1, 0.5, 3})}, {.second_order = true}).passed);
}

TEST(OwnDerivatives, OfTheGraphAreShortSinceTheIterationIsNotDifferentiated) {
  const auto rule = [](const auto&, const Var& y, const auto& dx) { return dx[0] / (1.0 + exp(y)); };
  const auto operations = [](const auto& f) {
    const Graph graph = trace(f, {Type{Dtype::f64, {}}});
    return passes::operation_count(passes::optimise(graph, run::default_passes()));
  };
  EXPECT_LE(operations(grad(implicit(rule))), operations(implicit(rule)) + 3);
}

TEST(OwnDerivatives, ReplaceTheTrueOnesInBothModes) {
  // A straight-through estimator: the sign, with the derivative of the identity.
  const auto by_jvp =
      with_derivative([](Var x) { return sign(x); }, [](const auto&, const Var&, const auto& dx) { return dx[0]; });
  const auto by_vjp =
      with_vjp([](Var x) { return sign(x); },
               [](const auto&, const Var&, const Var& cotangent) { return std::vector<Var>{cotangent}; });
  const auto forward = [](auto f) { return [f](Var x) { return jvp(f, std::tuple(x), std::tuple(3.0 * x)).second; }; };
  const Tensor x = vector_of({-0.5, 2.0});
  EXPECT_THAT(numbers_of(evaluate(by_jvp, x)), ElementsAre(-1, 1));
  EXPECT_THAT(numbers_of(evaluate(elementwise_grad(by_jvp), x)), ElementsAre(1, 1));
  EXPECT_THAT(numbers_of(evaluate(elementwise_grad(by_vjp), x)), ElementsAre(1, 1));
  EXPECT_THAT(numbers_of(evaluate(forward(by_jvp), x)), ElementsAre(-1.5, 6));
  EXPECT_THAT(numbers_of(evaluate(forward(by_vjp), x)), ElementsAre(-1.5, 6));
}

/// matmul(a, b) for matrices, with its derivative by hand in one mode or the other.
auto product_by_jvp() {
  return with_derivative(
      [](Var a, Var b) { return matmul(a, b); },
      [](const auto& x, const Var&, const auto& dx) { return matmul(dx[0], x[1]) + matmul(x[0], dx[1]); });
}
auto product_by_vjp() {
  return with_vjp([](Var a, Var b) { return matmul(a, b); },
                  [](const auto& x, const Var&, const Var& cotangent) {
                    return std::vector<Var>{matmul(cotangent, x[1], false, true), matmul(x[0], cotangent, true)};
                  });
}

TEST(OwnDerivatives, OfSeveralArgumentsWorkInEveryNestingAndInStacks) {
  const Tensor x = tensor_of(Dtype::f64, {2, 2, 2}, {0.5, -1, 0.25, 2, 1, -0.5, 0.75, 1.5});
  const auto cost = [](const auto& product, const Var& a) { return sum(tanh(product(product(a, sin(a)), a))); };
  const auto expect_equal = [&](const auto& f, const auto& plain) {
    EXPECT_THAT(numbers_of(evaluate(f, x)), Pointwise(DoubleNear(1e-13), numbers_of(evaluate(plain, x))));
  };
  const auto plain = [&](Var a) { return cost([](Var p, Var q) { return matmul(p, q); }, a); };
  const auto by_jvp = [&](Var a) { return cost(product_by_jvp(), a); };
  const auto by_vjp = [&](Var a) { return cost(product_by_vjp(), a); };
  expect_equal(vmap(grad(by_jvp)), vmap(grad(plain)));
  expect_equal(vmap(grad(by_vjp)), vmap(grad(plain)));
  expect_equal(vmap(hessian(by_jvp)), vmap(hessian(plain)));
  expect_equal(vmap(hessian(by_vjp)), vmap(hessian(plain)));
  expect_equal(vmap(laplacian(by_jvp)), vmap(laplacian(plain)));
  expect_equal(vmap(laplacian(by_vjp)), vmap(laplacian(plain)));
  const auto sum_of = [](auto f) { return [f](Var a) { return sum(vmap(f)(a)); }; };
  expect_equal(grad(sum_of(by_jvp)), grad(sum_of(plain)));
  expect_equal(grad(sum_of(by_vjp)), grad(sum_of(plain)));
}

TEST(OwnDerivatives, LeaveWhatTheFunctionCapturesAsItIs) {
  // f(x) = w x with the rule ẏ = 5 ẋ: the derivative in the captured w is x.
  const auto g = [](Var w, Var x) {
    return with_derivative([w](Var at) { return w * at; },
                           [](const auto&, const Var&, const auto& dx) { return 5.0 * dx[0]; })(x);
  };
  EXPECT_EQ(double(evaluate(grad(g, 0), 2.0, 3.0)), 3.0);
  EXPECT_EQ(double(evaluate(grad(g, 1), 2.0, 3.0)), 5.0);
}

TEST(OwnDerivatives, OfAWrongTypeOrNumberAreRefused) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {3}});
  const auto narrow =
      with_derivative([](Var at) { return at; }, [](const auto&, const Var&, const auto& dx) { return sum(dx[0]); });
  const auto none =
      with_vjp([](Var at) { return at; }, [](const auto&, const Var&, const Var&) { return std::vector<Var>{}; });
  EXPECT_EQ(error_of<ShapeError>([&] { grad([&](Var at) { return sum(narrow(at)); })(x); }),
            "[with_derivative] its derivative is f64[]; f64[3], the type of the result, is expected");
  EXPECT_EQ(error_of<ArgumentError>([&] { grad([&](Var at) { return sum(none(at)); })(x); }),
            "[with_vjp] the rule gave 0 cotangents; 1 are expected, one an argument");
}

}  // namespace
}  // namespace ansatz::test
