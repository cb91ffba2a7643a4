// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/learning_rate_finder.hpp"

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/train/session.hpp"

namespace ansatz::train {

namespace {

constexpr double kept = 0.9;         // of the smoothed cost, a step
constexpr std::size_t settled = 10;  // steps whose smoothed cost is still that of a few batches
constexpr std::size_t reach = 5;     // steps to either side that a slope is taken over

std::optional<double> steepest(const std::vector<RateTried>& tried) {
  std::optional<double> rate;
  double slope = 0.0;
  for (std::size_t i = settled + reach; i + reach < tried.size(); ++i) {
    const RateTried &before = tried[i - reach], &after = tried[i + reach];
    const double between = (after.smoothed - before.smoothed) / std::log(after.learning_rate / before.learning_rate);
    if (between < slope) {
      slope = between;
      rate = tried[i].learning_rate;
    }
  }
  return rate;
}

}  // namespace

RateFound find_learning_rate(const Learner& learner, const Samples& samples, FitOptions options, std::uint64_t seed,
                             const RateRange& range) {
  if (options.method || options.stages.size() > 1)
    throw MismatchError("the learning rate is looked for with one gradient-descent method; there is {}",
                        full_text(stages_of(options)));
  if (!(range.lowest > 0.0 && range.highest > range.lowest && std::isfinite(range.highest)) || range.steps < 2)
    throw ArgumentError("{} learning rates from {} to {} were asked for; 2 or more that grow from above 0 are expected",
                        range.steps, range.lowest, range.highest);
  const double ratio = std::log(range.highest / range.lowest) / static_cast<double>(range.steps - 1);
  options.optimizer = stages_of(options)[0].optimizer;
  options.stages.clear();
  options.optimizer.learning_rate = 1.0;
  options.schedule = {.named = {"range_test"}, .formula = [&](const schedule::ScheduleInput& at) {
                        return range.lowest * std::exp(ratio * static_cast<double>(at.step));
                      }};
  options.epochs = range.steps;
  options.patience = 0;
  options.average.reset();
  options.progress = nullptr;
  options.keep_snapshot = nullptr;
  options.resume = nullptr;
  const Samples none;
  Session session(learner, samples, none, options, seed);
  RateFound found;
  double sum = 0.0, weights = 0.0, lowest = HUGE_VAL;
  for (std::int64_t step = 0; step < range.steps && !session.ended(); ++step) {
    session.step();
    const double cost = session.last().cost;
    sum = kept * sum + cost;
    weights = kept * weights + 1.0;
    const double smoothed = sum / weights;
    if (!std::isfinite(smoothed) || smoothed > 4.0 * lowest) break;
    lowest = std::min(lowest, smoothed);
    found.tried.push_back({session.progress().learning_rate, cost, smoothed});
  }
  found.suggestion = steepest(found.tried);
  return found;
}

}  // namespace ansatz::train
