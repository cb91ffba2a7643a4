// SPDX-License-Identifier: BSD-3-Clause
// A row's prediction has the same bits alone and in any batch, from one thread or from several that share a model.
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <thread>

#include "ansatz/model/model.hpp"
#include "ansatz/train/fit.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz {
namespace {

constexpr std::int64_t rows = 300, width = 7;

struct Case {
  std::string name;
  std::vector<std::int64_t> layers;
  head::Head (*head)();
  Dtype dtype;
};

model::Model make_model(const Case& of) {
  const nn::FFNN network(of.layers, {.hidden = act::gelu, .seed = 3, .dtype = of.dtype});
  data::Encoding encoding;
  for (std::int64_t i = 0; i < network.inputs(); ++i)
    encoding.inputs.push_back({.name = fmt::format("x{}", i), .mean = 0.1 * static_cast<double>(i), .scale = 1.7});
  encoding.targets = {{.name = "y", .mean = 3.0, .scale = 2.5}};
  if (of.head != head::regression) {
    encoding.target_kind = data::TargetKind::labels;
    for (std::int64_t c = 0; c < std::max<std::int64_t>(2, network.outputs()); ++c)
      encoding.targets[0].classes.push_back(std::to_string(c));
  }
  return model::Model(network, of.head(), encoding, train::initial_parameters(network), Tensor(of.dtype, {0}));
}

class Prediction : public testing::TestWithParam<Case> {
 protected:
  Prediction() : model(make_model(GetParam())) {
    std::mt19937 random(8);
    inputs = test::random_numbers(rows * width, random, -3.0, 3.0);
    for (std::int64_t row = 0; row < rows; ++row)
      for (double y : model.predict(batch(row, 1))) alone.push_back(y);
  }
  std::span<const double> batch(std::int64_t first, std::int64_t n) const {
    return std::span(inputs).subspan(static_cast<std::size_t>(first * width), static_cast<std::size_t>(n * width));
  }
  /// Whether predictions of rows from `first` on are those of the rows alone.
  bool as_alone(std::int64_t first, const std::vector<double>& predictions) const {
    return std::memcmp(predictions.data(), alone.data() + first * model.outputs(),
                       predictions.size() * sizeof(double)) == 0;
  }

  model::Model model;
  std::vector<double> inputs, alone;
};

TEST_P(Prediction, OfARowHasTheSameBitsAloneAndInBatchesOfAnySize) {
  for (std::int64_t n = 1; n <= rows; ++n) {
    const auto predictions = model.predict(batch(0, n));
    ASSERT_EQ(predictions.size(), static_cast<std::size_t>(n * model.outputs()));
    ASSERT_TRUE(as_alone(0, predictions)) << n << " rows";
  }
}

TEST_P(Prediction, OfARowHasTheSameBitsWhereverItStands) {
  for (std::int64_t first = 0; first < rows; first += 7)
    for (std::int64_t n : {2, 15, 16, 17, 129, 132})
      if (first + n <= rows) {
        ASSERT_TRUE(as_alone(first, model.predict(batch(first, n)))) << n << " rows from " << first;
      }
}

TEST_P(Prediction, OfDifferentRowsDiffers) {  // so that the comparisons above compare something
  const auto outputs = static_cast<std::size_t>(model.outputs());
  EXPECT_NE(std::memcmp(alone.data(), alone.data() + outputs, outputs * sizeof(double)), 0);
}

TEST_P(Prediction, ByThreadsThatShareAModelHasTheSameBits) {
  std::vector<int> wrong(6, 0);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t)
    threads.emplace_back([&, t] {
      for (int round = 0; round < 40; ++round) {
        const std::int64_t first = (round * 13 + static_cast<std::int64_t>(t) * 31) % 150, n = 1 + (round * 37) % 150;
        wrong[t] += !as_alone(first, model.predict(batch(first, n)));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(wrong.size(), 0));
}

INSTANTIATE_TEST_SUITE_P(
    Of, Prediction,
    testing::Values(Case{"Classes", {width, 33, 10, 5}, head::multiclass, Dtype::f32},
                    Case{"Yes", {width, 100, 1}, head::binary, Dtype::f64},
                    Case{"Quantity", {width, 3, 1}, head::regression, Dtype::f32},
                    Case{"ManyClasses", {width, 200}, head::multiclass, Dtype::f32},    // rows too long for a block
                    Case{"LongSums", {width, 1100, 2}, head::multiclass, Dtype::f64}),  // three chunks
    [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace ansatz
