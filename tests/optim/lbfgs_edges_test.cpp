// SPDX-License-Identifier: BSD-3-Clause
// L-BFGS at the edges: costs that are not finite, flat, of one variable or of many, and what it refuses.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/optim/lbfgs.hpp"
#include "tests/optim/problems.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::test {
namespace {

using optim::Lbfgs;
using optim::LbfgsOptions;
using optim::LbfgsState;
using optim::LbfgsStop;
using testing::HasSubstr;

TEST(Lbfgs, KeepsAwayFromWhereTheCostIsNotFinite) {
  for (double start : {1e-3, 100.0}) {  // x − ln x
    const optim::Evaluate barrier = [](In x, Out g) {
      g[0] = 1.0 - 1.0 / x[0];
      return x[0] - std::log(x[0]);
    };
    const auto [reason, state] = minimised(barrier, {start});
    EXPECT_EQ(reason, LbfgsStop::gradient);
    EXPECT_NEAR(state.x[0], 1.0, 1e-9);
    EXPECT_LT(state.evaluations, 40);
  }
  for (double outside : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    const optim::Evaluate walled = [outside](In x, Out g) {
      if (x[0] * x[0] + x[1] * x[1] > 2.5) return outside;
      return rosenbrock(x, g);
    };
    const auto [reason, state] = minimised(walled, valley);
    EXPECT_EQ(reason, LbfgsStop::gradient);
    EXPECT_LT(distance(state.x, {1.0, 1.0}), 1e-8);
  }
  const optim::Evaluate without_gradient = [](In x, Out g) {
    const double f = rosenbrock(x, g);
    if (x[0] * x[0] + x[1] * x[1] > 2.5) g[1] = std::nan("");
    return f;
  };
  EXPECT_EQ(minimised(without_gradient, valley).reason, LbfgsStop::gradient);
}

TEST(Lbfgs, EndsWhereNothingAroundTheStartIsFinite) {
  const Minimised at_once = minimised([](In, Out) { return std::nan(""); }, valley);
  EXPECT_EQ(at_once.reason, LbfgsStop::not_finite);
  EXPECT_EQ(at_once.state.evaluations, 1);
  const Minimised beside = minimised(
      [](In x, Out g) {
        g[0] = 1.0;
        return x[0] == 2.0 ? 1.0 : std::nan("");
      },
      {2.0});
  EXPECT_EQ(beside.reason, LbfgsStop::not_finite);
  EXPECT_EQ(beside.state.x, Numbers{2.0});
  EXPECT_LT(beside.state.evaluations, 50);
}

TEST(Lbfgs, StaysAtAMinimum) {
  const auto [reason, state] = minimised(wood, {1.0, 1.0, 1.0, 1.0});
  EXPECT_EQ(reason, LbfgsStop::gradient);
  EXPECT_EQ(state.x, Numbers(4, 1.0));
  EXPECT_EQ(state.evaluations, 1);
  EXPECT_EQ(state.iterations, 0);
}

TEST(Lbfgs, LeavesACostThatIsFlatSoon) {
  const auto flat = [](double slope) {
    return [slope](In, Out g) {
      std::fill(g.begin(), g.end(), slope);
      return 3.0;
    };
  };
  const Minimised right = minimised(flat(0.0), valley);
  EXPECT_EQ(right.reason, LbfgsStop::gradient);
  EXPECT_EQ(right.state.x, valley);
  const Minimised wrong = minimised(flat(1.0), valley);
  EXPECT_EQ(wrong.reason, LbfgsStop::no_lower_point) << "the gradient is not that of the cost";
  EXPECT_EQ(wrong.state.x, valley);
  EXPECT_LT(wrong.state.evaluations, 50);
  const Minimised uphill = minimised(
      [](In x, Out g) {
        g[0] = -2.0 * x[0];
        return x[0] * x[0];
      },
      {1.0});
  EXPECT_EQ(uphill.reason, LbfgsStop::no_lower_point) << "the gradient's sign is wrong";
  EXPECT_EQ(uphill.state.x, Numbers{1.0});
}

TEST(Lbfgs, MinimisesFunctionsOfOneVariable) {
  const auto at = [](const optim::Evaluate& f, double start, const LbfgsOptions& options = {}) {
    return minimised(f, {start}, options).state.x[0];
  };
  const optim::Evaluate wave = [](In x, Out g) {
    g[0] = -std::sin(x[0]);
    return std::cos(x[0]);
  };
  EXPECT_NEAR(at(wave, 3.0), 3.141592653589793, 1e-9);
  for (double scale : {1e-100, 1.0, 1e200}) {  // squares of its gradient leave the range of f64
    const optim::Evaluate parabola_at_1 = [scale](In x, Out g) {
      g[0] = 2.0 * scale * (x[0] - 1.0);
      return scale * (x[0] - 1.0) * (x[0] - 1.0);
    };
    EXPECT_NEAR(at(parabola_at_1, 7.0, {.gradient_tolerance = 1e-10 * scale}), 1.0, 1e-9) << scale;
  }
  const optim::Evaluate without_end = [](In x, Out g) {
    g[0] = -1.0;
    return -x[0];
  };
  EXPECT_EQ(minimised(without_end, {0.0}, {.iterations = 50}).reason, LbfgsStop::iterations);
}

TEST(Lbfgs, MinimisesAFunctionOfManyVariables) {
  const optim::Evaluate f = [](In x, Out g) {
    double cost = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      g[i] = static_cast<double>(1 + i % 10) * (x[i] - 1.0);
      cost += 0.5 * g[i] * (x[i] - 1.0);
    }
    return cost;
  };
  const std::size_t n = effort(100'000, 10'000);
  const auto [reason, state] = minimised(f, Numbers(n));
  EXPECT_EQ(reason, LbfgsStop::gradient);
  EXPECT_LT(distance(state.x, Numbers(n, 1.0)), 1e-9);
  EXPECT_LT(state.evaluations, 40) << "ten different curvatures";
}

TEST(Lbfgs, LeavesOutPairsWithoutPositiveCurvature) {
  // −x² as far as a wall at 1: no step fulfils Wolfe's conditions, and each lower point is steeper.
  const optim::Evaluate hill = [](In x, Out g) {
    g[0] = -2.0 * x[0];
    return x[0] < 1.0 ? -x[0] * x[0] : HUGE_VAL;
  };
  const auto [reason, state] = minimised(hill, {0.1});
  EXPECT_EQ(reason, LbfgsStop::not_finite) << "the wall is all that is left";
  EXPECT_GT(state.iterations, 0);
  EXPECT_TRUE(state.pairs.empty());
  EXPECT_NEAR(state.x[0], 1.0, 1e-12);
}

TEST(Lbfgs, RefusesWhatItCannotMinimise) {
  const auto refused = [](const Numbers& start, const LbfgsOptions& options = {}) {
    return error_of<ArgumentError>([&] { Lbfgs(options, start); });
  };
  EXPECT_EQ(refused({}), "[lbfgs] the number of variables = 0 was given; 1 or more is expected");
  EXPECT_THAT(refused({1.0, std::nan("")}), HasSubstr("finite numbers"));
  EXPECT_THAT(refused(valley, {.memory = 0}), HasSubstr("memory = 0"));
  EXPECT_THAT(refused(valley, {.gradient_tolerance = -1.0}), HasSubstr("gradient_tolerance = -1"));
  EXPECT_THAT(refused(valley, {.cost_tolerance = std::nan("")}), HasSubstr("cost_tolerance = nan"));
  EXPECT_THAT(refused(valley, {.step_tolerance = -1.0}), HasSubstr("step_tolerance = -1"));
  EXPECT_THAT(refused(valley, {.iterations = -1}), HasSubstr("iterations = -1"));
  EXPECT_THAT(refused(valley, {.evaluations = 0}), HasSubstr("evaluations = 0"));
  EXPECT_THAT(refused(valley, {.c1 = 0.5}), HasSubstr("c1 = 0.5"));
  EXPECT_THAT(refused(valley, {.c2 = 1.0}), HasSubstr("c2 = 1"));
  EXPECT_THAT(refused(valley, {.cost_rounding = 1.0}), HasSubstr("cost_rounding = 1"));

  const auto damaged = [](auto damage) {
    Lbfgs minimiser({.memory = 3}, woods);
    for (int i = 0; i < 5; ++i) minimiser.advance(wood);
    LbfgsState state = minimiser.state();
    damage(state);
    return error_of<ArgumentError>([&] { Lbfgs({.memory = 3}, state); });
  };
  EXPECT_THAT(damaged([](LbfgsState& s) { s.gradient.pop_back(); }), HasSubstr("the gradient's size = 3"));
  EXPECT_THAT(damaged([](LbfgsState& s) { s.pairs[1].s.pop_back(); }), HasSubstr("a pair's s = 3"));
  EXPECT_THAT(damaged([](LbfgsState& s) { s.pairs[1].y.clear(); }), HasSubstr("a pair's y = 0"));
  EXPECT_THAT(damaged([](LbfgsState& s) { s.pairs[2].sy = 0.0; }), HasSubstr("a pair's sᵀy = 0"));
  EXPECT_THAT(damaged([](LbfgsState& s) { s.pairs.push_back(s.pairs[0]); }), HasSubstr("number of pairs = 4"));
}

}  // namespace
}  // namespace ansatz::test
