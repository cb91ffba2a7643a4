// SPDX-License-Identifier: BSD-3-Clause
// The printers, against small texts written by hand.
#include <gmock/gmock.h>

#include "ansatz/graph/graph.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::test {
namespace {

/// A step of gradient descent: "w" := w − rate · 2 w, if all is finite.
Graph descent() {
  Trace trace;
  const Var rate = trace.input({Dtype::f64, {}}, "rate");
  const Var w = trace.state({Dtype::f64, {2}}, "w");
  const Var cost = sum(w * w).labelled("cost");
  (void)exp(w);  // nobody uses it
  trace.output(cost);
  trace.assign("w", w - rate * (2.0 * w));
  trace.commit_if(all_finite(cost));
  return trace.finish();
}

TEST(GraphText, ShowsLiveNodesRootsAndState) {
  EXPECT_EQ(to_text(descent()),
            "%0 f64[] = input \"rate\"    # rate\n"
            "%1 f64[2] = state \"w\"    # w\n"
            "%2 f64[2] = mul %1, %1\n"
            "%3 f64[] = sum<0> %2    # cost\n"
            "%5 f64[] = constant 2\n"
            "%6 f64[2] = broadcast<-1> %5\n"
            "%7 f64[2] = mul %6, %1\n"
            "%8 f64[2] = broadcast<-1> %0\n"
            "%9 f64[2] = mul %8, %7\n"
            "%10 f64[2] = sub %1, %9\n"
            "%11 bool[] = all_finite %3\n"
            "return %3\n"
            "state \"w\" := %10\n"
            "commit if %11\n");
}

TEST(GraphText, ShowsAttributes) {
  Trace trace;
  const Var x = trace.input({Dtype::f32, {2, 3}}, "x");
  const Var values = constant(std::vector<double>{1, 2, 3}, Dtype::f32, {3});
  const Var column = reshape(values, {3, 1});
  trace.output(matmul(leaky_relu(x, 0.25), column, false, false));
  EXPECT_EQ(to_text(trace.finish()),
            "%0 f32[2, 3] = input \"x\"    # x\n"
            "%1 f32[3] = constant 3 values\n"
            "%2 f32[3, 1] = reshape %1\n"
            "%3 f32[2, 3] = leaky_relu(0.25) %0\n"
            "%4 f32[2, 1] = matmul<0,0> %3, %2\n"
            "return %4\n");
}

TEST(GraphDot, IsAGraphvizProgram) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {}}, "x \"quoted\"");
  const Var w = trace.state({Dtype::f64, {}}, "w");
  trace.output((w * x).labelled("y"));
  trace.assign("w", x);
  EXPECT_EQ(to_dot(trace.finish()),
            "digraph ansatz {\n"
            "  rankdir=TB;\n"
            "  node [shape=box, fontname=\"sans-serif\"];\n"
            "  n0 [label=\"input \\\"x \\\"quoted\\\"\\\"\\nf64[]\", style=rounded];\n"
            "  n1 [label=\"state \\\"w\\\"\\nf64[]\", style=rounded];\n"
            "  n2 [label=\"y: mul\\nf64[]\"];\n"
            "  n1 -> n2;\n"
            "  n0 -> n2;\n"
            "  out0 [label=\"output 0\", shape=plaintext];\n"
            "  n2 -> out0;\n"
            "  n0 -> n1 [style=dashed, constraint=false];\n"
            "}\n");
}

TEST(OperationCounts, AreOfLiveNodesTheMostFrequentFirst) {
  using Count = std::pair<std::string, int>;
  EXPECT_THAT(operation_counts(descent()),
              testing::ElementsAre(Count("mul", 3), Count("broadcast", 2), Count("all_finite", 1), Count("constant", 1),
                                   Count("input", 1), Count("state", 1), Count("sub", 1), Count("sum", 1)));
}

}  // namespace
}  // namespace ansatz::test
