// SPDX-License-Identifier: BSD-3-Clause
// The condition guards every write, and nothing but the writes.
#include <gtest/gtest.h>

#include <array>

#include "ansatz/ops/ops.hpp"
#include "tests/plan/experiment.hpp"

namespace ansatz {
namespace {

constexpr std::int64_t length = 300;

Tensor numbers(double first) {
  std::vector<double> values(length);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = first + static_cast<double>(i) / 16.0;
  return test::tensor_of(Dtype::f32, {length}, values);
}

TEST(CommitCondition, OutputsAreRightWhenItDoesNotHold) {
  for (double x : {1.0, -1.0}) {
    Trace trace;
    const Var s = trace.state({Dtype::f32, {length}}, "s");
    const Var sign = trace.input({Dtype::f32, {}}, "sign");
    const Var data = trace.input({Dtype::f32, {length}}, "data");
    trace.assign("s", s * 2.0);
    trace.commit_if(sign > 0.0);
    trace.output(sin(data));           // recorded after the new state
    trace.output(sum(exp(data) * s));  // reads the old state
    trace.output(sum(cos(data) + sign));
    test::check_plan(trace.finish(), {test::tensor_of(Dtype::f32, {}, {x}), numbers(-3.0)}, {{"s", numbers(1.0)}});
  }
}

TEST(CommitCondition, OutputsThatAreComputedFromTheNewStateAreRightWhenItDoesNotHold) {
  for (double x : {1.0, -1.0}) {
    Trace trace;
    const Var s = trace.state({Dtype::f32, {length}}, "s"), t = trace.state({Dtype::f32, {length}}, "t");
    const Var sign = trace.input({Dtype::f32, {}}, "sign");
    const Var y = sin(s) * 2.0, next = t * y;
    trace.assign("s", s + y);
    trace.assign("t", next);
    trace.commit_if(sign > 0.0);
    trace.output(y);
    trace.output(sum(next));
    test::check_plan(trace.finish(), {test::tensor_of(Dtype::f32, {}, {x})},
                     {{"s", numbers(1.0)}, {"t", numbers(2.0)}});
  }
}

TEST(CommitCondition, GuardsWritesInPlaceLateWritesAndSwaps) {
  for (double x : {1.0, -1.0}) {
    Trace trace;
    const Var a = trace.state({Dtype::f32, {length}}, "a"), b = trace.state({Dtype::f32, {length}}, "b"),
              c = trace.state({Dtype::f32, {length}}, "c");
    const Var sign = trace.input({Dtype::f32, {}}, "sign");
    trace.assign("a", b);
    trace.assign("b", a);
    trace.assign("c", c + a);
    trace.commit_if(all_finite(c) && sign > 0.0);
    test::check_plan(trace.finish(), {test::tensor_of(Dtype::f32, {}, {x})},
                     {{"a", numbers(1.0)}, {"b", numbers(2.0)}, {"c", numbers(3.0)}});
  }
}

TEST(CommitCondition, MayBeAnInputASlotOrAConstant) {
  for (bool flag : {true, false}) {
    const Tensor value = test::tensor_of(Dtype::boolean, {}, {flag ? 1.0 : 0.0});
    enum { input, slot, written_slot, literal };
    for (int kind : {input, slot, written_slot, literal}) {
      SCOPED_TRACE(kind);
      Trace trace;
      const Var a = trace.state({Dtype::f32, {length}}, "a");
      const Var x = trace.input({Dtype::boolean, {}}, "x");
      const Var s = trace.state({Dtype::boolean, {}}, "s");
      trace.assign("a", a + 1.0);
      if (kind == written_slot) trace.assign("s", !s);
      trace.commit_if(kind == input ? x : kind == literal ? constant(flag ? 1.0 : 0.0, Dtype::boolean) : s);
      test::check_plan(trace.finish(), {value}, {{"a", numbers(1.0)}, {"s", value}});
    }
  }
}

TEST(CommitCondition, MayBeReadFromTheValueThatIsWritten) {
  for (double x : {1.0, std::numeric_limits<double>::infinity()}) {
    Trace trace;
    const Var a = trace.state({Dtype::f32, {length}}, "a");
    const Var next = a * trace.input({Dtype::f32, {}}, "x");
    trace.assign("a", next);
    trace.commit_if(all_finite(next));
    test::check_plan(trace.finish(), {test::tensor_of(Dtype::f32, {}, {x})}, {{"a", numbers(1.0)}});
  }
}

TEST(CommitCondition, HoldsAgainAfterItDidNot) {
  Trace trace;
  const Var a = trace.state({Dtype::f32, {}}, "a");
  const Var x = trace.input({Dtype::f32, {}}, "x");
  trace.assign("a", a + x);
  trace.commit_if(is_finite(x));
  run::State state;
  run::Executor executor(plan::build(test::optimised(trace.finish())), state);
  float value = 1.0F;
  executor.bind(0, &value);
  EXPECT_TRUE(executor.run());
  value = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(executor.run());
  value = 2.0F;
  EXPECT_TRUE(executor.run());
  EXPECT_EQ(static_cast<double>(state.at("a")), 3.0);
}

}  // namespace
}  // namespace ansatz
