// SPDX-License-Identifier: BSD-3-Clause
// The lectures' examples of classification: squared error of probabilities, their own choice, reaches what cross
// entropy reaches, within 0.02 of accuracy in the mean of five seeds.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "ansatz/data/csv.hpp"
#include "ansatz/train/fit.hpp"
#include "tests/train/tables.hpp"
#include "tests/train/whole_run_tables.hpp"

namespace ansatz::test {
namespace {

using Parts = std::function<data::Parts(std::uint64_t seed)>;

/// Mean accuracy over the seeds 0 … 4, of the test rows, or of the training rows where there are no others.
double accuracy(const Parts& parts, const std::string& network, train::FitOptions options, const cost::Cost& cost) {
  double sum = 0.0;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const data::Parts some = parts(seed);
    options.cost = cost;
    const Shape inputs{static_cast<std::int64_t>(some.table.columns().size() - some.table.targets().size())};
    const train::Result result = train::fit(nn::network_from_text(inputs, network), Dtype::f32, seed, some, options);
    sum += (result.test.rows > 0 ? result.test : result.train).score("accuracy") / 5.0;
  }
  return sum;
}

TEST(GatesOfTheLectures, AreLearntWithSquaredErrorAsWithCrossEntropy) {
  struct Gate {
    std::string name;
    Numbers truth;
  };
  for (const Gate& gate : {Gate{"or", {0, 1, 1, 1}}, Gate{"and", {0, 0, 0, 1}}, Gate{"xor", {0, 1, 1, 0}}}) {
    const auto parts = [&](std::uint64_t) {
      return parts_of(table_of({{"a", {0, 0, 1, 1}}, {"b", {0, 1, 0, 1}}, {gate.name, gate.truth}}), data::Task::binary,
                      4);
    };
    const train::FitOptions options = {
        .optimizer = optim::adam({.learning_rate = 0.05}), .epochs = 500, .batch_size = 0};
    for (const cost::Cost& cost : {cost::squared_error(), cost::binary_cross_entropy()})
      EXPECT_EQ(accuracy(parts, "dense 8, tanh, dense 1", options, cost), 1.0) << gate.name << " " << cost.name;
  }
}

TEST(DigitsOfTheLectures, AreLearntWithSoftmaxAndSquaredErrorAsWithCrossEntropy) {
  const auto parts = [](std::uint64_t seed) {
    return data::split(digits(), {.validation = 0.15, .test = 0.15, .seed = seed});
  };
  const train::FitOptions options = {.epochs = 40};
  const double entropy = accuracy(parts, "dense 30, sigmoid, dense 10", options, cost::cross_entropy());
  const double squared = accuracy(parts, "dense 30, sigmoid, dense 10", options, cost::squared_error());
  EXPECT_GE(entropy, 0.94);
  EXPECT_NEAR(squared, entropy, 0.02);
}

/// The digits with ten answers of yes or no instead of one class.
data::Parts digits_as_flags(std::uint64_t seed) {
  const data::Table table = digits();
  std::vector<data::Column> columns(table.columns().begin(), table.columns().end());
  const data::Column digit = columns.back();
  columns.pop_back();
  std::vector<std::string> targets;
  for (int k = 0; k < 10; ++k) {
    data::Column flag{.name = fmt::format("is{}", k), .numbers = digit.numbers};
    for (double& value : flag.numbers) value = value == k ? 1.0 : 0.0;
    targets.push_back(flag.name);
    columns.push_back(std::move(flag));
  }
  return data::split(data::Table(std::move(columns), {.targets = targets, .source = "digits"}),
                     {.validation = 0.15, .test = 0.15, .seed = seed, .task = data::Task::binary});
}

TEST(DigitsOfTheLectures, AreLearntWithTenSigmoidsAndSquaredErrorAsWithCrossEntropy) {
  const train::FitOptions options = {.head = head::multilabel(), .epochs = 40};
  const auto largest_is_right = [&](const cost::Cost& cost) {
    double right = 0.0, rows = 0.0;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const data::Parts parts = digits_as_flags(seed);
      train::FitOptions with = options;
      with.cost = cost;
      const auto network = nn::network_from_text({64}, "dense 30, sigmoid, dense 10");
      const auto result = train::fit(network, Dtype::f32, seed, parts, with);
      const std::vector<double> p = result.model.predict(parts.table, parts.test);
      for (std::size_t i = 0; i < parts.test.size(); ++i) {
        const auto first = p.begin() + static_cast<std::ptrdiff_t>(10 * i);
        const auto said = static_cast<std::size_t>(std::max_element(first, first + 10) - first);
        right += parts.table.column(64 + said).numbers[static_cast<std::size_t>(parts.test[i])];
        rows += 1.0;
      }
    }
    return right / rows;
  };
  const double entropy = largest_is_right(cost::binary_cross_entropy());
  EXPECT_GE(entropy, 0.94);
  EXPECT_NEAR(largest_is_right(cost::squared_error()), entropy, 0.02);
}

TEST(BreastCancerOfTheLectures, IsLearntWithSquaredErrorAsWithCrossEntropy) {
  const char* given = std::getenv("ANSATZ_SHARED_DATA");
  const std::filesystem::path folder =
      given != nullptr ? std::filesystem::path(given) : std::filesystem::path(ANSATZ_SOURCE_DIR) / "../shared/data";
  const auto file = folder / "classic_small/wdbc.data";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "there is no ../shared/data; name it with ANSATZ_SHARED_DATA";
  const auto parts = [&](std::uint64_t seed) {
    return data::split(data::read_csv(file.string(), {.target = "2", .drop = {"1"}}),
                       {.validation = 0.15, .test = 0.15, .seed = seed});
  };
  const train::FitOptions options = {.epochs = 60};
  const double entropy = accuracy(parts, "dense 10, sigmoid, dense 1", options, cost::binary_cross_entropy());
  EXPECT_GE(entropy, 0.94);
  EXPECT_NEAR(accuracy(parts, "dense 10, sigmoid, dense 1", options, cost::squared_error()), entropy, 0.02);
}

}  // namespace
}  // namespace ansatz::test
