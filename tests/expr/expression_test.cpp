// SPDX-License-Identifier: BSD-3-Clause
// The expression language: values against C++'s own arithmetic, precedence, dtypes, broadcasting.
#include "ansatz/expr/expression.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/ops/table.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The formula's value for x, y.
double value_of(const std::string& text, double x = 0.75, double y = -1.5) {
  const expr::Expression formula = expr::parse(text);
  return evaluate([&](const Var& a, const Var& b) { return formula.build({{"x", a}, {"y", b}}); }, x, y);
}

TEST(Expression, HasTheValueOfTheSameFormulaInCpp) {
  const double x = 0.75, y = -1.5;
  const std::pair<const char*, double> formulas[] = {
      {"1 + 2*3", 7.0},
      {"(1 + 2)*3", 9.0},
      {"7 - 2 - 1", 4.0},
      {"16/4/2", 2.0},
      {"2^3^2", 512.0},
      {"2**3", 8.0},
      {"-x^2", -x * x},
      {"2^-1", 0.5},
      {"-2^2", -4.0},
      {"--x", x},
      {"+x", x},
      {"x*-y", -x * y},
      {".5 + 1e-3 + 2.5E2", 0.5 + 1e-3 + 250.0},
      {"x + y", x + y},
      {"x*y - x/y", x * y - x / y},
      {"sqrt(x^2 + exp(x^2))", std::sqrt(x * x + std::exp(x * x))},
      {"sin(x)*cos(y) + tanh(x*y)", std::sin(x) * std::cos(y) + std::tanh(x * y)},
      {"log(x) + log1p(x) + expm1(y)", std::log(x) + std::log1p(x) + std::expm1(y)},
      {"abs(y) + max(x, y) + min(x, y)", -y + x + y},
      {"sigmoid(x)", 1.0 / (1.0 + std::exp(-x))},
      {"where(x < y, x, y)", y},
      {"where(x >= y && !(x == y), 1, 0)", 1.0},
      {"where(x < y || y <= -1.5, 2, 3)", 2.0},
      {"where(x != y, pi, 0)", std::numbers::pi},
      {"leaky_relu(y) + leaky_relu(y, 0.5)", y * 0.01 + y * 0.5},
      {"x^y", std::pow(x, y)},
      {"pow(x, 3)", x * x * x},
      {"x ^ 2\n + y", x * x + y},
  };
  for (const auto& [text, expected] : formulas)
    EXPECT_NEAR(value_of(text), expected, 1e-14 * (1.0 + std::abs(expected))) << text;
}

TEST(Expression, KnowsEveryElementwiseRowOfOneNumber) {
  for (const Op* op : all_ops()) {
    if (op->elementwise && op->arity == 1 && op->symbol.empty() && op->accepts == Accepts::floating &&
        op->type == rows::same_type && op->name != "integer_pow" && op->name != "leaky_relu") {
      EXPECT_NO_THROW(value_of(fmt::format("{}(x)", op->name))) << op->name;
    }
  }
}

TEST(Expression, NamesItsVariablesInOrder) {
  EXPECT_THAT(expr::parse("b*x_1 + a*exp(-b)").variables(), ElementsAre("b", "x_1", "a"));
  EXPECT_THAT(expr::parse("e").variables(), ElementsAre("e"));
  EXPECT_THAT(expr::parse("2*pi").variables(), ElementsAre());
}

TEST(Expression, BroadcastsAndTakesTheDtypeOfItsVariables) {
  const expr::Expression formula = expr::parse("2*x + y");
  const auto f = [&](const Var& x, const Var& y) { return formula.build({{"x", x}, {"y", y}}); };
  const Tensor value = evaluate(f, tensor_of(Dtype::f32, {2, 1}, {1, 2}), tensor_of(Dtype::f32, {3}, {10, 20, 30}));
  EXPECT_EQ(value.dtype(), Dtype::f32);
  EXPECT_EQ(value.shape(), (Shape{2, 3}));
  EXPECT_THAT(numbers_of(value), ElementsAre(12, 22, 32, 14, 24, 34));
}

TEST(Expression, CanBeACostAndBeDifferentiated) {
  const expr::Expression cost = expr::parse("mean((x - y)^2)");
  const auto f = [&](const Var& x, const Var& y) { return cost.build({{"x", x}, {"y", y}}); };
  const Tensor x = tensor_of(Dtype::f64, {2}, {1, 4}), y = tensor_of(Dtype::f64, {2}, {0, 2});
  EXPECT_EQ(double(evaluate(f, x, y)), 2.5);
  EXPECT_THAT(numbers_of(evaluate(grad(f), x, y)), ElementsAre(1.0, 2.0));
}

TEST(Expression, OfNumbersAloneIsANumber) {
  EXPECT_EQ(double(evaluate([] { return expr::parse("2*3 + 1").build({}); })), 7.0);
}

/// The message of parse(text).
std::string complaint(const std::string& text) {
  return error_of<ParseError>([&] { (void)expr::parse(text); });
}

TEST(ExpressionErrors, ShowThePlaceUnderTheFormula) {
  EXPECT_EQ(complaint("2*(x + 3"),
            "formula, column 9: found the end of the formula; \")\" is expected for the \"(\" in column 3\n"
            "  2*(x + 3\n"
            "          ^");
}

TEST(ExpressionErrors, SayWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "the formula is empty"},
      {"   ", "the formula is empty"},
      {"x +", "found the end of the formula; a number, a variable or a function is expected"},
      {"x y", "an operator is expected (write * for a product)"},
      {"2x", "write 2*x"},
      {"x)", "which closes nothing"},
      {"1,5", "decimal numbers are written with a point"},
      {"exq(x)", "did you mean exp?"},
      {"ln(x)", "did you mean log?"},
      {"exp", "exp is a function; its arguments are expected"},
      {"exp()", "exp was given 0 arguments; 1 is expected"},
      {"exp(x, y)", "exp was given 2 arguments; 1 is expected"},
      {"max(x)", "max was given 1 argument; 2 are expected"},
      {"0 < x < 1", "comparisons are not chained"},
      {"x = 1", "write == to compare"},
      {"|x|", "abs(x) for |x|"},
      {"1e999", "outside the range of f64"},
      {"(x < 1) + 2", "this is a condition"},
      {"x && 2", "this is a number"},
      {"x² + 1", "write ^2"},
      {"a.b", "found \".\"; a number is expected"},
      {"$x", "has no meaning"},
  };
  for (const auto& [text, message] : cases) EXPECT_THAT(complaint(text), HasSubstr(message)) << text;
}

TEST(ExpressionErrors, OfNestingComeBeforeTheStackEnds) {
  EXPECT_THAT(complaint(std::string(100'000, '(') + "x"), HasSubstr("nested more than"));
  EXPECT_THAT(complaint(std::string(100'000, '-') + "x"), HasSubstr("nested more than"));
}

TEST(ExpressionErrors, OfLongFormulasAreNone) {
  std::string text = "x";
  for (int i = 0; i < 2000; ++i) text += "+x";
  EXPECT_EQ(value_of(text, 1.0), 2001.0);
}

TEST(ExpressionErrors, OfMissingVariablesAndWrongShapesNameThem) {
  const expr::Expression formula = expr::parse("x*w");
  Trace trace;
  const Var x = trace.input({Dtype::f64, {2, 3}});
  EXPECT_THAT(error_of<ArgumentError>([&] {
                (void)formula.build({{"x", x}});
              }),
              HasSubstr("no value for w; x is given"));
  const Var w = trace.input({Dtype::f64, {4}});
  EXPECT_THAT(error_of<ShapeError>([&] { (void)formula.build({{"x", x}, {"w", w}}); }), HasSubstr("column 2"));
  const Var single = trace.input({Dtype::f32, {3}});
  EXPECT_THAT(error_of<DtypeError>([&] { (void)formula.build({{"x", x}, {"w", single}}); }), HasSubstr("column 2"));
}

}  // namespace
}  // namespace ansatz::test
