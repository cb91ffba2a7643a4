// SPDX-License-Identifier: BSD-3-Clause
// Costs of the user's own are compared with differences of their values before they are trained with.
#include "ansatz/train/cost_check.hpp"

#include <gmock/gmock.h>

#include "ansatz/autodiff/with_derivative.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/train/fit.hpp"
#include "tests/support/errors.hpp"
#include "tests/train/tables.hpp"

namespace ansatz::test {
namespace {

using testing::HasSubstr;

train::Result fit_line(const cost::Cost& cost, bool check = true) {
  const data::Parts parts = parts_of(noisy_line(30, 0.5), data::Task::regression, 20, 5);
  return train::fit(nn::FFNN({1, 1}), parts, {.cost = cost, .check_cost = check, .epochs = 2});
}

/// A cost of the residual, [batch].
cost::Cost of_residual(const std::string& name, const std::function<Var(const Var&)>& f) {
  return cost::on_response(name, [f](const Var& a, const Var& y) { return f(reshape(a, y.shape()) - y); });
}

TEST(ACostOfTheUsersOwn, WithAWrongDerivativeIsRefusedBeforeTraining) {
  const auto wrong = custom_op(
      "square", [](double x) { return x * x; }, [](const Var& x, const Var&) { return 3.0 * x; });
  EXPECT_THAT(
      error_of<NumericError>([&] { fit_line(of_residual("mine", [&](const Var& e) { return wrong(e); })); }),
      AllOf(HasSubstr("the derivative of the cost 'mine' is not that of its values"), HasSubstr("differences")));
  const auto half_wrong = custom_op(
      "cube", [](double x) { return std::abs(x * x * x); },
      [](const Var& x, const Var&) { return where(x > 0.0, 3.0 * square(x), 3.0 * x); });
  error_of<NumericError>([&] { fit_line(of_residual("half", [&](const Var& e) { return half_wrong(e); })); });
  EXPECT_NO_THROW(fit_line(of_residual("mine", [&](const Var& e) { return wrong(e); }), false)) << "if it is meant so";
}

TEST(ACostOfTheUsersOwn, WithADerivativeOfItsOwnThatIsRightIsTrained) {
  const auto right = custom_op(
      "square", [](double x) { return x * x; }, [](const Var& x, const Var&) { return 2.0 * x; });
  EXPECT_NO_THROW(fit_line(of_residual("mine", [&](const Var& e) { return right(e); })));
}

TEST(ACostOfTheUsersOwn, WhoseDerivativeIsZeroEverywhereIsRefused) {
  for (const char* flat : {"where(a > y, 1, 0) + 0*a", "sign(a - y)"})
    EXPECT_THAT(error_of<NumericError>([&] { fit_line(cost::formula(flat)); }), HasSubstr("nothing could be learnt"))
        << flat;
}

TEST(ACostOfTheUsersOwn, MayHaveKinksSteepPlacesAndPlacesWhereItIsNotDefined) {
  for (const char* formula : {"abs(a - y)", "max(0, abs(a - y) - 0.5)", "where(abs(a - y) < 1, (a - y)^2, 1)",
                              "exp(3*(a - y)) - 3*(a - y)", "(log(a + 2) - y)^2", "(a - y)^10", "sin(20*a)*y^2 + a^2"})
    EXPECT_NO_THROW(fit_line(cost::formula(formula))) << formula;
}

TEST(ACostOfTheUsersOwn, IsComparedForEveryHead) {
  const auto wrong = custom_op(
      "square", [](double x) { return x * x; }, [](const Var& x, const Var&) { return -2.0 * x; });
  const auto cost = [&](const CustomOp& op) {
    return cost::on_response("mine",
                             [op](const Var& a, const Var& y) { return sum(op(a - reshape(y, a.shape())), {1}); });
  };
  const auto right = custom_op(
      "square", [](double x) { return x * x; }, [](const Var& x, const Var&) { return 2.0 * x; });
  for (int classes : {2, 3}) {
    const data::Task task = classes == 2 ? data::Task::binary : data::Task::multiclass;
    const data::Parts parts = parts_of(clouds(60, classes, 0.5), task, 40, 10);
    const auto fit = [&](const CustomOp& op) {
      return train::fit(nn::FFNN({2, classes == 2 ? 1 : 3}), parts, {.cost = cost(op), .epochs = 2});
    };
    EXPECT_THAT(error_of<NumericError>([&] { fit(wrong); }), HasSubstr("'mine'")) << classes;
    EXPECT_NO_THROW(fit(right)) << classes;
  }
}

TEST(ACostOfTheUsersOwn, OfTheWholeBatchIsComparedToo) {
  const auto wrong = custom_op(
      "square", [](double x) { return x * x; }, [](const Var& x, const Var&) { return 3.0 * x; });
  const cost::Cost cost = of_residual("total", [&](const Var& e) { return mean(wrong(e)); });
  EXPECT_THAT(error_of<NumericError>([&] { fit_line(cost); }), HasSubstr("'total'"));
}

}  // namespace
}  // namespace ansatz::test
