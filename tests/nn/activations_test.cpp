// SPDX-License-Identifier: BSD-3-Clause
// Activations and their first two derivatives against mpmath's values (tests/golden/activations_costs.py).
#include <gmock/gmock.h>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/nn/activation.hpp"
#include "ansatz/run/evaluate.hpp"
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

class Activations : public testing::TestWithParam<const act::Activation*> {};

TEST_P(Activations, HaveTheValuesAndDerivativesOfExactArithmetic) {
  const act::Activation& f = act::find(GetParam()->name);
  Numbers x;
  std::vector<Numbers> expected(3);
  if (f == act::identity) {
    x = {-1e4, 0.0, 2.5};
    expected = {x, {1.0, 1.0, 1.0}, {0.0, 0.0, 0.0}};
  }
  for (const json& entry : golden_activations())
    if (entry["name"] == f.name)
      for (const json& row : entry["rows"]) {
        x.push_back(row[0]);
        for (std::size_t order = 0; order < 3; ++order) expected[order].push_back(row[order + 1]);
      }
  ASSERT_GE(x.size(), 3U) << "no golden values";
  const auto in_f64 = with_derivatives(f, x, Dtype::f64), in_f32 = with_derivatives(f, x, Dtype::f32);
  for (std::size_t order = 0; order < 3; ++order) {
    SCOPED_TRACE(fmt::format("derivative {} of {}", order, f.name));
    EXPECT_THAT(in_f64[order], CloseTo(expected[order], 2e-15));
    EXPECT_THAT(in_f32[order], CloseTo(expected[order], 1e-6));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Activations, testing::ValuesIn(act::all().begin(), act::all().end()),
                         [](const auto& test) { return std::string(test.param->name); });

TEST(Activations, HaveTheDerivativesOfPyTorchAtTheirKink) {
  for (const json& entry : golden_activations()) {
    if (!entry.contains("torch_at_0")) continue;
    const auto found = with_derivatives(act::find(entry["name"].get<std::string>()), {0.0}, Dtype::f64);
    EXPECT_EQ(found[0][0], entry["torch_at_0"][0]) << entry["name"];
    EXPECT_EQ(found[1][0], entry["torch_at_0"][1]) << entry["name"];
  }
}

TEST(Activations, OfAnUnknownNameAreRefusedWithTheNamesThereAre) {
  EXPECT_EQ(act::all().size(), 9U);
  try {
    act::find("relu6");
    FAIL() << "threw nothing";
  } catch (const ArgumentError& error) {
    EXPECT_STREQ(error.what(),
                 "there is no activation \"relu6\"; there are identity, sigmoid, tanh, relu, leaky_relu, elu, "
                 "softplus, gelu, silu");
  }
}

}  // namespace
}  // namespace ansatz::test
