// SPDX-License-Identifier: BSD-3-Clause
// Every layer against PyTorch's values and gradients, and in what all layers have to keep.
#include "ansatz/nn/layers/layers.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/nn/network.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Shape shape_of(const json& extents) { return Shape(extents.get<std::vector<std::int64_t>>()); }

const std::vector<json>& layer_cases() {
  static const std::vector<json> all = golden("layers")["cases"].get<std::vector<json>>();
  return all;
}

class LayerOfPyTorch : public testing::TestWithParam<std::size_t> {};

TEST_P(LayerOfPyTorch, HasItsValuesAndGradients) {
  const json& c = layer_cases()[GetParam()];
  const Shape sample = shape_of(c["sample"]);
  const nn::Network network = nn::network_from_text(sample, c["text"].get<std::string>());
  const std::int64_t rows = c["rows"];
  Numbers theta;
  for (const json& tensor : c["parameters"])
    for (const json& number : tensor) theta.push_back(number);
  ASSERT_EQ(static_cast<std::int64_t>(theta.size()), network.parameters());
  Numbers buffers(static_cast<std::size_t>(network.buffers()), 0.0);
  for (const nn::Placed& tensor : network.tensors())
    if (tensor.is_buffer())
      std::fill_n(buffers.begin() + tensor.offset, tensor.declared.shape.elements(), tensor.declared.value);

  const auto run = [&](const Var& x, const Var& parameters, const Var& state, const Var& cotangent) {
    std::optional<Var> new_buffers;
    Var y;
    const auto total = [&](const std::vector<Var>& arguments) {
      const auto tensors = network.unpack(arguments[1], network.buffers() > 0 ? std::optional(state) : std::nullopt);
      const nn::Network::Result result = network.apply(tensors, {arguments[0]}, {.training = true});
      y = result.outputs[0];
      new_buffers = result.buffers;
      return sum(y * reshape(cotangent, y.shape()));
    };
    const auto gradient = grad(total)(std::vector<Var>{x, parameters});
    return std::vector<Var>{y, gradient[0], gradient[1], new_buffers ? *new_buffers : state};
  };
  const auto results = evaluate(
      run, tensor_of(Dtype::f64, sample.inserted(0, rows), c["x"].get<Numbers>()),
      tensor_of(Dtype::f64, {network.parameters()}, theta), tensor_of(Dtype::f64, {network.buffers()}, buffers),
      tensor_of(Dtype::f64, {static_cast<std::int64_t>(c["c"].size())}, c["c"].get<Numbers>()));
  EXPECT_THAT(numbers_of(results[0]), CloseTo(c["y"].get<Numbers>(), 1e-12));
  EXPECT_THAT(numbers_of(results[1]), CloseTo(c["dx"].get<Numbers>(), 1e-12));
  Numbers gradient, running;
  for (const json& tensor : c["gradients"])
    for (const json& number : tensor) gradient.push_back(number);
  EXPECT_THAT(numbers_of(results[2]), CloseTo(gradient, 1e-12));
  for (const json& tensor : c["running"])
    for (const json& number : tensor) running.push_back(number);
  EXPECT_THAT(numbers_of(results[3]), CloseTo(running, 1e-12));
}

INSTANTIATE_TEST_SUITE_P(Golden, LayerOfPyTorch, testing::Range<std::size_t>(0, layer_cases().size()),
                         [](const auto& at) { return layer_cases()[at.param]["name"].template get<std::string>(); });

/// One text of each layer, with samples that it takes.
struct Sample {
  std::string text;
  Shape shape;
};

std::vector<Sample> samples() {
  std::vector<Sample> all = {{"dense 3", {4}},
                             {"conv 3 3x3", {5, 4, 2}},
                             {"max_pool 2", {5, 4, 2}},
                             {"average_pool 2", {5, 4, 2}},
                             {"global_average_pool", {5, 4, 2}},
                             {"batch_norm", {4}},
                             {"layer_norm", {4}},
                             {"dropout 0.25", {4}},
                             {"dropout 0.5 channels=yes", {5, 4, 2}},
                             {"gaussian_noise 0.3", {4}},
                             {"random_shift 1", {5, 4, 2}},
                             {"random_flip both", {5, 4, 2}},
                             {"random_rotate 20", {5, 4, 2}},
                             {"prelu", {4}},
                             {"flatten", {5, 4, 2}},
                             {"reshape 4x10", {5, 4, 2}}};
  for (const std::string& name : act::names()) all.push_back({name, {4}});
  return all;
}

/// Outputs of a network with random parameters on random rows; `first` rows of them.
Numbers outputs_of(const nn::Network& network, std::int64_t rows, bool training, int key = 1) {
  std::mt19937 random(5);
  const Tensor theta = tensor_of(Dtype::f64, {network.parameters()}, random_numbers(network.parameters(), random));
  const Tensor buffers(tensor_of(Dtype::f64, {network.buffers()}, random_numbers(network.buffers(), random, 0.5, 1.5)));
  const std::int64_t width = network.inputs()[0].elements();
  Numbers x = random_numbers(8 * width, random);
  x.resize(static_cast<std::size_t>(rows * width));
  const Tensor key_of(std::vector<std::int32_t>{key, 0, 1, 0}, {4});
  const auto run = [&](const Var& in, const Var& parameters, const Var& state, const Var& k) {
    const auto tensors = network.unpack(parameters, network.buffers() > 0 ? std::optional(state) : std::nullopt);
    return network.apply(tensors, {in}, {.training = training, .key = k}).outputs[0];
  };
  return numbers_of(
      evaluate(run, tensor_of(Dtype::f64, network.inputs()[0].inserted(0, rows), x), theta, buffers, key_of));
}

TEST(Layers, AreAllTested) {
  std::set<std::string> tested = {"add", "concatenate"};  // of two inputs
  for (const Sample& each : samples()) tested.insert(parse_spec(each.text, "layer").name);
  const std::vector<std::string> names = nn::layer_family().names();
  EXPECT_EQ(tested, std::set<std::string>(names.begin(), names.end()));
}

TEST(Layers, PredictARowAloneAsInABatch) {
  for (const Sample& each : samples()) {
    const nn::Network network = nn::network_from_text(each.shape, each.text);
    const Numbers all = outputs_of(network, 8, false), one = outputs_of(network, 1, false);
    EXPECT_EQ(Numbers(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(one.size())), one) << each.text;
  }
}

TEST(Layers, ReadBackFromTheirOwnText) {
  for (const Sample& each : samples()) {
    const nn::Network network = nn::network_from_text(each.shape, each.text);
    const nn::Layer& layer = network.layers()[0].layer;
    EXPECT_EQ(nn::layer_family().make(layer.named.text()).named, layer.named) << each.text;
    EXPECT_EQ(nn::layer_family().make(layer.named.full_text()).named, layer.named) << each.text;
    const nn::Network again = nn::network_from_text(each.shape, layer.named.text());
    EXPECT_EQ(outputs_of(again, 3, false), outputs_of(network, 3, false)) << each.text;
  }
}

TEST(RandomLayers, DisturbWhileTrainingAloneAndByTheirKey) {
  for (const Sample& each : samples()) {
    const nn::Network network = nn::network_from_text(each.shape, each.text);
    const std::string& text = each.text;
    if (!network.random()) continue;
    EXPECT_NE(outputs_of(network, 8, true), outputs_of(network, 8, false)) << text;
    EXPECT_EQ(outputs_of(network, 8, true, 3), outputs_of(network, 8, true, 3)) << text;
    EXPECT_NE(outputs_of(network, 8, true, 3), outputs_of(network, 8, true, 4)) << text;
  }
  EXPECT_TRUE(nn::network_from_text({4}, "dropout 0.5").random());
  const nn::Network twice = nn::network_from_text({4}, "dropout 0.5, dropout 0.5");
  EXPECT_NE(twice.uses()[0].site, twice.uses()[1].site);
}

TEST(Dropout, KeepsTheMeanAndDropsItsShare) {
  const nn::Network network = nn::network_from_text({20000}, "dropout 0.3");
  const auto run = [&](const Var& key) {
    return network.apply({}, {constant(1.0, Dtype::f64, {1, 20000})}, {.training = true, .key = key}).outputs[0];
  };
  const Numbers y = numbers_of(evaluate(run, Tensor(std::vector<std::int32_t>{1, 2, 3, 4}, {4})));
  double sum = 0.0, dropped = 0.0;
  for (double value : y) {
    sum += value;
    if (value == 0.0) ++dropped;
  }
  EXPECT_NEAR(sum / 20000, 1.0, 5 * std::sqrt(0.3 / 0.7 / 20000));
  EXPECT_NEAR(dropped / 20000, 0.3, 5 * std::sqrt(0.21 / 20000));
}

TEST(Dropout, OfChannelsDropsThemWhole) {
  const nn::Network network = nn::network_from_text({3, 5, 40}, "dropout 0.5 channels=yes");
  const auto run = [&](const Var& key) {
    return network.apply({}, {constant(1.0, Dtype::f64, {2, 3, 5, 40})}, {.training = true, .key = key}).outputs[0];
  };
  const Numbers y = numbers_of(evaluate(run, Tensor(std::vector<std::int32_t>{1, 2, 3, 4}, {4})));
  for (std::size_t row = 0; row < 2; ++row)
    for (std::size_t channel = 0; channel < 40; ++channel)
      for (std::size_t place = 0; place < 15; ++place)
        EXPECT_EQ(y[(row * 15 + place) * 40 + channel], y[row * 15 * 40 + channel]);
}

TEST(BatchNorm, RefusesToTrainOnOneValue) {
  const nn::Network network = nn::network_from_text({4}, "batch_norm");
  EXPECT_THAT(error_of<ShapeError>([&] { outputs_of(network, 1, true); }), HasSubstr("2 or more are expected"));
  EXPECT_NO_THROW(outputs_of(network, 1, false));
}

TEST(NetworkText, MakesLayersResidualsAndRepetitions) {
  const nn::Network network = nn::network_from_text(
      {28, 28, 1}, "conv 16 3x3, relu, max_pool 2, flatten, dense 128, relu, dropout 0.5, dense 10");
  EXPECT_EQ(network.output_shape(), Shape{10});
  EXPECT_EQ(network.tensors()[0].name, "conv1.weights");
  EXPECT_EQ(network.tensors()[0].declared.shape, (Shape{3, 3, 1, 16}));
  EXPECT_EQ(network.parameters(), 160 + 3136 * 128 + 128 + 1290);
  const nn::Network deep =
      nn::network_from_text({5}, "3 x (dense 5, tanh), residual (dense 5, relu, dense 5), dense 1");
  EXPECT_EQ(deep.uses().size(), 6U + 4U + 1U);
  EXPECT_EQ(deep.layers().back().name, "dense6");
  EXPECT_EQ(*deep.text(), "3 x (dense 5, tanh), residual (dense 5, relu, dense 5), dense 1");
}

TEST(NetworkText, PointsAtThePlaceOfAnError) {
  const auto error = [](const Shape& shape, const std::string& text) {
    return error_of<ArgumentError>([&] { nn::network_from_text(shape, text); });
  };
  EXPECT_THAT(error({4}, "dense 3, rleu, dense 1"), HasSubstr("no layer \"rleu\"; did you mean 'relu'"));
  EXPECT_THAT(error({4}, "dense 3, rleu, dense 1"), HasSubstr("(character 10)"));
  EXPECT_THAT(error({4}, "dense 3,, dense 1"), HasSubstr("a layer is expected"));
  EXPECT_THAT(error({4}, ""), HasSubstr("a layer is expected"));
  EXPECT_THAT(error({4}, "residual (dense 3)"), HasSubstr("both must have one shape"));
  EXPECT_THAT(error({4}, "2 x (dense 3"), HasSubstr("a comma or ) is expected"));
  EXPECT_THAT(error({4}, "dense 3)"), HasSubstr("a comma or the end is expected"));
  EXPECT_THAT(error({28, 28, 1}, "dense 3"), HasSubstr("put flatten before it"));
  EXPECT_THAT(error({4}, "conv 3"), HasSubstr("images [height, width, channels] are expected"));
  EXPECT_THAT(error({4}, "dense 3 width=2"), HasSubstr("there is no argument 'width'"));
  EXPECT_THAT(error({4}, "0 x (dense 3)"), HasSubstr("how often"));
  EXPECT_THAT(error({4}, std::string(1000, '(')), HasSubstr("parentheses"));
}

TEST(ANetwork, MayUseALayerTwiceAndHaveSeveralInputs) {
  nn::NetworkBuilder build;
  const auto x = build.input({3}), y = build.input({3});
  const auto shared = build.layer(nn::layer::dense({.units = 2}));
  const auto both = build.use(nn::layer::concatenate(), {build.use(shared, {x})[0], build.use(shared, {y})[0]})[0];
  const nn::Network network = std::move(build).finish({build.use(nn::layer::dense({.units = 1}), {both})[0]});
  EXPECT_EQ(network.parameters(), 3 * 2 + 2 + 4 + 1) << "one set of weights";
  EXPECT_THAT(network.describe(), HasSubstr("not typeable"));
  Numbers theta(static_cast<std::size_t>(network.parameters()), 1.0);
  const auto run = [&](const Var& a, const Var& b, const Var& p) {
    return network.apply(network.unpack(p), {a, b}).outputs[0];
  };
  const Tensor ones = tensor_of(Dtype::f64, {1, 3}, {1, 1, 1}), twos = tensor_of(Dtype::f64, {1, 3}, {2, 2, 2});
  const Tensor p = tensor_of(Dtype::f64, {network.parameters()}, theta);
  EXPECT_EQ(numbers_of(evaluate(run, ones, twos, p)), Numbers{2 * 4.0 + 2 * 7.0 + 1.0});
}

}  // namespace
}  // namespace ansatz::test
