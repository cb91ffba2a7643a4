// SPDX-License-Identifier: BSD-3-Clause
// The line search against MINPACK-2's by SciPy (tests/golden/lbfgs.py), and where φ is flat, infinite or without end.
#include "ansatz/optim/line_search.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>

#include "ansatz/base/error.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using optim::LineSearch;
using optim::LineSearchOptions;
using Outcome = optim::LineSearch::Outcome;
using testing::HasSubstr;

constexpr double unbounded = std::numeric_limits<double>::infinity();

TEST(ALineSearch, TriesTheStepsOfMinpackOnTheFunctionsOfItsPublication) {
  const auto& searches = golden("lbfgs")["line_searches"];
  ASSERT_EQ(searches.size(), 24U) << "six functions, four first steps";
  for (const auto& search : searches) {
    const auto steps = search["steps"].get<Numbers>();
    SCOPED_TRACE(fmt::format("function {}, first step {}", search["function"].get<int>(), steps[0]));
    LineSearch ours(search["value"], search["slope"], steps[0], {.c1 = search["c1"], .c2 = search["c2"]});
    for (std::size_t i = 0; i < steps.size(); ++i) {
      ASSERT_NEAR(ours.step(), steps[i], 1e-8 * steps[i]) << "try " << i + 1;
      const bool last = i + 1 == steps.size();
      ASSERT_EQ(ours.tell(search["values"][i], search["slopes"][i]), last ? Outcome::found : Outcome::goes_on);
    }
  }
}

/// Runs a search on φ, which writes its slope; counts the tries.
struct Ran {
  Outcome outcome = Outcome::goes_on;
  optim::LinePoint best = {};
  int tries = 0;
};
Ran run(const std::function<double(double, double&)>& phi, double first, const LineSearchOptions& options = {}) {
  double slope = 0.0;
  const double value = phi(0.0, slope);
  LineSearch search(value, slope, first, options);
  Ran ran;
  while (ran.outcome == Outcome::goes_on) {
    const double there = phi(search.step(), slope);
    ran.outcome = search.tell(there, slope);
    ++ran.tries;
  }
  ran.best = search.best();
  return ran;
}

double parabola(double a, double& slope) {  // its minimum is at 3
  slope = 2.0 * (a - 3.0);
  return (a - 3.0) * (a - 3.0);
}

TEST(ALineSearch, FindsTheMinimumOfAParabolaFromAnyFirstStep) {
  for (double first : {1e-6, 0.1, 2.0, 4.0, 1e6}) {
    const Ran ran = run(parabola, first, {.c1 = 1e-4, .c2 = 1e-3});
    EXPECT_EQ(ran.outcome, Outcome::found) << first;
    EXPECT_NEAR(ran.best.step, 3.0, 3e-3) << first;
    EXPECT_LE(ran.tries, 12) << first;
  }
}

TEST(ALineSearch, KeepsAwayFromAWall) {
  for (double wall : {3.5, 4.0, 17.0})
    for (double first : {1.0, 5.0, 1e8}) {
      const Ran ran = run([&](double a, double& slope) { return a < wall ? parabola(a, slope) : std::nan(""); }, first,
                          {.c2 = 0.1});
      EXPECT_EQ(ran.outcome, Outcome::found) << wall << ", " << first;
      EXPECT_NEAR(ran.best.step, 3.0, 0.3) << wall << ", " << first;
    }
  // Where f descends up to the wall, the lowest point tried is the best.
  const Ran ran = run(
      [](double a, double& slope) {
        slope = a < 1.0 ? -1.0 : unbounded;
        return a < 1.0 ? -a : unbounded;
      },
      0.5);
  EXPECT_EQ(ran.outcome, Outcome::exhausted);
  EXPECT_NEAR(ran.best.step, 1.0, 1e-4);
}

TEST(ALineSearch, DecidesBySlopesWhereValuesAreAtTheirRounding) {
  // (a − 3)² · 10⁻²⁰ beside 1: every value is 1.
  const auto flat = [](double a, double& slope) {
    slope = 2e-20 * (a - 3.0);
    return 1.0 + 1e-20 * (a - 3.0) * (a - 3.0);
  };
  const Ran ran = run(flat, 40.0, {.c2 = 0.01});
  EXPECT_EQ(ran.outcome, Outcome::found);
  EXPECT_NEAR(ran.best.step, 3.0, 0.03);
  EXPECT_NEAR(ran.best.change, -9e-20, 1e-22);
}

TEST(ALineSearch, DoesNotTrustSlopesThatValuesContradict) {
  const Ran ran = run(
      [](double, double& slope) {
        slope = -1.0;
        return 5.0;
      },
      1.0, {.rounding = 1e-14});
  EXPECT_EQ(ran.outcome, Outcome::exhausted);
  EXPECT_LT(ran.best.step, 1e-12) << "not far away";
}

TEST(ALineSearch, EndsAtTheLongestStepOfALineThatDescendsForEver) {
  const Ran ran = run(
      [](double a, double& slope) {
        slope = -1.0;
        return -a;
      },
      1.0, {.longest = 1000.0});
  EXPECT_EQ(ran.outcome, Outcome::found);
  EXPECT_EQ(ran.best.step, 1000.0);
}

TEST(ALineSearch, EndsAfterItsTries) {
  const Ran ran = run(parabola, 1e-6, {.c2 = 1e-4, .tries = 4});
  EXPECT_EQ(ran.outcome, Outcome::exhausted);
  EXPECT_EQ(ran.tries, 4);
  EXPECT_GT(ran.best.step, 1e-5) << "the lowest point so far";
  EXPECT_LT(ran.best.change, 0.0);
}

TEST(ALineSearch, RefusesWhatItCannotSearch) {
  const auto refused = [](double value, double slope, double first, const LineSearchOptions& options = {}) {
    return error_of<ArgumentError>([&] { LineSearch(value, slope, first, options); });
  };
  EXPECT_EQ(refused(0.0, 1.0, 1.0), "a line search was given a slope = 1; a finite number below 0 is expected");
  EXPECT_THAT(refused(0.0, 0.0, 1.0), HasSubstr("a slope = 0"));
  EXPECT_THAT(refused(std::nan(""), -1.0, 1.0), HasSubstr("a value = nan"));
  EXPECT_THAT(refused(0.0, -1.0, 0.0), HasSubstr("a first step = 0"));
  EXPECT_THAT(refused(0.0, -1.0, 1.0, {.c1 = 0.95}), HasSubstr("c1 = 0.95"));
  EXPECT_THAT(refused(0.0, -1.0, 1.0, {.c2 = 1.0}), HasSubstr("c2 = 1"));
  EXPECT_THAT(refused(0.0, -1.0, 1.0, {.rounding = -1.0}), HasSubstr("rounding = -1"));
  EXPECT_THAT(refused(0.0, -1.0, 1.0, {.longest = 0.0}), HasSubstr("longest = 0"));
  EXPECT_THAT(refused(0.0, -1.0, 1.0, {.tries = 0}), HasSubstr("tries = 0"));
}

}  // namespace
}  // namespace ansatz::test
