// SPDX-License-Identifier: BSD-3-Clause
// Stages of methods, the perceptron, batches whose gradients are averaged, the range test of learning rates.
#include <gmock/gmock.h>

#include "ansatz/base/error.hpp"
#include "ansatz/train/fit.hpp"
#include "ansatz/train/learning_rate_finder.hpp"
#include "ansatz/train/method.hpp"
#include "ansatz/train/session.hpp"
#include "tests/support/errors.hpp"
#include "tests/train/tables.hpp"

namespace ansatz::test {
namespace {

using testing::AllOf;
using testing::DoubleNear;
using testing::HasSubstr;
using testing::Pointwise;

data::Parts three_clouds() { return parts_of(clouds(150, 3, 0.8), data::Task::multiclass, 100, 25); }

train::Result fit_clouds(const train::FitOptions& options, const std::string& network = "dense 4, tanh, dense 3") {
  return train::fit(nn::network_from_text({2}, network), Dtype::f64, 5, three_clouds(), options);
}

TEST(Stages, OfATextHaveTheirOwnEpochsAndRates) {
  const auto stages = train::stages_from("adam epochs=100, sgd learning_rate=0.5, lbfgs evaluations=500", 7, 0.25);
  ASSERT_EQ(stages.size(), 3U);
  EXPECT_EQ(stages[0].epochs, 100);
  EXPECT_EQ(stages[0].optimizer, optim::adam({.learning_rate = 0.25}));
  EXPECT_EQ(stages[1].epochs, 7);
  EXPECT_EQ(stages[1].optimizer, optim::sgd({.learning_rate = 0.5}));
  EXPECT_EQ(stages[2].epochs, train::until_it_ends);
  EXPECT_EQ(stages[2].method->named, train::lbfgs({.evaluations = 500}).named);
  EXPECT_EQ(train::stages_from("lbfgs", 7)[0].epochs, 7) << "alone it has the run's";
  const auto again = train::stages_from(train::full_text(stages), 1);
  EXPECT_EQ(train::full_text(again), train::full_text(stages));
}

TEST(Stages, ThatMeanNothingAreRefused) {
  const auto refused = [](const char* text, std::optional<double> rate = {}) {
    return error_of<ArgumentError>([&] { train::stages_from(text, 7, rate); });
  };
  EXPECT_THAT(refused(""), HasSubstr("an empty text"));
  EXPECT_THAT(refused("adam,"), HasSubstr("nothing after the comma"));
  EXPECT_THAT(refused("adam epochs=0"), HasSubstr("epochs = 0"));
  EXPECT_THAT(refused("adam epochs=many, lbfgs"), HasSubstr("epochs = many"));
  EXPECT_THAT(refused("adam, bfgs"), HasSubstr("there is no optimizer \"bfgs\""));
  EXPECT_THAT(refused("adam, lbfgs memory=0"), HasSubstr("memory = 0"));
  EXPECT_THAT(refused("lbfgs", 0.1), HasSubstr("chooses its steps itself"));
  EXPECT_THAT(refused("adam learning_rate=0.1", 0.1), HasSubstr("given twice"));
}

TEST(Stages, BeginAnewFromTheBestNumbersOfTheOneBefore) {
  train::FitOptions adam{.epochs = 5, .batch_size = 16, .l2 = 1e-3, .patience = 0};
  std::shared_ptr<std::pair<Tensor, Tensor>> best;
  adam.keep_snapshot = [&](const train::Snapshot& snapshot) {
    best = std::make_shared<std::pair<Tensor, Tensor>>(snapshot.best_parameters, snapshot.best_buffers);
  };
  const train::Result first = fit_clouds(adam);
  train::FitOptions then{
      .method = std::make_shared<train::MethodChoice>(train::lbfgs()), .epochs = 1000, .l2 = 1e-3, .patience = 0};
  then.from = best;
  const train::Result second = fit_clouds(then);

  train::FitOptions both{
      .stages = train::stages_from("adam epochs=5, lbfgs", 1), .batch_size = 16, .l2 = 1e-3, .patience = 0};
  const train::Result one = fit_clouds(both);
  EXPECT_EQ(one.steps, first.steps + second.steps);
  EXPECT_THAT(one.message, AllOf(HasSubstr("adam: all epochs done; L-BFGS: "), HasSubstr(second.message)));
  ASSERT_EQ(one.history.epochs.size(), first.history.epochs.size() + second.history.epochs.size());
  for (std::size_t i = 0; i < one.history.epochs.size(); ++i) {
    const train::Epoch& apart = i < 5 ? first.history.epochs[i] : second.history.epochs[i - 5];
    EXPECT_EQ(one.history.epochs[i].train_cost, apart.train_cost) << i;
    EXPECT_EQ(one.history.epochs[i].validation_cost, apart.validation_cost) << i;
  }
  double lowest = HUGE_VAL;  // over all stages
  std::int64_t best_epoch = 0;
  for (const train::Epoch& epoch : one.history.epochs)
    if (epoch.validation_cost < lowest) {
      lowest = epoch.validation_cost;
      best_epoch = epoch.epoch;
    }
  EXPECT_EQ(one.best_epoch, best_epoch);
}

TEST(Stages, OfOneOptimizerTwiceDoNotShareItsMoments) {
  const train::FitOptions twice{.stages = train::stages_from("adam epochs=2, adam epochs=2", 1), .patience = 0};
  std::shared_ptr<std::pair<Tensor, Tensor>> best;
  train::FitOptions once{.epochs = 2, .patience = 0};
  once.keep_snapshot = [&](const train::Snapshot& snapshot) {
    best = std::make_shared<std::pair<Tensor, Tensor>>(snapshot.best_parameters, snapshot.best_buffers);
  };
  fit_clouds(once);
  train::FitOptions four{.epochs = 4, .patience = 0};
  const auto &apart = fit_clouds(twice).history.epochs, &through = fit_clouds(four).history.epochs;
  EXPECT_EQ(apart[1].train_cost, through[1].train_cost);
  EXPECT_NE(apart[3].train_cost, through[3].train_cost);
}

TEST(Stages, StopEarlyEachByItself) {
  train::FitOptions options{.stages = train::stages_from("sgd learning_rate=0, adam epochs=3", 50), .patience = 4};
  const train::Result result = fit_clouds(options);
  EXPECT_THAT(result.message, HasSubstr("sgd: no lower validation cost in 4 epochs; all epochs done"));
  EXPECT_EQ(result.history.epochs.size(), 4U + 3U);
}

data::Parts gate(const Numbers& y) {
  return parts_of(table_of({{"a", {0, 0, 1, 1}}, {"b", {0, 1, 0, 1}}, {"y", y}}), data::Task::binary, 4);
}

train::Result perceptron_of(const Numbers& y, Dtype dtype = Dtype::f64, std::uint64_t seed = 1) {
  const train::FitOptions options{.method = std::make_shared<train::MethodChoice>(train::perceptron()), .epochs = 1000};
  return train::fit(nn::network_from_text({2}, "dense 1, step"), dtype, seed, gate(y), options);
}

TEST(APerceptron, LearnsWhatAPlaneSeparates) {
  for (const Dtype dtype : {Dtype::f32, Dtype::f64})
    for (const Numbers& y : {Numbers{0, 1, 1, 1}, Numbers{0, 0, 0, 1}, Numbers{1, 1, 1, 0}, Numbers{1, 0, 1, 1}})
      for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const train::Result result = perceptron_of(y, dtype, seed);
        EXPECT_EQ(result.reason, train::StopReason::converged);
        EXPECT_THAT(result.message, HasSubstr("perceptron: converged after "));
        EXPECT_EQ(result.train.score("accuracy"), 1.0);
        EXPECT_EQ(result.history.epochs.back().train_cost, 0.0);
      }
}

TEST(APerceptron, SaysThatXorIsNotLinearlySeparable) {
  for (const Numbers& y : {Numbers{0, 1, 1, 0}, Numbers{1, 0, 0, 1}})
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const train::Result result = perceptron_of(y, Dtype::f64, seed);
      EXPECT_THAT(result.message, AllOf(HasSubstr("not linearly separable"), HasSubstr("cycled after ")));
      EXPECT_LT(result.history.epochs.size(), 100U);
    }
}

TEST(APerceptron, MovesByTheRuleRowByRow) {
  // w = b = 0, η = 1, x as they are: the first row (0, 0) says 0; the second says 0 where 1 is right.
  train::FitOptions options{.method = std::make_shared<train::MethodChoice>(train::perceptron()),
                            .epochs = 1,
                            .encoding = {.standardise = false}};
  options.from = std::make_shared<std::pair<Tensor, Tensor>>(vector_of({0, 0, 0}), vector_of({}));
  const auto after = [&](const Numbers& y) {
    return numbers_of(
        train::fit(nn::network_from_text({2}, "dense 1, step"), Dtype::f64, 1, gate(y), options).model.parameters());
  };
  EXPECT_EQ(after({0, 1, 1, 1}), (Numbers{0, 1, 1}));  // then b = 1 answers the others
  EXPECT_EQ(after({0, 1, 1, 0}), (Numbers{-1, 0, 0}));
}

TEST(APerceptron, NeedsOneDenseLayerWithStepAndAnswersOfZeroAndOne) {
  const train::FitOptions options{.method = std::make_shared<train::MethodChoice>(train::perceptron())};
  for (const char* network : {"dense 1", "dense 2, step, dense 1", "dense 1, relu"})
    EXPECT_THAT(error_of<ArgumentError>([&] {
                  train::fit(nn::network_from_text({2}, network), Dtype::f64, 1, gate({0, 1, 1, 1}), options);
                }),
                HasSubstr("dense 1, step"))
        << network;
  EXPECT_THROW(train::fit(nn::network_from_text({1}, "dense 1, step"), Dtype::f64, 1,
                          parts_of(noisy_line(20, 0.1), data::Task::regression, 20), options),
               ArgumentError);
  train::FitOptions penalised = options;
  penalised.l2 = 0.1;
  EXPECT_THROW(train::fit(nn::network_from_text({2}, "dense 1, step"), Dtype::f64, 1, gate({0, 1, 1, 1}), penalised),
               ArgumentError);
}

Numbers train_costs(const train::Result& result) {
  Numbers costs;
  for (const train::Epoch& epoch : result.history.epochs) costs.push_back(epoch.train_cost);
  return costs;
}

TEST(AccumulatedBatches, AreTheBatchOfAllTheirRows) {
  Numbers weights(150);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = 0.5 + static_cast<double>(i % 7);
  for (const bool weighted : {false, true}) {
    train::FitOptions large{.epochs = 6, .batch_size = 30, .l1 = 1e-4, .l2 = 1e-3, .clip_norm = 0.5, .max_norm = 2.0};
    if (weighted) large.sample_weights = weights;
    train::FitOptions small = large;
    small.batch_size = 10;
    small.accumulate = 3;
    const train::Result a = fit_clouds(large), b = fit_clouds(small);
    EXPECT_EQ(a.steps, b.steps);
    EXPECT_THAT(numbers_of(b.model.parameters()), Pointwise(DoubleNear(1e-10), numbers_of(a.model.parameters())));
    // The cost of an epoch is a mean over rows of the means of steps, which weights make differ from batch to batch.
    EXPECT_THAT(train_costs(b), Pointwise(DoubleNear(1e-10), train_costs(a)));
  }
}

TEST(AccumulatedBatches, OfAllRowsAreAFullBatch) {
  train::FitOptions full{.optimizer = optim::sgd({.learning_rate = 0.1}), .epochs = 4, .batch_size = 0};
  train::FitOptions parts = full;
  parts.batch_size = 15;  // six of 15 rows and one of 10
  parts.accumulate = 100;
  const train::Result a = fit_clouds(full), b = fit_clouds(parts);
  EXPECT_EQ(b.steps, 4);
  EXPECT_THAT(numbers_of(b.model.parameters()), Pointwise(DoubleNear(1e-12), numbers_of(a.model.parameters())));
}

TEST(LearningRates, GrowUntilTheCostDivergesWhereTheTheoremSaysSo) {
  // Of standardised x and y the cost (w x + b − y)² has the Hessian 2 I: descent diverges for rates above 1.
  const data::Parts parts = parts_of(noisy_line(100, 0.1), data::Task::regression, 100);
  const head::Head head = head::regression();
  const train::FitOptions options{.optimizer = optim::sgd(), .batch_size = 0};
  const data::Encoding encoding = train::encoding_of(parts, head, options);
  const train::Learner learner =
      train::learner_of(nn::network_from_text({1}, "dense 1"), Dtype::f64, encoding, head, {});
  const train::Samples samples = train::samples_of(learner, encoding, parts.table, parts.train);
  const train::RateFound found = train::find_learning_rate(learner, samples, options, 3);
  ASSERT_GT(found.tried.size(), 50U);
  EXPECT_NEAR(found.tried.front().learning_rate, 1e-7, 1e-20);
  EXPECT_GT(found.tried.back().learning_rate, 1.0);
  EXPECT_LT(found.tried.back().learning_rate, 10.0) << "it ends when the cost diverges";
  for (std::size_t i = 1; i < found.tried.size(); ++i) {
    EXPECT_NEAR(found.tried[i].learning_rate / found.tried[i - 1].learning_rate, std::pow(1e8, 1.0 / 99.0), 1e-9);
    if (found.tried[i - 1].learning_rate >= 1.0) continue;
    EXPECT_LE(found.tried[i].cost, found.tried[i - 1].cost);
  }
  ASSERT_TRUE(found.suggestion.has_value());
  EXPECT_GT(*found.suggestion, 1e-3);
  EXPECT_LT(*found.suggestion, 1.0);
  train::FitOptions method = options;
  method.method = std::make_shared<train::MethodChoice>(train::lbfgs());
  EXPECT_THROW(train::find_learning_rate(learner, samples, method, 3), ArgumentError);
  EXPECT_THROW(train::find_learning_rate(learner, samples, options, 3, {.lowest = 1.0, .highest = 0.5}), ArgumentError);
}

TEST(AValidationCost, ThatIsNotFiniteEndsTheRunAndNamesTheOutlier) {
  data::Table line = noisy_line(60, 0.1);
  std::vector<data::Column> columns(line.columns().begin(), line.columns().end());
  columns[0].numbers[45] = 1e20;
  const data::Parts parts =
      parts_of(data::Table(std::move(columns), {.target = "last", .source = "test"}), data::Task::regression, 40, 20);
  const train::Result result = train::fit(nn::network_from_text({1}, "dense 1"), Dtype::f32, 1, parts, {});
  EXPECT_EQ(result.reason, train::StopReason::not_finite);
  EXPECT_EQ(result.history.epochs.size(), 1U);
  EXPECT_THAT(result.message, AllOf(HasSubstr("epoch 1: the validation cost was not finite, first in "),
                                    HasSubstr("column 'x'"), HasSubstr("in row 46")));
  // In f64 the cost is finite; a line that is trained for all rows is worse on the outlier than a flat one.
  train::FitOptions flat{.epochs = 5};
  flat.from = std::make_shared<std::pair<Tensor, Tensor>>(vector_of({0, 0}), vector_of({}));
  const train::Result kept = train::fit(nn::network_from_text({1}, "dense 1"), Dtype::f64, 1, parts, flat);
  EXPECT_EQ(kept.best_epoch, 0);
  EXPECT_THAT(kept.message, AllOf(HasSubstr("column 'x'"), HasSubstr("in row 46")));
}

}  // namespace
}  // namespace ansatz::test
