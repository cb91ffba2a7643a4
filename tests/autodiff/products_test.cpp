// SPDX-License-Identifier: BSD-3-Clause
// Jacobian and Hessian products against closed forms; what does not depend; what is stopped.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::Pointwise;

double dot(const Numbers& a, const Numbers& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// -- a small network: y = tanh(x W1 + b1) W2 + b2, cost ½ Σ (y − t)² --------------------------------------------------

constexpr std::int64_t batch = 4, in = 3, hidden = 5, out = 2;

struct Network {
  Var w1, b1, w2, b2;
};

class SmallNetwork : public testing::Test {
 protected:
  Numbers random(std::int64_t n) { return random_numbers(n, engine_); }

  std::mt19937 engine_{5};
  Numbers x_ = random(batch * in), t_ = random(batch * out);
  Numbers w1_ = random(in * hidden), b1_ = random(hidden), w2_ = random(hidden * out), b2_ = random(out);

  Var cost(const Network& n) const {
    const Var x = constant(x_, Dtype::f64, {batch, in}), t = constant(t_, Dtype::f64, {batch, out});
    return 0.5 * sum(square(matmul(tanh(matmul(x, n.w1) + n.b1), n.w2) + n.b2 - t));
  }

  /// The gradient of the cost, derived by hand: δ2 = y − t, δ1 = (δ2 W2ᵀ) (1 − h²); order w1, b1, w2, b2.
  Numbers closed_form() const {
    Numbers of_w1(in * hidden), of_b1(hidden), of_w2(hidden * out), of_b2(out);
    const auto at = [](const Numbers& m, std::int64_t i, std::int64_t j, std::int64_t columns) {
      return m[static_cast<std::size_t>(i * columns + j)];
    };
    const auto add = [](Numbers& m, std::int64_t i, double value) { m[static_cast<std::size_t>(i)] += value; };
    for (std::int64_t r = 0; r < batch; ++r) {
      Numbers h(hidden), delta2(out);
      for (std::int64_t j = 0; j < hidden; ++j) {
        double z = b1_[static_cast<std::size_t>(j)];
        for (std::int64_t i = 0; i < in; ++i) z += at(x_, r, i, in) * at(w1_, i, j, hidden);
        h[static_cast<std::size_t>(j)] = std::tanh(z);
      }
      for (std::int64_t k = 0; k < out; ++k) {
        double y = b2_[static_cast<std::size_t>(k)];
        for (std::int64_t j = 0; j < hidden; ++j) y += h[static_cast<std::size_t>(j)] * at(w2_, j, k, out);
        delta2[static_cast<std::size_t>(k)] = y - at(t_, r, k, out);
        add(of_b2, k, delta2[static_cast<std::size_t>(k)]);
      }
      for (std::int64_t j = 0; j < hidden; ++j) {
        const double active = h[static_cast<std::size_t>(j)];
        double back = 0.0;
        for (std::int64_t k = 0; k < out; ++k) {
          const double delta = delta2[static_cast<std::size_t>(k)];
          add(of_w2, j * out + k, active * delta);
          back += delta * at(w2_, j, k, out);
        }
        const double delta1 = back * (1.0 - active * active);
        add(of_b1, j, delta1);
        for (std::int64_t i = 0; i < in; ++i) add(of_w1, i * hidden + j, at(x_, r, i, in) * delta1);
      }
    }
    Numbers all;
    for (const Numbers* part : {&of_w1, &of_b1, &of_w2, &of_b2}) all.insert(all.end(), part->begin(), part->end());
    return all;
  }

  /// f(network) for the sample weights, all results joined.
  template <class F>
  Numbers evaluated(const F& f) const {
    const auto results = evaluate(
        [&](Var w1, Var b1, Var w2, Var b2) {
          return tree::leaves(f(Network{w1, b1, w2, b2}));
        },
        tensor_of(Dtype::f64, {in, hidden}, w1_), tensor_of(Dtype::f64, {hidden}, b1_),
        tensor_of(Dtype::f64, {hidden, out}, w2_), tensor_of(Dtype::f64, {out}, b2_));
    Numbers all;
    for (const Tensor& result : results)
      for (double number : numbers_of(result)) all.push_back(number);
    return all;
  }

  Network constants(const Numbers& joined) const {
    auto next = joined.begin();
    const auto take = [&](const Shape& shape) {
      const Numbers part(next, next + shape.elements());
      next += shape.elements();
      return constant(part, Dtype::f64, shape);
    };
    return {take({in, hidden}), take({hidden}), take({hidden, out}), take({out})};
  }
};

TEST_F(SmallNetwork, HasTheGradientThatBackPropagationByHandGives) {
  const auto cost_of = [&](const Network& n) { return cost(n); };
  EXPECT_THAT(evaluated(grad(cost_of)), Pointwise(DoubleNear(1e-14), closed_form()));
}

TEST_F(SmallNetwork, HasTheSameGradientAsAPullBackOfOne) {
  const auto pulled = evaluated([&](const Network& n) {
    const auto [value, pull] = vjp([&](const Network& m) { return cost(m); }, n);
    return pull(full_like(value, 2.0));
  });
  Numbers twice = closed_form();
  for (double& number : twice) number *= 2.0;
  EXPECT_THAT(pulled, Pointwise(DoubleNear(2e-14), twice));
}

TEST_F(SmallNetwork, HasDirectionalDerivativesThatAreItsGradientTimesTheDirection) {
  const Numbers along = random(in * hidden + hidden + hidden * out + out);
  const Numbers slope = evaluated([&](const Network& n) {
    return jvp([&](const Network& m) { return cost(m); }, std::tuple(n), std::tuple(constants(along))).second;
  });
  EXPECT_NEAR(slope.at(0), dot(closed_form(), along), 1e-13);
}

// -- Hessians ---------------------------------------------------------------------------------------------------------

/// H v by the four ways to nest the modes.
template <class F>
std::vector<Numbers> hessian_products(const F& f, const Numbers& x, const Numbers& v) {
  const auto forward_over_reverse = [&](Var at, Var along) {
    return jvp(grad(f), std::tuple(at), std::tuple(along)).second;
  };
  const auto slope = [&f](Var at, Var along) { return jvp(f, std::tuple(at), std::tuple(along)).second; };
  const auto reverse_over_forward = [&](Var at, Var along) { return grad([&](Var y) { return slope(y, along); })(at); };
  const auto reverse_over_reverse = [&](Var at, Var along) {
    return grad([&](Var y) { return sum(grad(f)(y) * along); })(at);
  };
  const auto twice_forward = [&](Var at, Var along) {
    return jvp([&](Var y) { return slope(y, along); }, std::tuple(at), std::tuple(along)).second;
  };
  const Tensor point = vector_of(x), direction = vector_of(v);
  return {numbers_of(evaluate(forward_over_reverse, point, direction)),
          numbers_of(evaluate(reverse_over_forward, point, direction)),
          numbers_of(evaluate(reverse_over_reverse, point, direction)),
          numbers_of(evaluate(twice_forward, point, direction))};
}

void expect_products(const std::vector<Numbers>& found, const Numbers& expected, const Numbers& v) {
  for (std::size_t way = 0; way < 3; ++way) EXPECT_THAT(found[way], Pointwise(DoubleNear(1e-11), expected)) << way;
  EXPECT_NEAR(found[3].at(0), dot(v, expected), 1e-10);
}

TEST(HessianProducts, OfRosenbrocksFunctionAreThoseOfItsHessian) {
  // f = Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)²
  const auto f = [](Var x) {
    const std::int64_t n = x.shape()[0];
    const Var head = slice(x, {0}, {n - 1}), tail = slice(x, {1}, {n});
    return sum(100.0 * square(tail - square(head)) + square(1.0 - head));
  };
  const Numbers x = {-1.25, 0.5, 1.5, 2.0}, v = {1.0, -0.5, 0.25, 2.0};
  Numbers expected(4, 0.0);
  for (std::size_t i = 0; i + 1 < 4; ++i) {
    expected[i] += (1200 * x[i] * x[i] - 400 * x[i + 1] + 2) * v[i] - 400 * x[i] * v[i + 1];
    expected[i + 1] += 200 * v[i + 1] - 400 * x[i] * v[i];
  }
  expect_products(hessian_products(f, x, v), expected, v);
}

TEST(HessianProducts, OfLogSumExpAreThoseOfTheSoftmaxCovariance) {
  const Numbers x = {0.5, -1.0, 2.0}, v = {1.0, 2.0, -0.5};
  Numbers p, expected;
  double total = 0.0;
  for (double value : x) total += std::exp(value);
  for (double value : x) p.push_back(std::exp(value) / total);
  for (std::size_t i = 0; i < 3; ++i) expected.push_back(p[i] * (v[i] - dot(p, v)));
  expect_products(hessian_products([](Var y) { return logsumexp(y, {}); }, x, v), expected, v);
}

TEST(HessianProducts, ThroughAMatrixProductAreThoseOfTheQuadraticForm) {
  const Numbers a = {1, 2, 3, 4, 5, 6, 7, 8, 10};  // H = A + Aᵀ
  const auto f = [&a](Var y) { return matmul(y, matmul(constant(a, Dtype::f64, {3, 3}), y)); };
  const Numbers v = {1.0, -1.0, 0.5};
  Numbers expected(3, 0.0);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) expected[i] += (a[3 * i + j] + a[3 * j + i]) * v[j];
  expect_products(hessian_products(f, {0.5, -2.0, 1.0}, v), expected, v);
}

// -- what does not depend, and what is stopped ------------------------------------------------------------------------

TEST(Independence, GivesZerosInTheArgumentsShapeAndDtype) {
  const Tensor x = tensor_of(Dtype::f32, {2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor gradient = evaluate(grad([](Var v) { return sum(full_like(v, 2.0)); }), x);
  EXPECT_EQ(gradient.shape(), x.shape());
  EXPECT_EQ(gradient.dtype(), Dtype::f32);
  EXPECT_THAT(numbers_of(gradient), Each(0.0));
  const auto tangent = [](Var v) {
    return jvp([](Var y) { return full_like(y, 2.0); }, std::tuple(v), std::tuple(v)).second;
  };
  EXPECT_THAT(numbers_of(evaluate(tangent, x)), Each(0.0));
}

TEST(Independence, InOneOfTwoArgumentsGivesZerosThere) {
  const auto f = [](Var x, Var) { return x * x; };
  EXPECT_EQ(double{evaluate(grad(f, 1), 3.0, 4.0)}, 0.0);
  EXPECT_EQ(double{evaluate(grad(f, 0), 3.0, 4.0)}, 6.0);
}

TEST(Independence, ThroughIntegersGivesZero) {
  const auto f = [](Var x) { return sum(cast(cast(x, Dtype::i32), Dtype::f64)); };
  EXPECT_THAT(numbers_of(evaluate(grad(f), vector_of({1.5, 2.5}))), Each(0.0));
}

TEST(StopGradient, MakesAValueAConstantInBothModes) {
  const auto f = [](Var x) { return x * stop_gradient(x); };
  EXPECT_EQ(double{evaluate(f, 3.0)}, 9.0);
  EXPECT_EQ(double{evaluate(grad(f), 3.0)}, 3.0);
  const auto forward = [&](Var x) { return jvp(f, std::tuple(x), std::tuple(full_like(x, 1.0))).second; };
  EXPECT_EQ(double{evaluate(forward, 3.0)}, 3.0);
  EXPECT_EQ(double{evaluate(grad(grad(f)), 3.0)}, 0.0) << "the derivative x̄ = stop_gradient(x) is stopped as well";
}

TEST(TheIdentity, HasDerivativeOne) {
  EXPECT_EQ(double{evaluate(grad([](Var x) { return x; }), 3.0)}, 1.0);
  EXPECT_EQ(double{evaluate(grad(grad([](Var x) { return x; })), 3.0)}, 0.0);
}

TEST(Ties, ShareTheDerivativeOfAMaximum) {
  EXPECT_THAT(numbers_of(evaluate(grad([](Var x) { return max(x, std::vector<int>{}); }), vector_of({2, 5, 5, 1}))),
              ElementsAre(0, 0.5, 0.5, 0));
  EXPECT_EQ(double{evaluate(grad([](Var x, Var y) { return max(x, y); }, 0), 2.0, 2.0)}, 0.5);
  EXPECT_EQ(double{evaluate(grad([](Var x, Var y) { return min(x, y); }, 1), 2.0, 2.0)}, 0.5);
}

TEST(RepeatedIndices, AddTheirDerivatives) {
  const auto f = [](Var x) {
    const Var rows = gather(x, constant(Numbers{1, 1, 0, 1}, Dtype::i32, {4}));
    return sum(rows * constant(Numbers{1, 10, 100, 1000}, Dtype::f64, {4}));
  };
  EXPECT_THAT(numbers_of(evaluate(grad(f), vector_of({5, 6, 7}))), ElementsAre(100, 1011, 0));
}

}  // namespace
}  // namespace ansatz::test
