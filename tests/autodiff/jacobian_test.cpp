// SPDX-License-Identifier: BSD-3-Clause
// jacobian, hessian and hvp: closed forms, shapes, both modes, nesting, and what they refuse.
#include "ansatz/autodiff/jacobian.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/autodiff/vmap.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

/// A matrix and a vector whose products are not symmetric.
const Numbers matrix_a = {2.0, -1.0, 0.5, 0.25, 1.5, -2.0, 1.0, 3.0, -0.5};

Var matrix() { return constant(matrix_a, Dtype::f64, {3, 3}); }

TEST(Jacobian, OfALinearMapIsItsMatrixInBothModes) {
  const auto tall = [](Var x) { return matmul(constant(matrix_a, Dtype::f64, {9, 1}), x); };  // forward
  const auto wide = [](Var x) { return matmul(constant(matrix_a, Dtype::f64, {1, 9}), x); };  // reverse
  EXPECT_EQ(numbers_of(evaluate(jacobian(tall), vector_of({0.5}))), matrix_a);
  EXPECT_EQ(numbers_of(evaluate(jacobian(wide), vector_of(Numbers(9, 0.5)))), matrix_a);
  EXPECT_EQ(numbers_of(evaluate(jacobian([](Var x) { return matmul(matrix(), x); }), vector_of({1, 2, 3}))), matrix_a);
}

TEST(Jacobian, HasTheShapeOfTheFunctionAndThenThatOfTheArgument) {
  // f_ij = x_i w_j: ∂f_ij/∂x_k = δ_ik w_j, ∂f_ij/∂w_k = x_i δ_jk.
  const auto f = [](Var x, Var w) { return matmul(reshape(x, {2, 1}), reshape(w, {1, 3})); };
  const Tensor x = vector_of({2, 3}), w = vector_of({5, 7, 11});
  const Tensor in_x = evaluate(jacobian<0>(f), x, w), in_w = evaluate(jacobian<1>(f), x, w);
  EXPECT_EQ(in_x.shape(), (Shape{2, 3, 2}));
  EXPECT_EQ(in_w.shape(), (Shape{2, 3, 3}));
  EXPECT_THAT(numbers_of(in_x), ElementsAre(5, 0, 7, 0, 11, 0, 0, 5, 0, 7, 0, 11));
  EXPECT_THAT(numbers_of(in_w), ElementsAre(2, 0, 0, 0, 2, 0, 0, 0, 2, 3, 0, 0, 0, 3, 0, 0, 0, 3));
  const auto product = [](Var a) { return matmul(a, a); };
  EXPECT_EQ(evaluate(jacobian(product), tensor_of(Dtype::f64, {2, 2}, {1, 2, 3, 4})).shape(), (Shape{2, 2, 2, 2}));
}

TEST(Jacobian, OfAScalarIsTheGradientAndOfAnElementwiseFunctionIsDiagonal) {
  const auto f = [](Var x) { return sum(sin(x) * x); };
  const Tensor x = vector_of({0.5, -1.25, 2.0});
  EXPECT_EQ(numbers_of(evaluate(jacobian(f), x)), numbers_of(evaluate(grad(f), x)));
  const Numbers found = numbers_of(evaluate(jacobian([](Var v) { return tanh(v); }), x));
  for (std::size_t i = 0; i < 9; ++i) {
    const double t = std::tanh(x.as<double>()[i % 3]);
    EXPECT_NEAR(found[i], i % 4 == 0 ? 1 - t * t : 0.0, 1e-15);
  }
}

TEST(Jacobian, OfWhatDoesNotDependOnTheArgumentIsZero) {
  const auto f = [](Var, Var y) { return y; };
  EXPECT_EQ(numbers_of(evaluate(jacobian<0>(f), vector_of({1, 2, 3}), vector_of({1, 2}))), Numbers(6, 0.0));
  EXPECT_EQ(numbers_of(evaluate(jacobian<0>(f), vector_of({1}), vector_of({1, 2}))), Numbers(2, 0.0));
}

TEST(Jacobian, OfACoordinateChangeHasTheKnownDeterminant) {
  // Spherical coordinates: det ∂(x, y, z)/∂(r, θ, φ) = r² sin θ.
  const auto f = [](Var s) {
    const auto part = [&](std::int64_t i) { return slice(s, {i}, {i + 1}); };
    const Var r = part(0), theta = part(1), phi = part(2);
    return concatenate({r * sin(theta) * cos(phi), r * sin(theta) * sin(phi), r * cos(theta)});
  };
  const double r = 1.5, theta = 0.75, phi = -2.0;
  const Numbers j = numbers_of(evaluate(jacobian(f), vector_of({r, theta, phi})));
  const double determinant =
      j[0] * (j[4] * j[8] - j[5] * j[7]) - j[1] * (j[3] * j[8] - j[5] * j[6]) + j[2] * (j[3] * j[7] - j[4] * j[6]);
  EXPECT_NEAR(determinant, r * r * std::sin(theta), 1e-14);
}

TEST(Hessian, OfAQuadraticFormIsItsSymmetricPart) {
  const auto f = [](Var x) { return 0.5 * matmul(x, matmul(matrix(), x)); };
  Numbers expected;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) expected.push_back(0.5 * (matrix_a[3 * i + j] + matrix_a[3 * j + i]));
  EXPECT_EQ(numbers_of(evaluate(hessian(f), vector_of({0.5, -1, 2}))), expected);
}

TEST(Hessian, EqualsTheJacobianOfTheGradientAndOfTheJacobian) {
  const auto f = [](Var x) { return logsumexp(sin(matmul(matrix(), x)), {}) * sum(exp(x)); };
  const Tensor x = vector_of({0.5, -1, 0.75});
  const Numbers expected = numbers_of(evaluate(hessian(f), x));
  const auto by_reverse = [f](Var v) {
    return jacobian([f](Var u) { return concatenate({grad(f)(u), grad(f)(u)}); })(v);  // six numbers: forward mode
  };
  EXPECT_THAT(numbers_of(evaluate(jacobian(grad(f)), x)), Pointwise(DoubleNear(1e-13), expected));
  EXPECT_THAT(numbers_of(evaluate(jacobian(jacobian(f)), x)), Pointwise(DoubleNear(1e-13), expected));
  const Numbers twice = numbers_of(evaluate(by_reverse, x));
  EXPECT_THAT(Numbers(twice.begin() + 9, twice.end()), Pointwise(DoubleNear(1e-13), expected));
}

TEST(Hessian, HasTheArgumentsShapeTwiceAndTakesTheArgumentAsked) {
  const auto f = [](Var x, Var w) { return sum(square(matmul(x, w))); };
  const Tensor x = tensor_of(Dtype::f64, {1, 2}, {3, 5}), w = tensor_of(Dtype::f64, {2, 1}, {7, 11});
  const Tensor in_w = evaluate(hessian<1>(f), x, w);
  EXPECT_EQ(in_w.shape(), (Shape{2, 1, 2, 1}));
  EXPECT_THAT(numbers_of(in_w), ElementsAre(18, 30, 30, 50));
  EXPECT_THAT(numbers_of(evaluate(hessian(f), x, w)), ElementsAre(98, 154, 154, 242));
}

TEST(Hessian, OfANumberIsItsSecondDerivative) {
  EXPECT_NEAR(double(evaluate(hessian([](Var x) { return sin(x * x); }), 0.75)),
              2 * std::cos(0.5625) - 4 * 0.5625 * std::sin(0.5625), 1e-15);
}

TEST(Hvp, OfAQuadraticFormIsTheMatrixTimesTheVector) {
  const auto f = [](Var x) { return 0.5 * matmul(x, matmul(matmul(matrix(), matrix(), true), x)); };  // ½ |A x|²
  const Numbers v = {1, -2, 0.5};
  const auto product = [](Var x) { return matmul(matmul(matrix(), x), matrix()); };  // Aᵀ A x
  const Numbers expected = numbers_of(evaluate(product, vector_of(v)));
  EXPECT_THAT(numbers_of(evaluate(hvp(f), vector_of({3, 4, 5}), vector_of(v))), Pointwise(DoubleNear(1e-14), expected));
}

TEST(Hvp, TakesAnyStructureAndEqualsTheHessianOfTheWhole) {
  struct Weights {
    Var w;
    std::vector<Var> b;
  };
  const auto unpack = [](Var all) {
    return Weights{reshape(slice(all, {0}, {4}), {2, 2}), {slice(all, {4}, {6}), slice(all, {6}, {8})}};
  };
  const auto f = [](const Weights& p) { return sum(tanh(matmul(tanh(matmul(p.b[0], p.w)) + p.b[1], p.w))); };
  const auto by_structure = [&](Var x, Var v) {
    const Weights product = hvp(f)(unpack(x), unpack(v));
    return concatenate({reshape(product.w, {4}), product.b[0], product.b[1]});
  };
  const auto by_hessian = [&](Var x, Var v) { return matmul(hessian([&](Var all) { return f(unpack(all)); })(x), v); };
  const Tensor x = vector_of({0.5, -1, 0.25, 0.75, 1, -0.5, 0.125, 2}), v = vector_of({1, 2, -1, 0.5, 0, 1, 3, -2});
  EXPECT_THAT(numbers_of(evaluate(by_structure, x, v)),
              Pointwise(DoubleNear(1e-13), numbers_of(evaluate(by_hessian, x, v))));
}

TEST(Hvp, InsideADerivativeIsAThirdDerivative) {
  // d/dx_k (vᵀ H v) for f = Σ x⁴: 24 x_k v_k².
  const auto f = [](Var x) { return sum(pow(x, 4)); };
  const auto curvature = [f](Var x, Var v) { return sum(v * hvp(f)(x, v)); };
  EXPECT_THAT(numbers_of(evaluate(grad(curvature, 0), vector_of({0.5, -1}), vector_of({2, 3}))),
              ElementsAre(DoubleNear(48, 1e-13), DoubleNear(-216, 1e-13)));
}

TEST(HigherDerivatives, OfEachSampleByVmapAreThoseOfALoop) {
  const auto f = [](Var x) { return sum(tanh(matmul(matrix(), x)) * exp(x)); };
  const Tensor xs = tensor_of(Dtype::f64, {2, 3}, {0.5, -1, 0.75, 1, 0.25, -0.5});
  const Tensor jacobians = evaluate(vmap(jacobian(grad(f))), xs), hessians = evaluate(vmap(hessian(f)), xs);
  EXPECT_EQ(jacobians.shape(), (Shape{2, 3, 3}));
  Numbers expected;
  for (const Numbers& x : {Numbers{0.5, -1, 0.75}, Numbers{1, 0.25, -0.5}})
    for (double h : numbers_of(evaluate(hessian(f), vector_of(x)))) expected.push_back(h);
  EXPECT_THAT(numbers_of(hessians), Pointwise(DoubleNear(1e-14), expected));
  EXPECT_THAT(numbers_of(jacobians), Pointwise(DoubleNear(1e-14), expected));
}

TEST(HigherDerivatives, OfABranchNotTakenAreZero) {
  const auto f = [](Var x) { return sum(where(x > 0.0, sqrt(x), 0.0)); };
  const Tensor x = vector_of({0, 4});
  EXPECT_THAT(numbers_of(evaluate(hessian(f), x)), ElementsAre(0, 0, 0, -0.03125));
  EXPECT_THAT(numbers_of(evaluate(hvp(f), x, vector_of({5, 2}))), ElementsAre(0, -0.0625));
  EXPECT_THAT(numbers_of(evaluate(jacobian([](Var v) { return where(v > 0.0, sqrt(v), 0.0); }), x)),
              ElementsAre(0, 0, 0, 0.25));
}

TEST(HigherDerivatives, OfWhatIsNoRealFunctionSayWhatIsExpected) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {3}}), n = trace.input({Dtype::i32, {3}});
  EXPECT_EQ(error_of<DtypeError>([&] { jacobian([](Var v) { return argmax(v, 0); })(x); }),
            "[jacobian] the function returns i32[]; real numbers are expected");
  EXPECT_EQ(error_of<DtypeError>([&] { jacobian([](Var v) { return cast(v, Dtype::f64); })(n); }),
            "[jacobian] the argument is i32[3]; real numbers are expected");
  EXPECT_THAT(error_of<ShapeError>([&] { hessian([](Var v) { return v; })(x); }), testing::HasSubstr("a scalar"));
  EXPECT_THAT(error_of<ShapeError>([&] { hvp([](Var v) { return sum(v); })(x, sum(x)); }),
              testing::HasSubstr("tangent 0 is f64[]; f64[3] is expected"));
}

}  // namespace
}  // namespace ansatz::test
