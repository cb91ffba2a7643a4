// SPDX-License-Identifier: BSD-3-Clause
// L-BFGS on tables of the shared data, beside Adam with many more gradients.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "ansatz/data/read.hpp"
#include "ansatz/train/fit.hpp"
#include "ansatz/train/method.hpp"
#include "ansatz/train/session.hpp"
#include "tests/support/effort.hpp"
#include "tests/train/tables.hpp"

namespace ansatz::test {
namespace {

std::optional<std::filesystem::path> small_table(const char* name) {
  const char* given = std::getenv("ANSATZ_SHARED_DATA");
  const std::filesystem::path folder =
      given != nullptr ? std::filesystem::path(given) : std::filesystem::path(ANSATZ_SOURCE_DIR) / "../shared/data";
  const std::filesystem::path file = folder / "classic_small" / name;
  return std::filesystem::exists(file) ? std::optional(file) : std::nullopt;
}

/// A run on the first rows of a table, all for training.
struct TableRun {
  TableRun(const data::Table& table, std::int64_t rows, const std::string& network)
      : parts(parts_of(table, data::Task::binary, rows)),
        encoding(train::encoding_of(parts, head::binary(), {})),
        learner(train::learner_of(nn::network_from_text({encoding.features()}, network), Dtype::f64, encoding,
                                  head::binary(), {})),
        samples(train::samples_of(learner, encoding, parts.table, parts.train)) {}

  double cost_after(const train::FitOptions& options, std::uint64_t seed, std::string* message = nullptr) {
    train::Session session(learner, samples, none, options, seed);
    session.run();
    if (message != nullptr) *message = session.progress().message;
    return session.cost_with_best(samples);
  }

  data::Parts parts;
  data::Encoding encoding;
  train::Learner learner;
  train::Samples samples, none;
};

/// The number between the last `before` and what follows: of "… largest gradient 8.1e-11, 40 evaluations)".
double number_before(const std::string& text, const std::string& before, const std::string& after) {
  const std::size_t at = text.rfind(before) + before.size();
  return std::stod(text.substr(at, text.find(after, at) - at));
}

TEST(LbfgsOnTables, BringsTheGradientOfLogisticRegressionOnBreastCancerBelow1e10) {
  const auto file = small_table("wdbc.data");
  if (!file) GTEST_SKIP() << "there is no ../shared/data; name its folder with ANSATZ_SHARED_DATA";
  data::ReadOptions read;
  read.targets = {"2"};
  read.drop = {"1"};
  const data::Table table = data::read(file->string(), read);
  TableRun run(table, table.rows(), "dense 1");
  std::string message;
  run.cost_after({.method = std::make_shared<train::MethodChoice>(train::lbfgs()), .epochs = 1000, .l2 = 1e-3}, 1,
                 &message);
  EXPECT_THAT(message, testing::HasSubstr("the gradient is as small as was asked for"));
  EXPECT_LE(number_before(message, "largest gradient ", ","), 1e-10);
  EXPECT_LT(number_before(message, ", ", " evaluations"), 100.0) << message;
}

TEST(LbfgsOnTables, EndsLowerOnPimaThanAdamWithTwentyTimesTheGradients) {
  const auto file = small_table("pima-indians-diabetes.csv");
  if (!file) GTEST_SKIP() << "there is no ../shared/data; name its folder with ANSATZ_SHARED_DATA";
  TableRun run(data::read(file->string(), {}), 500, "dense 8, tanh, dense 1");
  const std::int64_t evaluations = effort(200, 50);
  std::vector<double> lbfgs, adam;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    lbfgs.push_back(run.cost_after(
        {.method = std::make_shared<train::MethodChoice>(train::lbfgs({.evaluations = evaluations})), .epochs = 10'000},
        seed));
    adam.push_back(run.cost_after({.epochs = 20 * evaluations, .batch_size = 0}, seed));
  }
  std::sort(lbfgs.begin(), lbfgs.end());
  std::sort(adam.begin(), adam.end());
  const double ours = 0.5 * (lbfgs[4] + lbfgs[5]), its = 0.5 * (adam[4] + adam[5]);
  RecordProperty("median_lbfgs", std::to_string(ours));
  RecordProperty("median_adam", std::to_string(its));
  EXPECT_LT(ours, its);
}

}  // namespace
}  // namespace ansatz::test
