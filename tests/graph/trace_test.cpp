// SPDX-License-Identifier: BSD-3-Clause
// Tracing: what is recorded, state and its errors, and Vars where they do not belong.
#include <gmock/gmock.h>

#include <limits>

#include "ansatz/base/error.hpp"
#include "ansatz/graph/source.hpp"
#include "ansatz/ops/ops.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::test {
namespace {

using testing::HasSubstr;

TEST(Tracing, RecordsArgumentsInOrder) {
  Trace trace;
  const Var a = trace.input({Dtype::f64, {2}}, "a"), b = trace.input({Dtype::i32, {}}, "b");
  trace.output(b);
  trace.output(a);
  const Graph graph = trace.finish();
  EXPECT_EQ(graph.inputs, (std::vector<NodeId>{a.id(), b.id()}));
  EXPECT_EQ(graph.outputs, (std::vector<NodeId>{b.id(), a.id()}));
  EXPECT_EQ(graph[b.id()].type, (Type{Dtype::i32, {}}));
  EXPECT_EQ(graph[b.id()].label, "b");
}

TEST(Tracing, NestsAsAStack) {
  EXPECT_FALSE(Trace::active());
  Trace outer;
  {
    Trace inner;
    EXPECT_EQ(&Trace::current(), &inner);
  }
  EXPECT_EQ(&Trace::current(), &outer);
}

TEST(Tracing, IsNeededForEveryOperation) {
  EXPECT_THAT(error_of<GraphError>([] { constant(1.0, Dtype::f64); }), HasSubstr("no trace is running"));
}

TEST(State, IsDeclaredOnce) {
  Trace trace;
  trace.state({Dtype::f64, {}}, "w");
  EXPECT_EQ(error_of<GraphError>([&] {
              trace.state({Dtype::f64, {}}, "w");
            }),
            "state \"w\" is declared twice in one graph");
  EXPECT_NO_THROW(trace.state({Dtype::f64, {}}, "v"));
}

TEST(State, IsAssignedOnceAndOnlyWhenDeclared) {
  Trace trace;
  const Var w = trace.state({Dtype::f64, {2}}, "w");
  EXPECT_EQ(error_of<GraphError>([&] { trace.assign("v", w); }), "state \"v\" is assigned but was not declared");
  trace.assign("w", w + 1.0);
  EXPECT_THAT(error_of<GraphError>([&] { trace.assign("w", w); }), HasSubstr("state \"w\" is assigned twice"));
}

TEST(State, KeepsItsType) {
  Trace trace;
  const Var w = trace.state({Dtype::f64, {2}}, "w");
  EXPECT_EQ(error_of<ShapeError>([&] { trace.assign("w", sum(w)); }), "state \"w\" is f64[2], but f64[] is assigned");
  EXPECT_EQ(error_of<DtypeError>([&] { trace.assign("w", cast(w, Dtype::f32)); }),
            "state \"w\" is f64[2], but f32[2] is assigned");
}

TEST(State, ThatIsWrittenIsARoot) {
  Trace trace;
  const Var w = trace.state({Dtype::f64, {}}, "w"), dead = w * 3.0, next = w + 1.0, condition = w > 0.0;
  trace.assign("w", next);
  trace.commit_if(condition);
  const Graph graph = trace.finish();
  EXPECT_THAT(graph.roots(), testing::ElementsAre(next.id(), condition.id()));
  const std::vector<bool> live = graph.live();
  EXPECT_TRUE(live[static_cast<std::size_t>(next.id())]);
  EXPECT_TRUE(live[static_cast<std::size_t>(condition.id())]);
  EXPECT_FALSE(live[static_cast<std::size_t>(dead.id())]);
}

TEST(AVarOfAnotherTrace, IsRejectedByOperations) {
  Trace outer;
  const Var x = outer.input({Dtype::f64, {}});
  Trace inner;
  const Var y = inner.input({Dtype::f64, {}});
  EXPECT_THAT(error_of<GraphError>([&] { x + y; }), HasSubstr("[add] an operand belongs to another trace"));
  EXPECT_THROW(exp(x), GraphError);
}

TEST(AVarOfAnotherTrace, IsRejectedAsResultStateAndCondition) {
  Trace outer;
  const Var x = outer.input({Dtype::f64, {}}), condition = x > 0.0;
  Trace inner;
  inner.state({Dtype::f64, {}}, "w");
  EXPECT_THAT(error_of<GraphError>([&] { inner.output(x); }),
              HasSubstr("result of a traced function belongs to another"));
  EXPECT_THAT(error_of<GraphError>([&] { inner.assign("w", x); }),
              HasSubstr("assigned to the state belongs to another"));
  EXPECT_THAT(error_of<GraphError>([&] { inner.commit_if(condition); }), HasSubstr("condition belongs to another"));
}

TEST(AVar, CannotBeUsedAfterItsTrace) {
  Var leaked;
  {
    Trace trace;
    leaked = trace.input({Dtype::f64, {3}});
    trace.output(leaked);
    (void)trace.finish();
  }
  const auto ended = HasSubstr("after its trace had ended");
  EXPECT_THAT(error_of<GraphError>([&] { leaked.shape(); }), ended);
  EXPECT_THAT(error_of<GraphError>([&] { leaked + leaked; }), ended);
  EXPECT_THAT(error_of<GraphError>([&] { leaked.labelled("x"); }), ended);
  EXPECT_THROW(exp(leaked), GraphError);
  Trace later;
  EXPECT_THAT(error_of<GraphError>([&] { leaked* later.input({Dtype::f64, {3}}); }), ended);
}

TEST(AVar, ThatIsEmptySaysSo) {
  EXPECT_THAT(error_of<GraphError>([] { Var().type(); }), HasSubstr("an empty Var was used"));
  Trace trace;
  EXPECT_THAT(error_of<GraphError>([] { exp(Var()); }), HasSubstr("an empty Var was used"));
}

TEST(Attributes, CompareTheBitsOfTheirNumbers) {
  const auto of = [](double value) {
    Attributes attributes;
    attributes.reals = {value};
    return attributes;
  };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(of(nan), of(nan));
  EXPECT_FALSE(of(0.0) == of(-0.0));
  EXPECT_EQ(of(1.5), of(1.5));
}

TEST(Attributes, CompareDenseConstantsByContent) {
  Trace trace;
  const auto constant_of = [](const std::vector<double>& values) {
    return constant(values, Dtype::f32, {2}).node().attributes;
  };
  EXPECT_EQ(constant_of({1, 2}), constant_of({1, 2}));
  EXPECT_FALSE(constant_of({1, 2}) == constant_of({1, 3}));
}

}  // namespace
}  // namespace ansatz::test
