// SPDX-License-Identifier: BSD-3-Clause
// Which rows a step sees: each once an epoch, in a fresh order, with their sample weights.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <set>

#include "ansatz/ops/ops.hpp"
#include "ansatz/train/fit.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/train/tables.hpp"

namespace ansatz::test {
namespace {

using testing::Each;
using testing::HasSubstr;

/// w x, with w = 0 in the beginning.
const nn::FFNN zero_network({1, 1}, {.initialiser = nn::gaussian({.deviation = 0.0}), .dtype = Dtype::f64});

/// Sums −w x over the batch: a step of gradient descent with η = 1 adds the x of its rows to w.
const cost::Cost adds_up{"adds_up", [](const Var& y, const Var&) { return -sum(y); }};
const cost::Cost adds_rows{"adds_rows", [](const Var& y, const Var& t) { return -reshape(y, t.shape()); }};

double weight_of(const train::Result& result) { return result.model.parameters().as<double>()[0]; }

/// A table whose column x has these numbers, all for training.
data::Parts rows_with(const Numbers& x) {
  Numbers target(x.size());
  std::iota(target.begin(), target.end(), 0.0);
  return parts_of(table_of({{"x", x}, {"y", target}}), data::Task::regression, static_cast<std::int64_t>(x.size()));
}

train::FitOptions plain_steps(const cost::Cost& cost, std::int64_t epochs, std::int64_t batch) {
  train::FitOptions options = {.optimizer = optim::sgd({.learning_rate = 1.0}), .epochs = epochs, .batch_size = batch};
  options.cost = cost;
  options.encoding.standardise = false;
  return options;
}

TEST(AnEpoch, VisitsEveryRowOnceWhateverTheBatch) {
  Numbers x;
  for (int i = 0; i < 11; ++i) x.push_back(std::exp2(i));  // 11 powers of two add up to 2047 only if each is there once
  for (std::int64_t batch : {0, 1, 2, 3, 4, 5, 10, 11, 12, 100}) {
    const train::Result result = train::fit(zero_network, rows_with(x), plain_steps(adds_up, 3, batch));
    EXPECT_EQ(weight_of(result), 3.0 * 2047.0) << "batches of " << batch;
    const std::int64_t size = batch == 0 ? 11 : std::min<std::int64_t>(batch, 11);
    EXPECT_EQ(result.steps, 3 * ((11 + size - 1) / size));
    EXPECT_EQ(result.history.epochs.back().step, result.steps);
  }
}

/// The first row of each of eight epochs, as digits of the base 32: the schedule counts no other step.
std::vector<int> first_rows(std::uint64_t seed) {
  Numbers x(16);
  std::iota(x.begin(), x.end(), 0.0);
  train::FitOptions options = plain_steps(adds_up, 8, 1);
  options.seed = seed;
  options.schedule = {{"first"}, [](const schedule::ScheduleInput& at) {
                        EXPECT_EQ(at.total_steps, 8 * 16);
                        EXPECT_EQ(at.steps_per_epoch, 16);
                        EXPECT_EQ(at.costs.size(), static_cast<std::size_t>(at.epoch()));
                        return at.step % 16 == 0 ? std::exp2(5.0 * static_cast<double>(at.epoch())) : 0.0;
                      }};
  auto digits = static_cast<std::int64_t>(weight_of(train::fit(zero_network, rows_with(x), options)));
  std::vector<int> rows;
  for (int epoch = 0; epoch < 8; ++epoch, digits /= 32) rows.push_back(static_cast<int>(digits % 32));
  return rows;
}

TEST(EachEpoch, HasAFreshOrderThatTheSeedDecides) {
  const std::vector<int> rows = first_rows(1);
  EXPECT_THAT(rows, Each(testing::AllOf(testing::Ge(0), testing::Lt(16))));
  EXPECT_GE(std::set<int>(rows.begin(), rows.end()).size(), 4U) << testing::PrintToString(rows);
  EXPECT_EQ(first_rows(1), rows);
  EXPECT_NE(first_rows(2), rows);
}

TEST(SampleWeights, OfZeroInAllRowsButOneLeaveThatOne) {
  const Numbers x = {1, 2, 4, 8, 16, 32, 64};
  for (std::size_t only = 0; only < x.size(); ++only)
    for (std::int64_t batch : {0, 1, 2, 3}) {
      train::FitOptions options = plain_steps(adds_rows, 1, batch);
      options.sample_weights = Numbers(x.size(), 0.0);
      options.sample_weights[only] = 0.5;
      const train::Result result = train::fit(zero_network, rows_with(x), options);
      EXPECT_EQ(weight_of(result), x[only]) << "batches of " << batch << ": " << result.message;
      EXPECT_EQ(result.reason, train::StopReason::all_epochs);
    }
}

Numbers predictions(const data::Parts& parts, const Numbers& weights) {
  train::FitOptions options = {.optimizer = optim::adam({.learning_rate = 0.01}), .epochs = 60, .batch_size = 0};
  options.sample_weights = weights;
  options.encoding.standardise = false;
  const nn::FFNN network({1, 6, 1}, {.hidden = act::tanh, .seed = 5, .dtype = Dtype::f64});
  return train::fit(network, parts, options).model.predict(Numbers{-2.0, -0.5, 0.0, 1.0, 2.5});
}

TEST(SampleWeights, OfZeroEqualRemovingTheRows) {
  data::Parts parts = parts_of(noisy_line(24, 0.5), data::Task::regression, 24);
  Numbers weights(24, 1.0);
  for (std::size_t row : {0U, 7U, 23U}) weights[row] = 0.0;
  const Numbers without = predictions(parts, {});
  const Numbers weighted = predictions(parts, weights);
  parts.train = rows_from_to(1, 23);
  parts.train.erase(parts.train.begin() + 6);
  EXPECT_THAT(weighted, CloseTo(predictions(parts, {}), 1e-12));
  EXPECT_THAT(weighted, testing::Not(CloseTo(without, 1e-6))) << "the rows mattered";
}

TEST(SampleWeights, OfTwoEqualDoublingTheRows) {
  data::Parts parts = parts_of(noisy_line(12, 0.5), data::Task::regression, 12);
  Numbers weights(12, 1.0);
  weights[3] = weights[8] = 2.0;
  const Numbers weighted = predictions(parts, weights);
  parts.train.push_back(3);
  parts.train.push_back(8);
  EXPECT_THAT(weighted, CloseTo(predictions(parts, {}), 1e-12));
}

TEST(SampleWeights, WeighTheMetrics) {
  const data::Parts parts = parts_of(noisy_line(20, 0.5), data::Task::regression, 10, 5);
  train::FitOptions options = {.epochs = 3};
  options.sample_weights = Numbers(20, 1.0);
  for (std::size_t row = 0; row < 20; ++row)
    if (row != 2 && row != 12 && row != 17) options.sample_weights[row] = 0.0;
  const train::Result result = train::fit(nn::FFNN({1, 1}, {.dtype = Dtype::f64}), parts, options);
  const Numbers &x = parts.table.column(0).numbers, &y = parts.table.column(1).numbers;
  const auto error = [&](std::size_t row) { return std::abs(result.model.predict(Numbers{x[row]})[0] - y[row]); };
  EXPECT_NEAR(result.train.score("rmse"), error(2), 1e-12);
  EXPECT_NEAR(result.validation.score("rmse"), error(12), 1e-12);
  EXPECT_NEAR(result.test.score("rmse"), error(17), 1e-12);
  EXPECT_EQ(result.validation.cost, result.history.epochs.back().validation_cost);
}

TEST(SampleWeights, ThatMakeNoSenseAreRefused) {
  const data::Parts parts = parts_of(noisy_line(20, 0.5), data::Task::regression, 10, 5);
  const auto refused = [&](const Numbers& weights) {
    train::FitOptions options;
    options.sample_weights = weights;
    return error_of<ArgumentError>([&] { train::fit(nn::FFNN({1, 1}), parts, options); });
  };
  Numbers weights(20, 1.0);
  EXPECT_EQ(refused(Numbers(19, 1.0)), "19 sample weights were given for 20 rows");
  for (double bad : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    weights[4] = bad;
    EXPECT_THAT(refused(weights), HasSubstr("finite numbers ≥ 0 are expected"));
  }
  std::fill(weights.begin(), weights.end(), 0.0);
  weights[12] = 1.0;
  EXPECT_THAT(refused(weights), HasSubstr("the sample weights of all 10 training rows are 0"));
  weights[2] = 1.0;
  weights[12] = 0.0;
  EXPECT_THAT(refused(weights), HasSubstr("the sample weights of all 5 validation rows are 0"));
}

}  // namespace
}  // namespace ansatz::test
