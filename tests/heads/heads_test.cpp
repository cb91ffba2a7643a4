// SPDX-License-Identifier: BSD-3-Clause
// What heads make of outputs: costs against PyTorch, responses, scores, units, columns of predictions.
#include <gmock/gmock.h>

#include <set>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/heads/head.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/train/learner.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<json>& cases() {
  static const std::vector<json> all = golden("heads")["cases"].get<std::vector<json>>();
  return all;
}

class HeadOfPyTorch : public testing::TestWithParam<std::size_t> {};

TEST_P(HeadOfPyTorch, HasItsCostsAndGradients) {
  const json& c = cases()[GetParam()];
  const std::int64_t rows = golden("heads")["rows"], columns = c["columns"];
  const head::Head head = head::find(c["head"].get<std::string>());
  const std::string name = c["cost"];
  const cost::Cost cost = head::cost_of(head, name.empty() ? std::nullopt : std::optional(cost::find(name)));
  const train::Learner learner{
      .network = nn::Network({1}), .head = head, .cost = cost, .dtype = Dtype::f64, .target_columns = columns};
  const Type targets = learner.target_type(rows);
  const auto run = [&](const Var& z, const Var& t) {
    Var of_rows;
    const auto mean = [&](const Var& outputs) {
      of_rows = head::cost_of_rows(head, cost, outputs, t, true);
      return cost::mean(of_rows);
    };
    const Var gradient = grad(mean)(z);
    return std::pair(of_rows, gradient);
  };
  const auto results =
      evaluate(run, tensor_of(Dtype::f64, {rows, c["outputs"].get<std::int64_t>()}, c["z"].get<Numbers>()),
               tensor_of(targets.dtype, targets.shape, c["t"].get<Numbers>()));
  EXPECT_THAT(numbers_of(results[0]), CloseTo(c["cost_of_rows"].get<Numbers>(), 1e-12));
  EXPECT_THAT(numbers_of(results[1]), CloseTo(c["gradient"].get<Numbers>(), 1e-12));
}

INSTANTIATE_TEST_SUITE_P(Golden, HeadOfPyTorch, testing::Range<std::size_t>(0, cases().size()),
                         [](const auto& at) { return cases()[at.param]["name"].template get<std::string>(); });

TEST(Heads, AreAllComparedWithPyTorch) {
  std::set<std::string> compared;
  for (const json& c : cases()) compared.insert(parse_spec(c["head"].get<std::string>(), "head").name);
  const std::vector<std::string> names = head::names();
  EXPECT_EQ(compared, std::set<std::string>(names.begin(), names.end()));
}

TEST(Heads, RefuseCostsOfOthersListingTheirOwn) {
  const auto refused = [](const head::Head& head, const cost::Cost& cost) {
    return error_of<ArgumentError>([&] { head::cost_of(head, cost); });
  };
  EXPECT_THAT(
      refused(head::regression(), cost::cross_entropy()),
      AllOf(HasSubstr("can have squared_error, absolute, huber"), HasSubstr("belongs to multiclass, distribution")));
  EXPECT_THAT(refused(head::poisson(), cost::squared_error()), HasSubstr("can have poisson"));
  const cost::Cost mine{"mine", [](const Var& a, const Var& t) { return a - t; }};
  EXPECT_NO_THROW(head::cost_of(head::regression(), mine)) << "outputs and response coincide";
  EXPECT_THAT(refused(head::binary(), mine), HasSubstr("cost::on_outputs or cost::on_response"));
  EXPECT_NO_THROW(head::cost_of(head::binary(), cost::on_response("mine", mine.of_rows)));
  EXPECT_THAT(
      refused(head::quantiles(), cost::pinball({0.1, 0.9})),
      AllOf(HasSubstr("pinball levels=\"0.1,0.9\""), HasSubstr("whose cost is pinball levels=\"0.05,0.5,0.95\"")));
  EXPECT_THAT(refused(head::quantiles(), cost::find("pinball levels=0.5")), HasSubstr("whose cost is pinball"));
  EXPECT_THAT(refused(head::binary(), cost::find("pinball")), HasSubstr("belongs to regression, quantiles"));
  EXPECT_THAT(error_of<ArgumentError>([] { cost::find("pinball levels=1.5"); }), HasSubstr("0 < levels < 1"));
  EXPECT_THAT(error_of<ArgumentError>([] { head::find("quantiles levels=none"); }), HasSubstr("one level, at least"));
  EXPECT_THAT(error_of<ArgumentError>([] { cost::find("a - x"); }), HasSubstr("has the variable x"));
  EXPECT_THAT(error_of<ArgumentError>([] { cost::find("y^2"); }), HasSubstr("nothing could be learnt"));
  EXPECT_THAT(error_of<ArgumentError>([] { head::find("quantiles levels=0.5,0.1"); }), HasSubstr("ascending"));
  EXPECT_THAT(error_of<ArgumentError>([] { head::find("quantiles levels=0,0.5"); }), HasSubstr("0 < levels < 1"));
}

TEST(Quantiles, NeverCross) {
  const head::Head head = head::quantiles();
  std::mt19937 random(3);
  const Tensor z = tensor_of(Dtype::f64, {200, 6}, random_numbers(1200, random, -30.0, 30.0));
  const Numbers q = numbers_of(evaluate([&](const Var& v) { return head.respond(v); }, z));
  for (std::size_t i = 0; i < q.size(); i += 3) EXPECT_TRUE(q[i] <= q[i + 1] && q[i + 1] <= q[i + 2]);
}

TEST(Heads, GivePredictionsInUnitsWithTheirColumns) {
  const std::vector<data::TargetColumn> two = {{.name = "mass", .mean = 10, .scale = 2},
                                               {.name = "spin", .mean = -1, .scale = 3}};
  const auto in_units = [&](const head::Head& head, Numbers row) {
    if (head.to_units) head.to_units(two, row);
    return row;
  };
  EXPECT_THAT(in_units(head::regression(), {1.0, 2.0}), ElementsAre(12.0, 5.0));
  EXPECT_THAT(in_units(head::gaussian(), {1.0, 2.0, 0.5, 0.25}), ElementsAre(12.0, 5.0, 1.0, 0.75));
  EXPECT_THAT(in_units(head::quantiles({.levels = {0.1, 0.9}}), {0.0, 1.0, 0.0, 1.0}),
              ElementsAre(10.0, 12.0, -1.0, 2.0));
  EXPECT_THAT(head::gaussian().columns(two), ElementsAre("mass", "spin", "sd(mass)", "sd(spin)"));
  EXPECT_THAT(head::quantiles({.levels = {0.1, 0.9}}).columns(two),
              ElementsAre("mass q0.1", "mass q0.9", "spin q0.1", "spin q0.9"));
  const std::vector<data::TargetColumn> classes = {{.name = "kind", .classes = {"no", "yes"}}};
  EXPECT_THAT(head::binary().columns(classes), ElementsAre("kind", "p(no)", "p(yes)"));
  EXPECT_THAT(head::binary().cells(classes, Numbers{0.75}), ElementsAre("yes", "0.25", "0.75"));
  const std::vector<data::TargetColumn> flags = {{.name = "a", .classes = {"0", "1"}},
                                                 {.name = "b", .classes = {"no", "yes"}}};
  EXPECT_THAT(head::multilabel().columns(flags), ElementsAre("a", "b", "p(a = 1)", "p(b = yes)"));
  EXPECT_THAT(head::multilabel().cells(flags, Numbers{0.25, 0.75}), ElementsAre("0", "yes", "0.25", "0.75"));
}

TEST(Pinball, HasTheLevelsOfTheHeadOrIsTheMedians) {
  EXPECT_EQ(head::cost_of(head::quantiles(), cost::find("pinball")).named, cost::pinball({0.05, 0.5, 0.95}).named);
  EXPECT_EQ(cost::find("pinball").named.text(), "pinball");
  const Tensor a = tensor_of(Dtype::f64, {2, 1}, {1.0, 5.0}), y = tensor_of(Dtype::f64, {2}, {2.0, 2.0});
  EXPECT_EQ(numbers_of(evaluate(cost::pinball().of_rows, a, y)), (Numbers{0.5, 1.5})) << "half the absolute error";
  EXPECT_THAT(error_of<ShapeError>([&] {
                evaluate(cost::pinball({0.1, 0.9}).of_rows, a, y);
              }),
              HasSubstr("one for each target and level is expected"));
}

head::Metrics of_quantity(Numbers targets, const Numbers& predictions) {
  const std::vector<data::TargetColumn> y = {{.name = "y"}};
  data::Dataset data;
  data.rows = static_cast<std::int64_t>(targets.size());
  data.targets = std::move(targets);
  return head::measure(head::regression(), y, data, predictions, {}, 0.0);
}

TEST(Scores, ThatHaveNoValueSayWhy) {
  const head::Metrics one = of_quantity({3.0}, {4.0});
  EXPECT_TRUE(std::isnan(one.score("r2")));
  EXPECT_EQ(to_string(one), "cost 0, RMSE 1, R² – (fewer than 2 rows) (1 rows)");
  EXPECT_THAT(to_string(of_quantity(Numbers(7, 0.1), Numbers(7, 0.2))), HasSubstr("R² – (the target is constant)"));
  EXPECT_THAT(to_string(of_quantity({3.0, 3.0}, {4.0, 3.0})), HasSubstr("R² – (the target is constant)"));
  EXPECT_THAT(to_string(of_quantity({3.0, 4.0}, {NAN, 3.0})), HasSubstr("RMSE – (an error is not finite)"));
}

TEST(Scores, OfHugeAndTinyTargetsAreThoseOfTheSameNumbersInAnotherUnit) {
  const Numbers t = {1.0, 2.5, -3.0, 7.0}, p = {1.5, 2.0, -2.0, 6.0};
  const head::Metrics plain = of_quantity(t, p);
  EXPECT_NEAR(plain.score("rmse"), std::sqrt(0.625), 1e-15);
  for (double unit : {1e160, 1e200, 1e300, 1e-160, 1e-200, 1e-300}) {
    Numbers scaled_t = t, scaled_p = p;
    for (double& value : scaled_t) value *= unit;
    for (double& value : scaled_p) value *= unit;
    const head::Metrics scaled = of_quantity(scaled_t, scaled_p);
    EXPECT_NEAR(scaled.score("rmse") / unit, plain.score("rmse"), 1e-14) << unit;
    EXPECT_NEAR(scaled.score("r2"), plain.score("r2"), 1e-14) << unit;
  }
}

TEST(Heads, ScoreWhatTheyPredict) {
  const std::vector<data::TargetColumn> y = {{.name = "y", .mean = 1, .scale = 2}};
  data::Dataset data;
  data.rows = 4;
  data.targets = {-1, 0, 0, 1};  // −1, 1, 1, 3 in units
  const head::Metrics exact = head::measure(head::regression(), y, data, Numbers{-1, 1, 1, 3}, {}, 0.0);
  EXPECT_EQ(exact.score("rmse"), 0.0);
  EXPECT_EQ(exact.score("r2"), 1.0);
  const head::Metrics wide = head::measure(head::gaussian(), y, data, Numbers{-1, 1, 1, 0.5, 1, 1, 3.5, 0.1}, {}, 0.0);
  EXPECT_EQ(wide.score("within_one_deviation"), 0.75);
  const head::Metrics q = head::measure(head::quantiles({.levels = {0.5}}), y, data, Numbers{0, 0, 2, 2}, {}, 0.0);
  EXPECT_EQ(q.score("below_q0.5"), 0.5);
  const std::vector<data::TargetColumn> n = {{.name = "n"}};
  data.targets = {1, 2, 3, 2};
  const head::Metrics counts = head::measure(head::poisson(), n, data, Numbers{1, 2, 3, 2}, {}, 0.0);
  EXPECT_NEAR(counts.score("deviance"), 0.0, 1e-15);
  EXPECT_NEAR(counts.score("explained_deviance"), 1.0, 1e-12);
  EXPECT_THAT(error_of<ArgumentError>([&] { static_cast<void>(counts.score("auc")); }),
              HasSubstr("there are deviance"));
}

}  // namespace
}  // namespace ansatz::test
