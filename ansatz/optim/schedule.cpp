// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/optim/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ansatz/base/error.hpp"

namespace ansatz::schedule {

Schedule constant() {
  return {"constant", [](std::int64_t, std::int64_t) { return 1.0; }};
}

Schedule cosine(CosineOptions options) {
  if (options.warm_up < 0)
    throw ArgumentError("a warm-up of {} steps was asked for; 0 or more is expected", options.warm_up);
  return {"cosine", [w = options.warm_up](std::int64_t t, std::int64_t total) {
            if (t < w) return static_cast<double>(t + 1) / static_cast<double>(w);
            if (total <= w) return 1.0;
            const double progress = std::min(1.0, static_cast<double>(t - w) / static_cast<double>(total - w));
            return 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
          }};
}

namespace {

std::vector<Schedule> all(std::int64_t warm_up) { return {constant(), cosine({.warm_up = warm_up})}; }

}  // namespace

std::vector<std::string> names() {
  std::vector<std::string> result;
  for (const Schedule& schedule : all(0)) result.push_back(schedule.name);
  return result;
}

Schedule find(std::string_view name, std::int64_t warm_up) {
  for (Schedule& schedule : all(warm_up))
    if (schedule.name == name) return std::move(schedule);
  throw ArgumentError("there is no schedule \"{}\"; there are {}", name, fmt::join(names(), ", "));
}

}  // namespace ansatz::schedule
