// SPDX-License-Identifier: BSD-3-Clause
// Scores against scikit-learn's, intervals against SciPy's and against what they claim.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "ansatz/base/random.hpp"
#include "ansatz/heads/head.hpp"
#include "ansatz/heads/intervals.hpp"
#include "tests/support/golden.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using Numbers = std::vector<double>;

data::Dataset dataset_of(const json& c, bool classes) {
  data::Dataset data;
  if (classes)
    data.labels = c["truth"].get<std::vector<std::int32_t>>();
  else
    data.targets = c["truth"].get<Numbers>();
  data.rows = static_cast<std::int64_t>(c["truth"].size());
  return data;
}

std::vector<data::TargetColumn> classes_named(std::int64_t count) {
  data::TargetColumn target{.name = "kind"};
  for (std::int64_t i = 0; i < count; ++i) target.classes.push_back(fmt::format("c{}", i));
  return {target};
}

void expect_scores(const json& c, const head::Metrics& metrics) {
  for (const auto& [name, value] : c["scores"].items())
    EXPECT_NEAR(metrics.score(name), value.get<double>(), 1e-12) << name << " of " << c["truth"].size() << " rows";
}

TEST(Scores, AreThoseOfScikitLearn) {
  const json& all = golden("scores");
  for (const json& c : all["binary"])
    expect_scores(c, head::measure(head::binary(), classes_named(2), dataset_of(c, true), c["p"].get<Numbers>(),
                                   c["weights"].get<Numbers>(), 0.0));
  for (const json& c : all["multiclass"])
    expect_scores(c, head::measure(head::multiclass(), classes_named(c["classes"]), dataset_of(c, true),
                                   c["p"].get<Numbers>(), c["weights"].get<Numbers>(), 0.0));
  const std::vector<data::TargetColumn> y = {{.name = "y", .mean = 0, .scale = 1}};
  for (const json& c : all["quantities"])
    expect_scores(c, head::measure(head::regression(), y, dataset_of(c, false), c["p"].get<Numbers>(),
                                   c["weights"].get<Numbers>(), 0.0));
}

TEST(Scores, OfFractionsHaveWilsonsIntervalAlsoAtNothingAndAll) {
  for (const json& c : golden("scores")["wilson"]) {
    const double rows = c["rows"].get<double>();
    const head::Bounds bounds = head::wilson(c["right"].get<double>() / rows, rows);
    EXPECT_NEAR(bounds.low, c["low"].get<double>(), 1e-12) << c;
    EXPECT_NEAR(bounds.high, c["high"].get<double>(), 1e-12) << c;
    EXPECT_GT(bounds.high - bounds.low, 0.0);
  }
  EXPECT_TRUE(std::isnan(head::wilson(0.5, 0.0).low));
}

TEST(Scores, HaveNoCurveWhereAClassIsAbsent) {
  data::Dataset data;
  data.rows = 2;
  data.labels = {1, 1};
  const head::Metrics m = head::measure(head::binary(), classes_named(2), data, Numbers{0.9, 0.8}, {}, 0.0);
  EXPECT_TRUE(std::isnan(m.score("roc_auc")));
  EXPECT_THAT(to_string(m), testing::HasSubstr("ROC AUC – (one class only)"));
  EXPECT_EQ(m.score("balanced_accuracy"), 1.0);
}

TEST(Scores, OfAHundredThousandClassesTakeNoMatrix) {
  data::Dataset data;
  data.rows = 2;
  data.labels = {1, 99'999};
  Numbers p(200'000, 1e-6);
  p[1] = p[199'999] = 0.9;
  const head::Metrics m = head::measure(head::multiclass(), classes_named(100'000), data, p, {}, 0.0);
  EXPECT_EQ(m.score("accuracy"), 1.0);
  EXPECT_TRUE(m.confusion.empty());
  EXPECT_FALSE(m.has("roc_auc"));
}

/// A sample of y = x + noise, predicted by x: RMSE 1 in the limit.
head::Metrics of_noise(std::int64_t rows, std::uint64_t seed) {
  RandomStream random(seed, Purpose::data);
  const auto normal = [&] {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += random.uniform();
    return sum;
  };
  const std::vector<data::TargetColumn> y = {{.name = "y", .mean = 0, .scale = 1}};
  data::Dataset data;
  data.rows = rows;
  Numbers said;
  for (std::int64_t i = 0; i < rows; ++i) {
    said.push_back(normal());
    data.targets.push_back(said.back() + normal());
  }
  head::Metrics m = head::measure(head::regression(), y, data, said, {}, 0.0);
  add_intervals(m, head::regression(), y, data, said, {});
  return m;
}

TEST(Intervals, HoldTheTruthAboutAsOftenAsTheySay) {
  const auto held = [](std::int64_t rows, int samples) {
    int count = 0;
    for (int i = 0; i < samples; ++i) {
      const head::Metrics m = of_noise(rows, static_cast<std::uint64_t>(i));
      const head::Bounds bounds = m.scores.front().bounds;
      EXPECT_LT(bounds.low, m.scores.front().value);
      EXPECT_GT(bounds.high, m.scores.front().value);
      count += bounds.low <= 1.0 && 1.0 <= bounds.high ? 1 : 0;
    }
    return count;
  };
  EXPECT_GE(held(200, 100), 87);  // 95 are expected, with a deviation of 2.2
  EXPECT_GE(held(3000, 20), 16);
}

TEST(Intervals, ShrinkWithTheRootOfTheRowsAcrossTheChangeOfMethod) {
  const auto width = [](std::int64_t rows) {
    double sum = 0.0;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      const head::Bounds bounds = of_noise(rows, seed).scores.front().bounds;
      sum += bounds.high - bounds.low;
    }
    return sum;
  };
  EXPECT_NEAR(width(8000) / width(2000), 0.5, 0.08);
  EXPECT_TRUE(std::isnan(of_noise(1, 1).scores.front().bounds.low));
}

TEST(Differences, AreSureOnlyWhereOnePredictsBetterOnTheSameRows) {
  RandomStream random(3, Purpose::data);
  const std::vector<data::TargetColumn> y = {{.name = "y", .mean = 0, .scale = 1}};
  data::Dataset data;
  data.rows = 300;
  Numbers good, bad, other;
  for (int i = 0; i < 300; ++i) {
    const double truth = random.uniform();
    data.targets.push_back(truth);
    good.push_back(truth + 0.1 * (random.uniform() - 0.5));
    bad.push_back(truth + 0.3 * (random.uniform() - 0.5));
    other.push_back(truth + 0.1 * (random.uniform() - 0.5));
  }
  const auto better = [&](const Numbers& a, const Numbers& b) {
    return head::difference(head::regression(), y, data, a, b, {});
  };
  EXPECT_TRUE(better(good, bad).beaten());
  EXPECT_LT(better(bad, good).bounds.high, 0.0);
  EXPECT_FALSE(better(good, other).beaten());
  EXPECT_EQ(better(good, good).value, 0.0);
  EXPECT_FALSE(better(good, good).beaten());
}

}  // namespace
}  // namespace ansatz::test
