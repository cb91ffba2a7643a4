// SPDX-License-Identifier: BSD-3-Clause
// Stable forms: costs written as in a textbook have finite, right derivatives for any logit.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

double sigmoid_of(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }

const Numbers logits = {-1e4, -710.0, -40.0, -1.0, 0.0, 1.0, 40.0, 710.0, 1e4};

/// f, f' and f" of every logit, in both floating dtypes and both modes, against closed forms.
template <class F>
void expect_derivatives(const F& f, double (*value)(double), double (*first)(double), double (*second)(double)) {
  const auto forward = [](auto g) {
    return [g](Var x) { return jvp(g, std::tuple(x), std::tuple(full_like(x, 1.0))).second; };
  };
  for (Dtype dtype : {Dtype::f64, Dtype::f32}) {
    const Tensor x = tensor_of(dtype, {static_cast<std::int64_t>(logits.size())}, logits);
    const auto expect = [&](const auto& g, double (*expected)(double), const char* what) {
      const Numbers found = numbers_of(evaluate(g, x));
      const double tolerance = dtype == Dtype::f64 ? 4e-16 : 4e-7;
      for (std::size_t i = 0; i < logits.size(); ++i)
        EXPECT_NEAR(found[i], expected(logits[i]), tolerance * std::max(1.0, std::abs(expected(logits[i]))))
            << what << " at " << logits[i] << ' ' << name_of(dtype);
    };
    expect(f, value, "value");
    expect(elementwise_grad(f), first, "reverse");
    expect(forward(f), first, "forward");
    expect(elementwise_grad(elementwise_grad(f)), second, "reverse over reverse");
    expect(forward(elementwise_grad(f)), second, "forward over reverse");
    expect(elementwise_grad(forward(f)), second, "reverse over forward");
    expect(forward(forward(f)), second, "forward over forward");
  }
}

double softplus_of(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }
double curvature(double x) { return sigmoid_of(x) * sigmoid_of(-x); }

TEST(StableForms, LogOfASigmoid) {
  expect_derivatives([](Var x) { return log(sigmoid(x)); }, [](double x) { return -softplus_of(-x); },
                     [](double x) { return sigmoid_of(-x); }, [](double x) { return -curvature(x); });
}

TEST(StableForms, LogOfOneMinusASigmoid) {
  expect_derivatives([](Var x) { return log(1.0 - sigmoid(x)); }, [](double x) { return -softplus_of(x); },
                     [](double x) { return -sigmoid_of(x); }, [](double x) { return -curvature(x); });
}

TEST(StableForms, LogOfOnePlusAnExponential) {
  expect_derivatives([](Var x) { return log(1.0 + exp(x)); }, softplus_of, sigmoid_of, curvature);
  expect_derivatives([](Var x) { return log1p(exp(x)); }, softplus_of, sigmoid_of, curvature);
}

TEST(StableForms, LogOfAnExponential) {
  expect_derivatives([](Var x) { return log(exp(x)); }, [](double x) { return x; }, [](double) { return 1.0; },
                     [](double) { return 0.0; });
}

/// The cross entropy of probabilities, −Σ t ln p, as a textbook writes it.
Var cross_entropy(const Var& logit, const Var& target) { return -sum(target * log(softmax(logit))); }

TEST(StableForms, CrossEntropyOfASoftmaxHasTheGradientPMinusT) {
  for (double scale : {1.0, 30.0, 1e3, 1e4}) {
    const Numbers x = {scale, -scale, 0.5 * scale}, t = {0.0, 1.0, 0.0};
    const auto f = [&](Var logit) { return cross_entropy(logit, constant(t, Dtype::f64, {3})); };
    const Tensor at = tensor_of(Dtype::f64, {3}, x);
    double total = 0.0;
    for (double value : x) total += std::exp(value - scale);
    EXPECT_NEAR(double{evaluate(f, at)}, 2 * scale + std::log(total), 1e-14 * scale);
    const Numbers gradient = numbers_of(evaluate(grad(f), at));
    const auto slope = [&](Var logit) {
      return jvp(f, std::tuple(logit), std::tuple(constant(Numbers{0, 1, 0}, Dtype::f64, {3}))).second;
    };
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(gradient[i], std::exp(x[i] - scale) / total - t[i], 2e-15);
    EXPECT_NEAR(double{evaluate(slope, at)}, std::exp(x[1] - scale) / total - 1.0, 2e-15);
  }
}

TEST(StableForms, AreFoundInsideNestedDerivatives) {
  // The inner derivative of −log σ(w x) in x, trained through in w.
  const auto f = [](Var w) { return grad([w](Var x) { return -log(sigmoid(w * x)); })(constant(1e4, Dtype::f64)); };
  for (double w : {-3.0, 3.0}) {
    EXPECT_EQ(double{evaluate(f, w)}, w > 0 ? 0.0 : -w);
    EXPECT_EQ(double{evaluate(grad(f), w)}, w > 0 ? 0.0 : -1.0);
  }
}

TEST(StableForms, LogOfASoftmaxOfABatchIsFiniteInSinglePrecision) {
  const Tensor x = tensor_of(Dtype::f32, {3, 3}, {1e4, -1e4, 0, -1e4, -1e4, 1e4, 88, 0, -88});
  const auto f = [](Var logit) { return sum(log(softmax(logit, 1)) * full_like(logit, 0.25)); };
  EXPECT_TRUE(std::isfinite(double{evaluate(f, x)}));
  for (double number : numbers_of(evaluate(grad(f), x))) EXPECT_LE(std::abs(number), 0.75);
}

}  // namespace
}  // namespace ansatz::test
