// SPDX-License-Identifier: BSD-3-Clause
// Every read of a slot sees its value before the run, whatever the order in which the new values are written.
#include <gtest/gtest.h>

#include <functional>

#include "ansatz/ops/ops.hpp"
#include "tests/plan/experiment.hpp"

namespace ansatz {
namespace {

using test::Slots;

constexpr std::int64_t extent = 300;  // more than one strip

class State : public testing::TestWithParam<Dtype> {
 protected:
  Type vector() const { return {GetParam(), {extent}}; }
  Tensor random(const Shape& shape = {extent}) {
    return test::tensor_of(GetParam(), shape, test::random_numbers(shape.elements(), generator_));
  }
  Slots slots(const std::vector<std::string>& names) {
    Slots result;
    for (const std::string& name : names) result[name] = random();
    return result;
  }
  /// Traces `f`, which gets the trace, and compares plan and definition on random slots of the given names.
  void check(const std::vector<std::string>& names, const std::function<void(Trace&, const std::vector<Var>&)>& f) {
    Trace trace;
    std::vector<Var> reads;
    for (const std::string& name : names) reads.push_back(trace.state(vector(), name));
    f(trace, reads);
    test::check_plan(trace.finish(), {}, slots(names));
  }

 private:
  std::mt19937 generator_{3};
};

TEST_P(State, IsSwapped) {
  check({"a", "b"}, [](Trace& trace, const std::vector<Var>& old) {
    trace.assign("a", old[1]);
    trace.assign("b", old[0]);
  });
}

TEST_P(State, SwapsReallySwap) {  // not only as the definition does: as numbers
  Trace trace;
  const Var a = trace.state(vector(), "a"), b = trace.state(vector(), "b");
  trace.assign("a", b);
  trace.assign("b", a);
  const Slots before = slots({"a", "b"});
  const test::Outcome after = test::by_plan(test::optimised(trace.finish()), {}, before);
  EXPECT_TRUE(test::same_bits(after.state.at("a"), before.at("b")));
  EXPECT_TRUE(test::same_bits(after.state.at("b"), before.at("a")));
  EXPECT_FALSE(test::same_bits(after.state.at("a"), before.at("a")));
}

TEST_P(State, IsRotatedAmongThree) {
  check({"a", "b", "c"}, [](Trace& trace, const std::vector<Var>& old) {
    trace.assign("a", old[1]);
    trace.assign("b", old[2]);
    trace.assign("c", old[0]);
  });
}

TEST_P(State, IsSwappedThroughFunctions) {
  check({"a", "b"}, [](Trace& trace, const std::vector<Var>& old) {
    trace.assign("a", sin(old[1]) * 2.0);
    trace.assign("b", exp(old[0]) - old[1]);
  });
}

TEST_P(State, IsSwappedThroughReductionsThatNoChainCanHold) {
  check({"a", "b"}, [](Trace& trace, const std::vector<Var>& old) {
    trace.assign("a", old[0] * sum(old[1]));
    trace.assign("b", old[1] - sum(old[0]));
  });
}

TEST_P(State, ASumAndTheOldTerm) {
  check({"a", "b"}, [](Trace& trace, const std::vector<Var>& old) {
    trace.assign("a", old[0] + old[1]);
    trace.assign("b", old[0]);
  });
}

TEST_P(State, FibonacciNumbersComeOutOfASumAndTheOldTerm) {
  Trace trace;
  const Type scalar{GetParam(), {}};
  const Var a = trace.state(scalar, "a"), b = trace.state(scalar, "b");
  trace.assign("a", a + b);
  trace.assign("b", a);
  run::State state;
  state.slot("a", GetParam(), {}) = test::tensor_of(GetParam(), {}, {1.0});
  run::Executor executor(plan::build(test::optimised(trace.finish())), state);
  for (int i = 0; i < 20; ++i) executor.run();
  EXPECT_EQ(static_cast<double>(state.at("a")), 10946.0);
  EXPECT_EQ(static_cast<double>(state.at("b")), 6765.0);
}

TEST_P(State, NesterovReadsTheNewVelocityAndTheOldParameters) {
  check({"theta", "v", "g"}, [](Trace& trace, const std::vector<Var>& old) {
    const Var v = 0.9 * old[1] + old[2];
    trace.assign("v", v);
    trace.assign("theta", old[0] - 0.1 * (old[2] + 0.9 * v));
  });
}

TEST_P(State, TheNextGradientIsTakenAtTheOldParameters) {  // the new θ is written by a chain that ends before g is read
  check({"theta", "v"}, [](Trace& trace, const std::vector<Var>& old) {
    const Var next = old[0] - 0.1 * old[1];
    trace.assign("theta", next);
    trace.assign("v", sum(next) * cos(old[0]));
  });
}

TEST_P(State, OutputsShowTheOldValue) {
  check({"a", "b"}, [](Trace& trace, const std::vector<Var>& old) {
    trace.assign("a", old[0] + 1.0);
    trace.output(old[0]);
    trace.output(slice(old[0], {3}, {17}));
    trace.output(reshape(old[0], {extent / 10, 10}));
    trace.output(sum(old[0]));
    trace.output(old[1]);  // which nobody writes
  });
}

TEST_P(State, TwoSlotsTakeTheSameValue) {
  check({"a", "b"}, [](Trace& trace, const std::vector<Var>& old) {
    const Var both = old[0] * old[1];
    trace.assign("a", both);
    trace.assign("b", both);
  });
}

TEST_P(State, AValueIsBothWrittenAndReturned) {
  check({"a"}, [](Trace& trace, const std::vector<Var>& old) {
    const Var next = old[0] * 0.5;
    trace.assign("a", next);
    trace.output(next);
    trace.output(sum(next));
  });
}

TEST_P(State, TakesAnInputAConstantAndASliceOfAnotherSlot) {
  Trace trace;
  const Var x = trace.input(vector(), "x");
  const Var wide = trace.state({GetParam(), {2 * extent}}, "wide");
  for (const char* name : {"input", "constant", "dense", "slice", "late slice"}) trace.state(vector(), name);
  trace.assign("input", x);
  trace.assign("constant", constant(1.5, GetParam(), {extent}));
  std::vector<double> numbers(extent);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i) / 8.0;
  trace.assign("dense", constant(numbers, GetParam(), {extent}));
  trace.assign("slice", slice(wide, {0}, {extent}));
  trace.assign("late slice", slice(wide, {extent}, {2 * extent}));
  trace.assign("wide", wide + 1.0);
  trace.output(x);
  Slots before = slots({"input", "constant", "dense", "slice", "late slice"});
  before["wide"] = random({2 * extent});
  test::check_plan(trace.finish(), {random()}, before);
}

TEST_P(State, ASliceOfItselfIsNotReadAfterItIsOverwritten) {
  check({"a", "half"}, [](Trace& trace, const std::vector<Var>& old) {
    const Var front = slice(old[0], {0}, {extent / 2}), back = slice(old[0], {extent / 2}, {extent});
    trace.assign("a", concatenate({sin(back), cos(front)}));
    trace.assign("half", concatenate({back, front}));
  });
}

TEST_P(State, ARowOfItselfIsNotReadAfterItIsOverwritten) {
  Trace trace;
  const Var a = trace.state({GetParam(), {60, 5}}, "a");
  trace.assign("a", a - slice(a, {0, 0}, {1, 5}));
  test::check_plan(trace.finish(), {}, {{"a", random({60, 5})}});
}

TEST_P(State, AMatrixIsMultipliedByItself) {
  Trace trace;
  const Var a = trace.state({GetParam(), {17, 17}}, "a");
  trace.assign("a", a + 0.1 * matmul(a, a));
  test::check_plan(trace.finish(), {}, {{"a", random({17, 17})}});
}

TEST_P(State, AMatrixTakesItsTranspose) {
  Trace trace;
  const Var a = trace.state({GetParam(), {17, 17}}, "a");
  trace.assign("a", transpose(a));
  test::check_plan(trace.finish(), {}, {{"a", random({17, 17})}});
}

TEST_P(State, ANewMatrixIsMultipliedByTheOldOne) {
  Trace trace;
  const Type type{GetParam(), {17, 17}};
  const Var a = trace.state(type, "a"), b = trace.state(type, "b");
  trace.assign("a", tanh(matmul(a, b)) + a);
  trace.assign("b", tanh(matmul(b, a, true)) + b);
  test::check_plan(trace.finish(), {}, {{"a", random({17, 17})}, {"b", random({17, 17})}});
}

INSTANTIATE_TEST_SUITE_P(Of, State, testing::Values(Dtype::f32, Dtype::f64),
                         [](const auto& of) { return std::string(name_of(of.param)); });

}  // namespace
}  // namespace ansatz
