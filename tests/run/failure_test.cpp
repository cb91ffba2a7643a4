// SPDX-License-Identifier: BSD-3-Clause
// An operation that throws: the caller gets the exception, the state keeps its values, the executor goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ansatz/ops/ops.hpp"
#include "tests/run/training.hpp"

namespace ansatz {
namespace {

class OutOfRange : public testing::TestWithParam<int> {
 protected:
  // No condition to commit that could hide a write: the state is what the failed run must not touch.
  run::ExecutorOptions options{.threads = GetParam(), .force_split = true};
};

TEST_P(OutOfRange, AnIndexIsThrownToTheCallerAndTheStepStaysUsable) {
  const test::Experiment experiment{
      .name = "", .layers = {4, 8, 3}, .activation = act::tanh, .rows = 60, .batch = 12, .steps = 4};
  test::Training training(experiment, options), calm(experiment);
  ASSERT_TRUE(training.step(0));
  const std::string before = test::sha256_of(training.state());
  for (std::int32_t bad : {60, -1, 1'000'000}) {
    training.choose(1);
    training.index[7] = bad;
    try {
      training.training_step().run(training.index.data());
      ADD_FAILURE() << "index " << bad << " was accepted";
    } catch (const ArgumentError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(std::to_string(bad)));
      EXPECT_THAT(error.what(), testing::HasSubstr("0..59"));
    }
    EXPECT_EQ(test::sha256_of(training.state()), before);
  }
  for (int s = 1; s < experiment.steps; ++s) ASSERT_TRUE(training.step(s));
  EXPECT_EQ(test::sha256_of(training.state()), calm.run());
}

TEST_P(OutOfRange, AnIndexInABandOfASweepIsThrownToo) {
  const test::Experiment experiment{
      .name = "", .layers = {20, 40, 3}, .activation = act::tanh, .rows = 6000, .batch = 5000, .steps = 3};
  test::Training training(experiment, options), calm(experiment);
  ASSERT_FALSE(training.training_step().executor().plan().sweeps.empty());
  ASSERT_TRUE(training.step(0));
  const std::string before = test::sha256_of(training.state());
  for (std::size_t place : {0U, 700U, 4999U}) {
    training.choose(1);
    training.index[place] = -5;
    EXPECT_THROW(training.training_step().run(training.index.data()), ArgumentError);
    EXPECT_EQ(test::sha256_of(training.state()), before);
  }
  for (int s = 1; s < experiment.steps; ++s) ASSERT_TRUE(training.step(s));
  EXPECT_EQ(test::sha256_of(training.state()), calm.run());
}

TEST_P(OutOfRange, LeavesTheStateAloneWithoutAConditionToo) {
  Trace trace;
  const Var s = trace.state({Dtype::f32, {5000}}, "s"), late = trace.state({Dtype::f32, {5000}}, "late");
  const Var x = trace.input({Dtype::f32, {10}}), index = trace.input({Dtype::i32, {5000}});
  const Var rows = gather(x, index);
  trace.assign("s", s + rows);
  trace.assign("late", rows);
  trace.output(sum(late + rows));
  run::State state;
  run::Executor executor(plan::build(trace.finish()), state, options);
  const std::vector<float> values(10, 1.0F);
  std::vector<std::int32_t> rows_to_read(5000, 3);
  executor.bind(0, values.data());
  executor.bind(1, rows_to_read.data());
  executor.run();
  const std::string before = test::sha256_of(state);
  rows_to_read[4999] = 10;
  EXPECT_THROW(executor.run(), ArgumentError);
  EXPECT_THROW(executor.run(), ArgumentError);
  EXPECT_EQ(test::sha256_of(state), before);
  rows_to_read[4999] = 9;
  EXPECT_TRUE(executor.run());
  EXPECT_EQ(state.at("s").as<float>()[4999], 2.0F);
}

INSTANTIATE_TEST_SUITE_P(Threads, OutOfRange, testing::Values(1, 3));

}  // namespace
}  // namespace ansatz
