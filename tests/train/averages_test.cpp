// SPDX-License-Identifier: BSD-3-Clause
// Averaged weights beside PyTorch's AveragedModel (tests/golden/averages.py).
#include <gmock/gmock.h>

#include "ansatz/base/error.hpp"
#include "ansatz/train/average.hpp"
#include "ansatz/train/fit.hpp"
#include "ansatz/train/session.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

/// The run of the golden values: gradient descent on all rows; what is kept after each epoch, without validation.
struct AveragedRun {
  explicit AveragedRun(train::Average average, std::int64_t batch = 0)
      : learner{.network = nn::network_from_text({2}, "dense 4, batch_norm, tanh, dense 1"),
                .head = head::regression(),
                .cost = cost::squared_error(),
                .dtype = Dtype::f64},
        samples{.rows = 10,
                .x = tensor_of(Dtype::f64, {10, 2}, golden("averages")["x"].get<Numbers>()),
                .targets = vector_of(golden("averages")["targets"].get<Numbers>())},
        options{.optimizer = optim::sgd({.learning_rate = golden("averages")["learning_rate"].get<double>()}),
                .epochs = 6,
                .batch_size = batch,
                .average = std::move(average)} {
    options.from =
        std::make_shared<std::pair<Tensor, Tensor>>(vector_of(golden("averages")["parameters"].get<Numbers>()),
                                                    train::initial_buffers(learner.network, Dtype::f64));
  }
  train::Learner learner;
  train::Samples samples;
  train::FitOptions options;
};

TEST(AnAverage, OfTheExponentialKindIsThatOfPyTorchAfterEachStep) {
  AveragedRun run(train::ema({.decay = 0.9}));
  const train::Samples none;
  train::Session session(run.learner, run.samples, none, run.options, 1);
  for (const nlohmann::json& expected : golden("averages")["ema"]) {
    session.step();
    EXPECT_THAT(numbers_of(session.best_parameters()), CloseTo(expected["parameters"].get<Numbers>(), 1e-12));
    EXPECT_THAT(numbers_of(session.best_buffers()), CloseTo(expected["buffers"].get<Numbers>(), 1e-12));
  }
  EXPECT_TRUE(session.ended());
}

TEST(AnAverage, OfEpochsIsThatOfPyTorchWithStatisticsComputedAnew) {
  // The rows are taken all at once in training, and in two batches for the statistics.
  AveragedRun run(train::swa({.start = 2, .every = 2}));
  const train::Samples none;
  train::Session session(run.learner, run.samples, none, run.options, 1);
  session.run();
  const nlohmann::json& expected = golden("averages")["swa"];
  EXPECT_THAT(numbers_of(session.best_parameters()), CloseTo(expected["parameters"].get<Numbers>(), 1e-12));

  run::State averaged;
  averaged.slot("parameters", Dtype::f64, session.best_parameters().shape());
  averaged.slot("buffers", Dtype::f64, session.best_buffers().shape());
  std::ranges::copy(session.best_parameters().as<double>(), averaged.at("parameters").as<double>().begin());
  run.options.batch_size = golden("averages")["batch"].get<std::int64_t>();
  train::BatchStatistics(run.learner, run.samples, run.options, 1, averaged).compute();
  EXPECT_THAT(numbers_of(averaged.at("buffers")), CloseTo(expected["buffers"].get<Numbers>(), 1e-12));
}

TEST(AnAverage, IsWhatIsValidatedAndKept) {
  AveragedRun run(train::swa({.start = 1}));
  run.options.epochs = 3;
  train::Session session(run.learner, run.samples, run.samples, run.options, 1);
  session.run();
  const double kept =
      session.progress().history.epochs[static_cast<std::size_t>(session.progress().best_epoch) - 1].validation_cost;
  EXPECT_EQ(session.cost_with_best(run.samples), kept);
}

TEST(AnAverage, IsWrittenAsText) {
  EXPECT_EQ(train::averages().make("ema decay=0.5").named.text(), "ema decay=0.5");
  EXPECT_EQ(train::averages().make("swa start=3 every=2").named.text(), "swa start=3 every=2");
  EXPECT_THROW(train::averages().make("ema decay=1"), ArgumentError);
  EXPECT_THROW(train::averages().make("swa every=0"), ArgumentError);
  EXPECT_THROW(train::averages().make("polyak"), ArgumentError);
}

}  // namespace
}  // namespace ansatz::test
