// SPDX-License-Identifier: BSD-3-Clause
// The checksums of bits_test.cpp would notice another order of summation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/run/training.hpp"

namespace ansatz {
namespace {

TEST(SummationOrder, OfABatchReversedGivesOtherWeights) {
  for (Dtype dtype : {Dtype::f32, Dtype::f64}) {
    const test::Experiment experiment{
        .name = "", .layers = {6, 9, 3}, .activation = act::tanh, .dtype = dtype, .batch = 32, .steps = 10};
    test::Training forward(experiment), backward(experiment);
    for (int s = 0; s < experiment.steps; ++s) {
      ASSERT_TRUE(forward.step(s));
      backward.choose(s);
      std::reverse(backward.index.begin(), backward.index.end());
      ASSERT_TRUE(backward.training_step().run(backward.index.data()));
      EXPECT_NEAR(forward.training_step().cost(), backward.training_step().cost(), 1e-4);
    }
    EXPECT_NE(test::sha256_of(forward.state()), test::sha256_of(backward.state()));
  }
}

/// A B with l running as `order` says, all terms in one sum.
std::vector<float> product(const std::vector<float>& a, const std::vector<float>& b, std::size_t m, std::size_t n,
                           const std::vector<std::size_t>& order) {
  std::vector<float> c(m * n, 0.0F);
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t l : order) c[i * n + j] = std::fma(a[i * order.size() + l], b[l * n + j], c[i * n + j]);
  return c;
}

TEST(SummationOrder, OfAProductIsAscendingAndNotDescending) {
  constexpr std::size_t m = 9, n = 13, k = 500;  // one chunk: the plain triple loop
  std::mt19937 random(12);
  const Tensor a = test::tensor_of(Dtype::f32, {m, k}, test::random_numbers(m * k, random));
  const Tensor b = test::tensor_of(Dtype::f32, {k, n}, test::random_numbers(k * n, random));
  const auto vector = [](const Tensor& t) { return std::vector<float>(t.as<float>().begin(), t.as<float>().end()); };
  std::vector<std::size_t> order(k);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto hash = [](const std::vector<float>& c) { return io::sha256_hex(std::as_bytes(std::span(c))); };
  const std::string ours = hash(vector(evaluate([](const Var& x, const Var& y) { return matmul(x, y); }, a, b)));
  EXPECT_EQ(ours, hash(product(vector(a), vector(b), m, n, order)));
  std::reverse(order.begin(), order.end());
  EXPECT_NE(ours, hash(product(vector(a), vector(b), m, n, order)));
  std::reverse(order.begin(), order.end());
  std::swap(order[100], order[101]);
  EXPECT_NE(ours, hash(product(vector(a), vector(b), m, n, order))) << "two terms were exchanged";
}

TEST(SummationOrder, OfALongSumIsThatOfItsChunks) {
  constexpr std::size_t n = 1300;
  std::mt19937 random(13);
  const Tensor x = test::tensor_of(Dtype::f32, {n}, test::random_numbers(n, random));
  const auto chunk = [&](std::size_t begin, std::size_t end) {
    float sum = 0.0F;
    for (std::size_t i = begin; i < end; ++i) sum += x.as<float>()[i];
    return sum;
  };
  const float ours = evaluate([](const Var& v) { return sum(v); }, x).as<float>()[0];
  EXPECT_EQ(ours, (chunk(0, 512) + chunk(512, 1024)) + chunk(1024, n));
  EXPECT_NE(ours, chunk(0, n));
}

}  // namespace
}  // namespace ansatz
