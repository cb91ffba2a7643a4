// SPDX-License-Identifier: BSD-3-Clause
// Schedules against PyTorch's (tests/golden/schedules.py, optimizers.py), their ends, their texts, what is refused.
#include "ansatz/optim/schedule.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <set>

#include "ansatz/base/error.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using schedule::Schedule;
using testing::HasSubstr;

double factor(const Schedule& schedule, std::int64_t step, std::int64_t total) {
  return schedule.factor({.step = step, .total_steps = total});
}

TEST(Schedules, HaveTheFactorsOfPyTorch) {
  std::set<std::string> compared = {"constant"};
  for (const json& c : golden("schedules")["cases"]) {
    const Schedule schedule = schedule::find(c["text"].get<std::string>());
    compared.insert(schedule.named.name);
    SCOPED_TRACE(c["text"]);
    const auto costs = c["costs"].get<std::vector<double>>();
    schedule::ScheduleInput at{.total_steps = c["total_steps"], .steps_per_epoch = c["steps_per_epoch"]};
    ASSERT_EQ(c["factors"].size(), static_cast<std::size_t>(at.total_steps));
    for (; at.step < at.total_steps; ++at.step) {
      if (!costs.empty()) at.costs = std::span(costs).first(static_cast<std::size_t>(at.epoch()));
      const double expected = c["factors"][static_cast<std::size_t>(at.step)];
      ASSERT_NEAR(schedule.factor(at), expected, 1e-13 * expected + 2e-16) << "step " << at.step;
    }
  }
  EXPECT_THAT(schedule::names(), testing::UnorderedElementsAreArray(compared));
}

TEST(CosineSchedule, HasTheGoldenLearningRates) {
  for (const json& table : golden("optimizers")["schedules"]["tables"]) {
    const Schedule cosine = schedule::find("cosine", table["warm_up_steps"].get<std::int64_t>());
    const std::int64_t total = table["total_steps"];
    ASSERT_EQ(table["lr_at"].size(), static_cast<std::size_t>(total) + 1);
    for (std::int64_t t = 0; t <= total; ++t) {
      const double lr = table["lr"];
      EXPECT_NEAR(lr * factor(cosine, t, total), table["lr_at"][static_cast<std::size_t>(t)].get<double>(), 4e-16 * lr)
          << "t = " << t;
    }
  }
}

TEST(Schedules, StayFiniteBeyondTheirEnds) {
  const Schedule cosine = schedule::cosine({.warm_up = 5});
  EXPECT_EQ(factor(cosine, 3, 4), 0.8) << "the run ends within the warm-up";
  EXPECT_EQ(factor(cosine, 5, 5), 1.0);
  EXPECT_EQ(factor(cosine, 100, 50), 0.0);
  EXPECT_EQ(factor(schedule::constant(), 7, 3), 1.0);
  for (double rise : {0.0, 0.3, 1.0})
    for (std::int64_t total : {0, 1, 2, 3, 10})
      for (std::int64_t t = 0; t < total + 3; ++t) {
        const double f = factor(schedule::one_cycle({.rise = rise}), t, total);
        EXPECT_TRUE(f >= 4e-6 * (1 - 1e-12) && f <= 1.0) << f << " at " << t << " of " << total << ", rise " << rise;
      }
  EXPECT_EQ(factor(schedule::exponential({.factor = 0.5}), 1000000000, 10), 0.0);
}

TEST(OnAPlateau, OnlyLowerCostsCount) {
  const Schedule schedule = schedule::on_plateau({.factor = 0.5, .patience = 1, .threshold = 0.1});
  const auto after = [&](std::vector<double> costs) { return schedule.factor({.costs = costs}); };
  const double nan = std::nan("");
  EXPECT_EQ(after({}), 1.0);
  EXPECT_EQ(after({5.0, 5.0}), 1.0);
  EXPECT_EQ(after({5.0, 5.0, 5.0}), 0.5);
  EXPECT_EQ(after({5.0, nan, nan, nan, nan}), 0.25);
  EXPECT_EQ(after({nan, nan, 5.0}), 0.5);
  EXPECT_EQ(after({-10.0, -10.5, -10.9}), 0.5) << "lower by less than a tenth";
  EXPECT_EQ(after({-10.0, -11.5, -13.0}), 1.0);
}

TEST(Schedules, AreWhatTheirTextsSay) {
  EXPECT_EQ(schedule::find("cosine warm_up=100"), schedule::cosine({.warm_up = 100}));
  EXPECT_EQ(schedule::find("cosine", 100), schedule::cosine({.warm_up = 100}));
  EXPECT_EQ(schedule::find("step every=10 factor=0.5"), schedule::step({.every = 10, .factor = 0.5}));
  EXPECT_EQ(schedule::find("OneCycle"), schedule::one_cycle());
  EXPECT_FALSE(schedule::find("cosine") == schedule::cosine({.warm_up = 1}));
  for (const Member<Schedule>& each : schedule::family().members()) {
    const Schedule made = schedule::find(each.name);
    EXPECT_EQ(made.named.text(), each.name);
    EXPECT_EQ(schedule::find(made.named.full_text()), made);
  }
}

TEST(Schedules, RefuseArgumentsThatMakeNoSense) {
  const auto refused = [](const char* text) { return error_of<ArgumentError>([&] { schedule::find(text); }); };
  EXPECT_THAT(refused("stairs"), HasSubstr("there are constant, cosine, step, exponential, inverse_time, one_cycle"));
  EXPECT_EQ(refused("cosine warm_up=-1"), "[cosine] warm_up = -1 was given; warm_up ≥ 0 is expected");
  EXPECT_EQ(refused("step every=0"), "[step] every = 0 was given; every ≥ 1 is expected");
  EXPECT_EQ(refused("exponential 0"), "[exponential] factor = 0 was given; factor > 0 is expected");
  EXPECT_EQ(refused("inverse_time t1=0"), "[inverse_time] t1 = 0 was given; t1 > 0 is expected");
  EXPECT_EQ(refused("one_cycle rise=1.5"), "[one_cycle] rise = 1.5 was given; 0 ≤ rise ≤ 1 is expected");
  EXPECT_EQ(refused("on_plateau 1"), "[on_plateau] factor = 1 was given; 0 < factor < 1 is expected");
  EXPECT_EQ(error_of<ArgumentError>([] { schedule::find("cosine warm_up=3", 4); }), "[cosine] warm_up was given twice");
  EXPECT_EQ(error_of<ArgumentError>([] { schedule::find("constant", 4); }),
            "[constant] there is no argument 'warm_up'; it takes none");
}

}  // namespace
}  // namespace ansatz::test
