// SPDX-License-Identifier: BSD-3-Clause
// Predictions: units and probabilities, the same bits in any batch and on any thread, and what is refused.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

#include "ansatz/base/error.hpp"
#include "ansatz/data/classes.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/model/models.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"

namespace ansatz::test {
namespace {

using model::Model;
using testing::HasSubstr;

/// y = 3 + 2 (w x' + b), x' = (x − 10) / 4, with w = 0.5 and b = 1.
Model by_hand(bool impute = false) {
  data::Encoding encoding;
  encoding.inputs.push_back({.name = "x", .mean = 10.0, .scale = 4.0, .fill = 14.0});
  encoding.targets = {{.name = "y", .mean = 3.0, .scale = 2.0}};
  encoding.impute = impute;
  const nn::FFNN network({1, 1}, {.dtype = Dtype::f64});
  return Model(network, encoding, tensor_of(Dtype::f64, {2}, {0.5, 1.0}));
}

TEST(Predictions, AreInTheTargetsUnitFromInputsInTheirs) {
  EXPECT_EQ(by_hand().predict(Numbers{10.0, 14.0, 2.0}), (Numbers{5.0, 6.0, 3.0}));
  EXPECT_EQ(by_hand(true).predict(Numbers{std::nan("")}), Numbers{6.0}) << "the fill";
}

TEST(Predictions, OfClassesAreProbabilities) {
  const Numbers p = model_of(data::Task::multiclass).predict(some_inputs(3 * 50));
  ASSERT_EQ(p.size(), 150U);
  for (std::size_t i = 0; i < p.size(); i += 3) {
    EXPECT_NEAR(p[i] + p[i + 1] + p[i + 2], 1.0, 1e-6);
    EXPECT_GT(std::min({p[i], p[i + 1], p[i + 2]}), 0.0);
  }
  EXPECT_THAT(model_of(data::Task::binary).predict(some_inputs(3 * 50)),
              testing::Each(testing::AllOf(testing::Gt(0.0), testing::Lt(1.0))));
}

TEST(ARowsPrediction, HasTheSameBitsAloneAndInAnyBatch) {
  for (data::Task task : {data::Task::regression, data::Task::multiclass})
    for (Dtype dtype : {Dtype::f32, Dtype::f64}) {
      const Model model = model_of(task, dtype, {37, 19}, 5);
      const Numbers x = some_inputs(5 * 300);
      const Numbers all = model.predict(x);
      const std::ptrdiff_t width = model.outputs();
      for (std::ptrdiff_t rows : {1, 2, 4, 5, 31, 127, 128, 129, 133, 299}) {
        const Numbers some = model.predict(Numbers(x.begin() + 5, x.begin() + 5 * (rows + 1)));
        EXPECT_EQ(some, Numbers(all.begin() + width, all.begin() + width * (rows + 1))) << rows << " rows";
      }
    }
}

TEST(AModelWithBatchNorms, PredictsByItsFoldedNetworkAndKeepsTheOther) {
  const Model plain = model_of(data::Task::multiclass, Dtype::f32);
  const nn::Network network = nn::network_from_text({3}, "dense 9, batch_norm, tanh, dropout 0.3, dense 3");
  std::mt19937 random(4);
  const Tensor theta = tensor_of(Dtype::f32, {network.parameters()}, random_numbers(network.parameters(), random));
  const Tensor running = tensor_of(Dtype::f32, {18}, random_numbers(18, random, 0.5, 2.0));
  const Model model(network, plain.head(), plain.encoding(), theta, running);
  EXPECT_EQ(model.for_prediction().network.buffers(), 0) << "folded";
  const TemporaryFolder folder;
  model.save(folder / "m.ansatz");
  const Model loaded = Model::load(folder / "m.ansatz");
  EXPECT_EQ(loaded.network().buffers(), 18) << "the file keeps what is trained";
  EXPECT_EQ(loaded.weights_sha256(), model.weights_sha256());
  const Numbers x = some_inputs(3 * 200), all = model.predict(x);
  EXPECT_EQ(loaded.predict(x), all);
  for (std::ptrdiff_t row : {0, 77, 199})
    EXPECT_EQ(model.predict(Numbers(x.begin() + 3 * row, x.begin() + 3 * (row + 1))),
              Numbers(all.begin() + 3 * row, all.begin() + 3 * (row + 1)));
}

TEST(Predictions, OfATableFindItsColumnsByName) {
  const Model model = model_of(data::Task::multiclass);
  const Numbers x = some_inputs(9);
  const auto column = [&](std::size_t i) { return Numbers{x[i], x[i + 3], x[i + 6]}; };
  const data::Table table({{.name = "x3", .numbers = column(2)},
                           {.name = "other", .numbers = {1, 2, 3}},
                           {.name = "x1", .numbers = column(0)},
                           {.name = "x2", .numbers = column(1)}});
  EXPECT_EQ(model.predict(table, data::all_rows(table)), model.predict(x));
  EXPECT_EQ(model.predict(table, std::vector<std::int64_t>{2}), model.predict(Numbers{x[6], x[7], x[8]}));
  const data::Table without({{.name = "x1", .numbers = {1}}, {.name = "x3", .numbers = {1}}});
  EXPECT_THAT(error_of<DataError>([&] { model.predict(without, data::all_rows(without)); }),
              HasSubstr("there is no column 'x2'"));
}

TEST(Predictions, OfWrongInputsAreRefused) {
  const Model model = model_of(data::Task::multiclass);
  EXPECT_THAT(error_of<DataError>([&] { model.predict(Numbers(4)); }), HasSubstr("rows of 3 inputs"));
  EXPECT_TRUE(model.predict(Numbers{}).empty()) << "no rows, no predictions";
  for (double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_THAT(error_of<DataError>([&] {
                  model.predict(Numbers{1, 2, 3, 4, bad, 6});
                }),
                testing::AllOf(HasSubstr("'x2'"), HasSubstr("row 2")));
  Numbers room(2);
  EXPECT_THAT(error_of<ArgumentError>([&] {
                model.predict(Numbers{1, 2, 3}, room);
              }),
              HasSubstr("room for 2 predictions was given; 3 are made"));
  EXPECT_THAT(error_of<ArgumentError>([&] { model.predict_encoded(Numbers(4)); }), HasSubstr("rows of 3"));
}

TEST(AModel, OfPartsThatDoNotFitTogetherIsRefused) {
  const Model good = model_of(data::Task::multiclass);
  const auto refused = [&](const nn::Network& network, const data::Encoding& encoding, const Tensor& parameters) {
    return error_of<ArgumentError>([&] { Model(network, encoding, parameters); });
  };
  const std::int64_t n = good.network().parameters();
  EXPECT_THAT(refused(good.network(), good.encoding(), Tensor(Dtype::f32, {n - 1})), HasSubstr("was given parameters"));
  EXPECT_THAT(refused(good.network(), good.encoding(), Tensor(Dtype::i32, {n})), HasSubstr("was given parameters i32"));
  data::Encoding other = good.encoding();
  other.inputs.pop_back();
  EXPECT_THAT(refused(good.network(), other, good.parameters()), HasSubstr("3 inputs was given columns that make 2"));
  other = good.encoding();
  other.targets[0].classes.push_back("graviton");
  EXPECT_THAT(refused(good.network(), other, good.parameters()), HasSubstr("a multiclass target, which needs 4"));
}

TEST(AModel, IsSharedBetweenThreads) {
  const Model model = model_of(data::Task::multiclass, Dtype::f32, {20, 10});
  const Numbers x = some_inputs(3 * 200);
  const Numbers expected = model.predict(x);
  std::vector<int> wrong(4, 0);
  {
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t)
      threads.emplace_back([&, t, copy = model] {
        for (int i = 0; i < 25; ++i) wrong[t] += copy.predict(x) == expected ? 0 : 1;
      });
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(ACopyOfAModel, LivesLongerThanTheModel) {
  std::vector<Model> copies;
  {
    const Model model = by_hand();
    copies.push_back(model);
  }
  EXPECT_EQ(copies[0].predict(Numbers{10.0}), Numbers{5.0});
}

}  // namespace
}  // namespace ansatz::test
