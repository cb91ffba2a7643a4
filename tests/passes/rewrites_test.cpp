// SPDX-License-Identifier: BSD-3-Clause
// The identities, one by one; sharing, folding, dead code; stable forms; every pass alone keeps the values.
#include <gmock/gmock.h>

#include <functional>

#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/interpret.hpp"

namespace ansatz::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Names = std::vector<std::string>;

/// The operations that remain of f(x, y) on two matrices f64[2, 3], sources and layout aside.
Names remaining(const std::function<Var(Var, Var)>& f) {
  Trace trace;
  const Type matrix{Dtype::f64, {2, 3}};
  const Var x = trace.input(matrix), y = trace.input(matrix);
  trace.output(f(x, y));
  const Graph graph = passes::optimise(trace.finish(), run::default_passes());
  Names names;
  for (const auto& [name, number] : operation_counts(graph))
    if (name != "input" && name != "constant" && name != "broadcast")
      for (int i = 0; i < number; ++i) names.push_back(name);
  return names;
}

TEST(Rewrites, NeutralElementsDisappear) {
  EXPECT_THAT(remaining([](Var x, Var) { return x + 0.0; }), IsEmpty());
  EXPECT_THAT(remaining([](Var x, Var) { return 0.0 + x; }), IsEmpty());
  EXPECT_THAT(remaining([](Var x, Var) { return x - 0.0; }), IsEmpty());
  EXPECT_THAT(remaining([](Var x, Var) { return 1.0 * x; }), IsEmpty());
  EXPECT_THAT(remaining([](Var x, Var) { return x / 1.0; }), IsEmpty());
  EXPECT_THAT(remaining([](Var x, Var) { return pow(x, 1); }), IsEmpty());
  EXPECT_THAT(remaining([](Var x, Var) { return -(-x); }), IsEmpty());
}

TEST(Rewrites, SignsAreTakenIn) {
  EXPECT_THAT(remaining([](Var x, Var y) { return x + (-y); }), ElementsAre("sub"));
  EXPECT_THAT(remaining([](Var x, Var y) { return x - (-y); }), ElementsAre("add"));
  EXPECT_THAT(remaining([](Var x, Var y) { return (-x) + y; }), ElementsAre("sub"));
  EXPECT_THAT(remaining([](Var x, Var) { return -(2.0 * x); }), ElementsAre("mul"));
  EXPECT_THAT(remaining([](Var x, Var) { return 0.0 - x; }), ElementsAre("neg"));
}

TEST(Rewrites, LikeTermsAndFactorsAreCollected) {
  EXPECT_THAT(remaining([](Var x, Var) { return 2.0 * x + 3.0 * x; }), ElementsAre("mul"));
  EXPECT_THAT(remaining([](Var x, Var y) { return x * y + x; }), testing::SizeIs(2));
  EXPECT_THAT(remaining([](Var x, Var y) { return (x / y) / x / y; }), testing::SizeIs(testing::Le(3)));
  EXPECT_THAT(remaining([](Var x, Var) { return 2.0 * (3.0 * (0.5 * x)); }), ElementsAre("mul"));
}

TEST(Rewrites, EqualValuesAreComputedOnce) {
  EXPECT_THAT(remaining([](Var x, Var y) { return exp(x * y) + exp(x * y); }), ElementsAre("add", "exp", "mul"));
  EXPECT_THAT(remaining([](Var x, Var y) { return tanh(x) * y + tanh(x); }), testing::SizeIs(3));
}

TEST(Rewrites, ConstantsAreComputedOnce) {
  EXPECT_THAT(remaining([](Var x, Var) { return x * exp(constant(1.0, Dtype::f64, {2, 3})); }), ElementsAre("mul"));
  EXPECT_THAT(remaining([](Var x, Var) { return x + sum(constant(2.0, Dtype::f64, {7})); }), ElementsAre("add"));
}

TEST(Rewrites, SelectionsThatAreMadeAlready) {
  EXPECT_THAT(remaining([](Var x, Var y) {
                return where(constant(1.0, Dtype::boolean, {2, 3}), x, exp(y));
              }),
              IsEmpty());
  EXPECT_THAT(remaining([](Var x, Var y) { return where(x < y, x, where(x < y, exp(x), y)); }),
              ElementsAre("less", "where"));
  EXPECT_THAT(remaining([](Var x, Var y) { return where(!(x < y), x, y); }), ElementsAre("less", "where"));
}

TEST(Rewrites, LayoutThatUndoesItself) {
  EXPECT_THAT(remaining([](Var x, Var) { return transpose(transpose(x)); }), IsEmpty());
  EXPECT_THAT(remaining([](Var x, Var) { return reshape(reshape(x, {6}), {2, 3}); }), IsEmpty());
  EXPECT_THAT(remaining([](Var x, Var y) { return matmul(transpose(x), y); }), ElementsAre("matmul"));
  EXPECT_THAT(remaining([](Var x, Var y) { return matmul(x, transpose(y)); }), ElementsAre("matmul"));
}

TEST(Rewrites, DeadCodeDisappears) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {4}});
  const Var unused = exp(x);
  trace.output(x * 2.0);
  const Graph graph = passes::optimise(trace.finish(), run::default_passes());
  EXPECT_TRUE(unused.id() >= 0);
  EXPECT_EQ(passes::operation_count(graph), 4);
}

TEST(Rewrites, StableFormsAreTakenWithoutDifferentiation) {
  const auto softplus_as_written = [](const Var& x) { return log(1.0 + exp(x)); };
  EXPECT_EQ(double(evaluate(softplus_as_written, 1000.0)), 1000.0);
  const auto log_sigmoid = [](const Var& x) { return log(sigmoid(x)); };
  EXPECT_EQ(double(evaluate(log_sigmoid, -800.0)), -800.0);
  const auto small = [](const Var& x) { return exp(x) - 1.0; };
  EXPECT_EQ(double(evaluate(small, 1e-20)), 1e-20);
  const auto small_log = [](const Var& x) { return log(1.0 + x); };
  EXPECT_EQ(double(evaluate(small_log, 1e-20)), 1e-20);
}

/// The optimised graph of f on inputs of these shapes, f64; its values are those of the graph as written.
Graph joined(const std::function<std::vector<Var>(const std::vector<Var>&)>& f, const std::vector<Shape>& shapes) {
  Trace trace;
  std::mt19937 random(9);
  std::vector<Var> x;
  std::vector<Tensor> inputs;
  for (const Shape& shape : shapes) {
    x.push_back(trace.input({Dtype::f64, shape}));
    inputs.push_back(tensor_of(Dtype::f64, shape, random_numbers(shape.elements(), random)));
  }
  for (const Var& y : f(x)) trace.output(y);
  const Graph written = trace.finish(), optimised = passes::optimise(written, run::default_passes());
  const std::vector<Tensor> expected = interpret(written, inputs), found = interpret(optimised, inputs);
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_EQ(found[k].shape(), expected[k].shape());
    EXPECT_THAT(numbers_of(found[k]), CloseTo(numbers_of(expected[k]), 1e-14)) << k;
  }
  return optimised;
}

int count_of(const Graph& graph, std::string_view name) {
  for (const auto& [operation, number] : operation_counts(graph))
    if (operation == name) return number;
  return 0;
}

TEST(Rewrites, PiecesThatLieApartAreConcatenated) {
  const std::vector<Shape> shapes = {{2, 3}, {1, 3}, {3, 3}, {9, 3}};
  using Vars = const std::vector<Var>&;
  const auto whole = [](Vars x) {
    return std::vector{pad(x[2], {6, 0}, {0, 0}) + (pad(x[0], {0, 0}, {7, 0}) + pad(x[1], {4, 0}, {4, 0}))};
  };
  const Graph apart = joined(whole, shapes);
  EXPECT_EQ(count_of(apart, "concatenate"), 1);
  EXPECT_EQ(count_of(apart, "pad") + count_of(apart, "add"), 0);
  const auto with_penalty = [&](Vars x) { return std::vector{whole(x)[0] + 0.5 * x[3]}; };
  EXPECT_EQ(count_of(joined(with_penalty, shapes), "add"), 1);
  const auto overlapping = [](Vars x) { return std::vector{pad(x[2], {1, 0}, {5, 0}) + pad(x[0], {0, 0}, {7, 0})}; };
  EXPECT_EQ(count_of(joined(overlapping, shapes), "concatenate"), 0);
  const auto other_axis = [](Vars x) { return std::vector{pad(x[0], {0, 3}, {0, 0}) + pad(x[0], {0, 0}, {0, 3})}; };
  EXPECT_EQ(count_of(joined(other_axis, shapes), "concatenate"), 0);
  const auto used_twice = [](Vars x) {
    const Var part = pad(x[0], {0, 0}, {7, 0}) + pad(x[1], {4, 0}, {4, 0});
    return std::vector{part, part + pad(x[2], {6, 0}, {0, 0})};
  };
  EXPECT_EQ(count_of(joined(used_twice, shapes), "pad"), 1);
}

TEST(Rewrites, ProductsOfFewRowsWithOneLargeMatrixAreOneProduct) {
  const std::vector<Shape> shapes = {{1, 80}, {2, 80}, {80, 80}, {8, 8}, {1, 8}, {30, 80}};
  using Vars = const std::vector<Var>&;
  const auto three = [](Vars x) {
    return std::vector{matmul(x[0], x[2]), matmul(x[1], x[2]), matmul(sin(x[0]), x[2])};
  };
  EXPECT_EQ(count_of(joined(three, shapes), "matmul"), 1);
  const auto transposed = [](Vars x) {
    return std::vector{matmul(x[0], x[2], false, true), matmul(x[1], x[2], false, true), matmul(x[0], x[2])};
  };
  EXPECT_EQ(count_of(joined(transposed, shapes), "matmul"), 2);
  const auto chained = [](Vars x) {  // two layers of a network and of its tangent: one product a layer
    const Var z = matmul(x[0], x[2]), a = tanh(z), da = matmul(exp(x[0]), x[2]) * (1.0 - a * a);
    return std::vector{matmul(a, x[2]), matmul(da, x[2])};
  };
  EXPECT_EQ(count_of(joined(chained, shapes), "matmul"), 2);
  const auto small_or_tall = [](Vars x) {
    return std::vector{matmul(x[4], x[3]), matmul(sin(x[4]), x[3]), matmul(x[5], x[2]), matmul(x[0], x[2])};
  };
  EXPECT_EQ(count_of(joined(small_or_tall, shapes), "matmul"), 4);
  const auto many = [](Vars x) {
    std::vector<Var> products;
    for (int i = 0; i < 10; ++i) products.push_back(matmul(x[0] + static_cast<double>(i + 1), x[2]));
    return products;
  };
  EXPECT_EQ(count_of(joined(many, shapes), "matmul"), 2);
}

TEST(Rewrites, SumsOfProductsAreOneProductOfTheJoinedRows) {
  const std::vector<Shape> shapes = {{1, 50}, {3, 50}, {1, 40}, {3, 40}, {50, 40}, {30, 50}, {30, 40}};
  using Vars = const std::vector<Var>&;
  const auto outer = [](const Var& a, const Var& b) { return matmul(a, b, true, false); };
  const auto two = [&](Vars x) { return std::vector{outer(x[0], x[2]) + outer(x[1], x[3])}; };
  EXPECT_EQ(count_of(joined(two, shapes), "matmul"), 1);
  const auto among_others = [&](Vars x) {
    return std::vector{x[4] + (outer(x[0], x[2]) + sin(x[4])) + outer(x[1], x[3])};
  };
  EXPECT_EQ(count_of(joined(among_others, shapes), "matmul"), 1);
  const auto needed_elsewhere = [&](Vars x) {
    const Var first = outer(x[0], x[2]);
    return std::vector{first + outer(x[1], x[3]), exp(first)};
  };
  EXPECT_EQ(count_of(joined(needed_elsewhere, shapes), "matmul"), 2);
  const auto of_many_rows = [&](Vars x) { return std::vector{outer(x[5], x[6]) + outer(sin(x[5]), x[6])}; };
  EXPECT_EQ(count_of(joined(of_many_rows, shapes), "matmul"), 2) << "copying them would cost more";
}

TEST(Rewrites, EachPassAloneKeepsTheValues) {
  Trace trace;
  const Type matrix{Dtype::f64, {3, 3}};
  const Var x = trace.input(matrix), y = trace.input(matrix);
  const Var u = tanh(matmul(transpose(x), y) + 0.0), v = pow(x, 6) / (1.0 + pow(x, 2)) - 2.0 * x * 3.0;
  trace.output(u * v + v * exp(constant(0.5, Dtype::f64, {3, 3})));
  trace.output(sum(where(x < y, u * u, -(-v)), {0}));
  const Graph written = trace.finish();
  std::mt19937 random(7);
  const std::vector<Tensor> inputs = {tensor_of(Dtype::f64, {3, 3}, random_numbers(9, random)),
                                      tensor_of(Dtype::f64, {3, 3}, random_numbers(9, random))};
  const std::vector<Tensor> expected = interpret(written, inputs);

  using Switch = bool passes::Options::*;
  const Switch switches[] = {
      &passes::Options::stable_forms,         &passes::Options::fold_constants, &passes::Options::simplify,
      &passes::Options::normalise_products,   &passes::Options::join_pads,      &passes::Options::join_products,
      &passes::Options::share_subexpressions, &passes::Options::expand_powers};
  std::int64_t fewest = passes::operation_count(written);
  for (std::size_t on = 0; on <= std::size(switches); ++on) {  // each alone, then all
    passes::Options options = run::default_passes();
    for (std::size_t i = 0; i < std::size(switches); ++i) options.*switches[i] = i == on || on == std::size(switches);
    const Graph graph = passes::optimise(written, options);
    verify(graph);
    const std::vector<Tensor> values = interpret(graph, inputs);
    for (std::size_t k = 0; k < 2; ++k) EXPECT_THAT(numbers_of(values[k]), CloseTo(numbers_of(expected[k]), 1e-14));
    fewest = std::min(fewest, passes::operation_count(graph));
  }
  EXPECT_LT(fewest, passes::operation_count(written));
}

}  // namespace
}  // namespace ansatz::test
