// SPDX-License-Identifier: BSD-3-Clause
// A cost that is not finite never reaches the parameters, and the operation that made it is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/run/replay.hpp"
#include "tests/run/training.hpp"

namespace ansatz {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const test::Experiment with_clipping{
    .name = "", .layers = {4, 8, 3}, .activation = act::tanh, .rows = 60, .batch = 12, .steps = 3, .clip = true};

class NotFinite : public testing::TestWithParam<int> {
 protected:
  test::Training training{with_clipping, {.threads = GetParam(), .force_split = true}};
};

TEST_P(NotFinite, DataLeavesParametersAndMomentsUntouchedBitForBit) {
  training.run();
  const std::string before = test::sha256_of(training.state());
  training.choose(3);
  training.x.as<float>()[static_cast<std::size_t>(training.index[5] * 4 + 2)] = static_cast<float>(nan);
  EXPECT_FALSE(training.training_step().run(training.index.data()));
  EXPECT_EQ(test::sha256_of(training.state()), before);
  EXPECT_THAT(training.training_step().first_non_finite(), StartsWith("gather"));
  EXPECT_THAT(training.training_step().first_non_finite(), HasSubstr("x_batch"));
}

TEST_P(NotFinite, RowsThatAreNotInTheBatchDoNotMatter) {
  training.choose(0);
  for (std::int32_t row = 0; row < 60; ++row)
    if (std::find(training.index.begin(), training.index.end(), row) == training.index.end())
      training.x.as<float>()[static_cast<std::size_t>(row * 4)] = static_cast<float>(nan);
  EXPECT_TRUE(training.step(0));
  EXPECT_THAT(training.training_step().first_non_finite(), IsEmpty());
}

TEST_P(NotFinite, ParametersAreNamedByTheFirstOperationThatMeetsThem) {
  const auto theta = training.parameters().as<float>();
  theta[theta.size() - 1] = std::numeric_limits<float>::infinity();  // a bias of the last layer
  const std::string before = test::sha256_of(training.state());
  EXPECT_FALSE(training.step(0));
  EXPECT_EQ(test::sha256_of(training.state()), before);
  EXPECT_THAT(training.training_step().first_non_finite(), Not(IsEmpty()));
}

TEST_P(NotFinite, OnlyTheGradientMayBe) {  // √|x| has a finite value at 0 and no derivative
  const nn::FFNN network({1, 1}, {.seed = 1});
  const cost::Cost cost{"root", [](const Var& y, const Var& t) { return sqrt(reshape(y, t.shape()) - t); }};
  run::State state;
  const train::Learner learner{.network = network, .head = head::regression(), .cost = cost};
  train::TrainingStep step(learner, optim::sgd(), {.rows = 2, .batch = 2}, state,
                           {.threads = GetParam(), .force_split = true});
  const auto theta = state.at(train::parameters_slot).as<float>();
  theta[0] = 1.0F;
  theta[1] = 0.5F;
  const std::vector<float> x{1.0F, 2.0F}, t{1.5F, 1.0F};  // the first row has y = t
  const std::vector<std::int32_t> index{0, 1};
  step.bind_data(x.data(), t.data(), nullptr);
  const train::TrainingStep::Scalars scalars{.learning_rate = 0.1};
  step.bind_scalars(scalars);
  EXPECT_FALSE(step.run(index.data()));
  EXPECT_TRUE(std::isfinite(step.cost()));
  EXPECT_EQ(test::numbers_of(state.at(train::parameters_slot)), (std::vector<double>{1.0, 0.5}));
  EXPECT_THAT(step.first_non_finite(), StartsWith("div"));
}

TEST_P(NotFinite, TrainingGoesOnAfterwardsAsIfNothingHadHappened) {
  test::Training calm(with_clipping);
  training.choose(0);
  float& number = training.x.as<float>()[static_cast<std::size_t>(training.index[0] * 4)];
  const float right = number;
  number = std::numeric_limits<float>::infinity();
  EXPECT_FALSE(training.step(0));
  number = right;
  EXPECT_EQ(training.run(), calm.run());
}

INSTANTIATE_TEST_SUITE_P(Threads, NotFinite, testing::Values(1, 3));

TEST(FirstNonFinite, NamesTheOperationItsLabelTheElementAndTheValue) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {3}}, "x");
  trace.output(log(exp(x).labelled("growth")) + 1.0);
  const Graph graph = trace.finish();
  const std::vector<double> values{1.0, 2.0, 1000.0};
  const void* const inputs[] = {values.data()};
  EXPECT_THAT(run::first_non_finite(graph, inputs, {}), testing::MatchesRegex("exp .*\"growth\".*element 2 of .*inf"));
}

TEST(FirstNonFinite, DoesNotBlameConstantsThatAreMeantToBeInfinite) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {3}}, "x");
  trace.output(min(x, std::numeric_limits<double>::infinity()));
  trace.output(log(x));
  const std::vector<double> values{1.0, 2.0, 0.0};
  const void* const inputs[] = {values.data()};
  EXPECT_THAT(run::first_non_finite(trace.finish(), inputs, {}), StartsWith("log"));
}

}  // namespace
}  // namespace ansatz
