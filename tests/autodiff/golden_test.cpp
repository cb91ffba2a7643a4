// SPDX-License-Identifier: BSD-3-Clause
// Activations and softmax with their first and second derivatives, against mpmath's (tests/golden/README.md).
#include "tests/support/golden.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

/// A few ulp of max(1, value).
void expect_near(double found, double expected, const std::string& what) {
  EXPECT_NEAR(found, expected, 4 * 0x1p-52 * std::max(1.0, std::abs(expected))) << what;
}

using Activation = Var (*)(const Var&);
const std::map<std::string, Activation>& activations() {
  static const std::map<std::string, Activation> all = {
      {"sigmoid", [](const Var& x) { return sigmoid(x); }},
      {"tanh", [](const Var& x) { return tanh(x); }},
      {"relu", [](const Var& x) { return relu(x); }},
      {"leaky_relu", [](const Var& x) { return leaky_relu(x, 0.01); }},
      {"softplus", [](const Var& x) { return softplus(x); }},
      {"log_sigmoid", [](const Var& x) { return log(sigmoid(x)); }},
  };
  return all;
}

TEST(GoldenActivations, AgreeInValueFirstAndSecondDerivative) {
  std::size_t compared = 0;
  for (const auto& entry : golden("activations_costs").at("activations")) {
    const std::string name = entry.at("name");
    if (!activations().contains(name)) continue;  // elu, gelu and silu belong to nn
    const Activation f = activations().at(name);
    Numbers x;
    for (const auto& row : entry.at("rows")) x.push_back(row.at(0));
    const Tensor at = tensor_of(Dtype::f64, {static_cast<std::int64_t>(x.size())}, x);
    const Numbers found[] = {numbers_of(evaluate(f, at)), numbers_of(evaluate(elementwise_grad(f), at)),
                             numbers_of(evaluate(elementwise_grad(elementwise_grad(f)), at))};
    for (std::size_t order = 0; order < 3; ++order)
      for (std::size_t i = 0; i < x.size(); ++i)
        expect_near(found[order][i], entry.at("rows").at(i).at(order + 1),
                    fmt::format("derivative {} of {} at {}", order, name, x[i]));
    ++compared;
  }
  EXPECT_EQ(compared, activations().size());
}

TEST(GoldenActivations, AgreeWithPyTorchsConventionAtTheKink) {
  for (const auto& entry : golden("activations_costs").at("activations")) {
    const std::string name = entry.at("name");
    if (!activations().contains(name) || !entry.contains("torch_at_kinks")) continue;
    const Activation f = activations().at(name);
    EXPECT_EQ(double{evaluate(f, 0.0)}, entry.at("torch_at_kinks").at(0).at(1)) << name;
    EXPECT_EQ(double{evaluate(elementwise_grad(f), 0.0)}, entry.at("torch_at_kinks").at(0).at(2)) << name;
    EXPECT_EQ(double{evaluate(elementwise_grad(elementwise_grad(f)), 0.0)}, entry.at("torch_at_kinks").at(0).at(3))
        << name;
  }
}

void expect_row(const nlohmann::json& expected, const Numbers& found, const std::string& what) {
  ASSERT_EQ(expected.size(), found.size());
  for (std::size_t i = 0; i < found.size(); ++i) expect_near(found[i], expected.at(i), what);
}

TEST(GoldenSoftmax, AgreesInValueJacobianAndHessian) {
  using Rows = Var (*)(const Var&, int);
  const std::map<std::string, Rows> functions = {{"softmax", softmax}, {"log_softmax", log_softmax}};
  for (const auto& row : golden("activations_costs").at("softmax_rows")) {
    const Numbers logits = row.at("logits"), cotangent = row.at("cotangent");
    const Shape shape{static_cast<std::int64_t>(logits.size())};
    const Tensor z = tensor_of(Dtype::f64, shape, logits);
    for (const auto& [name, f] : functions) {
      const auto& expected = row.at(name);
      const auto weighted = [&, f = f](const Numbers& weights) {
        return [f, weights, shape](Var v) { return sum(f(v, -1) * constant(weights, Dtype::f64, shape)); };
      };
      expect_row(expected.at("value"), numbers_of(evaluate([f = f](Var v) { return f(v, -1); }, z)), name);
      for (std::size_t i = 0; i < logits.size(); ++i) {
        Numbers unit(logits.size(), 0.0);
        unit[i] = 1.0;
        expect_row(expected.at("jacobian").at(i), numbers_of(evaluate(grad(weighted(unit)), z)), name + " Jacobian");
        const auto product = [&](Var v) {
          return jvp(grad(weighted(cotangent)), std::tuple(v), std::tuple(constant(unit, Dtype::f64, shape))).second;
        };
        expect_row(expected.at("hessian").at(i), numbers_of(evaluate(product, z)), name + " Hessian");
      }
    }
    expect_near(evaluate([](Var v) { return logsumexp(v, {}); }, z), row.at("logsumexp"), "logsumexp");
  }
}

}  // namespace
}  // namespace ansatz::test
