// SPDX-License-Identifier: BSD-3-Clause
// How training ends, and which weights it returns; small and strange data; history; reproducibility.
#include <gmock/gmock.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "ansatz/io/sha256.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/train/fit.hpp"
#include "tests/support/errors.hpp"
#include "tests/train/tables.hpp"

namespace ansatz::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using train::StopReason;

std::string sha256_of(const Tensor& theta) {
  return io::sha256_hex(
      std::span(theta.data(), static_cast<std::size_t>(theta.shape().elements()) * size_of(theta.dtype())));
}

/// Few noisy rows and many weights: the validation cost rises again.
train::Result overfitted(std::int64_t patience, std::int64_t epochs = 400) {
  return train::fit(nn::FFNN({1, 60, 60, 1}, {.seed = 2}),
                    parts_of(noisy_line(40, 6.0), data::Task::regression, 15, 15),
                    {.optimizer = optim::adam({.learning_rate = 0.01}), .epochs = epochs, .patience = patience});
}

TEST(EarlyStopping, ReturnsTheWeightsOfTheLowestValidationCost) {
  for (std::int64_t patience : {20, 0}) {
    const train::Result result = overfitted(patience, 200);
    const auto& epochs = result.history.epochs;
    const auto best = std::min_element(epochs.begin(), epochs.end(), [](const auto& a, const auto& b) {
      return a.validation_cost < b.validation_cost;
    });
    EXPECT_EQ(result.best_epoch, best->epoch);
    EXPECT_EQ(result.validation.cost, best->validation_cost);
    EXPECT_LT(result.best_epoch, epochs.back().epoch - 5) << "the last epoch was the best: nothing was tested";
    EXPECT_GT(epochs.back().validation_cost, result.validation.cost);
  }
}

TEST(EarlyStopping, StopsAfterTheEpochsOfItsPatience) {
  const train::Result result = overfitted(20);
  EXPECT_EQ(result.reason, StopReason::no_improvement);
  EXPECT_EQ(static_cast<std::int64_t>(result.history.epochs.size()), result.best_epoch + 20);
  EXPECT_EQ(result.message, "no lower validation cost in 20 epochs");
  EXPECT_EQ(overfitted(0, 150).history.epochs.size(), 150U) << "patience 0: never";
}

TEST(Training, OfNoEpochsReturnsTheInitialWeights) {
  const nn::FFNN network({1, 4, 1}, {.seed = 9});
  const train::Result result =
      train::fit(network, parts_of(noisy_line(20, 0.1), data::Task::regression, 10, 5), {.epochs = 0});
  EXPECT_EQ(result.best_epoch, 0);
  EXPECT_EQ(result.steps, 0);
  EXPECT_TRUE(result.history.epochs.empty());
  EXPECT_EQ(result.us_per_step, 0.0);
  EXPECT_EQ(result.model.weights_sha256(), sha256_of(train::initial_parameters(network)));
  EXPECT_TRUE(std::isfinite(result.validation.cost));
}

TEST(Training, WithoutValidationReturnsTheLastWeights) {
  const data::Parts parts = parts_of(noisy_line(20, 0.1), data::Task::regression, 20);
  const train::Result ten = train::fit(nn::FFNN({1, 4, 1}), parts, {.epochs = 10});
  EXPECT_EQ(ten.best_epoch, 10);
  EXPECT_EQ(ten.validation.rows, 0);
  EXPECT_EQ(to_string(ten.test), "no rows");
  EXPECT_TRUE(std::isnan(ten.history.epochs[0].validation_cost));
  EXPECT_NE(ten.model.weights_sha256(), train::fit(nn::FFNN({1, 4, 1}), parts, {.epochs = 9}).model.weights_sha256());
}

TEST(Training, WorksWithASingleRowOfEachPart) {
  for (std::int64_t validation : {0, 1}) {
    const data::Parts parts = parts_of(noisy_line(3, 0.1), data::Task::regression, 1, validation);
    const train::Result result = train::fit(nn::FFNN({1, 3, 1}), parts, {.epochs = 5});
    EXPECT_EQ(result.train.rows, 1);
    EXPECT_EQ(result.steps, 5);
    EXPECT_TRUE(std::isfinite(result.train.cost));
    EXPECT_TRUE(std::isnan(result.train.score("r2"))) << "one row has no variance";
  }
}

TEST(Training, OfAConstantTargetPredictsIt) {
  const data::Parts parts =
      parts_of(table_of({{"x", {1, 2, 3, 4, 5}}, {"y", {7, 7, 7, 7, 7}}}), data::Task::regression, 5);
  const train::Result result =
      train::fit(nn::FFNN({1, 1}, {.dtype = Dtype::f64}), parts,
                 {.optimizer = optim::sgd({.learning_rate = 0.1}), .epochs = 300, .batch_size = 0});
  EXPECT_NEAR(result.model.predict(Numbers{2.5})[0], 7.0, 1e-9);
  EXPECT_TRUE(std::isnan(result.train.score("r2")));
}

TEST(Training, EndsAfterTheCurrentStepWhenItIsToldToStop) {
  const data::Parts parts = parts_of(noisy_line(40, 0.1), data::Task::regression, 40);
  const nn::FFNN network({1, 4, 1});
  std::atomic<bool> stop{true};
  train::FitOptions options = {.epochs = 50, .batch_size = 8};
  options.stop = &stop;
  const train::Result at_once = train::fit(network, parts, options);
  EXPECT_EQ(at_once.steps, 1);
  EXPECT_EQ(at_once.reason, StopReason::interrupted);
  EXPECT_EQ(at_once.message, "interrupted in epoch 1 after 1 steps");
  EXPECT_NE(at_once.model.weights_sha256(), sha256_of(train::initial_parameters(network))) << "that step is saved";

  stop = false;
  options.progress = [&](const train::Epoch& epoch) { stop = epoch.epoch == 3; };
  const train::Result later = train::fit(network, parts, options);
  EXPECT_EQ(later.steps, 3 * 5 + 1);
  EXPECT_EQ(later.history.epochs.size(), 3U);
}

TEST(Training, WithATooLargeLearningRateStopsAndKeepsTheWeightsOfTheBestEpoch) {
  const data::Parts parts = parts_of(noisy_line(40, 0.1), data::Task::regression, 30, 10);
  const nn::FFNN network({1, 4, 1});
  const train::Result result =
      train::fit(network, parts, {.optimizer = optim::sgd({.learning_rate = 1e30}), .epochs = 10, .batch_size = 10});
  EXPECT_EQ(result.reason, StopReason::not_finite);
  EXPECT_THAT(result.message, StartsWith("epoch 1, step 2: the cost or its gradient was not finite, first in "));
  EXPECT_THAT(result.message, HasSubstr("the weights of epoch 0 are kept"));
  EXPECT_EQ(result.best_epoch, 0);
  EXPECT_EQ(result.model.weights_sha256(), sha256_of(train::initial_parameters(network)));
  EXPECT_EQ(result.model.record().at("stopped"), result.message);
}

TEST(Training, WithACostThatOverflowsNamesTheOperationAndKeepsTheLastGoodEpoch) {
  const data::Parts parts = parts_of(noisy_line(40, 0.1), data::Task::regression, 40);
  const auto fit = [&](std::int64_t epochs, bool overflow) {
    // From epoch 4 on the schedule throws the weights so far away that exp overflows.
    train::FitOptions options = {.optimizer = optim::sgd({.learning_rate = 1e-6}), .epochs = epochs, .batch_size = 20};
    options.schedule = {{"steps"},
                        [=](const schedule::ScheduleInput& at) { return overflow && at.step >= 6 ? 1e15 : 1.0; }};
    options.cost = cost::Cost{"exponential", [](const Var& y, const Var& t) {
                                return exp(square(reshape(y, t.shape()) - t).labelled("residual"));
                              }};
    return train::fit(nn::FFNN({1, 1}, {.dtype = Dtype::f64}), parts, options);
  };
  const train::Result result = fit(10, true);
  EXPECT_EQ(result.reason, StopReason::not_finite);
  EXPECT_THAT(result.message, StartsWith("epoch 4, step 2: the cost or its gradient was not finite, first in exp (%"));
  EXPECT_THAT(result.message, HasSubstr("the weights of epoch 3 are kept"));
  EXPECT_EQ(result.history.epochs.size(), 3U);
  EXPECT_EQ(result.model.weights_sha256(), fit(3, false).model.weights_sha256());
}

TEST(History, IsAWellFormedTable) {
  const train::Result result =
      train::fit(nn::FFNN({2, 4, 3}), parts_of(clouds(60, 3, 0.5), data::Task::multiclass, 40, 10), {.epochs = 4});
  std::istringstream csv(train::to_csv(result.history));
  std::string line;
  std::getline(csv, line);
  EXPECT_EQ(line, "epoch,step,learning_rate,train_cost,validation_cost,validation_accuracy,seconds");
  for (const train::Epoch& epoch : result.history.epochs) {
    ASSERT_TRUE(std::getline(csv, line));
    std::istringstream cells(line);
    Numbers numbers;
    for (std::string cell; std::getline(cells, cell, ',');) numbers.push_back(std::stod(cell));
    ASSERT_EQ(numbers.size(), 7U);
    EXPECT_EQ(numbers[0], epoch.epoch);
    EXPECT_EQ(numbers[1], epoch.step);
    EXPECT_EQ(numbers[3], epoch.train_cost) << "to full precision";
    EXPECT_EQ(numbers[4], epoch.validation_cost);
    EXPECT_EQ(numbers[5], epoch.validation_accuracy);
  }
  EXPECT_FALSE(std::getline(csv, line));
  const auto json = nlohmann::json::parse(train::to_json(result.history));
  EXPECT_EQ(json.size(), 7U);
  for (const auto& [name, column] : json.items()) EXPECT_EQ(column.size(), 4U) << name;
  EXPECT_EQ(json["validation_cost"][3], result.history.epochs[3].validation_cost);
}

TEST(History, HasNothingWhereThereIsNoValidation) {
  train::History history;
  history.epochs.push_back({.epoch = 1, .step = 2, .learning_rate = 0.5, .train_cost = 0.25, .seconds = 1.5});
  EXPECT_THAT(train::to_csv(history), HasSubstr("\n1,2,0.5,0.25,,,1.500000\n"));
  EXPECT_TRUE(nlohmann::json::parse(train::to_json(history))["validation_cost"][0].is_null());
  EXPECT_TRUE(nlohmann::json::parse(train::to_json({}))["epoch"].empty());
}

TEST(Training, WithTheSameSeedGivesTheSameBitsForAnyNumberOfThreads) {
  const data::Parts parts = parts_of(clouds(400, 3, 0.8), data::Task::multiclass, 300, 50);
  for (Dtype dtype : {Dtype::f32, Dtype::f64}) {
    const auto weights = [&](int threads, std::uint64_t seed) {
      train::FitOptions options = {.epochs = 3, .batch_size = 128};
      options.threads = threads;
      const train::Result result =
          train::fit(nn::FFNN({2, 256, 256, 3}, {.seed = seed, .dtype = dtype}), parts, options);
      EXPECT_EQ(result.model.dtype(), dtype);
      return result.model.weights_sha256();
    };
    const std::string once = weights(1, 7);
    EXPECT_EQ(weights(1, 7), once);
    EXPECT_EQ(weights(2, 7), once);
    EXPECT_NE(weights(1, 8), once);
  }
}

TEST(Fit, RefusesOptionsAndNetworksThatDoNotFit) {
  const data::Parts line = parts_of(noisy_line(20, 0.1), data::Task::regression, 20);
  const auto refused = [&](const nn::FFNN& network, const data::Parts& parts, const train::FitOptions& options = {}) {
    return error_of<ArgumentError>([&] { train::fit(network, parts, options); });
  };
  const nn::FFNN good({1, 1});
  EXPECT_EQ(refused(good, line, {.epochs = -1}), "epochs = -1 was given; 0 or more is expected");
  EXPECT_THAT(refused(good, line, {.batch_size = -1}), HasSubstr("batch_size = -1"));
  EXPECT_THAT(refused(good, line, {.l1 = -1.0}), HasSubstr("l1 = -1"));
  EXPECT_THAT(refused(good, line, {.l2 = std::nan("")}), HasSubstr("l2 = nan"));
  EXPECT_THAT(refused(good, line, {.clip_norm = -1.0}), HasSubstr("clip_norm = -1"));
  EXPECT_THAT(refused(good, line, {.clip_value = std::nan("")}), HasSubstr("clip_value = nan"));
  EXPECT_THAT(refused(good, line, {.patience = -1}), HasSubstr("patience = -1"));
  EXPECT_THAT(refused(good, line, {.threads = 0}), HasSubstr("threads = 0"));
  EXPECT_THAT(refused(nn::FFNN({2, 1}), line), HasSubstr("the network has 2 inputs, but the table's columns make 1"));
  EXPECT_THAT(refused(nn::FFNN({1, 2}), line), HasSubstr("the network has 2 outputs; column 'y' (regression) needs 1"));
  EXPECT_THAT(refused(good, line, {.cost = cost::cross_entropy()}),
              HasSubstr("the cost cross_entropy does not belong to the head regression, which can have squared_error"));
  data::Parts none = line;
  none.train.clear();
  EXPECT_THAT(refused(good, none), HasSubstr("training rows"));
}

}  // namespace
}  // namespace ansatz::test
