// SPDX-License-Identifier: BSD-3-Clause
// L-BFGS on the standard problems, beside SciPy's L-BFGS-B (tests/golden/lbfgs.py).
#include "ansatz/optim/lbfgs.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "ansatz/base/error.hpp"
#include "tests/optim/problems.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using optim::Lbfgs;
using optim::LbfgsOptions;
using optim::LbfgsState;
using optim::LbfgsStop;
using testing::HasSubstr;

TEST(Lbfgs, EndsAtTheMinimumWithAboutTheEvaluationsOfScipy) {
  std::map<std::string, std::pair<double, double>> evaluations;  // ours and SciPy's of each problem
  for (const json& row : golden("lbfgs")["minimisations"]) {
    const auto start = row["start"].get<Numbers>(), minimum = row["minimum"].get<Numbers>();
    const std::string name = fmt::format("{} of {} variables", row["problem"].get<std::string>(), start.size());
    SCOPED_TRACE(name);
    const auto [reason, state] = minimised(problem(row["problem"]), start);
    EXPECT_EQ(reason, LbfgsStop::gradient);
    EXPECT_LE(distance(state.gradient, Numbers(start.size())), 1e-10);
    EXPECT_LT(state.cost, 1e-17);
    EXPECT_LT(distance(state.x, minimum), row["x_is_determined"].get<bool>() ? 1e-8 : 1e-4);
    evaluations[name].first += static_cast<double>(state.evaluations);
    evaluations[name].second += row["evaluations"].get<double>();
  }
  EXPECT_EQ(evaluations.size(), 8U);
  for (const auto& [name, counts] : evaluations) EXPECT_LE(counts.first, 1.2 * counts.second) << name;
}

TEST(Lbfgs, FulfilsWolfesConditionsInEveryStepAndNeverRises) {
  for (const auto& [f, start] : {std::pair(problem("wood"), woods), {problem("rosenbrock"), Numbers(10, -1.2)}}) {
    Lbfgs minimiser({.memory = 5}, start);
    minimiser.advance(f);
    for (bool goes_on = true; goes_on;) {
      const LbfgsState before = minimiser.state();
      goes_on = !minimiser.advance(f);
      const LbfgsState& after = minimiser.state();
      ASSERT_EQ(after.iterations, before.iterations + 1);
      double slope_before = 0.0, slope_after = 0.0;
      for (std::size_t i = 0; i < start.size(); ++i) {
        slope_before += (after.x[i] - before.x[i]) * before.gradient[i];
        slope_after += (after.x[i] - before.x[i]) * after.gradient[i];
      }
      ASSERT_LE(after.cost, before.cost + 1e-4 * slope_before + 1e-14 * before.cost);
      ASSERT_LE(std::abs(slope_after), -0.9 * slope_before * (1.0 + 1e-9));
      ASSERT_LE(after.pairs.size(), 5U);
    }
    EXPECT_EQ(minimiser.state().pairs.size(), 5U);
  }
}

TEST(Lbfgs, GoesOnWithTheSameBitsFromAStateThatIsPutBack) {
  const optim::Evaluate f = problem("wood");
  const LbfgsState whole = minimised(f, woods, {.memory = 4}).state;
  ASSERT_GT(whole.iterations, 50);
  Lbfgs first({.memory = 4}, woods);
  for (std::int64_t k = 0; k < whole.iterations; ++k) {
    const LbfgsState saved = first.state();
    ASSERT_EQ(saved.iterations, k);
    ASSERT_EQ(minimised(f, Lbfgs({.memory = 4}, saved)).state, whole) << "put back after " << k << " iterations";
    first.advance(f);
  }
  EXPECT_EQ(first.state(), whole);
}

TEST(Lbfgs, GoesOnWithTheSameBitsAfterItsEvaluationsOrIterationsWereUsedUp) {
  const optim::Evaluate f = problem("wood");
  const LbfgsState whole = minimised(f, woods).state;
  for (std::int64_t few = 1; few < 30; ++few) {
    const Minimised some = minimised(f, woods, {.evaluations = few});
    EXPECT_EQ(some.reason, LbfgsStop::evaluations);
    EXPECT_LE(some.state.evaluations, few);
    EXPECT_EQ(minimised(f, Lbfgs({}, some.state)).state.x, whole.x) << few << " evaluations";
    const Minimised others = minimised(f, woods, {.iterations = few});
    EXPECT_EQ(others.reason, LbfgsStop::iterations);
    EXPECT_EQ(others.state.iterations, few);
    EXPECT_EQ(minimised(f, Lbfgs({}, others.state)).state, whole) << few << " iterations";
  }
}

TEST(Lbfgs, GoesOnWithTheSameBitsAfterTheCostThrew) {
  const optim::Evaluate f = problem("rosenbrock");
  const LbfgsState whole = minimised(f, valley).state;
  for (int good = 0; good < 20; ++good) {
    int calls = 0;
    const optim::Evaluate fails_once = [&](In x, Out g) {
      if (calls++ == good) throw std::runtime_error("no disk");
      return f(x, g);
    };
    Lbfgs minimiser({}, valley);
    EXPECT_EQ(error_of<std::runtime_error>([&] {
                while (!minimiser.advance(fails_once)) {}
              }),
              "no disk");
    EXPECT_EQ(minimised(fails_once, minimiser).state.x, whole.x);
  }
}

TEST(Lbfgs, GivesTheSameBitsForACostInAnotherUnit) {
  const LbfgsState one = minimised(rosenbrock, valley).state;
  for (double unit : {0x1p-60, 0x1p40}) {
    const optim::Evaluate scaled = [unit](In x, Out g) {
      const double f = rosenbrock(x, g);
      for (double& element : g) element *= unit;
      return f * unit;
    };
    const LbfgsState other = minimised(scaled, valley, {.gradient_tolerance = 1e-10 * unit}).state;
    EXPECT_EQ(other.x, one.x) << unit;
    EXPECT_EQ(other.evaluations, one.evaluations) << unit;
  }
}

TEST(Lbfgs, MakesTheGradientSmallWhereTheCostHasNoDigitsLeftForIt) {
  for (double offset : {1e4, -1e8, 1e12}) {  // SciPy ends with gradients of 10⁻⁸ to 2
    const auto beside = [offset](const char* name) {
      return [offset, f = problem(name)](In x, Out g) { return offset + f(x, g); };
    };
    for (const auto& [f, start] : {std::pair<optim::Evaluate, Numbers>(beside("rosenbrock"), valley),
                                   {beside("wood"), woods},
                                   {beside("quadratic"), Numbers(10)}}) {
      const auto [reason, state] = minimised(f, start);
      EXPECT_EQ(reason, LbfgsStop::gradient) << offset << ", " << start.size() << " variables";
      EXPECT_LT(distance(state.x, Numbers(start.size(), 1.0)), 1e-8);
    }
  }
}

/// Cost and gradient as a program in f32 would give them.
double rosenbrock_in_f32(In x, Out g) {
  const double f = 1.0 + rosenbrock(x, g);
  for (double& element : g) element = static_cast<double>(static_cast<float>(element));
  return static_cast<double>(static_cast<float>(f));
}

TEST(Lbfgs, TakesTheRoundingOfACostInF32WhereItIsTold) {
  const auto [reason, state] = minimised(rosenbrock_in_f32, valley, {.cost_rounding = 1e-7});
  EXPECT_EQ(reason, LbfgsStop::gradient);
  EXPECT_LT(distance(state.x, {1.0, 1.0}), 1e-8);
  const Minimised untold = minimised(rosenbrock_in_f32, valley);
  EXPECT_EQ(untold.reason, LbfgsStop::no_lower_point);
  EXPECT_LT(distance(untold.state.x, {1.0, 1.0}), 1e-3);
  EXPECT_LT(untold.state.evaluations, 200);
}

TEST(Lbfgs, SaysWhyItEnded) {
  const optim::Evaluate f = [](In x, Out g) { return 1.0 + rosenbrock(x, g); };
  const auto reason = [&](const LbfgsOptions& options) { return minimised(f, valley, options).reason; };
  EXPECT_EQ(reason({}), LbfgsStop::gradient);
  EXPECT_EQ(reason({.cost_tolerance = 1e-3}), LbfgsStop::cost);
  EXPECT_EQ(reason({.step_tolerance = 1e-3}), LbfgsStop::step);
  EXPECT_EQ(reason({.iterations = 3}), LbfgsStop::iterations);
  EXPECT_EQ(reason({.iterations = 0}), LbfgsStop::iterations);
  EXPECT_EQ(reason({.evaluations = 3}), LbfgsStop::evaluations);
  EXPECT_EQ(optim::describe(LbfgsStop::gradient), "the gradient is as small as was asked for");
  EXPECT_EQ(optim::describe(LbfgsStop::cost), "the cost fell by less than was asked for");
  EXPECT_EQ(optim::describe(LbfgsStop::step), "the step was shorter than was asked for");
  EXPECT_EQ(optim::describe(LbfgsStop::iterations), "all iterations were made");
  EXPECT_EQ(optim::describe(LbfgsStop::evaluations), "all evaluations were made");
  EXPECT_EQ(optim::describe(LbfgsStop::not_finite), "the cost or its gradient was not finite");
  EXPECT_THAT(optim::describe(LbfgsStop::no_lower_point), HasSubstr("no lower point was found"));
}

TEST(Lbfgs, ToldToGoOnAfterItsEndTellsTheReasonAgain) {
  Lbfgs minimiser({}, valley);
  while (!minimiser.advance(rosenbrock)) {}
  const LbfgsState ended = minimiser.state();
  EXPECT_EQ(minimiser.advance(rosenbrock), LbfgsStop::gradient);
  EXPECT_EQ(minimiser.state(), ended);
}

}  // namespace
}  // namespace ansatz::test
