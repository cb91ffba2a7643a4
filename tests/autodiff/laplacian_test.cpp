// SPDX-License-Identifier: BSD-3-Clause
// The forward Laplacian against closed forms, the trace of the Hessian, and inside vmap and grad; its cost. (Its rules,
// operation by operation, are in tests/ops/laplacian_test.cpp.)
#include "ansatz/autodiff/laplacian.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/autodiff/vmap.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/plan/plan.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::DoubleNear;
using testing::Pointwise;

Var component(const Var& x, std::int64_t i) { return reshape(slice(x, {i}, {i + 1}), {}); }

/// The trace of the Hessian of a scalar function of a vector.
template <class F>
auto trace_of_hessian(F f) {
  return [f](Var x) { return sum(hessian(f)(x) * autodiff::unit_vectors(x)); };
}

TEST(Laplacian, OfAGaussian) {
  for (const Numbers& x : {Numbers{0.5}, Numbers{0.5, -1.0}, Numbers{0.5, -1.0, 0.25, 1.5, 0.75}}) {
    const double a = 0.375, n = static_cast<double>(x.size());
    double r2 = 0.0;
    for (double xi : x) r2 += xi * xi;
    const auto f = [a](Var v) { return exp(-a * sum(v * v)); };
    EXPECT_NEAR(double(evaluate(laplacian(f), vector_of(x))), (4 * a * a * r2 - 2 * n * a) * std::exp(-a * r2), 1e-15);
  }
}

TEST(Laplacian, OfAPowerOfTheRadius) {
  const Numbers x = {0.5, -1.0, 0.25, 1.5};  // Δ r^p = p (p + n − 2) r^(p − 2)
  const double n = 4, r = std::sqrt(0.25 + 1.0 + 0.0625 + 2.25);
  for (const double p : {-3.0, -2.0, -0.5, 1.0, 2.0, 2.5, 6.0}) {
    const auto f = [p](Var v) { return pow(sqrt(sum(v * v)), p); };
    const double expected = p * (p + n - 2) * std::pow(r, p - 2);
    EXPECT_NEAR(double(evaluate(laplacian(f), vector_of(x))), expected, 1e-14 * (1 + std::abs(expected))) << p;
  }
}

TEST(Laplacian, OfHarmonicFunctionsIsZero) {
  const Tensor plane = vector_of({0.75, -0.5}), space = vector_of({0.75, -0.5, 1.25});
  EXPECT_NEAR(double(evaluate(laplacian([](Var v) { return log(sum(v * v)); }), plane)), 0, 1e-14);
  EXPECT_NEAR(double(evaluate(laplacian([](Var v) { return 1.0 / sqrt(sum(v * v)); }), space)), 0, 1e-15);
  EXPECT_NEAR(double(evaluate(laplacian([](Var v) { return exp(component(v, 0)) * sin(component(v, 1)); }), plane)), 0,
              1e-15);
  EXPECT_NEAR(
      double(evaluate(laplacian([](Var v) { return square(component(v, 0)) - square(component(v, 1)); }), plane)), 0,
      0);
}

TEST(Laplacian, OfAProductOfSinesIsAMultipleOfIt) {
  const auto f = [](Var v) { return sin(component(v, 0)) * sin(2.0 * component(v, 1)) * cos(3.0 * component(v, 2)); };
  const Tensor x = vector_of({0.5, 0.25, -1.0});
  EXPECT_NEAR(double(evaluate(laplacian(f), x)), -14.0 * double(evaluate(f, x)), 1e-14);
}

TEST(Laplacian, OfAQuadraticFormIsTheTrace) {
  const Numbers a = {2, -1, 0.5, 0.25, 1.5, -2, 1, 3, -0.5};
  const auto f = [&](Var v) { return 0.5 * matmul(v, matmul(constant(a, Dtype::f64, {3, 3}), v)); };
  EXPECT_EQ(double(evaluate(laplacian(f), vector_of({1, 2, 3}))), 3.0);
}

TEST(Laplacian, OfSeveralOutputsIsThatOfEach) {
  const auto f = [](Var v) { return concatenate({v * v * v, reshape(sum(v * v), {1})}); };
  EXPECT_THAT(numbers_of(evaluate(laplacian(f), vector_of({2, -1}))), testing::ElementsAre(12, -6, 4));
}

/// Operations of all kinds on a vector of four elements, stable forms and a branch included.
Var mixture(const Var& x) {
  const Var square_matrix = reshape(concatenate({x, sin(x), exp(-x), x * x}), {4, 4});
  const Var product = matmul(square_matrix, tanh(square_matrix), false, true);
  const Var rows = gather(product, constant(Numbers{2, 0, 2}, Dtype::i32, {3}));
  const Var part = log_softmax(rows) + max(rows, {1}, Keep::yes) / (1.0 + square(rows));
  const Var guarded = where(x > 0.0, sqrt(x), pow(1.0 + x * x, x));
  return sum(part * transpose(slice(product, {0, 0}, {4, 3}))) + sum(guarded) + log(1.0 + exp(sum(x)));
}

TEST(Laplacian, OfAMixtureOfOperationsIsTheTraceOfTheHessian) {
  for (const Numbers& x : {Numbers{0.5, -1.0, 0.25, 1.5}, Numbers{-0.125, 0.75, 1.0, -0.5}}) {
    const double expected = evaluate(trace_of_hessian(mixture), vector_of(x));
    EXPECT_NEAR(double(evaluate(laplacian(mixture), vector_of(x))), expected, 1e-12 * (1 + std::abs(expected)));
  }
}

TEST(ValueGradientLaplacians, AreTheFunctionItsJacobianAndItsLaplacian) {
  const auto f = [](Var v) { return reshape(tanh(matmul(v, concatenate({v, v, v}, 1))), {1, 3}); };
  const Tensor x = tensor_of(Dtype::f64, {1, 1}, {0.625});
  const auto found = evaluate(value_gradient_laplacian(f), x);
  EXPECT_EQ(numbers_of(found[0]), numbers_of(evaluate(f, x)));
  EXPECT_EQ(found[1].shape(), (Shape{1, 3, 1, 1}));
  EXPECT_THAT(numbers_of(found[1]), Pointwise(DoubleNear(1e-15), numbers_of(evaluate(jacobian(f), x))));
  EXPECT_THAT(numbers_of(found[2]), Pointwise(DoubleNear(1e-15), numbers_of(evaluate(laplacian(f), x))));
  const auto g = evaluate(value_gradient_laplacian(mixture), vector_of({0.5, -1.0, 0.25, 1.5}));
  EXPECT_THAT(numbers_of(g[1]),
              Pointwise(DoubleNear(1e-12), numbers_of(evaluate(grad(mixture), vector_of({0.5, -1.0, 0.25, 1.5})))));
}

TEST(ValueGradientLaplacians, OfWhatDoesNotDependOnTheArgumentAreZero) {
  const auto f = [](Var, Var y) { return y; };
  const auto found = evaluate(value_gradient_laplacian<0>(f), vector_of({1, 2}), vector_of({3, 4, 5}));
  EXPECT_EQ(numbers_of(found[0]), (Numbers{3, 4, 5}));
  EXPECT_EQ(found[1].shape(), (Shape{3, 2}));
  EXPECT_EQ(numbers_of(found[1]), Numbers(6, 0.0));
  EXPECT_EQ(numbers_of(found[2]), Numbers(3, 0.0));
}

TEST(Laplacian, OfABranchNotTakenIsZeroAndANaNInTheOneTakenSurvives) {
  const auto f = [](Var x) { return where(x > 0.0, sqrt(x), 0.0); };
  EXPECT_THAT(numbers_of(evaluate(laplacian(f), vector_of({0, 4}))), testing::ElementsAre(0, -0.03125));
  const auto g = [](Var x) { return where(x > 0.0, sqrt(x - 10.0), 0.0); };
  const Numbers found = numbers_of(evaluate(laplacian(g), vector_of({-1, 4})));
  EXPECT_EQ(found[0], 0.0);
  EXPECT_TRUE(std::isnan(found[1]));
}

/// A network with one hidden layer; θ = [W (3 × 4), w (4)].
Var tiny_network(const Var& theta, const Var& x) {
  const Var hidden = tanh(matmul(x, reshape(slice(theta, {0}, {12}), {3, 4})));
  return matmul(hidden, slice(theta, {12}, {16}));
}

Tensor sixteen_numbers() {
  std::mt19937 random(5);
  return vector_of(random_numbers(16, random));
}

TEST(Laplacian, InsideVmapIsThatOfEachSample) {
  const Tensor theta = sixteen_numbers(), xs = tensor_of(Dtype::f64, {2, 3}, {0.5, -1, 0.75, 1, 0.25, -0.5});
  const auto each = [](Var t, Var x) {
    return vmap([t](Var one) { return laplacian([t](Var v) { return tiny_network(t, v); })(one); })(x);
  };
  Numbers expected;
  for (const Numbers& x : {Numbers{0.5, -1, 0.75}, Numbers{1, 0.25, -0.5}})
    expected.push_back(
        evaluate([](Var t, Var v) { return trace_of_hessian([t](Var u) { return tiny_network(t, u); })(v); }, theta,
                 vector_of(x)));
  EXPECT_THAT(numbers_of(evaluate(each, theta, xs)), Pointwise(DoubleNear(1e-14), expected));
}

TEST(Laplacian, InACostIsTrainedThrough) {
  // Poisson's equation at two points: C = Σ (Δu + 1)² over samples; its gradient in θ against that by Hessians.
  const Tensor theta = sixteen_numbers(), xs = tensor_of(Dtype::f64, {2, 3}, {0.5, -1, 0.75, 1, 0.25, -0.5});
  const auto cost = [](auto operation) {
    return [operation](Var t, Var x) {
      const auto residual = [=](Var one) { return operation([t](Var v) { return tiny_network(t, v); })(one) + 1.0; };
      return sum(square(vmap(residual)(x)));
    };
  };
  const auto forward = cost([](auto f) { return laplacian(f); });
  const auto by_hessian = cost([](auto f) { return trace_of_hessian(f); });
  EXPECT_THAT(numbers_of(evaluate(grad(forward, 0), theta, xs)),
              Pointwise(DoubleNear(1e-12), numbers_of(evaluate(grad(by_hessian, 0), theta, xs))));
  const auto along = [](auto f) {
    return [f](Var t, Var x) { return jvp([&](Var at) { return f(at, x); }, std::tuple(t), std::tuple(t)).second; };
  };
  EXPECT_NEAR(double(evaluate(along(forward), theta, xs)), double(evaluate(along(by_hessian), theta, xs)), 1e-12);
}

TEST(Laplacian, OfALaplacianIsTheBiharmonicOperator) {
  // Δ² r⁶ in three dimensions: Δ r⁶ = 42 r⁴, Δ r⁴ = 20 r².
  const auto f = [](Var v) { return pow(sum(v * v), 3); };
  EXPECT_NEAR(double(evaluate(laplacian(laplacian(f)), vector_of({0.5, -1, 0.25}))), 840 * (0.25 + 1 + 0.0625), 1e-10);
}

TEST(Laplacian, InTheOtherArgumentAndInSinglePrecision) {
  const auto f = [](Var a, Var x) { return sum(a * x * x * x); };
  EXPECT_EQ(double(evaluate(laplacian<1>(f), vector_of({1, 2}), vector_of({3, 4}))), 66.0);
  const Tensor a = tensor_of(Dtype::f32, {2}, {1, 2}), x = tensor_of(Dtype::f32, {2}, {3, 4});
  EXPECT_EQ(double(evaluate(laplacian<1>(f), a, x)), 66.0);
}

TEST(Laplacian, RefusesWhatIsNotReal) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {3}});
  EXPECT_EQ(error_of<DtypeError>([&] { laplacian([](Var v) { return argmax(v, 0); })(x); }),
            "[laplacian] the function returns i32[]; real numbers are expected");
}

TEST(Laplacian, CostsAboutAsMuchAsThereAreInputsAndFormsNoHessian) {
  constexpr std::int64_t inputs = 30, width = 300;
  const auto network = [](Var x, Var w1, Var w2, Var w3) { return matmul(tanh(matmul(tanh(matmul(x, w1)), w2)), w3); };
  const Type types[] = {
      {Dtype::f64, {inputs}}, {Dtype::f64, {inputs, width}}, {Dtype::f64, {width, width}}, {Dtype::f64, {width}}};
  const auto plan = [&](const auto& f) {
    return plan::build(passes::optimise(trace(f, types), run::default_passes()));
  };
  const plan::Plan value = plan(network), all = plan(laplacian(network));
  EXPECT_LE(all.flops, (inputs + 3) * value.flops);
  // The gradients of two layers, their squares, small things, and the weights laid out for the product; a Hessian of a
  // layer would have 30 · 30 · 300 numbers.
  EXPECT_LE(all.arena_bytes, (plan::packed_elements(width, width) + 4 * inputs * width) * 8);
}

}  // namespace
}  // namespace ansatz::test
