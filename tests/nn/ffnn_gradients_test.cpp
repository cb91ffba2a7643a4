// SPDX-License-Identifier: BSD-3-Clause
// Cost and gradient of whole networks against PyTorch's (tests/golden/ffnn_gradients.py).
#include <gmock/gmock.h>

#include <set>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/heads/head.hpp"
#include "ansatz/nn/ffnn.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;

const json& cases() {
  static const json all = golden("ffnn_gradients")["cases"];
  return all;
}

Numbers joined(const json& arrays) {
  Numbers result;
  for (const json& array : arrays)
    for (const json& number : array) result.push_back(number.get<double>());
  return result;
}

nn::FFNN network_of(const json& c, Dtype dtype) {
  return nn::FFNN(c["layers"].get<std::vector<std::int64_t>>(),
                  {.hidden = act::find(c["hidden"].get<std::string>()), .dtype = dtype});
}

struct CostAndGradient {
  double cost = 0.0;
  Numbers gradient;  // W1, b1, W2, ...
};

CostAndGradient ours(const json& c, Dtype dtype) {
  const nn::FFNN network = network_of(c, dtype);
  const std::int64_t batch = c["batch"];
  const head::Head head = head::find(c["task"].get<std::string>());
  const bool labels = head.named.name == "multiclass";
  const bool several = head.named.name == "regression";
  const Tensor theta = tensor_of(dtype, {network.parameters()}, joined(c["params"]));
  const Tensor x = tensor_of(dtype, {batch, network.inputs()}, c["x"]);
  const Tensor t = tensor_of(labels ? Dtype::i32 : dtype, several ? Shape{batch, network.outputs()} : Shape{batch},
                             c["t"].get<Numbers>());
  const Numbers ones(static_cast<std::size_t>(batch), 1.0);
  const Tensor w = tensor_of(dtype, {batch}, c.value("sample_weight", ones));
  const auto step = [&](const Var& parameters, const Var& inputs, const Var& targets, const Var& weights) {
    const auto cost = [&](const std::vector<nn::FFNN::Layer>& layers) {
      const Var rows = head.default_cost.of_rows(network.logits(layers, inputs), targets);
      return c.contains("sample_weight") ? cost::mean(rows, weights) : cost::mean(rows);
    };
    auto [value, gradient] = value_and_grad(cost)(network.unpack(parameters));
    return std::pair(value, nn::FFNN::pack(gradient));
  };
  const std::vector<Tensor> results = evaluate(step, theta, x, t, w);
  return {results.at(0), numbers_of(results.at(1))};
}

class FFNNGradient : public testing::TestWithParam<std::size_t> {};

TEST_P(FFNNGradient, EqualsThatOfPyTorch) {
  const json& c = cases()[GetParam()];
  const Numbers gradient = joined(c["grads"]);
  const auto in_f64 = ours(c, Dtype::f64);
  EXPECT_THAT(Numbers{in_f64.cost}, CloseTo(Numbers{c["cost"]}, 1e-12));
  EXPECT_THAT(in_f64.gradient, CloseTo(gradient, 1e-12));
  const auto in_f32 = ours(c, Dtype::f32);
  EXPECT_THAT(Numbers{in_f32.cost}, CloseTo(Numbers{c["cost"]}, 1e-5));
  EXPECT_THAT(in_f32.gradient, CloseTo(gradient, 1e-5));
}

INSTANTIATE_TEST_SUITE_P(Golden, FFNNGradient, testing::Range<std::size_t>(0, cases().size()),
                         [](const auto& test) { return std::string(cases()[test.param]["name"]); });

TEST(FFNNGradients, AreComparedForEveryActivationAndTask) {
  std::set<std::string> hidden, tasks;
  for (const json& c : cases()) {
    if (c["layers"].size() > 2) hidden.insert(c["hidden"]);
    tasks.insert(c["task"]);
  }
  EXPECT_EQ(cases().size(), 27U);
  EXPECT_EQ(tasks.size(), 3U);
  for (const std::string& name : act::names()) EXPECT_TRUE(hidden.contains(name)) << name;
}

}  // namespace
}  // namespace ansatz::test
