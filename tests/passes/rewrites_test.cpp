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
      &passes::Options::stable_forms,       &passes::Options::fold_constants,       &passes::Options::simplify,
      &passes::Options::normalise_products, &passes::Options::share_subexpressions, &passes::Options::expand_powers};
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
