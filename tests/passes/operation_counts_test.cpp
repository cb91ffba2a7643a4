// SPDX-License-Identifier: BSD-3-Clause
// Operation counts of value and derivative together: the lectures' two, and thirty expressions beside SymPy's diff and
// cse (tests/golden/operation_counts.py).
#include <gmock/gmock.h>

#include <map>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/expr/expression.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/interpret.hpp"

namespace ansatz::test {
namespace {

/// Value and derivative of a formula in the order of its variables, optimised.
Graph with_derivative(const expr::Expression& formula, const std::string& variable, bool cancel) {
  Trace trace;
  std::map<std::string, Var> variables;
  for (const std::string& name : formula.variables()) variables[name] = trace.input({Dtype::f64, {}}, name);
  const auto f = [&](const Var& x) {
    auto all = variables;
    all[variable] = x;
    return formula.build(all);
  };
  const auto [value, derivative] = value_and_grad(f)(variables.at(variable));
  trace.output(value);
  trace.output(derivative);
  passes::Options options = run::default_passes();
  options.cancel = cancel;
  return passes::optimise(trace.finish(), options);
}

std::int64_t count(const std::string& formula, const std::string& variable, bool cancel = true) {
  return passes::operation_count(with_derivative(expr::parse(formula), variable, cancel));
}

TEST(OperationCounts, OfTheLecturesHold) {
  for (const bool cancel : {false, true}) {
    EXPECT_EQ(count("exp(x^2)", "x", cancel), 4);
    EXPECT_EQ(count("sqrt(x^2 + exp(x^2))", "x", cancel), 7);
  }
}

TEST(OperationCounts, AreThoseOfTheNodesThatRemain) {
  const Graph graph = with_derivative(expr::parse("sqrt(x^2 + exp(x^2))"), "x", false);
  std::map<std::string, int> nodes;
  for (const auto& [name, number] : operation_counts(graph)) nodes[name] = number;
  const std::map<std::string, int> expected = {{"input", 1}, {"mul", 2},  {"exp", 1},
                                               {"add", 2},   {"sqrt", 1}, {"div", 1}};
  EXPECT_EQ(nodes, expected);
}

class Thirty : public testing::TestWithParam<std::size_t> {
 protected:
  static const nlohmann::json& all() {
    static const nlohmann::json expressions = golden("operation_counts")["expressions"];
    return expressions;
  }
  const nlohmann::json& expression() const { return all().at(GetParam()); }

  void expect_values(const Graph& graph, const expr::Expression& formula) const {
    for (const nlohmann::json& point : expression()["points"]) {
      std::vector<Tensor> inputs;
      for (const std::string& name : formula.variables()) inputs.emplace_back(point["at"][name].get<double>());
      const std::vector<Tensor> values = interpret(graph, inputs);
      const double value = point["value"], derivative = point["derivative"];
      EXPECT_NEAR(numbers_of(values[0])[0], value, 1e-12 * (1.0 + std::abs(value)));
      EXPECT_NEAR(numbers_of(values[1])[0], derivative, 1e-12 * (1.0 + std::abs(derivative)));
    }
  }
};

TEST_P(Thirty, AreNeverLongerThanDiffAndCse) {
  const std::string text = expression()["expression"], variable = expression()["variable"];
  const expr::Expression formula = expr::parse(text);
  const Graph graph = with_derivative(formula, variable, true);
  EXPECT_LE(passes::operation_count(graph), expression()["count_diff_cse"].get<std::int64_t>()) << text;
  expect_values(graph, formula);
}

TEST_P(Thirty, HaveTheSameValuesAsTheyAreExecuted) {
  const expr::Expression formula = expr::parse(expression()["expression"].get<std::string>());
  expect_values(with_derivative(formula, expression()["variable"], false), formula);
}

INSTANTIATE_TEST_SUITE_P(Expressions, Thirty, testing::Range<std::size_t>(0, 30));

}  // namespace
}  // namespace ansatz::test
