// SPDX-License-Identifier: BSD-3-Clause
// vmap: equal to a loop over the samples, in any nesting with the derivatives; its errors. (That each operation has the
// right rule is tests/ops/stack_test.cpp's.)
#include "ansatz/autodiff/vmap.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

Tensor random_samples(const Shape& shape, unsigned seed) {
  std::mt19937 random(seed);
  return tensor_of(Dtype::f64, shape, random_numbers(shape.elements(), random));
}

Var sample_at(const Var& stack, std::int64_t s) {
  std::vector<std::int64_t> start(static_cast<std::size_t>(stack.shape().rank()), 0);
  std::vector<std::int64_t> stop(stack.shape().begin(), stack.shape().end());
  start[0] = s;
  stop[0] = s + 1;
  return reshape(slice(stack, start, stop), stack.shape().without(0));
}

/// The same by slices and a concatenation.
template <class F>
auto loop(F f) {
  return [f](const auto&... stacks) {
    const std::int64_t extent = std::get<0>(std::tie(stacks...)).shape()[0];
    std::vector<Var> results;
    for (std::int64_t s = 0; s < extent; ++s) {
      const Var y = f(sample_at(stacks, s)...);
      results.push_back(reshape(y, y.shape().inserted(0, 1)));
    }
    return concatenate(results);
  };
}

void expect_equal(const Tensor& found, const Tensor& expected) {
  ASSERT_EQ(found.shape(), expected.shape());
  EXPECT_THAT(numbers_of(found), Pointwise(DoubleNear(1e-14), numbers_of(expected)));
}

/// A scalar of one sample x [3] with weights w [3, 4].
Var small_network(const Var& x, const Var& w) { return sum(tanh(matmul(x, w))) + sum(exp(x) * x); }

TEST(Vmap, EqualsALoopOverTheSamples) {
  const auto f = [](Var x) { return softmax(sin(x) * max(x, std::vector<int>{0}), -1); };
  const Tensor xs = random_samples({5, 3}, 1);
  expect_equal(evaluate(vmap(f), xs), evaluate(loop(f), xs));
}

TEST(Vmap, MapsAllArgumentsAndLeavesWhatIsCapturedAlone) {
  const Tensor xs = random_samples({5, 3}, 1), ys = random_samples({5, 3}, 2), w = random_samples({3, 4}, 3);
  const auto by = [](auto map) {
    return [map](Var x, Var y, Var weights) {
      return map([weights](Var a, Var b) { return small_network(a, weights) + sum(a * b); })(x, y);
    };
  };
  const auto mapped = [](auto f) { return vmap(f); };
  const auto looped = [](auto f) { return loop(f); };
  expect_equal(evaluate(by(mapped), xs, ys, w), evaluate(by(looped), xs, ys, w));
}

TEST(Vmap, TakesAndGivesStructures) {
  struct Pair {
    Var a, b;
  };
  const auto f = [](const Pair& p, const std::vector<Var>& x) { return std::pair(p.a * x[0], Pair{p.b, x[1] - p.b}); };
  const auto g = [&](Var x, Var y) { return vmap(f)(Pair{x, y}, std::vector<Var>{y, x}); };
  const auto found = evaluate(g, tensor_of(Dtype::f64, {2}, {2, 3}), tensor_of(Dtype::f64, {2}, {5, 7}));
  EXPECT_THAT(numbers_of(found[0]), ElementsAre(10, 21));
  EXPECT_THAT(numbers_of(found[1]), ElementsAre(5, 7));
  EXPECT_THAT(numbers_of(found[2]), ElementsAre(-3, -4));
}

TEST(Vmap, RepeatsWhatDoesNotDependOnTheSample) {
  const auto f = [](Var x) { return std::pair(full_like(x, 3.0), constant(Numbers{1, 2}, Dtype::f64, {2})); };
  const auto found = evaluate(vmap(f), random_samples({3, 1}, 1));
  EXPECT_EQ(found[0].shape(), (Shape{3, 1}));
  EXPECT_THAT(numbers_of(found[1]), ElementsAre(1, 2, 1, 2, 1, 2));
}

TEST(Vmap, OfAGradientIsTheGradientOfEachSample) {
  const Tensor xs = random_samples({5, 3}, 1), w = random_samples({3, 4}, 3);
  const auto in_weights = [](auto map) {
    return [map](Var x, Var weights) {
      return map([weights](Var a) { return grad([a](Var v) { return small_network(a, v); })(weights); })(x);
    };
  };
  const auto mapped = [](auto f) { return vmap(f); };
  const auto looped = [](auto f) { return loop(f); };
  expect_equal(evaluate(in_weights(mapped), xs, w), evaluate(in_weights(looped), xs, w));
  const auto in_x = [](Var x) { return grad([](Var a) { return sum(a * a * a); })(x); };
  expect_equal(evaluate(vmap(in_x), xs), evaluate(loop(in_x), xs));
}

TEST(Vmap, InsideADerivativeGivesTheDerivativeOfTheLoop) {
  const Tensor xs = random_samples({5, 3}, 1), w = random_samples({3, 4}, 3), v = random_samples({3, 4}, 4);
  const auto total = [](auto map) {
    return [map](Var x, Var weights) {
      return sum(map([weights](Var a) { return square(small_network(a, weights)); })(x));
    };
  };
  const auto mapped = total([](auto f) { return vmap(f); });
  const auto looped = total([](auto f) { return loop(f); });
  const auto along = [](auto f) {
    return [f](Var x, Var weights, Var direction) {
      return jvp([&](Var at) { return grad<1>(f)(x, at); }, std::tuple(weights), std::tuple(direction)).second;
    };
  };
  for (int argument : {0, 1})
    expect_equal(evaluate(grad(mapped, argument), xs, w), evaluate(grad(looped, argument), xs, w));
  expect_equal(evaluate(along(mapped), xs, w, v), evaluate(along(looped), xs, w, v));
}

TEST(Vmap, InsideVmapEqualsTwoLoops) {
  // All pairs (x_i, y_j); at the second level operations on stacks are stacked themselves, products of stacks included.
  const Tensor xs = random_samples({4, 2, 3}, 1), ys = random_samples({5, 3, 2}, 2);
  const auto pairs = [](auto map) {
    return [map](Var x, Var y) {
      return map(
          [map, y](Var a) { return map([a](Var b) { return tanh(matmul(a, b)) + matmul(b, a, true, true); })(y); })(x);
    };
  };
  const auto mapped = [](auto f) { return vmap(f); };
  const auto looped = [](auto f) { return loop(f); };
  expect_equal(evaluate(pairs(mapped), xs, ys), evaluate(pairs(looped), xs, ys));
}

TEST(Vmap, OfProductsOfStacksEqualsTheLoopWhateverIsStacked) {
  // The inner vmap makes a batch_matmul, the outer one stacks it in its first, its second, or both operands.
  const Tensor xs = random_samples({4, 2, 3, 3}, 1), ys = random_samples({4, 2, 3, 3}, 2);
  for (const bool transposed : {false, true}) {
    const auto inner = [transposed](Var a, Var b) {
      return vmap([transposed](Var p, Var q) { return matmul(p, q, transposed); })(a, b);
    };
    expect_equal(evaluate(vmap(inner), xs, ys), evaluate(loop(inner), xs, ys));
    const Tensor one = random_samples({2, 3, 3}, 3);
    const auto left = [&](auto map) {
      return [map, inner](Var x, Var y) { return map([inner, y](Var a) { return inner(a, y); })(x); };
    };
    const auto right = [&](auto map) {
      return [map, inner](Var x, Var y) { return map([inner, y](Var a) { return inner(y, a); })(x); };
    };
    const auto mapped = [](auto f) { return vmap(f); };
    const auto looped = [](auto f) { return loop(f); };
    expect_equal(evaluate(left(mapped), xs, one), evaluate(left(looped), xs, one));
    expect_equal(evaluate(right(mapped), xs, one), evaluate(right(looped), xs, one));
  }
}

TEST(Vmap, KeepsTheBranchNotTakenOutOfTheGradient) {
  const auto f = [](Var x) { return sum(where(x > 0.0, sqrt(x), 0.0)); };
  const Tensor xs = tensor_of(Dtype::f64, {2, 2}, {0, 4, -1, 0.25});
  EXPECT_THAT(numbers_of(evaluate(vmap(grad(f)), xs)), ElementsAre(0, 0.25, 0, 1));
  EXPECT_THAT(numbers_of(evaluate(grad([f](Var x) { return sum(vmap(f)(x)); }), xs)), ElementsAre(0, 0.25, 0, 1));
}

TEST(Vmap, OfNoSamplesGivesNone) {
  const auto f = [](Var x) { return sum(tanh(x)); };
  EXPECT_EQ(evaluate(vmap(f), Tensor(Dtype::f64, {0, 3})).shape(), Shape{0});
}

TEST(Vmap, RefusesRandomNumbersOfOneKeyAndTakesAKeyASample) {
  const auto noisy = [](Var x, Var key) { return x + random_normal(key, {2}, Dtype::f64, 3); };
  const Tensor xs = random_samples({3, 2}, 1);
  const Tensor keys = tensor_of(Dtype::i32, {3, 4}, {1, 2, 3, 4, 1, 2, 3, 5, 7, 2, 3, 4});
  expect_equal(evaluate(vmap(noisy), xs, keys), evaluate(loop(noisy), xs, keys));
  const auto captured = [&](Var x, Var key) { return vmap([&](Var a) { return noisy(a, key); })(x); };
  EXPECT_THAT(error_of<ArgumentError>([&] {
                evaluate(captured, xs, tensor_of(Dtype::i32, {4}, {1, 2, 3, 4}));
              }),
              testing::AllOf(testing::HasSubstr("random_normal"), testing::HasSubstr("a key a sample")));
}

TEST(Vmap, RefusesAnIndexThatLiesInAnotherSample) {
  const auto f = [](Var x, Var index) { return gather(x, index); };
  const Tensor xs = random_samples({3, 2}, 1);
  EXPECT_THROW(evaluate(vmap(f), xs, tensor_of(Dtype::i32, {3, 1}, {0, 2, 1})), ArgumentError);
  EXPECT_THROW(evaluate(vmap(f), xs, tensor_of(Dtype::i32, {3, 1}, {0, 1, -1})), ArgumentError);
  EXPECT_NO_THROW(evaluate(vmap(f), xs, tensor_of(Dtype::i32, {3, 1}, {0, 1, 1})));
}

TEST(Vmap, SaysWhichArgumentsDoNotFit) {
  Trace trace;
  const Var x = trace.input({Dtype::f64, {3, 2}}), y = trace.input({Dtype::f64, {4}}),
            z = trace.input({Dtype::f64, {}});
  const auto f = [](Var a, Var b) { return a + b; };
  EXPECT_EQ(error_of<ShapeError>([&] { vmap(f)(x, y); }),
            "[vmap] arguments f64[3, 2] and f64[4] hold 3 and 4 samples; as many are expected");
  EXPECT_EQ(error_of<ShapeError>([&] { vmap(f)(x, z); }),
            "[vmap] an argument is f64[]; a leading axis of samples is expected (capture what has none)");
  EXPECT_EQ(error_of<ShapeError>([&] { vmap([x] { return x; })(); }),
            "[vmap] no arguments were given; stacks of samples are expected");
}

TEST(Vmap, NamesAnOperationWithoutRule) {
  Op without = rows::sum;
  without.stack = nullptr;
  Trace trace;
  const Var x = trace.input({Dtype::f64, {3, 2}});
  const auto f = [&](Var a) {
    const Var y = sum(a);
    y.graph()[y.id()].op = &without;
    return y;
  };
  EXPECT_EQ(error_of<GraphError>([&] { vmap(f)(x); }), "[vmap] the operation sum has no rule for stacks of samples");
}

}  // namespace
}  // namespace ansatz::test
