// SPDX-License-Identifier: BSD-3-Clause
// Functions of several Vars, of structs, vectors, tuples and nests of them: a gradient has its argument's structure.
#include <gmock/gmock.h>

#include <array>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::ElementsAre;

struct Line {
  Var slope, offset;
};
struct Model {
  std::vector<Line> lines;
  Var scale;
  std::string name = "model";
  int units = 3;
};

/// The numbers that `values`, from evaluate, hold one after another.
std::vector<double> joined(const std::vector<Tensor>& values) {
  std::vector<double> all;
  for (const Tensor& value : values)
    for (double number : numbers_of(value)) all.push_back(number);
  return all;
}

TEST(Gradients, OfAStructAreAStruct) {
  const auto f = [](const Line& line) { return square(line.slope) * line.offset; };
  const auto g = [&](Var a, Var b) {
    const Line gradient = grad(f)(Line{a, b});
    return std::pair(gradient.slope, gradient.offset);
  };
  EXPECT_THAT(joined(evaluate(g, 3.0, 5.0)), ElementsAre(30, 9));
}

TEST(Gradients, OfAVectorAreAVector) {
  const auto f = [](const std::vector<Var>& x) { return x[0] * x[1] + x[1] * x[2]; };
  const auto g = [&](Var a, Var b, Var c) { return grad(f)(std::vector<Var>{a, b, c}); };
  EXPECT_THAT(joined(evaluate(g, 2.0, 3.0, 5.0)), ElementsAre(3, 7, 3));
}

TEST(Gradients, OfTuplesPairsAndArraysKeepTheirType) {
  using Argument = std::tuple<Var, std::pair<Var, std::array<Var, 2>>>;
  const auto f = [](const Argument& t) {
    const auto& [a, rest] = t;
    return a * rest.first + square(rest.second[0]) * rest.second[1];
  };
  const auto g = [&](Var a, Var b, Var c) -> Argument { return grad(f)(Argument{a, {b, {c, a}}}); };
  EXPECT_THAT(joined(evaluate(g, 2.0, 3.0, 5.0)), ElementsAre(3, 2, 20, 25));
}

TEST(Gradients, OfNestedStructsLeaveEverythingElseUntouched) {
  const auto f = [](const Model& m) {
    return m.scale * (m.lines[0].slope * m.lines[1].offset) + static_cast<double>(m.units) * m.lines[1].slope;
  };
  std::string name;
  int units = 0;
  const auto g = [&](Var a, Var b, Var c) {
    const Model gradient = grad(f)(Model{{{a, b}, {b, c}}, a, "mine", 7});
    name = gradient.name;
    units = gradient.units;
    return tree::leaves(gradient);
  };
  // Leaves in order: lines[0] (slope, offset), lines[1] (slope, offset), scale; a = 2, b = 3, c = 5.
  EXPECT_THAT(joined(evaluate(g, 2.0, 3.0, 5.0)), ElementsAre(10, 0, 7, 4, 10));
  EXPECT_EQ(name, "mine");
  EXPECT_EQ(units, 7);
}

TEST(Gradients, InOneOfSeveralArgumentsOfAnyStructure) {
  const auto f = [](const Line& line, const std::vector<Var>& x) { return line.slope * x[0] + line.offset * x[1]; };
  const auto g = [&](Var a, Var b) {
    const std::vector<Var> gradient = grad<1>(f)(Line{a, b}, std::vector<Var>{b, b});
    return gradient;
  };
  EXPECT_THAT(joined(evaluate(g, 2.0, 3.0)), ElementsAre(2, 3));
}

TEST(Gradients, HaveTheShapesOfTheirArguments) {
  const auto f = [](const Line& line) { return sum(line.slope * line.offset); };
  const Tensor slope = tensor_of(Dtype::f64, {2, 3}, {1, 2, 3, 4, 5, 6}),
               offset = tensor_of(Dtype::f64, {3}, {1, 10, 100});
  const auto values = evaluate([&](Var a, Var b) { return tree::leaves(grad(f)(Line{a, b})); }, slope, offset);
  EXPECT_EQ(values[0].shape(), (Shape{2, 3}));
  EXPECT_EQ(values[1].shape(), Shape{3});
  EXPECT_THAT(joined(values), ElementsAre(1, 10, 100, 1, 10, 100, 5, 7, 9));
}

TEST(ValueAndGrad, GiveBothAndNestInStructures) {
  const auto f = [](const Line& line) { return line.slope * line.offset; };
  const auto g = [&](Var a, Var b) {
    const auto [value, gradient] = value_and_grad(f)(Line{a, b});
    return std::tuple(value, gradient);
  };
  EXPECT_THAT(joined(evaluate(g, 3.0, 5.0)), ElementsAre(15, 5, 3));
  const auto h = [](Var x, Var y) { return x * y * y; };
  EXPECT_THAT(joined(evaluate(value_and_grad(h, 1), 3.0, 5.0)), ElementsAre(75, 30));
}

TEST(ValueAndGrad, OfTheSameVarTwiceTellsItsUsesApart) {
  // f(x, y) = x² y at (a, a): ∂f/∂x = 2 a², not 3 a².
  const auto f = [](Var x, Var y) { return x * x * y; };
  EXPECT_EQ(double{evaluate([&](Var a) { return grad(f, 0)(a, a); }, 3.0)}, 18.0);
  EXPECT_EQ(double{evaluate([&](Var a) { return grad(f, 1)(a, a); }, 3.0)}, 9.0);
  EXPECT_EQ(double{evaluate(grad([&](Var a) { return f(a, a); }), 3.0)}, 27.0);
}

TEST(Jvp, TakesTangentsOfTheArgumentsStructure) {
  const auto f = [](const Line& line, Var x) { return std::pair(line.slope * x + line.offset, line.slope); };
  const auto g = [&](Var a, Var b, Var x) {
    const Line tangent{constant(1.0, Dtype::f64), constant(2.0, Dtype::f64)};
    return jvp(f, std::tuple(Line{a, b}, x), std::tuple(tangent, constant(10.0, Dtype::f64))).second;
  };
  // d(a x + b) = x da + db + a dx
  EXPECT_THAT(joined(evaluate(g, 3.0, 5.0, 7.0)), ElementsAre(7 + 2 + 30, 1));
}

TEST(Vjp, ReturnsCotangentsOfTheArgumentsStructure) {
  const auto f = [](const Line& line, Var x) { return std::pair(line.slope * x + line.offset, line.slope); };
  const auto g = [&](Var a, Var b, Var x) {
    const auto [y, pull] = vjp(f, Line{a, b}, x);
    const auto [of_line, of_x] = pull(std::pair(constant(2.0, Dtype::f64), constant(100.0, Dtype::f64)));
    return std::tuple(y, of_line, of_x);
  };
  EXPECT_THAT(joined(evaluate(g, 3.0, 5.0, 7.0)), ElementsAre(26, 3, 14 + 100, 2, 6));
}

}  // namespace
}  // namespace ansatz::test
