// SPDX-License-Identifier: BSD-3-Clause
// Baselines against closed solutions and against what the theory of the data says.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/assess/baseline.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/base/random.hpp"

namespace ansatz::test {
namespace {

using Numbers = std::vector<double>;
using testing::ElementsAre;
using testing::HasSubstr;

/// x in [−1, 1], row-major; f(row) is the target.
struct Example {
  data::Encoding encoding;
  data::Dataset train, asked;
};

template <class F>
Example quantities(std::int64_t rows, std::int64_t features, const F& f) {
  RandomStream random(5, Purpose::data);
  Example e;
  e.encoding.target_kind = data::TargetKind::numbers;
  e.encoding.targets = {{.name = "y", .mean = 10.0, .scale = 2.0}};
  for (data::Dataset* part : {&e.train, &e.asked}) {
    part->rows = rows;
    part->features = features;
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t i = 0; i < features; ++i) part->inputs.push_back(2.0 * random.uniform() - 1.0);
      part->targets.push_back(f(part->inputs.data() + row * features));
    }
  }
  return e;
}

std::vector<double> answer(const Example& e, const head::Head& head, const assess::Baseline& baseline) {
  return baseline.predict({e.encoding, head, e.train, e.asked});
}

TEST(Baselines, ALinearModelFindsALinearLaw) {
  const Example e = quantities(50, 2, [](const double* x) { return 3.0 * x[0] - x[1] + 0.5; });
  const Numbers said = answer(e, head::regression(), assess::linear({.l2 = 0.0}));
  ASSERT_EQ(said.size(), 50U);
  for (std::size_t i = 0; i < said.size(); ++i) EXPECT_NEAR(said[i], 10.0 + 2.0 * e.asked.targets[i], 1e-4);
}

TEST(Baselines, TheConstantIsTheMeanTheMedianOrTheFrequencies) {
  Example e = quantities(101, 1, [](const double* x) { return std::exp(3.0 * x[0]); });
  Numbers sorted = e.train.targets;
  double mean = 0.0;
  for (double t : sorted) mean += t / 101.0;
  EXPECT_NEAR(answer(e, head::regression(), assess::constant())[0], 10.0 + 2.0 * mean, 1e-6);
  std::sort(sorted.begin(), sorted.end());
  const double median = answer(e, head::quantiles({.levels = {0.5}}), assess::constant())[0];
  EXPECT_GE(median, 10.0 + 2.0 * sorted[45]);
  EXPECT_LE(median, 10.0 + 2.0 * sorted[55]);
  e.encoding.target_kind = data::TargetKind::labels;
  e.encoding.targets[0].classes = {"a", "b", "c"};
  e.train.targets.clear();
  for (int i = 0; i < 101; ++i) e.train.labels.push_back(i < 50 ? 0 : i < 80 ? 1 : 2);
  const Numbers p = answer(e, head::multiclass(), assess::constant());
  EXPECT_NEAR(p[0], 50.0 / 101.0, 1e-5);
  EXPECT_NEAR(p[1], 30.0 / 101.0, 1e-5);
  EXPECT_NEAR(p[2], 21.0 / 101.0, 1e-5);
}

TEST(Baselines, TheNearestRowKnowsItself) {
  Example e = quantities(40, 3, [](const double* x) { return std::sin(5.0 * x[0]) * x[1] + x[2]; });
  e.asked = e.train;
  const Numbers said = answer(e, head::regression(), assess::neighbours({.k = 1}));
  for (std::size_t i = 0; i < said.size(); ++i) EXPECT_EQ(said[i], 10.0 + 2.0 * e.train.targets[i]);
  const Numbers all = answer(e, head::regression(), assess::neighbours({.k = 1000}));
  EXPECT_NEAR(all[0], all[39], 1e-12) << "all rows are the neighbours of each";
  EXPECT_THAT(answer(e, head::poisson(), assess::neighbours()), ElementsAre()) << "it knows no rates";
}

TEST(Baselines, AKernelFindsWhatALinearModelCannot) {
  const Example e = quantities(400, 2, [](const double* x) { return x[0] * x[1]; });
  const auto error = [&](const assess::Baseline& baseline) {
    const Numbers said = answer(e, head::regression(), baseline);
    double sum = 0.0;
    for (std::size_t i = 0; i < said.size(); ++i) sum += std::pow(said[i] - 10.0 - 2.0 * e.asked.targets[i], 2);
    return sum;
  };
  EXPECT_LT(error(assess::random_features()), 0.05 * error(assess::linear()));
}

TEST(Baselines, AreChosenByNameAndKnowTheirArguments) {
  EXPECT_THAT(assess::family().names(), ElementsAre("constant", "linear", "neighbours", "random_features"));
  EXPECT_EQ(assess::family().make("knn k=3").named.text(), "neighbours k=3");
  try {
    static_cast<void>(assess::family().make("forest"));
    FAIL();
  } catch (const ArgumentError& error) {
    EXPECT_THAT(error.what(), HasSubstr("constant"));
  }
}

}  // namespace
}  // namespace ansatz::test
