// SPDX-License-Identifier: BSD-3-Clause
// Entries over many rows are computed band by band, with the bits of the definition, whatever lies between them.
#include <gmock/gmock.h>

#include <numeric>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/ops/ops.hpp"
#include "tests/plan/experiment.hpp"

namespace ansatz::test {
namespace {

/// A table of rows, their targets, an order of the rows, weights: and the functions of them that are checked.
struct Data {
  std::vector<Type> types;
  std::vector<Tensor> values;
};

Data data(Dtype dtype, std::int64_t rows, std::int64_t inputs, std::int64_t hidden, std::int64_t outputs) {
  std::mt19937 random(static_cast<unsigned>(rows + hidden));
  const auto tensor = [&](const Shape& shape) {
    return tensor_of(dtype, shape, random_numbers(shape.elements(), random, -1.0, 1.0));
  };
  Data data;
  data.values = {tensor({rows + 7, inputs}), tensor({rows, outputs}),   tensor({inputs, hidden}),
                 tensor({hidden}),           tensor({hidden, outputs}), tensor({outputs})};
  std::vector<double> order(static_cast<std::size_t>(rows));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<double>((i * 31 + 5) % (order.size() + 7));
  data.values.push_back(tensor_of(Dtype::i32, {rows}, order));
  for (const Tensor& value : data.values) data.types.push_back({value.dtype(), value.shape()});
  return data;
}

struct Arguments {
  Var x, t, w, b, v, c, order;
};

Graph traced(const Data& data, const std::function<std::vector<Var>(const Arguments&)>& f) {
  Trace trace;
  std::vector<Var> in;
  for (const Type& type : data.types) in.push_back(trace.input(type));
  for (const Var& output : f({in[0], in[1], in[2], in[3], in[4], in[5], in[6]})) trace.output(output);
  return trace.finish();
}

/// The squared error of a network of one hidden layer, and its gradients.
std::vector<Var> cost_and_gradients(const Arguments& a) {
  const auto cost = [&](const std::vector<Var>& p) {
    const Var h = tanh(matmul(gather(a.x, a.order), p[0]) + p[1]);
    const Var d = matmul(h, p[2]) + p[3] - a.t;
    return mean(d * d);
  };
  const auto [value, gradients] = value_and_grad(cost)(std::vector<Var>{a.w, a.b, a.v, a.c});
  std::vector<Var> all = gradients;
  all.push_back(value);
  return all;
}

std::size_t swept_entries(const plan::Plan& plan) {
  std::size_t count = 0;
  for (const plan::Sweep& sweep : plan.sweeps) count += sweep.last - sweep.first;
  return count;
}

TEST(Sweeps, HaveTheBitsOfTheDefinition) {
  struct Case {
    Dtype dtype;
    std::int64_t rows, inputs, hidden, outputs;
  };
  // Bands of one chunk and of several; the last one whole, of a few rows, of some chunks.
  for (const Case& c :
       {Case{Dtype::f32, 5000, 18, 40, 1}, Case{Dtype::f32, 6144, 18, 64, 3}, Case{Dtype::f64, 4097, 7, 30, 2},
        Case{Dtype::f32, 40000, 3, 5, 1}, Case{Dtype::f64, 1025, 20, 90, 1}, Case{Dtype::f32, 3100, 1, 101, 1}}) {
    SCOPED_TRACE(fmt::format("{} rows, {}-{}-{}", c.rows, c.inputs, c.hidden, c.outputs));
    const Data all = data(c.dtype, c.rows, c.inputs, c.hidden, c.outputs);
    const Graph graph = traced(all, cost_and_gradients);
    const plan::Plan plan = plan::build(optimised(graph));
    ASSERT_EQ(plan.sweeps.size(), 1U) << to_text(plan);
    EXPECT_EQ(plan.sweeps[0].rows, c.rows);
    EXPECT_EQ(plan.sweeps[0].band % 512, 0);
    check_plan(graph, all.values);
    if (HasFailure()) return;
  }
}

TEST(Sweeps, ComputeAFullBatchStepInACache) {
  const std::int64_t rows = 100'000, hidden = 64;
  const Data all = data(Dtype::f32, rows, 18, hidden, 1);
  const plan::Plan plan = plan::build(optimised(traced(all, cost_and_gradients)));
  EXPECT_GE(swept_entries(plan) + 2, plan.entries.size()) << to_text(plan);
  EXPECT_GE(plan.swept_values.size(), 3U) << to_text(plan);
  EXPECT_LT(plan.arena_bytes, rows * hidden) << "a quarter of one hidden layer";
}

TEST(Sweeps, LeaveWhatFitsACacheAnyway) {
  const Data all = data(Dtype::f32, 1500, 4, 10, 1);
  EXPECT_TRUE(plan::build(optimised(traced(all, cost_and_gradients))).sweeps.empty());
}

TEST(Sweeps, EndWhereAllRowsAreNeeded) {  // a mean over the batch between two layers
  const Data all = data(Dtype::f32, 5000, 18, 40, 1);
  const Graph graph = traced(all, [](const Arguments& a) {
    const Var h = tanh(matmul(gather(a.x, a.order), a.w) + a.b);
    const Var centred = h - broadcast_to(mean(h, {0}), h.shape());
    return std::vector<Var>{matmul(exp(centred), a.v), sum(matmul(h, a.v))};
  });
  const plan::Plan plan = plan::build(optimised(graph));
  EXPECT_FALSE(plan.sweeps.empty()) << to_text(plan);
  check_plan(graph, all.values);
}

TEST(Sweeps, KeepTheRowsThatSomethingElseNeeds) {
  const Data all = data(Dtype::f32, 5000, 18, 40, 3);
  const Graph graph = traced(all, [](const Arguments& a) {
    const Var x = gather(a.x, a.order), h = tanh(matmul(x, a.w) + a.b), y = matmul(h, a.v) + a.c;
    return std::vector<Var>{
        h,           softmax(y),       transpose(y), slice(h, {100, 0}, {4000, 40}), matmul(x, h, true, false),
        max(h, {0}), sum(y * a.t, {1})};
  });
  EXPECT_FALSE(plan::build(optimised(graph)).sweeps.empty());
  check_plan(graph, all.values);
}

TEST(Sweeps, OfOneRowOrColumnOfWeights) {
  const Data all = data(Dtype::f32, 70'000, 1, 2, 1);
  const Graph graph = traced(all, cost_and_gradients);
  EXPECT_FALSE(plan::build(optimised(graph)).sweeps.empty());
  check_plan(graph, all.values);
}

TEST(Sweeps, AreNotNeededForASumOverManyRows) {  // alone, its B is too large to be packed
  std::mt19937 random(3);
  const Tensor a = tensor_of(Dtype::f32, {5000, 20}, random_numbers(5000 * 20, random)),
               b = tensor_of(Dtype::f32, {5000, 50}, random_numbers(5000 * 50, random));
  Trace trace;
  const Var x = trace.input({a.dtype(), a.shape()}), y = trace.input({b.dtype(), b.shape()});
  trace.output(relu(matmul(x, y, true, false)));
  const Graph graph = trace.finish();
  const plan::Plan plan = plan::build(graph);
  EXPECT_TRUE(plan.sweeps.empty());
  EXPECT_LT(plan.arena_bytes, 5000 * 50);
  check_plan(graph, {a, b});
}

TEST(Sweeps, PassOnWhatIsNotFinite) {
  Data all = data(Dtype::f32, 5000, 18, 40, 1);
  all.values[0].as<float>()[18 * 3000] = std::numeric_limits<float>::quiet_NaN();
  all.values[1].as<float>()[4711] = std::numeric_limits<float>::infinity();
  check_plan(traced(all, cost_and_gradients), all.values);
}

TEST(Sweeps, AreMadeOfStacksToo) {  // second derivatives in the inputs, sample by sample
  const Data all = data(Dtype::f64, 1500, 3, 20, 1);
  const Graph graph = traced(all, [](const Arguments& a) {
    const Var x = gather(a.x, a.order);
    const auto f = [&](const Var& in) { return matmul(tanh(matmul(in, a.w) + a.b), a.v); };
    const Var slope = grad([&](const Var& in) { return sum(f(in)); })(x);
    return std::vector<Var>{sum(slope * slope), mean(f(x))};
  });
  check_plan(graph, all.values);
}

}  // namespace
}  // namespace ansatz::test
