// SPDX-License-Identifier: BSD-3-Clause
// Runs that are stopped, kept and gone on with; reuse of weights; methods.
#include "ansatz/train/session.hpp"

#include <gmock/gmock.h>

#include "ansatz/base/error.hpp"
#include "ansatz/train/checkpoint.hpp"
#include "ansatz/train/fit.hpp"
#include "ansatz/train/reuse.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tensors.hpp"
#include "tests/train/tables.hpp"

namespace ansatz::test {
namespace {

using testing::HasSubstr;

/// Everything about a run but its times.
struct Outcome {
  std::string hash, message;
  std::vector<double> costs;
  std::int64_t best_epoch = 0, steps = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome_of(const train::Result& result) {
  Outcome outcome{result.model.weights_sha256(), result.message, {}, result.best_epoch, result.steps};
  for (const train::Epoch& epoch : result.history.epochs)
    outcome.costs.insert(outcome.costs.end(), {epoch.train_cost, epoch.validation_cost, epoch.learning_rate});
  return outcome;
}

struct Kind {
  std::string name, network;
  train::FitOptions options;
};

std::vector<Kind> kinds() {
  return {
      {"Adam", "dense 8, tanh, dense 3", {.epochs = 7, .batch_size = 16}},
      {"MomentumWithDropoutAndNorm",
       "dense 8, batch_norm, relu, dropout 0.3, dense 3",
       {.optimizer = optim::momentum(), .schedule = schedule::cosine({.warm_up = 3}), .epochs = 7, .batch_size = 13}},
      {"OnPlateau",
       "dense 6, tanh, dense 3",
       {.schedule = schedule::find("on_plateau"), .epochs = 9, .batch_size = 10}},
      {"Lbfgs",
       "dense 4, tanh, dense 3",
       {.method = std::make_shared<train::MethodChoice>(train::lbfgs()), .epochs = 12, .l2 = 1e-3}},
      {"AdamThenLbfgsThenAdam",
       "dense 4, tanh, dense 3",
       {.stages = train::stages_from("adam epochs=3, lbfgs evaluations=9, adam learning_rate=0.01 epochs=2", 5),
        .batch_size = 16,
        .l2 = 1e-3,
        .patience = 2}},
      {"Ema",
       "dense 8, batch_norm, tanh, dense 3",
       {.epochs = 7, .batch_size = 16, .average = train::ema({.decay = 0.9})}},
      {"Swa",
       "dense 8, batch_norm, tanh, dropout 0.2, dense 3",
       {.epochs = 7, .batch_size = 16, .average = train::swa({.start = 3, .every = 2})}},
      {"Accumulated", "dense 8, tanh, dense 3", {.epochs = 7, .batch_size = 5, .accumulate = 3}}};
}

train::Result fit(const Kind& kind, const train::FitOptions& options) {
  const data::Parts parts = parts_of(clouds(150, 3, 0.8), data::Task::multiclass, 100, 25);
  return train::fit(nn::network_from_text({2}, kind.network), Dtype::f64, 5, parts, options);
}

TEST(AResumedRun, HasTheBitsOfTheUninterruptedOne) {
  for (const Kind& kind : kinds()) {
    const Outcome whole = outcome_of(fit(kind, kind.options));
    for (std::int64_t at : {1, 2, 9, 22, 23, 29}) {
      const TemporaryFolder folder;
      const train::CheckpointFolder checkpoints(folder / "ck");
      std::int64_t step = 0;
      std::atomic<bool> stop = false;
      train::FitOptions options = kind.options;
      options.stop = &stop;
      options.wants_snapshot = [&](bool) {
        if (++step + 1 == at) stop = true;  // seen after the next step
        return false;
      };
      options.keep_snapshot = [&](const train::Snapshot& snapshot) { checkpoints.write(snapshot); };
      if (at == 1) stop = true;
      fit(kind, options);

      std::string note;
      auto snapshot = checkpoints.read(note);
      ASSERT_TRUE(snapshot.has_value());
      EXPECT_EQ(note, "");
      train::FitOptions on = kind.options;
      on.threads = 2;
      on.resume = std::make_shared<train::Snapshot>(std::move(*snapshot));
      EXPECT_EQ(outcome_of(fit(kind, on)), whole) << kind.name << " stopped after " << at << " steps";
    }
  }
}

TEST(AResumedRun, OfMoreEpochsIsTheLongerRun) {
  Kind kind = kinds()[0];
  kind.options.patience = 0;
  std::shared_ptr<train::Snapshot> last;
  train::FitOptions five = kind.options;
  five.epochs = 5;
  five.keep_snapshot = [&](const train::Snapshot& snapshot) { last = std::make_shared<train::Snapshot>(snapshot); };
  fit(kind, five);
  train::FitOptions on = kind.options;
  on.resume = last;
  EXPECT_EQ(outcome_of(fit(kind, on)), outcome_of(fit(kind, kind.options)));
}

TEST(ACheckpoint, ThatIsDamagedIsReplacedByTheOneBefore) {
  const TemporaryFolder folder;
  const train::CheckpointFolder checkpoints(folder / "ck");
  train::FitOptions options = kinds()[0].options;
  options.wants_snapshot = [](bool epoch_ended) { return epoch_ended; };
  options.keep_snapshot = [&](const train::Snapshot& snapshot) { checkpoints.write(snapshot); };
  fit(kinds()[0], options);
  std::string note;
  EXPECT_TRUE(checkpoints.read(note).has_value());
  EXPECT_EQ(note, "");
  folder.file("ck/checkpoint.safetensors", "damaged");
  const auto before = checkpoints.read(note);
  ASSERT_TRUE(before.has_value());
  EXPECT_THAT(note, HasSubstr("checkpoint.safetensors"));
  folder.file("ck/checkpoint.previous.safetensors", "");
  EXPECT_FALSE(checkpoints.read(note).has_value());
}

TEST(ACheckpoint, OfAnotherNetworkIsRefused) {
  std::shared_ptr<train::Snapshot> last;
  train::FitOptions options = kinds()[0].options;
  options.keep_snapshot = [&](const train::Snapshot& snapshot) { last = std::make_shared<train::Snapshot>(snapshot); };
  fit(kinds()[0], options);
  train::FitOptions on = kinds()[2].options;
  on.resume = last;
  EXPECT_THAT(error_of<ShapeError>([&] { fit(kinds()[2], on); }), HasSubstr("were given to a run with"));
}

TEST(CheckpointPace, IsInSecondsOrEpochs) {
  EXPECT_EQ(train::pace_from("30s").seconds, 30.0);
  EXPECT_EQ(train::pace_from("5epochs").epochs, 5);
  for (const char* text : {"", "5", "s", "-1s", "nans", "0epochs", "5 epochs", "1e999s"})
    EXPECT_THROW(train::pace_from(text), ArgumentError) << text;
}

TEST(ASession, CanBeSteppedByItsCaller) {
  const data::Parts parts = parts_of(clouds(150, 3, 0.8), data::Task::multiclass, 100, 25);
  const Kind kind = kinds()[0];
  const head::Head head = head::multiclass();
  const data::Encoding encoding = train::encoding_of(parts, head, kind.options);
  const train::Learner learner =
      train::learner_of(nn::network_from_text({2}, kind.network), Dtype::f64, encoding, head, {});
  const train::Samples train = train::samples_of(learner, encoding, parts.table, parts.train),
                       validation = train::samples_of(learner, encoding, parts.table, parts.validation);
  train::Session session(learner, train, validation, kind.options, 5);
  std::int64_t steps = 1;
  while (session.step()) ++steps;
  EXPECT_EQ(steps, 7 * 7);
  EXPECT_EQ(session.progress().reason, train::StopReason::all_epochs);
  const train::Result fitted = fit(kind, kind.options);
  EXPECT_EQ(numbers_of(session.best_parameters()), numbers_of(fitted.model.parameters()));
}

TEST(FrozenLayers, StayAsTheyAre) {
  Kind kind = kinds()[0];
  kind.network = "dense 8, tanh, dense 6, tanh, dense 3";
  kind.options.optimizer = optim::adamw({.weight_decay = 0.1});  // decays without a gradient too
  train::FitOptions frozen = kind.options;
  frozen.freeze = {"1", "dense3"};
  const train::Result result = fit(kind, frozen);
  const nn::Network& network = result.model.network();
  const Tensor start = train::initial_parameters(network, Dtype::f64, 5);
  ASSERT_GT(result.best_epoch, 0);
  for (const nn::Placed& tensor : network.tensors()) {
    bool same = true;
    for (std::int64_t i = 0; i < tensor.declared.shape.elements(); ++i) {
      const auto at = static_cast<std::size_t>(tensor.offset + i);
      same = same && start.as<double>()[at] == result.model.parameters().as<double>()[at];
    }
    EXPECT_EQ(same, !tensor.name.starts_with("dense2")) << tensor.name;
  }
  frozen.freeze = {"conv*"};
  EXPECT_THAT(error_of<ArgumentError>([&] { fit(kind, frozen); }), HasSubstr("there are dense1, dense2, dense3"));
}

TEST(MaxNorm, BoundsTheIncomingWeightsOfEachUnit) {
  Kind kind = kinds()[0];
  kind.options.max_norm = 0.5;
  const train::Result result = fit(kind, kind.options);
  ASSERT_GT(result.best_epoch, 0);
  for (const nn::Placed& tensor : result.model.network().tensors()) {
    if (tensor.declared.role != nn::Role::weight) continue;
    const std::int64_t in = tensor.declared.shape[0], units = tensor.declared.shape[1];
    for (std::int64_t unit = 0; unit < units; ++unit) {
      double squares = 0.0;
      for (std::int64_t i = 0; i < in; ++i)
        squares += std::pow(
            result.model.parameters().as<double>()[static_cast<std::size_t>(tensor.offset + i * units + unit)], 2);
      EXPECT_LE(std::sqrt(squares), 0.5 + 1e-12);
    }
  }
}

TEST(WeightsOfAModel, AreWhereAnotherBegins) {
  const train::Result first = fit(kinds()[0], kinds()[0].options);
  const nn::Network same = nn::network_from_text({2}, kinds()[0].network),
                    wider = nn::network_from_text({2}, "dense 8, tanh, dense 5");
  const train::Reused all = train::reused_from(first.model, same, Dtype::f64, 9);
  EXPECT_EQ(numbers_of(all.parameters), numbers_of(first.model.parameters()));
  EXPECT_TRUE(all.fresh.empty());
  const train::Reused some = train::reused_from(first.model, wider, Dtype::f32, 9);
  EXPECT_THAT(some.taken, testing::ElementsAre("dense1.weights", "dense1.bias"));
  EXPECT_THAT(some.fresh, testing::ElementsAre("dense2.weights", "dense2.bias"));
  EXPECT_THROW(train::reused_from(first.model, nn::network_from_text({3}, "dense 2"), Dtype::f32, 1), ArgumentError);
}

TEST(Lbfgs, FindsTheMinimumOfLogisticRegressionAndSaysWhyItStopped) {
  const data::Parts parts = parts_of(clouds(300, 2, 1.5), data::Task::binary, 200, 50);
  train::FitOptions options{
      .method = std::make_shared<train::MethodChoice>(train::lbfgs()), .epochs = 500, .l2 = 1e-3, .patience = 0};
  const train::Result result = train::fit(nn::network_from_text({2}, "dense 1"), Dtype::f64, 1, parts, options);
  EXPECT_EQ(result.reason, train::StopReason::converged) << result.message;
  EXPECT_THAT(result.message, HasSubstr("L-BFGS: "));
  EXPECT_LT(result.steps, 60);
  options.clip_norm = 1.0;
  EXPECT_THROW(train::fit(nn::network_from_text({2}, "dense 1"), Dtype::f64, 1, parts, options), ArgumentError);
  options.clip_norm = 0.0;
  EXPECT_THROW(train::fit(nn::network_from_text({2}, "dropout 0.5, dense 1"), Dtype::f64, 1, parts, options),
               ArgumentError);
}

TEST(TheInitialWeights, AreKeptWhereNoEpochIsBetter) {
  const data::Parts parts = parts_of(noisy_line(60, 0.1), data::Task::regression, 40, 10);
  const train::FitOptions options{.optimizer = optim::sgd({.learning_rate = 10.0}), .epochs = 2, .clip_norm = 1e3};
  const nn::FFNN network({1, 1}, {.dtype = Dtype::f64});
  const train::Result result = train::fit(network, parts, options);
  EXPECT_EQ(result.best_epoch, 0);
  EXPECT_EQ(numbers_of(result.model.parameters()), numbers_of(train::initial_parameters(network)));
}

}  // namespace
}  // namespace ansatz::test
