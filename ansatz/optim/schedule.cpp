// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/optim/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ansatz::schedule {

namespace {

/// base^n for n ≥ 0 by products alone: the same bits with any mathematical library.
double power(double base, std::int64_t n) {
  double result = 1.0;
  for (; n > 0; n /= 2, base *= base)
    if (n % 2 == 1) result *= base;
  return result;
}

/// From `begin` at 0 to `end` at 1 along half a cosine.
double along_cosine(double begin, double end, double progress) {
  return end + 0.5 * (begin - end) * (1.0 + std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0)));
}

}  // namespace

Schedule constant(NoOptions) {
  return {{"constant"}, [](const ScheduleInput&) { return 1.0; }};
}

Schedule cosine(CosineOptions o) {
  return {named("cosine", o), [w = o.warm_up](const ScheduleInput& at) {
            const std::int64_t t = at.step, total = at.total_steps;
            if (t < w) return static_cast<double>(t + 1) / static_cast<double>(w);
            if (total <= w) return 1.0;
            const double progress = std::min(1.0, static_cast<double>(t - w) / static_cast<double>(total - w));
            return 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
          }};
}

Schedule step(StepOptions o) {
  return {named("step", o), [o](const ScheduleInput& at) { return power(o.factor, at.epoch() / o.every); }};
}

Schedule exponential(ExponentialOptions o) {
  return {named("exponential", o), [o](const ScheduleInput& at) { return power(o.factor, at.epoch()); }};
}

Schedule inverse_time(InverseTimeOptions o) {
  return {named("inverse_time", o), [t0 = o.t0.value_or(o.t1), t1 = o.t1](const ScheduleInput& at) {
            return t0 / (static_cast<double>(at.step) + t1);
          }};
}

Schedule one_cycle(OneCycleOptions o) {
  return {named("one_cycle", o), [o](const ScheduleInput& at) {
            const auto t = static_cast<double>(at.step), last = static_cast<double>(at.total_steps) - 1.0;
            const double top = o.rise * static_cast<double>(at.total_steps) - 1.0;  // where it is 1
            const double begin = 1.0 / o.initial_divisor, end = begin / o.final_divisor;
            if (t <= top) return top > 0.0 ? along_cosine(begin, 1.0, t / top) : 1.0;
            return t < last ? along_cosine(1.0, end, (t - top) / (last - top)) : end;
          }};
}

namespace {

std::int64_t reductions(const OnPlateauOptions& o, std::span<const double> costs) {
  std::int64_t count = 0, waited = 0, cooling = 0;
  std::optional<double> lowest;
  for (double cost : costs) {
    ++waited;
    if (!std::isnan(cost) && (!lowest || cost < *lowest - o.threshold * std::abs(*lowest))) {
      lowest = cost;
      waited = 0;
    }
    if (cooling > 0) {
      --cooling;
      waited = 0;
    }
    if (waited > o.patience) {
      ++count;
      cooling = o.cooldown;
      waited = 0;
    }
  }
  return count;
}

}  // namespace

Schedule on_plateau(OnPlateauOptions o) {
  return {named("on_plateau", o),
          [o](const ScheduleInput& at) { return std::max(o.smallest, power(o.factor, reductions(o, at.costs))); }};
}

const Family<Schedule>& family() {
  static const Family<Schedule> all(
      "schedule", {member("constant", constant, "the same rate throughout"),
                   member("cosine", cosine, "down to 0 along half a cosine"),
                   member("step", step, "down by a factor every so many epochs"),
                   member("exponential", exponential, "down by a factor each epoch"),
                   member("inverse_time", inverse_time, "t0 / (t + t1) after t steps"),
                   member("one_cycle", one_cycle, "up, then down to almost 0, along half cosines"),
                   member("on_plateau", on_plateau, "down by a factor where the validation cost does not fall")});
  return all;
}

std::vector<std::string> names() { return family().names(); }

Schedule find(std::string_view text, std::optional<std::int64_t> warm_up) {
  Spec spec = parse_spec(text, "schedule");
  if (warm_up) spec.keyed.emplace_back("warm_up", options::text_of(*warm_up));
  return family().make(spec);
}

}  // namespace ansatz::schedule
