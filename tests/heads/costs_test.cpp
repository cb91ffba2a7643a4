// SPDX-License-Identifier: BSD-3-Clause
// Costs and their gradients against mpmath's values, for logits up to ±10⁴ (tests/golden/activations_costs.py).
#include <gmock/gmock.h>

#include <map>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/heads/cost.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr Dtype both[] = {Dtype::f64, Dtype::f32};
double tolerance(Dtype dtype) { return dtype == Dtype::f64 ? 2e-15 : 1e-6; }

const json& golden_cost(std::string_view name) {
  static const json all = golden("activations_costs")["costs"];
  for (const json& cost : all)
    if (cost["name"].get<std::string>() == name) return cost;
  throw ArgumentError("no golden cost {}", name);
}

/// c_i, ∂c_i/∂y_i and ∂²c_i/∂y_i² for outputs y [n, 1] and targets t [n].
std::vector<Numbers> of_single_outputs(const cost::Cost& cost, const Numbers& y, const Numbers& t, Dtype dtype) {
  const auto n = static_cast<std::int64_t>(y.size());
  const auto all = [&](const Var& outputs, const Var& targets) {
    const auto total = [&](const Var& z) { return sum(cost.of_rows(z, targets)); };
    const auto slope = [&](const Var& z) { return sum(grad(total)(z)); };
    return std::vector<Var>{cost.of_rows(outputs, targets), grad(total)(outputs), grad(slope)(outputs)};
  };
  std::vector<Numbers> result;
  for (const Tensor& values : evaluate(all, tensor_of(dtype, {n, 1}, y), tensor_of(dtype, {n}, t)))
    result.push_back(numbers_of(values));
  return result;
}

TEST(Costs, OfOneOutputHaveTheValuesAndGradientsOfExactArithmetic) {
  const std::map<std::string, cost::Cost> costs = {{"squared_error", cost::find("squared_error")},
                                                   {"absolute", cost::find("absolute")},
                                                   {"huber_1", cost::find("huber")},
                                                   {"huber_0.5", cost::huber(0.5)},
                                                   {"binary_cross_entropy", cost::find("binary_cross_entropy")}};
  for (const auto& [name, cost] : costs)
    for (Dtype dtype : both) {
      SCOPED_TRACE(fmt::format("{} {}", name, name_of(dtype)));
      const json& entry = golden_cost(name);
      std::vector<Numbers> columns(entry["columns"].size());
      for (const json& row : entry["rows"]) {
        // In f32 the difference of two neighbouring numbers is another one.
        if (dtype == Dtype::f32 && row[1] != 0.0 && std::abs(row[0].get<double>() - row[1].get<double>()) < 1e-2)
          continue;
        for (std::size_t i = 0; i < columns.size(); ++i) columns[i].push_back(row[i]);
      }
      ASSERT_GE(columns[0].size(), 80U);
      const auto found = of_single_outputs(cost, columns[0], columns[1], dtype);
      for (std::size_t i = 2; i < columns.size(); ++i)
        EXPECT_THAT(found[i - 2], CloseTo(columns[i], tolerance(dtype))) << "derivative " << i - 2;
    }
}

TEST(CrossEntropy, HasTheValuesAndGradientsOfExactArithmetic) {
  int rows = 0;
  for (const json& row : golden_cost("cross_entropy")["rows"])
    for (Dtype dtype : both) {
      const Numbers logits = row["logits"];
      const Tensor label = tensor_of(Dtype::i32, {1}, {row["label"].get<double>()});
      const auto all = [](const Var& z, const Var& labels) {
        return value_and_grad<0>([](const Var& y, const Var& l) { return sum(cost::cross_entropy().of_rows(y, l)); })(
            z, labels);
      };
      const auto found = evaluate(all, tensor_of(dtype, {1, static_cast<std::int64_t>(logits.size())}, logits), label);
      SCOPED_TRACE(row.dump());
      EXPECT_THAT(numbers_of(found[0]), CloseTo(Numbers{row["value"]}, tolerance(dtype)));
      EXPECT_THAT(numbers_of(found[1]), CloseTo(row["gradient"].get<Numbers>(), tolerance(dtype)));
      ++rows;
    }
  EXPECT_EQ(rows, 74);
}

TEST(Costs, AreFiniteWithFiniteGradientsForEveryLogitUpToTenThousand) {
  const Numbers y = {-1e4, -9999.0, -745.2, -104.0, -88.8, 0.0, 88.8, 104.0, 745.2, 9999.0, 1e4};
  for (const char* name : {"squared_error", "absolute", "huber", "binary_cross_entropy"})
    for (double target : {0.0, 1.0})
      for (Dtype dtype : both)
        for (const Numbers& values : of_single_outputs(cost::find(name), y, Numbers(y.size(), target), dtype))
          EXPECT_THAT(values, testing::Each(testing::Truly([](double v) { return std::isfinite(v); })))
              << name << " " << name_of(dtype);
}

TEST(Costs, OfSeveralOutputsAreTheMeanOverThem) {
  const Tensor y = tensor_of(Dtype::f64, {2, 2}, {1.0, 2.0, 3.0, 5.0}), t = tensor_of(Dtype::f64, {2, 2}, {0, 0, 3, 2});
  const auto value = [&](const cost::Cost& cost) { return numbers_of(evaluate(cost.of_rows, y, t)); };
  EXPECT_EQ(value(cost::squared_error()), (Numbers{2.5, 4.5}));
  EXPECT_EQ(value(cost::absolute()), (Numbers{1.5, 1.5}));
  EXPECT_EQ(value(cost::huber()), (Numbers{1.0, 1.25}));
}

TEST(MeanCost, WeighsRowsByTheirSampleWeights) {
  const Tensor rows = tensor_of(Dtype::f64, {3}, {1.0, 2.0, 6.0}),
               weights = tensor_of(Dtype::f64, {3}, {1.0, 0.0, 3.0});
  const double plain = evaluate([](const Var& c) { return cost::mean(c); }, rows);
  const double weighted = evaluate([](const Var& c, const Var& w) { return cost::mean(c, w); }, rows, weights);
  EXPECT_EQ(plain, 3.0);
  EXPECT_EQ(weighted, 19.0 / 4.0);
}

TEST(MeanCost, OfRowsWithoutAnyWeightIsZeroWithAGradientOfZero) {
  const Tensor rows = tensor_of(Dtype::f64, {2}, {1.0, 2.0}), weights = tensor_of(Dtype::f64, {2}, {0.0, 0.0});
  const auto both_values = [](const Var& c, const Var& w) {
    return value_and_grad<0>([](const Var& rs, const Var& ws) { return cost::mean(rs, ws); })(c, w);
  };
  const auto found = evaluate(both_values, rows, weights);
  EXPECT_EQ(numbers_of(found[0]), Numbers{0.0});
  EXPECT_EQ(numbers_of(found[1]), (Numbers{0.0, 0.0}));
}

TEST(Costs, RefuseWhatDoesNotFit) {
  EXPECT_THAT(error_of<ArgumentError>([] { cost::huber(0.0); }), HasSubstr("delta > 0 is expected"));
  EXPECT_THAT(error_of<ArgumentError>([] { cost::huber(NAN); }), HasSubstr("delta > 0 is expected"));
  EXPECT_THAT(error_of<ArgumentError>([] { cost::find("hinge"); }), HasSubstr("there are squared_error, absolute"));
  const Tensor two(Dtype::f64, {3, 2}), three(Dtype::f64, {3}), weights(Dtype::f64, {2});
  const auto wrong = [&](const cost::Cost& cost) {
    return error_of<ShapeError>([&] { evaluate(cost.of_rows, two, three); });
  };
  EXPECT_THAT(wrong(cost::squared_error()), HasSubstr("outputs are [3, 2], targets [3]; they must agree"));
  EXPECT_THAT(wrong(cost::binary_cross_entropy()), HasSubstr("they must agree"));
  EXPECT_THAT(error_of<ShapeError>([&] { evaluate([](Var c, Var w) { return cost::mean(c, w); }, three, weights); }),
              HasSubstr("[2] sample weights were given for costs [3]"));
}

}  // namespace
}  // namespace ansatz::test
