// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A graph with state run in two ways: by its plan, and node after node with the plain kernels.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "ansatz/base/error.hpp"
#include "ansatz/graph/source.hpp"
#include "ansatz/kernels/reference.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/plan/plan.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/run/executor.hpp"
#include "tests/support/interpret.hpp"

namespace ansatz::test {

using Slots = std::map<std::string, Tensor, std::less<>>;

struct Outcome {
  std::vector<Tensor> outputs;
  Slots state;
  bool committed = true;
};

/// The definition: every node once, in order; then the outputs; then all slots at once, if the condition holds.
inline Outcome node_by_node(const Graph& graph, const std::vector<Tensor>& inputs, const Slots& state) {
  std::vector<Tensor> values(static_cast<std::size_t>(graph.size()));
  const std::vector<bool> live = graph.live();
  const auto value = [&](NodeId id) -> Tensor& { return values[static_cast<std::size_t>(id)]; };
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (node.op == &rows::input) {
      value(id) = inputs.at(static_cast<std::size_t>(node.attributes.ints.at(0)));
    } else if (node.op == &rows::state) {
      value(id) = state.at(node.attributes.name);
    } else if (!live[static_cast<std::size_t>(id)]) {
      continue;
    } else if (node.op == &rows::constant) {
      value(id) = value_of_constant(node.attributes);
    } else {
      std::vector<Tensor> operands;
      for (NodeId input : node.inputs) operands.push_back(value(input));
      value(id) = kernels::compute(node, operands);
    }
  }
  Outcome outcome{{}, state, true};
  for (NodeId output : graph.outputs) outcome.outputs.push_back(value(output));
  if (graph.commit_if) outcome.committed = value(*graph.commit_if).as<bool>()[0];
  for (const StateSlot& slot : graph.state)
    if (slot.write && outcome.committed) outcome.state[slot.name] = value(*slot.write);
  return outcome;
}

inline Outcome by_plan(const Graph& graph, const std::vector<Tensor>& inputs, const Slots& state,
                       const run::ExecutorOptions& options = {}) {
  run::State slots;
  for (const auto& [name, tensor] : state) slots.slot(name, tensor.dtype(), tensor.shape()) = tensor;
  run::Executor executor(plan::build(graph), slots, options);
  for (std::size_t i = 0; i < inputs.size(); ++i) executor.bind(i, inputs[i].data());
  Outcome outcome;
  outcome.committed = executor.run();
  for (std::size_t i = 0; i < executor.plan().outputs.size(); ++i) {
    const Type& type = executor.plan().outputs[i];
    Tensor& output = outcome.outputs.emplace_back(type.dtype, type.shape);
    if (type.bytes() != 0) std::memcpy(output.data(), executor.output(i), type.bytes());
  }
  outcome.state = slots.slots();
  return outcome;
}

/// Equal bits; a NaN equals any other NaN, since which of two NaNs survives an addition is not promised.
inline testing::AssertionResult same_bits(const Tensor& got, const Tensor& expected) {
  if (got.dtype() != expected.dtype() || got.shape() != expected.shape())
    return testing::AssertionFailure() << "of type " << to_string(Type{got.dtype(), got.shape()}) << " instead of "
                                       << to_string(Type{expected.dtype(), expected.shape()});
  const std::size_t size = size_of(got.dtype());
  const std::vector<double> a = numbers_of(got), b = numbers_of(expected);
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::memcmp(got.data() + i * size, expected.data() + i * size, size) != 0 &&
        !(std::isnan(a[i]) && std::isnan(b[i])))
      return testing::AssertionFailure() << "element " << i << " is " << a[i] << " instead of " << b[i];
  return testing::AssertionSuccess();
}

inline void expect_same(const Outcome& got, const Outcome& expected) {
  EXPECT_EQ(got.committed, expected.committed);
  ASSERT_EQ(got.outputs.size(), expected.outputs.size());
  for (std::size_t i = 0; i < got.outputs.size(); ++i)
    EXPECT_TRUE(same_bits(got.outputs[i], expected.outputs[i])) << "output " << i;
  for (const auto& [name, tensor] : expected.state)
    EXPECT_TRUE(same_bits(got.state.at(name), tensor)) << "slot " << name;
}

inline Graph optimised(Graph graph) { return passes::optimise(std::move(graph), run::default_passes()); }

/// Runs the graph, optimised and as it was traced, in both ways, by one thread and by three, and compares.
inline void check_plan(const Graph& traced, const std::vector<Tensor>& inputs, const Slots& state = {}) {
  const Graph graphs[] = {optimised(traced), traced};
  for (const Graph& graph : graphs) {
    const Outcome expected = node_by_node(graph, inputs, state);
    for (int threads : {1, 3}) {
      SCOPED_TRACE(fmt::format("{} graph, {} threads\n{}{}", &graph == graphs ? "optimised" : "traced", threads,
                               to_text(graph), plan::to_text(plan::build(graph))));
      expect_same(by_plan(graph, inputs, state, {.threads = threads, .force_split = true}), expected);
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace ansatz::test
