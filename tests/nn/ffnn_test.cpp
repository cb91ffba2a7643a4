// SPDX-License-Identifier: BSD-3-Clause
// The architecture: its parameters, its outputs, what it refuses.
#include "ansatz/nn/ffnn.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "ansatz/base/error.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::HasSubstr;

Tensor key_of(std::int32_t seed) { return Tensor(std::vector<std::int32_t>{seed, 0, 0, 0}, {4}); }

Numbers initial(const nn::FFNN& network, std::int32_t seed) {
  return numbers_of(evaluate([&](const Var& key) { return network.initial(key); }, key_of(seed)));
}

TEST(InitialWeights, AreReproducedByTheSeedAndDifferBetweenSeedsAndLayers) {
  const nn::FFNN network({5, 5, 5}, {.dtype = Dtype::f64});
  EXPECT_EQ(initial(network, 3), initial(network, 3));
  EXPECT_NE(initial(network, 3), initial(network, 4));
  const Numbers theta = initial(nn::FFNN({5, 5, 5}, {.initialiser = nn::gaussian(), .dtype = Dtype::f64}), 3);
  EXPECT_NE(Numbers(theta.begin(), theta.begin() + 25), Numbers(theta.begin() + 30, theta.begin() + 55));
}

TEST(InitialWeights, OfStandardDeviationZeroAreZero) {
  EXPECT_THAT(initial(nn::FFNN({3, 2}, {.initialiser = nn::gaussian({.deviation = 0.0})}), 3), testing::Each(0.0));
}

TEST(FFNN, WithoutHiddenLayerIsALinearMap) {
  const nn::FFNN network({2, 3}, {.dtype = Dtype::f64});
  ASSERT_EQ(network.parameters(), 9);
  const Tensor theta = tensor_of(Dtype::f64, {9}, {1, 2, 3, 4, 5, 6, 0.5, 0.25, 0.125});  // W [2, 3], b [3]
  const Tensor x = tensor_of(Dtype::f64, {2, 2}, {1, 10, -1, 0});
  const Tensor y =
      evaluate([&](const Var& p, const Var& in) { return network.logits(network.unpack(p), in); }, theta, x);
  EXPECT_EQ(numbers_of(y), (Numbers{41.5, 52.25, 63.125, -0.5, -1.75, -2.875}));
}

TEST(FFNN, PacksWhatItUnpacked) {
  const nn::FFNN network({3, 4, 2}, {.dtype = Dtype::f64});
  Numbers theta(static_cast<std::size_t>(network.parameters()));
  std::iota(theta.begin(), theta.end(), 0.0);
  const Tensor packed = evaluate([&](const Var& p) { return nn::FFNN::pack(network.unpack(p)); },
                                 tensor_of(Dtype::f64, {network.parameters()}, theta));
  EXPECT_EQ(numbers_of(packed), theta);
}

TEST(FFNN, DescribesItself) {
  EXPECT_EQ(nn::FFNN({64, 100, 30, 10}).network().describe(), "64-100-30-10, leaky_relu");
  EXPECT_EQ(nn::FFNN({2, 1}).network().describe(), "2-1");
  EXPECT_EQ(nn::FFNN({2, 5, 4, 1}, {.activations = {act::relu, act::tanh}}).network().describe(), "2-5-4-1, relu/tanh");
}

TEST(FFNN, RefusesWhatIsNoNetwork) {
  EXPECT_THROW(nn::FFNN({1LL << 40, 1LL << 40}), ArgumentError) << "too many parameters to count";
  const auto of = [](std::vector<std::int64_t> layers, nn::FFNNOptions options = {}) {
    return error_of<ArgumentError>([&] { nn::FFNN(layers, options); });
  };
  EXPECT_THAT(of({4}), HasSubstr("a network of 1 layers was asked for; inputs and outputs, at least, are expected"));
  EXPECT_THAT(of({}), HasSubstr("a network of 0 layers"));
  EXPECT_THAT(of({4, 0, 1}), HasSubstr("a layer of width 0 was asked for; 1 or more is expected"));
  EXPECT_THAT(of({4, -3, 1}), HasSubstr("a layer of width -3"));
  EXPECT_THAT(of({4, 3, 1}, {.activations = {act::relu, act::relu}}),
              HasSubstr("2 activations were given for 1 hidden"));
  EXPECT_THAT(of({4, 1}, {.activations = {act::relu}}), HasSubstr("1 activations were given for 0 hidden"));
  EXPECT_THAT(of({4, 1}, {.dtype = Dtype::i32}), HasSubstr("a network of dtype i32 was asked for; f32 or f64"));
}

TEST(FFNN, RefusesParametersAndInputsOfAnotherShape) {
  const nn::FFNN network({2, 3}, {.dtype = Dtype::f64});
  const auto run = [&](const Shape& theta, const Shape& x) {
    const auto logits = [&](const Var& p, const Var& in) { return network.logits(network.unpack(p), in); };
    return error_of<ShapeError>([&] { evaluate(logits, Tensor(Dtype::f64, theta), Tensor(Dtype::f64, x)); });
  };
  EXPECT_THAT(run({8}, {1, 2}), HasSubstr("the parameters are [8]; [9] is expected"));
  EXPECT_THAT(run({9}, {1, 3}), HasSubstr("the network was given inputs [1, 3]; [rows, 2] is expected"));
  EXPECT_THAT(run({9}, {2}), HasSubstr("[rows, 2] is expected"));
}

}  // namespace
}  // namespace ansatz::test
