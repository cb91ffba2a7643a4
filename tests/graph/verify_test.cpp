// SPDX-License-Identifier: BSD-3-Clause
// The verifier finds every kind of damage and names the node.
#include <gmock/gmock.h>

#include "ansatz/base/error.hpp"
#include "ansatz/graph/graph.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// y = x · x + 1 (nodes: %0 x, %1 x·x, %2 constant, %3 broadcast, %4 sum), and the state "count" (%5, %6).
Graph example() {
  Trace trace;
  const Var x = trace.input({Dtype::f32, {3}}, "x");
  trace.output((x * x + 1.0).labelled("y"));
  const Var count = trace.state({Dtype::i32, {}}, "count");
  trace.assign("count", count + count);
  return trace.finish();
}

std::string verdict_on(const Graph& graph) {
  try {
    verify(graph);
  } catch (const GraphError& error) {
    return error.what();
  }
  return "valid";
}

TEST(Verifier, AcceptsWhatATraceRecords) {
  EXPECT_EQ(verdict_on(example()), "valid");
  EXPECT_EQ(verdict_on(Graph()), "valid");
}

TEST(Verifier, NamesANodeThatUsesALaterOne) {
  Graph graph = example();
  graph[1].inputs[0] = 4;
  EXPECT_THAT(verdict_on(graph), AllOf(HasSubstr("node %1 (mul)"), HasSubstr("uses %4, which is not computed before")));
}

TEST(Verifier, NamesANodeThatUsesItselfOrNothing) {
  for (NodeId bad : {NodeId{1}, NodeId{-1}, NodeId{99}}) {
    Graph graph = example();
    graph[1].inputs[1] = bad;
    EXPECT_THAT(verdict_on(graph), HasSubstr(fmt::format("node %1 (mul): uses %{}", bad)));
  }
}

TEST(Verifier, NamesANodeOfAnotherTypeThanItsOperandsMake) {
  Graph graph = example();
  graph[4].type.shape = Shape{4};
  EXPECT_EQ(verdict_on(graph), "node %4 (add \"y\"): is recorded as f32[4], but its operands make f32[3]");
  graph = example();
  graph[4].type.dtype = Dtype::f64;
  EXPECT_THAT(verdict_on(graph), HasSubstr("is recorded as f64[3], but its operands make f32[3]"));
}

TEST(Verifier, PassesOnWhatATypeRuleSays) {
  Graph graph = example();
  graph[4].inputs[1] = 2;  // the constant before its broadcast
  EXPECT_THAT(verdict_on(graph), AllOf(HasSubstr("node %4 (add \"y\")"), HasSubstr("[3] and []")));
}

TEST(Verifier, CountsOperands) {
  Graph graph = example();
  graph[1].inputs.push_back(0);
  EXPECT_THAT(verdict_on(graph), HasSubstr("node %1 (mul): has 3 operands; 2 are expected"));
}

TEST(Verifier, ChecksTheDtypesThatAnOperationTakes) {
  Graph graph = example();
  graph[1].op = &rows::logical_and;
  EXPECT_THAT(verdict_on(graph), HasSubstr("node %1 (logical_and): an operand has dtype f32; bool is expected"));
}

TEST(Verifier, FindsANodeWithoutAnOperation) {
  Graph graph = example();
  graph[1].op = nullptr;
  EXPECT_THAT(verdict_on(graph), HasSubstr("node %1 (no operation)"));
}

TEST(Verifier, FindsRootsOutsideTheGraph) {
  Graph graph = example();
  graph.outputs[0] = 42;
  EXPECT_THAT(verdict_on(graph), HasSubstr("root %42 is not a node"));
  graph = example();
  graph.state[0].write = -3;
  EXPECT_THAT(verdict_on(graph), HasSubstr("root %-3 is not a node"));
}

TEST(Verifier, FindsStateOfAnotherType) {
  Graph graph = example();
  graph.state[0].write = 4;
  EXPECT_THAT(verdict_on(graph),
              AllOf(HasSubstr("state \"count\": is i32[]"), HasSubstr("f32[3] is assigned by node %4 (add \"y\")")));
  graph = example();
  graph.state[0].read = 0;
  EXPECT_THAT(verdict_on(graph), HasSubstr("state \"count\": its read node does not have type i32[]"));
}

TEST(Verifier, WantsABooleanScalarAsCommitCondition) {
  Graph graph = example();
  graph.commit_if = 0;
  EXPECT_THAT(verdict_on(graph), AllOf(HasSubstr("node %0 (input \"x\")"), HasSubstr("f32[3]; bool[] is expected")));
}

TEST(Append, NamesTheOperationAndWhatIsWrongWithItsOperands) {
  Graph graph = example();
  const auto error_of = [&](const Op& op, std::vector<NodeId> operands) -> std::string {
    const NodeId before = graph.size();
    try {
      graph.append(op, std::move(operands));
    } catch (const Error& error) {
      EXPECT_EQ(graph.size(), before) << "nothing is recorded when an operation is rejected";
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(error_of(rows::add, {0}), "[add] takes 2 operands; 1 were given");
  EXPECT_EQ(error_of(rows::exp, {99}), "[exp] operand 0 is %99, which is not a node of this graph");
  EXPECT_EQ(error_of(rows::exp, {5}), "[exp] operand 0 has dtype i32; f32 or f64 is expected (use cast)");
  EXPECT_EQ(error_of(rows::logical_not, {5}), "[logical_not] operand 0 has dtype i32; bool is expected (use cast)");
  EXPECT_EQ(error_of(rows::exp, {0}), "accepted");
}

}  // namespace
}  // namespace ansatz::test
