// SPDX-License-Identifier: BSD-3-Clause
// Activations and their first two derivatives against mpmath's values (tests/golden/activations_costs.py);
// their names, their texts, what is refused.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/nn/activation.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;

const json& golden_activations() {
  static const json all = golden("activations_costs")["activations"];
  return all;
}

/// f, f' and f'' at `x`.
std::vector<Numbers> with_derivatives(const act::Activation& f, const Numbers& x, Dtype dtype) {
  const auto all = [&](const Var& z) {
    return std::vector<Var>{f(z), elementwise_grad(f)(z), elementwise_grad(elementwise_grad(f))(z)};
  };
  std::vector<Numbers> result;
  for (const Tensor& values : evaluate(all, tensor_of(dtype, {static_cast<std::int64_t>(x.size())}, x)))
    result.push_back(numbers_of(values));
  return result;
}

class Activations : public testing::TestWithParam<std::string> {};

/// All with their defaults, and those of other arguments that have golden values.
std::vector<std::string> texts() {
  std::vector<std::string> result = act::names();
  for (const json& entry : golden_activations())
    if (const std::string text = entry["name"]; text.find(' ') != std::string::npos) result.push_back(text);
  return result;
}

TEST_P(Activations, HaveTheValuesAndDerivativesOfExactArithmetic) {
  const act::Activation f = act::find(GetParam());
  Numbers x;
  std::vector<Numbers> expected(3);
  if (f == act::identity) {
    x = {-1e4, 0.0, 2.5};
    expected = {x, {1.0, 1.0, 1.0}, {0.0, 0.0, 0.0}};
  }
  for (const json& entry : golden_activations())
    if (entry["name"] == GetParam())
      for (const json& row : entry["rows"]) {
        x.push_back(row[0]);
        for (std::size_t order = 0; order < 3; ++order) expected[order].push_back(row[order + 1]);
      }
  ASSERT_GE(x.size(), 3U) << "no golden values";
  const auto in_f64 = with_derivatives(f, x, Dtype::f64), in_f32 = with_derivatives(f, x, Dtype::f32);
  for (std::size_t order = 0; order < 3; ++order) {
    SCOPED_TRACE(fmt::format("derivative {} of {}", order, GetParam()));
    EXPECT_THAT(in_f64[order], CloseTo(expected[order], 2e-15));
    EXPECT_THAT(in_f32[order], CloseTo(expected[order], 1e-6));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Activations, testing::ValuesIn(texts()), [](const auto& test) {
  std::string name = test.param;
  std::erase_if(name, [](char c) { return c == ' ' || c == '=' || c == '.'; });
  return name;
});

TEST(Activations, HaveTheDerivativesOfPyTorchAtTheirKinks) {
  int compared = 0;
  for (const json& entry : golden_activations())
    for (const json& row : entry.value("torch_at_kinks", json::array())) {
      const auto found = with_derivatives(act::find(entry["name"].get<std::string>()), {row[0]}, Dtype::f64);
      EXPECT_EQ(found[0][0], row[1]) << entry["name"];
      EXPECT_EQ(found[1][0], row[2]) << entry["name"];
      ++compared;
    }
  EXPECT_GE(compared, 12);
}

TEST(Activations, ShowWhatIsNoNumber) {
  for (const std::string& name : act::names())
    for (Dtype dtype : {Dtype::f32, Dtype::f64})
      EXPECT_TRUE(std::isnan(with_derivatives(act::find(name), {std::nan("")}, dtype)[0][0])) << name;
}

TEST(Activations, AreWhatTheirTextsSay) {
  EXPECT_EQ(act::find("leaky_relu slope=0.2"), act::leaky_relu({.slope = 0.2}));
  EXPECT_EQ(act::find("leaky_relu 0.01"), act::leaky_relu);
  EXPECT_FALSE(act::find("elu 0.5") == act::elu);
  EXPECT_EQ(act::Activation(act::elu).named.text(), "elu");
  EXPECT_EQ(act::elu({.alpha = 0.5}).named.text(), "elu alpha=0.5");
  for (const Member<act::Activation>& each : act::family().members()) {
    const act::Activation made = act::find(each.name);
    EXPECT_EQ(made.named.text(), each.name);
    EXPECT_EQ(act::find(made.named.full_text()), made);
  }
}

TEST(Activations, AreUnderstoodByTheNamesOfOthersWithANote) {
  for (const auto& [theirs, ours] : std::vector<std::pair<std::string, std::string>>{{"RELU", "relu"},
                                                                                     {"LRELU", "leaky_relu"},
                                                                                     {"LeakyReLU", "leaky_relu"},
                                                                                     {"ELU", "elu"},
                                                                                     {"linear", "identity"},
                                                                                     {"logistic", "sigmoid"},
                                                                                     {"Swish", "silu"},
                                                                                     {"heaviside", "step"},
                                                                                     {"hardtanh", "hard_tanh"}}) {
    EXPECT_EQ(act::find(theirs).named.name, ours);
    EXPECT_EQ(act::family().note(theirs), theirs + " is called " + ours + " here");
  }
}

const act::Activation made_before_main = act::elu;  // whatever order constants of other files are made in

TEST(Activations, AreConstantsThatOtherConstantsAreMadeOf) { EXPECT_EQ(made_before_main, act::find("elu")); }

TEST(Activations, OfAnUnknownNameOrOutOfRangeAreRefused) {
  EXPECT_EQ(error_of<ArgumentError>([] { act::find("relu6"); }),
            "there is no activation \"relu6\"; did you mean 'relu'?; there are identity, sigmoid, tanh, relu, "
            "leaky_relu, elu, softplus, gelu, silu, selu, mish, softsign, step, hard_tanh, hard_sigmoid");
  EXPECT_EQ(error_of<ArgumentError>([] { act::leaky_relu({.slope = 0.0}); }),
            "[leaky_relu] slope = 0 was given; slope > 0 is expected");
  EXPECT_EQ(error_of<ArgumentError>([] { act::find("elu alpha=-1"); }),
            "[elu] alpha = -1 was given; alpha > 0 is expected");
  EXPECT_EQ(error_of<ArgumentError>([] { act::find("tanh 2"); }), "[tanh] \"2\" was given; it takes no arguments");
}

}  // namespace
}  // namespace ansatz::test
