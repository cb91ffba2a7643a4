// SPDX-License-Identifier: BSD-3-Clause
// Whole runs of train::fit, from the table to the weights: their bits are those of tests/golden/whole_runs.json, which
// was made by version 0.1.0. A change that was meant to move nothing must not need another table; where a run's meaning
// is changed on purpose, tests/golden/README.md says how its rows are made again.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <ostream>
#include <set>

#include "ansatz/io/sha256.hpp"
#include "ansatz/train/fit.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/golden.hpp"
#include "tests/train/whole_run_tables.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;

struct WholeRun {
  std::string name = {};
  data::Table table = {};
  data::SplitOptions split = {};
  std::vector<std::int64_t> layers = {};
  nn::FFNNOptions network = {};
  train::FitOptions fit = {};
};
void PrintTo(const WholeRun& run, std::ostream* out) { *out << run.name; }

/// Every option that decides the bits is given, so that another default moves none of them.
std::vector<WholeRun> regressions() {
  return {
      {.name = "SgdWithALastSmallerBatch",
       .table = surface(),
       .split = {.validation = 0.2, .test = 0.1, .seed = 1},
       .layers = {3, 20, 10, 1},
       .network = {.hidden = act::tanh, .initialiser = nn::glorot({.distribution = "uniform"}), .seed = 1},
       .fit = {.optimizer = optim::sgd({.learning_rate = 0.05}),
               .cost = cost::squared_error(),
               .epochs = 20,
               .batch_size = 32,
               .patience = 0}},
      {.name = "MomentumOnAbsoluteErrorWithL2",
       .table = surface(),
       .split = {.validation = 0.2, .test = 0.1, .seed = 2},
       .layers = {3, 17, 1},
       .network =
           {.hidden = act::relu, .initialiser = nn::he({.distribution = "normal"}), .seed = 2, .dtype = Dtype::f64},
       .fit = {.optimizer = optim::momentum({.learning_rate = 0.01, .momentum = 0.9}),
               .cost = cost::absolute(),
               .epochs = 20,
               .batch_size = 21,
               .l2 = 1e-3,
               .patience = 0}},
      {.name = "NesterovOnHuberWithAClippedNormAndALastBatchOfOneRow",
       .table = surface(),
       .split = {.validation = 0.2, .test = 0.1, .seed = 3},
       .layers = {3, 16, 8, 1},
       .network = {.hidden = act::elu, .initialiser = nn::lecun({.distribution = "normal"}), .seed = 3},
       .fit = {.optimizer = optim::nesterov({.learning_rate = 0.02, .momentum = 0.8}),
               .cost = cost::huber(0.5),
               .epochs = 10,
               .batch_size = 8,
               .clip_norm = 0.3,
               .patience = 0}},
      {.name = "AdagradOnAFullBatchWithSampleWeights",
       .table = surface(),
       .split = {.validation = 0.2, .test = 0.1, .seed = 4},
       .layers = {3, 30, 1},
       .network = {.hidden = act::gelu, .initialiser = nn::glorot({.distribution = "normal"}), .seed = 4},
       .fit = {.optimizer = optim::adagrad({.learning_rate = 0.1, .epsilon = 1e-10}),
               .cost = cost::squared_error(),
               .epochs = 60,
               .batch_size = 0,
               .patience = 0,
               .sample_weights = uneven_weights(surface())}},
      {.name = "AdagradMomentumWithCosineAndSampleWeights",
       .table = surface(),
       .split = {.validation = 0.2, .test = 0.1, .seed = 5},
       .layers = {3, 12, 12, 1},
       .network =
           {.hidden = act::silu, .initialiser = nn::lecun({.distribution = "uniform"}), .seed = 5, .dtype = Dtype::f64},
       .fit = {.optimizer = optim::adagrad_momentum({.learning_rate = 0.02, .momentum = 0.5, .epsilon = 1e-9}),
               .schedule = schedule::cosine(),
               .cost = cost::squared_error(),
               .epochs = 15,
               .batch_size = 32,
               .patience = 0,
               .sample_weights = uneven_weights(surface())}},
      {.name = "RmspropOnPlainNumbersWithWarmUpAndClippedElements",
       .table = surface(),
       .split = {.validation = 0.2, .test = 0.1, .seed = 6},
       .layers = {3, 25, 1},
       .network = {.hidden = act::softplus, .initialiser = nn::gaussian({.deviation = 0.25}), .seed = 6},
       .fit = {.optimizer = optim::rmsprop({.learning_rate = 0.01, .decay = 0.95, .epsilon = 1e-8}),
               .schedule = schedule::cosine({.warm_up = 15}),
               .cost = cost::squared_error(),
               .epochs = 15,
               .batch_size = 32,
               .clip_value = 0.1,
               .patience = 0,
               .encoding = {.standardise = false}}},
      {.name = "AdamThatStopsEarly",
       .table = surface(),
       .split = {.validation = 0.4, .test = 0.1, .seed = 7},
       .layers = {3, 60, 60, 1},
       .network = {.hidden = act::leaky_relu, .initialiser = nn::he({.distribution = "uniform"}), .seed = 7},
       .fit = {.optimizer = optim::adam({.learning_rate = 0.02, .beta1 = 0.9, .beta2 = 0.99, .epsilon = 1e-8}),
               .cost = cost::squared_error(),
               .epochs = 200,
               .batch_size = 16,
               .patience = 5}},
      {.name = "LinearRegressionByAdamwWithoutValidation",
       .table = surface(),
       .split = {.validation = 0.0, .test = 0.2, .seed = 8},
       .layers = {3, 1},
       .network = {.initialiser = nn::glorot({.distribution = "uniform"}), .seed = 8, .dtype = Dtype::f64},
       .fit = {.optimizer = optim::adamw({.learning_rate = 0.05, .beta1 = 0.8, .beta2 = 0.99, .weight_decay = 0.1}),
               .cost = cost::squared_error(),
               .epochs = 30,
               .batch_size = 1000,
               .patience = 0}},
      {.name = "AdamOnHuberWithL1OfImputedRowsWithSampleWeights",
       .table = minerals("hardness"),
       .split = {.validation = 0.2, .test = 0.1, .seed = 9},
       .layers = {5, 14, 7, 1},
       .network = {.hidden = act::sigmoid,
                   .initialiser = nn::glorot({.distribution = "normal"}),
                   .seed = 9,
                   .dtype = Dtype::f64},
       .fit = {.optimizer = optim::adam({.learning_rate = 0.01}),
               .cost = cost::huber(1.0),
               .epochs = 20,
               .batch_size = 40,
               .l1 = 1e-3,
               .patience = 0,
               .sample_weights = uneven_weights(minerals("hardness")),
               .encoding = {.impute = true}}},
      {.name = "AdamOnAbsoluteErrorWithBothPenaltiesOfImputedRows",
       .table = minerals("hardness"),
       .split = {.validation = 0.2, .test = 0.1, .seed = 10},
       .layers = {5, 33, 1},
       .network = {.hidden = act::leaky_relu, .seed = 10},
       .fit = {.optimizer = optim::adam({.learning_rate = 0.01}),
               .cost = cost::absolute(),
               .epochs = 20,
               .batch_size = 11,
               .l1 = 1e-4,
               .l2 = 1e-2,
               .patience = 0,
               .encoding = {.impute = true}}},
      {.name = "MomentumOnHuberWithWarmUpOnAFullBatchOfImputedRows",
       .table = minerals("hardness"),
       .split = {.validation = 0.2, .test = 0.1, .seed = 11},
       .layers = {5, 9, 1},
       .network = {.hidden = act::identity, .initialiser = nn::gaussian({.deviation = 0.1}), .seed = 11},
       .fit = {.optimizer = optim::momentum({.learning_rate = 0.1, .momentum = 0.7}),
               .schedule = schedule::cosine({.warm_up = 10}),
               .cost = cost::huber(0.25),
               .epochs = 50,
               .batch_size = 0,
               .patience = 0,
               .encoding = {.impute = true}}},
  };
}

std::vector<WholeRun> classifications_of_two() {
  return {
      {.name = "AdamOnTwoClassesOfImputedRowsWithAClippedNorm",
       .table = minerals("ore"),
       .split = {.validation = 0.2, .test = 0.1, .seed = 21},
       .layers = {5, 24, 1},
       .network = {.hidden = act::tanh, .seed = 21},
       .fit = {.optimizer = optim::adam({.learning_rate = 0.01}),
               .cost = cost::binary_cross_entropy(),
               .epochs = 20,
               .batch_size = 40,
               .clip_norm = 0.2,
               .patience = 0,
               .encoding = {.impute = true}}},
      {.name = "SgdOnTwoClassesOfAFullBatchWithCosineAndSampleWeights",
       .table = minerals("ore"),
       .split = {.validation = 0.2, .test = 0.1, .seed = 22},
       .layers = {5, 10, 10, 1},
       .network = {.hidden = act::gelu, .initialiser = nn::he(), .seed = 22, .dtype = Dtype::f64},
       .fit = {.optimizer = optim::sgd({.learning_rate = 0.3}),
               .schedule = schedule::cosine({.warm_up = 5}),
               .cost = cost::binary_cross_entropy(),
               .epochs = 50,
               .batch_size = 0,
               .patience = 0,
               .sample_weights = uneven_weights(minerals("ore")),
               .encoding = {.impute = true}}},
      {.name = "NesterovOnTwoClassesThatStopsEarlyWithAnotherSeedOfPermutations",
       .table = disc(),
       .split = {.validation = 0.3, .test = 0.1, .seed = 23},
       .layers = {2, 40, 1},
       .network = {.hidden = act::relu, .initialiser = nn::he(), .seed = 23},
       .fit = {.optimizer = optim::nesterov({.learning_rate = 0.1, .momentum = 0.9}),
               .cost = cost::binary_cross_entropy(),
               .epochs = 200,
               .batch_size = 16,
               .patience = 6,
               .seed = 77}},
      {.name = "RmspropOnTwoClassesWithL2AndTwoActivationsOnTwoThreads",
       .table = disc(),
       .split = {.validation = 0.2, .test = 0.1, .seed = 24},
       .layers = {2, 19, 11, 1},
       .network = {.activations = {act::silu, act::elu}, .initialiser = nn::lecun(), .seed = 24, .dtype = Dtype::f64},
       .fit = {.optimizer = optim::rmsprop({.learning_rate = 0.005}),
               .cost = cost::binary_cross_entropy(),
               .epochs = 15,
               .batch_size = 16,
               .l2 = 1e-2,
               .patience = 0,
               .threads = 2}},
      {.name = "LogisticRegressionByMomentumOnPlainNumbers",
       .table = disc(),
       .split = {.validation = 0.2, .test = 0.1, .seed = 25, .stratify = false},
       .layers = {2, 1},
       .network = {.initialiser = nn::gaussian({.deviation = 1.0}), .seed = 25},
       .fit = {.optimizer = optim::momentum({.learning_rate = 0.05, .momentum = 0.9}),
               .cost = cost::binary_cross_entropy(),
               .epochs = 15,
               .batch_size = 30,
               .patience = 0,
               .encoding = {.standardise = false}}},
  };
}

std::vector<WholeRun> classifications_of_many() {
  return {
      {.name = "AdamwOnThreeClassesOfImputedRowsWithWarmUpAndSampleWeights",
       .table = minerals("name"),
       .split = {.validation = 0.2, .test = 0.1, .seed = 31},
       .layers = {5, 21, 3},
       .network = {.hidden = act::gelu, .seed = 31},
       .fit = {.optimizer = optim::adamw({.learning_rate = 0.01, .weight_decay = 0.05}),
               .schedule = schedule::cosine({.warm_up = 12}),
               .cost = cost::cross_entropy(),
               .epochs = 15,
               .batch_size = 40,
               .patience = 0,
               .sample_weights = uneven_weights(minerals("name")),
               .encoding = {.impute = true}}},
      {.name = "AdagradOnThreeClassesOfAFullBatchWithL1",
       .table = minerals("name"),
       .split = {.validation = 0.2, .test = 0.1, .seed = 32},
       .layers = {5, 16, 16, 3},
       .network = {.hidden = act::relu, .initialiser = nn::he(), .seed = 32, .dtype = Dtype::f64},
       .fit = {.optimizer = optim::adagrad({.learning_rate = 0.05}),
               .cost = cost::cross_entropy(),
               .epochs = 40,
               .batch_size = 0,
               .l1 = 1e-3,
               .patience = 0,
               .encoding = {.impute = true}}},
      {.name = "AdagradMomentumOnThreeClassesThatStopsEarly",
       .table = minerals("name"),
       .split = {.validation = 0.3, .test = 0.1, .seed = 33},
       .layers = {5, 30, 3},
       .network = {.hidden = act::softplus, .initialiser = nn::glorot(), .seed = 33},
       .fit = {.optimizer = optim::adagrad_momentum({.learning_rate = 0.1, .momentum = 0.9}),
               .cost = cost::cross_entropy(),
               .epochs = 200,
               .batch_size = 16,
               .patience = 8,
               .encoding = {.impute = true}}},
      {.name = "AdamOnDigits",
       .table = digits(),
       .split = {.validation = 0.15, .test = 0.15, .seed = 0},
       .layers = {64, 100, 30, 10},
       .network = {.hidden = act::leaky_relu, .seed = 0},
       .fit = {.optimizer = optim::adam({.learning_rate = 1e-3}), .epochs = 8, .batch_size = 32, .patience = 30}},
      {.name = "SgdOnDigitsWithCosineAndSampleWeights",
       .table = digits(),
       .split = {.validation = 0.15, .test = 0.15, .seed = 41},
       .layers = {64, 20, 10},
       .network = {.hidden = act::tanh, .initialiser = nn::glorot(), .seed = 41, .dtype = Dtype::f64},
       .fit = {.optimizer = optim::sgd({.learning_rate = 0.2}),
               .schedule = schedule::cosine(),
               .cost = cost::cross_entropy(),
               .epochs = 4,
               .batch_size = 100,
               .patience = 0,
               .sample_weights = uneven_weights(digits())}},
      {.name = "SoftmaxRegressionOfAllDigitsAtOnceWithClippedElements",
       .table = digits(),
       .split = {.validation = 0.15, .test = 0.15, .seed = 42},
       .layers = {64, 10},
       .network = {.initialiser = nn::glorot(), .seed = 42},
       .fit = {.optimizer = optim::momentum({.learning_rate = 0.1, .momentum = 0.9}),
               .cost = cost::cross_entropy(),
               .epochs = 20,
               .batch_size = 0,
               .l2 = 1e-2,
               .clip_value = 0.01,
               .patience = 0}},
      {.name = "NesterovOnDigitsThroughFourLayers",
       .table = digits(),
       .split = {.validation = 0.15, .test = 0.15, .seed = 43},
       .layers = {64, 40, 30, 20, 10},
       .network = {.hidden = act::silu, .initialiser = nn::glorot({.distribution = "normal"}), .seed = 43},
       .fit = {.optimizer = optim::nesterov({.learning_rate = 0.05, .momentum = 0.9}),
               .cost = cost::cross_entropy(),
               .epochs = 4,
               .batch_size = 64,
               .clip_norm = 1.0,
               .patience = 0}},
  };
}

/// All of them; each third one under a sanitizer.
std::vector<WholeRun> runs() {
  std::vector<WholeRun> all = regressions();
  for (const auto& more : {classifications_of_two(), classifications_of_many()})
    all.insert(all.end(), more.begin(), more.end());
  if (!sanitized) return all;
  std::vector<WholeRun> some;
  for (std::size_t i = 0; i < all.size(); i += 3) some.push_back(all[i]);
  return some;
}

/// The checksum of all numbers of the history but the times, as the shortest texts that read back as the same bits.
std::string sha256_of_history(const train::History& history) {
  std::string text;
  for (const train::Epoch& e : history.epochs) {
    text += fmt::format("{} {}", e.epoch, e.step);
    for (double number : {e.learning_rate, e.train_cost, e.validation_cost, e.validation_accuracy})
      text += std::isnan(number) ? " none" : fmt::format(" {}", number);
    text += '\n';
  }
  return io::sha256_hex(text);
}

json outcome_of(const WholeRun& run) {
  const train::Result result =
      train::fit(nn::FFNN(run.layers, run.network), data::split(run.table, run.split), run.fit);
  EXPECT_GE(result.best_epoch, 1) << "no epoch was better than the initial weights: that tells little";
  return {{"weights_sha256", result.model.weights_sha256()},
          {"history_sha256", sha256_of_history(result.history)},
          {"steps", result.steps},
          {"best_epoch", result.best_epoch},
          {"train_cost", result.train.cost},
          {"test_cost", result.test.cost}};
}

/// Writes a run's row of the table anew.
void remake(const std::string& name, const json& outcome) {
  const std::string path = std::string(ANSATZ_SOURCE_DIR) + "/tests/golden/whole_runs.json";
  json table = json::object();
  if (std::ifstream before(path); before) table = json::parse(before);
  table[name] = outcome;
  std::ofstream(path) << table.dump(1) << '\n';
}

class WholeRuns : public testing::TestWithParam<WholeRun> {};

TEST_P(WholeRuns, GiveTheBitsOfTheTable) {
  const json outcome = outcome_of(GetParam());
  if (std::getenv("ANSATZ_REMAKE_WHOLE_RUNS") != nullptr) return remake(GetParam().name, outcome);
  EXPECT_EQ(outcome, golden("whole_runs").value(GetParam().name, json()));
}

INSTANTIATE_TEST_SUITE_P(Of, WholeRuns, testing::ValuesIn(runs()), [](const auto& of) { return of.param.name; });

TEST(TheTableOfWholeRuns, HasARowForEachAndNoOther) {
  std::set<std::string> names, rows;
  for (const WholeRun& run : runs()) names.insert(run.name);
  for (const auto& [name, row] : golden("whole_runs").items()) rows.insert(name);
  if (sanitized)
    EXPECT_TRUE(std::includes(rows.begin(), rows.end(), names.begin(), names.end()));
  else
    EXPECT_EQ(names, rows);
}

}  // namespace
}  // namespace ansatz::test
