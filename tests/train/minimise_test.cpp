// SPDX-License-Identifier: BSD-3-Clause
// minimise against trajectories that are known in closed form, a variational energy, and train::fit.
#include "ansatz/train/minimise.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "ansatz/autodiff/laplacian.hpp"
#include "ansatz/autodiff/vmap.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/train/fit.hpp"
#include "tests/support/errors.hpp"
#include "tests/train/tables.hpp"

namespace ansatz::test {
namespace {

using testing::AllOf;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;
using testing::StartsWith;
using train::minimise;
using train::Minimum;

Var parabola(const Var& x) { return 0.5 * square(x - 3.0); }

train::MinimiseOptions descent(double learning_rate, std::int64_t steps) {
  return {.optimizer = optim::sgd({.learning_rate = learning_rate}), .steps = steps};
}

TEST(Minimise, DescendsAParabolaAsTheFormulaSays) {
  const Minimum found = minimise(parabola, {7.0}, descent(0.25, 20));  // x_t = 3 + (1 − η)^t (x_0 − 3)
  EXPECT_EQ(found.steps, 20);
  EXPECT_EQ(found.best_step, 20);
  EXPECT_EQ(found.message, "all steps done");
  EXPECT_NEAR(found.parameters.at(0), 3 + 4 * std::pow(0.75, 20), 1e-14);
  ASSERT_EQ(found.costs.size(), 21U);
  for (int t = 0; t <= 20; ++t) EXPECT_NEAR(found.costs[static_cast<std::size_t>(t)], 8 * std::pow(0.75, 2 * t), 1e-14);
  EXPECT_EQ(found.cost, found.costs.back());
}

TEST(Minimise, KeepsTheShapesOfSeveralParametersAndTheirNumbersApart) {
  const Tensor a = tensor_of(Dtype::f64, {2, 2}, {1, 2, 3, 4}), b = vector_of({5, 6, 7});
  const auto f = [](const Var& x, const Var& y, const Var& z) {  // separate minima: x = 0, y = 1, z = −2
    return 0.5 * (sum(square(x)) + sum(square(y - 1.0)) + square(z + 2.0));
  };
  const Minimum one = minimise(f, {a, b, 8.0}, descent(0.5, 1));  // half of the way
  ASSERT_EQ(one.parameters.size(), 3U);
  EXPECT_EQ(one.parameters[0].shape(), (Shape{2, 2}));
  EXPECT_THAT(numbers_of(one.parameters[0]), ElementsAre(0.5, 1, 1.5, 2));
  EXPECT_THAT(numbers_of(one.parameters[1]), ElementsAre(3, 3.5, 4));
  EXPECT_EQ(one.parameters[2].shape(), Shape{});
  EXPECT_EQ(double(one.parameters[2]), 3.0);
}

TEST(Minimise, FollowsTheScheduleAndReportsEachStep) {
  const schedule::Schedule cosine = schedule::cosine({.warm_up = 3});
  train::MinimiseOptions options = descent(0.5, 10);
  options.schedule = cosine;
  Numbers reported;
  options.progress = [&](std::int64_t step, double cost) {
    EXPECT_EQ(step, static_cast<std::int64_t>(reported.size()));
    reported.push_back(cost);
  };
  const Minimum found = minimise(parabola, {0.0}, options);
  double x = 0.0;
  for (std::int64_t t = 0; t < 10; ++t) x -= 0.5 * cosine.factor({.step = t, .total_steps = 10}) * (x - 3.0);
  EXPECT_NEAR(found.parameters.at(0), x, 1e-14);
  EXPECT_EQ(reported, found.costs);
}

TEST(Minimise, LimitsTheNormOfTheGradientOfAllParametersTogether) {
  train::MinimiseOptions options = descent(1.0, 1);
  options.clip_norm = 0.5;
  const auto f = [](const Var& x, const Var& y) { return 30.0 * x + 40.0 * y; };
  const Minimum found = minimise(f, {0.0, 0.0}, options);
  EXPECT_NEAR(found.parameters[0], -0.3, 1e-15);
  EXPECT_NEAR(found.parameters[1], -0.4, 1e-15);
}

TEST(Minimise, ReturnsTheLowestCostThatWasMetNotTheLast) {
  const auto f = [](const Var& x) { return abs(x); };  // 1.25, 0.25, −0.75, 0.25, −0.75 …
  const Minimum found = minimise(f, {1.25}, descent(1.0, 6));
  EXPECT_THAT(found.costs, ElementsAre(1.25, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75));
  EXPECT_EQ(found.best_step, 1);
  EXPECT_EQ(found.cost, 0.25);
  EXPECT_EQ(double(found.parameters[0]), 0.25);
}

TEST(Minimise, InNoStepsGivesTheCostOfTheStart) {
  const Minimum found = minimise(parabola, {7.0}, descent(0.1, 0));
  EXPECT_EQ(found.steps, 0);
  EXPECT_EQ(double(found.parameters[0]), 7.0);
  EXPECT_THAT(found.costs, ElementsAre(8.0));
  EXPECT_EQ(found.us_per_step, 0.0);
}

TEST(Minimise, ComputesInTheDtypeOfTheParameters) {
  const auto f = [](const Var& x) { return sum(square(x - 0.1)); };
  const Minimum found = minimise(f, {vector_of({1, 2}, Dtype::f32)}, descent(0.5, 1));
  EXPECT_EQ(found.parameters[0].dtype(), Dtype::f32);
  EXPECT_THAT(numbers_of(found.parameters[0]), Pointwise(DoubleNear(1e-7), Numbers{0.1, 0.1}));
  EXPECT_NE(double(found.parameters[0].as<float>()[0]), 0.1);
}

TEST(Minimise, StopsWhereTheCostIsNotFiniteAndNamesTheOperation) {
  const auto f = [](const Var& x) { return sqrt(x).labelled("root"); };  // 1, then 1 − 2 · ½ · 3 < 0
  const Minimum found = minimise(f, {1.0}, descent(3.0, 100));
  EXPECT_EQ(found.reason, train::StopReason::not_finite);
  EXPECT_EQ(found.steps, 1);
  EXPECT_EQ(found.costs.size(), 2U);
  EXPECT_THAT(found.message, AllOf(StartsWith("after 1 steps"), HasSubstr("first in sqrt"), HasSubstr("\"root\"")));
  EXPECT_EQ(double(found.parameters[0]), 1.0);
  EXPECT_EQ(found.cost, 1.0);
  EXPECT_EQ(minimise(f, {1.0}, descent(3.0, 1)).reason, train::StopReason::not_finite) << "after the last step";

  const Minimum at_once = minimise(f, {-1.0}, descent(3.0, 100));
  EXPECT_EQ(at_once.steps, 0);
  EXPECT_EQ(double(at_once.parameters[0]), -1.0);
  EXPECT_FALSE(std::isfinite(at_once.cost));
}

TEST(Minimise, StopsWhereOnlyTheGradientIsNotFinite) {
  const auto f = [](const Var& x) { return sqrt(x); };
  const Minimum found = minimise(f, {0.0}, descent(0.1, 5));
  EXPECT_EQ(found.reason, train::StopReason::not_finite);
  EXPECT_EQ(found.cost, 0.0);
  EXPECT_EQ(double(found.parameters[0]), 0.0);
}

// From the starts and to the minima of J. J. Moré, B. S. Garbow, K. E. Hillstrom, ACM Trans. Math. Softw. 7, 17 (1981).
Var rosenbrocks_valley(const Var& x) {
  const Var a = slice(x, {0}, {1}), b = slice(x, {1}, {2});
  return sum(square(1.0 - a) + 100.0 * square(b - square(a)));
}
Var beales_function(const Var& x) {
  const Var a = slice(x, {0}, {1}), b = slice(x, {1}, {2});
  return sum(square(1.5 - a * (1.0 - b)) + square(2.25 - a * (1.0 - square(b))) +
             square(2.625 - a * (1.0 - b * square(b))));
}
Var woods_function(const Var& x) {
  const auto at = [&](std::int64_t i) { return slice(x, {i}, {i + 1}); };
  const Var a = at(0), b = at(1), c = at(2), d = at(3);
  return sum(100.0 * square(b - square(a)) + square(1.0 - a) + 90.0 * square(d - square(c)) + square(1.0 - c) +
             10.0 * square(b + d - 2.0) + 0.1 * square(b - d));
}

TEST(Minimise, ByLbfgsFindsTheMinimaFromTheUsualStartsAndSaysWhyItStopped) {
  struct Case {
    Var (*f)(const Var&);
    Numbers start, minimum;
  };
  for (const Case& each : {Case{rosenbrocks_valley, {-1.2, 1}, {1, 1}}, Case{beales_function, {1, 1}, {3, 0.5}},
                           Case{woods_function, {-3, -1, -3, -1}, {1, 1, 1, 1}}}) {
    Numbers reported;
    train::MinimiseOptions options{.method = train::lbfgs()};
    options.progress = [&](std::int64_t, double cost) { reported.push_back(cost); };
    const Minimum found = minimise(each.f, {vector_of(each.start)}, options);
    EXPECT_THAT(numbers_of(found.parameters[0]), Pointwise(DoubleNear(1e-8), each.minimum));
    EXPECT_EQ(found.reason, train::StopReason::converged);
    EXPECT_THAT(found.message, AllOf(StartsWith("L-BFGS: the gradient is as small"), HasSubstr("evaluations")));
    EXPECT_EQ(found.history.epochs.size(), static_cast<std::size_t>(found.steps));
    EXPECT_EQ(found.costs.size(), found.history.epochs.size() + 1);
    EXPECT_EQ(found.costs, reported);
    EXPECT_TRUE(std::is_sorted(found.costs.rbegin(), found.costs.rend()));
  }
}

TEST(Minimise, ByLbfgsInF32EndsAtItsRounding) {
  const Minimum found = minimise(rosenbrocks_valley, {vector_of({-1.2, 1}, Dtype::f32)}, {.method = train::lbfgs()});
  EXPECT_THAT(numbers_of(found.parameters[0]), Pointwise(DoubleNear(1e-3), Numbers{1, 1}));
  EXPECT_EQ(found.reason, train::StopReason::converged) << found.message;
  EXPECT_LT(found.steps, 100);
}

TEST(Minimise, TakesFunctionsWithDerivativesInside) {
  // ψ = exp(−a x²) in the harmonic oscillator: ⟨H⟩ = a / 2 + 1 / (8 a), lowest at a = ½. The integrals are sums over a
  // grid, whose error is exponentially small.
  Numbers grid;
  for (int i = -60; i <= 60; ++i) grid.push_back(0.2 * i);
  const auto energy = [&](const Var& a) {
    const auto log_psi = [&](const Var& x) { return -a * square(x); };
    const Var x = constant(grid, Dtype::f64, {121});
    const auto [log, slope, curvature] = vmap(value_gradient_laplacian(log_psi))(x);
    return sum(softmax(2.0 * log) * 0.5 * (square(x) - curvature - square(slope)));
  };
  const Minimum found = minimise(
      energy, {0.3}, {.optimizer = optim::adam({.learning_rate = 0.05}), .schedule = schedule::cosine(), .steps = 200});
  EXPECT_NEAR(found.costs[0], 0.3 / 2 + 1 / (8 * 0.3), 1e-12);
  EXPECT_NEAR(found.costs[1], 0.35 / 2 + 1 / (8 * 0.35), 1e-6) << "Adam's first step is the learning rate";
  EXPECT_NEAR(found.parameters[0], 0.5, 1e-5);
  EXPECT_NEAR(found.cost, 0.5, 1e-10);
}

TEST(Minimise, OfAMeanSquareIsFitWithFullBatches) {
  const data::Parts parts = parts_of(noisy_line(40, 0.1), data::Task::regression, 40);
  const nn::FFNN network({1, 5, 1}, {.hidden = act::tanh, .seed = 4, .dtype = Dtype::f64});
  const optim::Optimizer adam = optim::adam({.learning_rate = 1e-3});
  const auto cost = [&](const Var& theta) {
    const Var x = constant(parts.table.column(0).numbers, Dtype::f64, {40, 1});
    const Var y = constant(parts.table.column(1).numbers, Dtype::f64, {40, 1});
    return mean(square(network.logits(network.unpack(theta), x) - y));
  };
  const Minimum found = minimise(cost, {train::initial_parameters(network)},
                                 {.optimizer = adam, .schedule = schedule::cosine(), .steps = 50});
  const train::Result fitted = train::fit(network, parts,
                                          {.optimizer = adam,
                                           .schedule = schedule::cosine(),
                                           .epochs = 50,
                                           .batch_size = 0,
                                           .encoding = {.standardise = false}});
  ASSERT_EQ(found.best_step, 50) << "fit returns the last weights";
  EXPECT_THAT(numbers_of(found.parameters[0]), Pointwise(DoubleNear(1e-12), numbers_of(fitted.model.parameters())));
  EXPECT_NEAR(found.cost, fitted.train.cost, 1e-12);
}

TEST(Minimise, SaysWhatIsWrongWithItsArguments) {
  const auto f = [](const Var& x) { return sum(x); };
  const auto g = [](const Var& x, const Var&) { return sum(x); };
  EXPECT_THAT(error_of<DtypeError>([&] {
                minimise(g, {1.0, vector_of({1}, Dtype::f32)});
              }),
              HasSubstr("the parameters are f64 and f32; all f64 or all f32 is expected"));
  EXPECT_THAT(error_of<DtypeError>([&] { minimise(f, {vector_of({1}, Dtype::i32)}); }), HasSubstr("i32"));
  EXPECT_THAT(error_of<ArgumentError>([&] { minimise(f, {1.0}, {.steps = -1}); }), HasSubstr("steps = -1"));
  EXPECT_THAT(error_of<ArgumentError>([&] { minimise(f, {1.0}, {.clip_norm = NAN}); }), HasSubstr("clip_norm = nan"));
  EXPECT_THAT(error_of<ArgumentError>([&] { minimise(f, {1.0}, {.threads = 0}); }), HasSubstr("threads = 0"));
  EXPECT_THAT(error_of<ArgumentError>(
                  [] { minimise([](const std::vector<Var>& xs) { return xs.at(0); }, std::vector<Tensor>{}); }),
              HasSubstr("0 tensors without an element"));
  EXPECT_THAT(error_of<ArgumentError>([&] { minimise(f, {vector_of({})}); }), HasSubstr("1 tensors without"));
  const auto vector = [](const Var& x) { return square(x); };
  EXPECT_THAT(error_of<ShapeError>([&] { minimise(vector, {vector_of({1, 2})}); }), HasSubstr("a scalar is expected"));
}

}  // namespace
}  // namespace ansatz::test
