// SPDX-License-Identifier: BSD-3-Clause
// Training against solutions that are known otherwise: least squares, Newton's method for logistic regression, XOR.
#include <gmock/gmock.h>

#include "ansatz/expr/expression.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/train/fit.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/train/tables.hpp"

namespace ansatz::test {
namespace {

using testing::HasSubstr;

const nn::FFNN line_network({1, 1}, {.dtype = Dtype::f64});

/// Slope and intercept of the least squares line.
std::pair<double, double> least_squares(const data::Table& table) {
  const Numbers &x = table.column(0).numbers, &y = table.column(1).numbers;
  const auto n = static_cast<double>(x.size());
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sx += x[i];
    sy += y[i];
    sxx += x[i] * x[i];
    sxy += x[i] * y[i];
  }
  const double slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  return {slope, (sy - slope * sx) / n};
}

train::FitOptions full_batch(std::int64_t epochs, double learning_rate) {
  return {.optimizer = optim::sgd({.learning_rate = learning_rate}), .epochs = epochs, .batch_size = 0};
}

TEST(ALinearNetwork, FindsTheLeastSquaresLine) {
  const data::Table table = noisy_line(40, 0.5);
  const auto [slope, intercept] = least_squares(table);
  for (bool standardise : {true, false}) {
    train::FitOptions options = full_batch(400, 0.1);
    options.encoding.standardise = standardise;
    const train::Result result = train::fit(line_network, parts_of(table, data::Task::regression, 40), options);
    EXPECT_THAT(result.model.predict(Numbers{0.0, 1.0}), CloseTo(Numbers{intercept, intercept + slope}, 1e-9));
    EXPECT_NEAR(slope, 2.0, 0.2);
    EXPECT_GT(result.train.score("r2"), 0.95);
  }
}

TEST(ALinearNetwork, InSinglePrecisionFindsItToSixDigits) {
  const data::Table table = noisy_line(40, 0.5);
  const auto [slope, intercept] = least_squares(table);
  const train::Result result =
      train::fit(nn::FFNN({1, 1}), parts_of(table, data::Task::regression, 40), full_batch(200, 0.1));
  EXPECT_THAT(result.model.predict(Numbers{0.0, 1.0}), CloseTo(Numbers{intercept, intercept + slope}, 1e-6));
}

TEST(ALogisticRegression, FindsTheOptimumOfNewtonsMethod) {
  const data::Table table = clouds(60, 2, 1.6);
  const Numbers &a = table.column(0).numbers, &label = table.column(2).numbers;
  double w = 0.0, c = 0.0;  // p = σ(w a + c)
  for (int step = 0; step < 30; ++step) {
    double gw = 0, gc = 0, hww = 0, hwc = 0, hcc = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double p = 1.0 / (1.0 + std::exp(-(w * a[i] + c))), q = p * (1.0 - p);
      gw += (p - label[i]) * a[i];
      gc += p - label[i];
      hww += q * a[i] * a[i];
      hwc += q * a[i];
      hcc += q;
    }
    const double determinant = hww * hcc - hwc * hwc;
    w -= (hcc * gw - hwc * gc) / determinant;
    c -= (hww * gc - hwc * gw) / determinant;
  }
  const data::Parts parts = parts_of(table_of({{"a", a}, {"class", label}}), data::Task::binary, 60);
  const train::Result result = train::fit(line_network, parts, full_batch(3000, 1.0));
  const auto sigma = [&](double x) { return 1.0 / (1.0 + std::exp(-(w * x + c))); };
  EXPECT_THAT(result.model.predict(Numbers{-1.0, 0.0, 1.0}),
              CloseTo(Numbers{sigma(-1.0), sigma(0.0), sigma(1.0)}, 1e-9));
  EXPECT_LT(std::abs(w), 20.0) << "the classes overlap, the optimum is finite";
}

TEST(Xor, NeedsAHiddenLayer) {
  // Without resampling (docs/lectures.md): a linear boundary has at most three of the four points right.
  const data::Parts parts =
      parts_of(table_of({{"a", {0, 0, 1, 1}}, {"b", {0, 1, 0, 1}}, {"xor", {0, 1, 1, 0}}}), data::Task::binary, 4);
  train::FitOptions options = {.optimizer = optim::adam({.learning_rate = 0.05}), .epochs = 500, .batch_size = 0};
  for (std::uint64_t seed : {0U, 1U, 2U}) {
    const auto accuracy = [&](std::vector<std::int64_t> layers) {
      return train::fit(nn::FFNN(layers, {.hidden = act::tanh, .seed = seed}), parts, options).train.score("accuracy");
    };
    const double linear = accuracy({2, 1});
    EXPECT_GE(linear, 0.25);
    EXPECT_LE(linear, 0.75);
    EXPECT_EQ(accuracy({2, 8, 1}), 1.0) << "seed " << seed;
  }
}

TEST(ASoftmaxNetwork, LearnsThreeClasses) {
  const train::Result result =
      train::fit(nn::FFNN({2, 16, 3}), parts_of(clouds(180, 3, 0.5), data::Task::multiclass, 120, 30),
                 {.optimizer = optim::adam({.learning_rate = 0.02}), .epochs = 60});
  EXPECT_EQ(result.test.rows, 30);
  EXPECT_GE(result.test.score("accuracy"), 0.95);
  EXPECT_EQ(result.test.class_names, (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(result.model.predict(Numbers{1.0, 0.0}).size(), 3U);
}

TEST(AUsersCost, AsAFunctionGivesTheSameNetworkAsTheBuiltInOne) {
  const data::Parts parts = parts_of(noisy_line(30, 0.5), data::Task::regression, 20, 5);
  train::FitOptions options = full_batch(50, 0.1);
  const std::string built_in = train::fit(line_network, parts, options).model.weights_sha256();
  options.cost = cost::Cost{"mine", [](const Var& y, const Var& t) { return square(reshape(y, t.shape()) - t); }};
  const train::Result mine = train::fit(line_network, parts, options);
  EXPECT_EQ(mine.model.weights_sha256(), built_in);
  EXPECT_EQ(mine.model.record().at("cost"), "mine");
}

TEST(AUsersCost, AsAFormulaGivesTheSameNetworkAsTheBuiltInOne) {
  const data::Parts parts = parts_of(noisy_line(30, 0.5), data::Task::regression, 20, 5);
  train::FitOptions options = full_batch(50, 0.1);
  options.cost = cost::find("huber");
  const train::Result built_in = train::fit(line_network, parts, options);
  const expr::Expression formula = expr::parse("where(abs(y - t) <= 1, 0.5*(y - t)^2, abs(y - t) - 0.5)");
  options.cost = cost::Cost{formula.text(), [&](const Var& y, const Var& t) {
                              return formula.build({{"y", reshape(y, t.shape())}, {"t", t}});
                            }};
  const train::Result mine = train::fit(line_network, parts, options);
  EXPECT_THAT(mine.model.predict(Numbers{0.0, 1.0}), CloseTo(built_in.model.predict(Numbers{0.0, 1.0}), 1e-14));
  EXPECT_NEAR(mine.validation.cost, built_in.validation.cost, 1e-14);
}

TEST(AUsersCost, ThatIsNotANumberForEachRowIsRefused) {
  const data::Parts parts = parts_of(noisy_line(30, 0.5), data::Task::regression, 30);
  train::FitOptions options = full_batch(5, 0.1);
  // [30, 1] − [30] is [30, 30]: its mean would be a cost, but of all pairs.
  options.cost = cost::Cost{"broadcast", [](const Var& y, const Var& t) { return square(y - t); }};
  EXPECT_EQ(error_of<ShapeError>([&] { train::fit(line_network, parts, options); }),
            "the cost 'broadcast' of outputs [30, 1] and targets [30] is [30, 30]; [30] is expected, a number for each "
            "row (reshape the outputs as the targets, sum over columns)");
  options.cost = cost::Cost{"total", [](const Var& y, const Var& t) { return sum(square(reshape(y, {30}) - t)); }};
  options.sample_weights = Numbers(30, 2.0);
  EXPECT_THAT(error_of<ShapeError>([&] { train::fit(line_network, parts, options); }), HasSubstr("[30] is expected"));
}

}  // namespace
}  // namespace ansatz::test
