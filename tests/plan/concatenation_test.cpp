// SPDX-License-Identifier: BSD-3-Clause
// Parts of a concatenation are computed where they belong, wherever they come from and however often they occur.
#include <gtest/gtest.h>

#include <algorithm>

#include "ansatz/ops/ops.hpp"
#include "tests/plan/experiment.hpp"

namespace ansatz {
namespace {

class Concatenation : public testing::Test {
 protected:
  Tensor random(const Shape& shape) {
    return test::tensor_of(Dtype::f32, shape, test::random_numbers(shape.elements(), generator_));
  }
  template <class F>
  void check(const F& f) {
    test::check_plan(trace([&](Trace& trace, const Var& x) { trace.output(f(x)); }), {random({4, 6})});
  }
  template <class F>
  Graph trace(const F& f) {
    Trace trace;
    f(trace, trace.input({Dtype::f32, {4, 6}}, "x"));
    return trace.finish();
  }
  static std::int64_t copies(const Graph& graph) {
    const plan::Plan plan = plan::build(graph);
    return std::count_if(plan.entries.begin(), plan.entries.end(),
                         [](const plan::Entry& entry) { return std::holds_alternative<plan::Copy>(entry.work); });
  }

 private:
  std::mt19937 generator_{4};
};

TEST_F(Concatenation, OfComputedPartsCopiesNothing) {
  const Graph graph = test::optimised(trace([](Trace& trace, const Var& x) {
    trace.output(concatenate({reshape(matmul(x, x, false, true), {16}), sum(x, {0}), reshape(sin(x), {24})}));
  }));
  EXPECT_EQ(copies(graph), 0) << to_text(plan::build(graph));
}

TEST_F(Concatenation, OfProductsSumsAndChains) {
  check([](const Var& x) {
    return concatenate(
        {reshape(matmul(x, x, false, true), {16}), sum(x, {0}), reshape(sin(x) * 2.0, {24}), sum(x, {1})});
  });
}

TEST_F(Concatenation, RepeatsAPart) {
  check([](const Var& x) {
    const Var y = sin(x), z = exp(x);
    return concatenate({y, z, y, y});
  });
}

TEST_F(Concatenation, OfInputsConstantsAndViewsOfThem) {
  check([](const Var& x) {
    return concatenate({x, constant(2.5, Dtype::f32, {3, 6}), slice(x, {1, 0}, {3, 6}), sin(x),
                        constant(0.5, Dtype::f32, {1, 6}), reshape(slice(cos(x), {2, 0}, {4, 6}), {2, 6})});
  });
}

TEST_F(Concatenation, OfConcatenations) {
  check([](const Var& x) {
    const Var y = sin(x), inner = concatenate({y, cos(x)});
    return concatenate({inner, exp(x), inner, concatenate({y, exp(x)})});
  });
}

TEST_F(Concatenation, SharesAPartWithAnotherOne) {
  test::check_plan(trace([](Trace& trace, const Var& x) {
                     const Var y = sin(x), z = cos(x);
                     trace.output(concatenate({y, z}));
                     trace.output(concatenate({z, y}));
                     trace.output(y);
                     trace.output(sum(z));
                   }),
                   {random({4, 6})});
}

TEST_F(Concatenation, AlongOtherAxesAndOfEmptyParts) {
  check([](const Var& x) { return concatenate({sin(x), slice(x, {0, 2}, {4, 3}), cos(x)}, 1); });
  check([](const Var& x) { return concatenate({sin(slice(x, {2, 0}, {2, 6})), cos(x)}, 0); });
}

TEST_F(Concatenation, IsWrittenToASlotThatItsPartsRead) {
  Trace trace;
  const Var s = trace.state({Dtype::f32, {8, 6}}, "s");
  const Var top = slice(s, {0, 0}, {4, 6}), bottom = slice(s, {4, 0}, {8, 6});
  trace.assign("s", concatenate({bottom * 2.0, top + bottom}));
  trace.output(concatenate({top, bottom, top}));
  test::check_plan(trace.finish(), {}, {{"s", random({8, 6})}});
}

TEST_F(Concatenation, OfAValueThatASlotTakes) {
  Trace trace;
  const Var s = trace.state({Dtype::f32, {4, 6}}, "s");
  const Var next = sin(s);
  trace.assign("s", next);
  trace.output(concatenate({next, s, next}));
  test::check_plan(trace.finish(), {}, {{"s", random({4, 6})}});
}

}  // namespace
}  // namespace ansatz
