// SPDX-License-Identifier: BSD-3-Clause
// Random tensors: their moments, and that they are a function of key, site and element and of nothing else.
#include "ansatz/base/random.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/interpret.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using Key = std::vector<std::int32_t>;

enum class Draw : std::uint8_t { uniform, normal };

Numbers draw(Draw kind, Dtype dtype, const Shape& shape, const Key& key = {1, 2, 3, 4}, std::int64_t site = 5) {
  const auto f = [&](Var k) {
    return kind == Draw::uniform ? random_uniform(k, shape, dtype, site) : random_normal(k, shape, dtype, site);
  };
  return numbers_of(plainly(f, Tensor(key, {4})));
}

/// Mean of x^power.
double moment(const Numbers& x, int power) {
  double sum = 0.0;
  for (double value : x) sum += std::pow(value, power);
  return sum / static_cast<double>(x.size());
}

/// Within five standard errors, given the variance of x^power.
void expect_moment(const Numbers& x, int power, double expected, double variance) {
  EXPECT_NEAR(moment(x, power), expected, 5.0 * std::sqrt(variance / static_cast<double>(x.size())))
      << "moment " << power;
}

TEST(UniformTensors, HaveTheMomentsOfTheUniformDistribution) {
  for (Dtype dtype : {Dtype::f64, Dtype::f32}) {
    const Numbers x = draw(Draw::uniform, dtype, {400, 500});
    for (int p : {1, 2, 3, 4}) expect_moment(x, p, 1.0 / (p + 1), 1.0 / (2 * p + 1) - 1.0 / ((p + 1) * (p + 1)));
    EXPECT_GE(*std::min_element(x.begin(), x.end()), 0.0);
    EXPECT_LT(*std::max_element(x.begin(), x.end()), 1.0);
  }
}

TEST(UniformTensors, FillTheIntervalEvenly) {
  const Numbers x = draw(Draw::uniform, Dtype::f32, {64000});
  int hits[64] = {};
  for (double value : x) ++hits[static_cast<int>(64 * value)];
  double chi2 = 0.0;
  for (int n : hits) chi2 += (n - 1000.0) * (n - 1000.0) / 1000.0;
  EXPECT_NEAR(chi2, 63.0, 5.0 * std::sqrt(2.0 * 63.0));
}

TEST(NormalTensors, HaveTheMomentsOfTheNormalDistribution) {
  for (Dtype dtype : {Dtype::f64, Dtype::f32}) {
    const Numbers x = draw(Draw::normal, dtype, {400, 500});
    const double expected[] = {0, 1, 0, 3, 0, 15}, variance[] = {1, 2, 15, 96, 945, 10170};
    for (int p = 1; p <= 6; ++p) expect_moment(x, p, expected[p - 1], variance[p - 1]);
    for (double value : x) ASSERT_LT(std::abs(value), 8.7) << "53 bits reach √(2·53·ln 2) = 8.6";
  }
}

TEST(NormalTensors, HaveTheTailsOfTheNormalDistribution) {
  const Numbers x = draw(Draw::normal, Dtype::f64, {200000});
  for (double limit : {0.5, 1.0, 2.0, 3.0}) {
    double beyond = 0.0;
    for (double value : x) beyond += std::abs(value) > limit;
    const double p = std::erfc(limit / std::sqrt(2.0));
    EXPECT_NEAR(beyond / 200000.0, p, 5.0 * std::sqrt(p * (1 - p) / 200000.0)) << limit;
  }
}

TEST(RandomTensors, NeighboursAreUncorrelated) {
  const Numbers x = draw(Draw::normal, Dtype::f64, {100000});
  for (std::size_t lag : {1U, 2U, 3U, 4U, 8U}) {
    double sum = 0.0;
    for (std::size_t i = lag; i < x.size(); ++i) sum += x[i] * x[i - lag];
    EXPECT_NEAR(sum / 100000.0, 0.0, 5.0 / std::sqrt(100000.0)) << "lag " << lag;
  }
}

TEST(RandomTensors, AreTheSameForTheSameKeyAndSite) {
  for (Draw kind : {Draw::uniform, Draw::normal})
    EXPECT_EQ(draw(kind, Dtype::f64, {100}), draw(kind, Dtype::f64, {100}));
}

TEST(RandomTensors, DifferForAnotherSeedEpochStepOrSite) {
  const std::vector<Key> keys = {{1, 2, 3, 4}, {9, 2, 3, 4}, {1, 9, 3, 4}, {1, 2, 9, 4}, {1, 2, 3, 9}, {-1, 2, 3, 4}};
  for (Draw kind : {Draw::uniform, Draw::normal}) {
    std::set<double> numbers;
    for (const Key& key : keys)
      for (double value : draw(kind, Dtype::f64, {100}, key)) numbers.insert(value);
    for (std::int64_t site : {6, 70, 1 << 20})
      for (double value : draw(kind, Dtype::f64, {100}, keys[0], site)) numbers.insert(value);
    EXPECT_EQ(numbers.size(), (keys.size() + 3) * 100) << "no stream repeats a number of another one";
  }
}

TEST(RandomTensors, HaveElementsThatDoNotDependOnTheShape) {
  for (Draw kind : {Draw::uniform, Draw::normal}) {
    const Numbers large = draw(kind, Dtype::f32, {7, 11}), small = draw(kind, Dtype::f32, {20});
    EXPECT_EQ(Numbers(large.begin(), large.begin() + 20), small);
  }
}

TEST(RandomTensors, AreWordsOfPhiloxUnderDocumentedCounters) {
  // Block counter (element, epoch, step, purpose << 24 | site), key (seed low, seed high).
  const Numbers x = draw(Draw::uniform, Dtype::f64, {5}, {1, 2, 3, 4}, 6);
  for (std::uint32_t n = 0; n < 5; ++n) {
    const auto words = philox4x32({n, 3, 4, (static_cast<std::uint32_t>(Purpose::operation) << 24) | 6}, {1, 2});
    EXPECT_EQ(x[n], uniform_f64(words[0], words[1]));
  }
}

TEST(RandomTensors, AreTheSameThroughTheWholePipeline) {
  const auto f = [](Var key) { return random_normal(key, {3, 50}, Dtype::f32, 5) * 2.0; };
  const Tensor key(Key{1, 2, 3, 4}, {4});
  EXPECT_EQ(numbers_of(evaluate(f, key)), numbers_of(plainly(f, key)));
}

TEST(BernoulliTensors, AreTrueWithTheirProbability) {
  const Tensor key(Key{1, 2, 3, 4}, {4});
  for (double p : {0.0, 0.25, 0.9, 1.0}) {
    const auto f = [](Var k, Var probability) { return random_bernoulli(k, probability, {100000}, 5); };
    double hits = 0.0;
    for (double value : numbers_of(plainly(f, key, Tensor(p)))) hits += value;
    EXPECT_NEAR(hits / 1e5, p, 5.0 * std::sqrt(p * (1 - p) / 1e5));
  }
}

}  // namespace
}  // namespace ansatz::test
