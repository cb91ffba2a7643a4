// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Learning-rate schedules: the factor on the learning rate at each step, computed in f64 on the host. A schedule is a
/// pure function of the place in the run and of its history, so that a run that is taken up again needs no state of it.
/// Arguments out of their range throw ArgumentError.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/family.hpp"

namespace ansatz::schedule {

/// Where in a run a step is.
struct ScheduleInput {
  std::int64_t step = 0;             ///< t, from 0
  std::int64_t total_steps = 0;      ///< T: as many as are planned
  std::int64_t steps_per_epoch = 1;  ///< where there are no epochs, each step is one
  /// Of the epochs that are complete, in their order: the validation costs, or the training costs where nothing is
  /// validated.
  std::span<const double> costs = {};

  std::int64_t epoch() const { return step / steps_per_epoch; }  ///< from 0
};

/// η_t = η · factor(t). Equal are those of one name and the same arguments.
struct Schedule {
  Named named;
  std::function<double(const ScheduleInput&)> formula;

  double factor(const ScheduleInput& at) const { return formula(at); }
  friend bool operator==(const Schedule& a, const Schedule& b) { return a.named == b.named; }
};

/// 1.
Schedule constant(NoOptions options = {});

struct CosineOptions {
  std::int64_t warm_up = 0;  ///< steps w of linear warm-up
};
/// (t + 1) / w for t < w, then ½ (1 + cos(π (t − w) / (T − w))) (I. Loshchilov, F. Hutter, arXiv:1608.03983, without
/// restarts).
Schedule cosine(CosineOptions options = {});

struct StepOptions {
  std::int64_t every = 30;  ///< epochs
  double factor = 0.1;
};
/// factor^⌊epoch / every⌋.
Schedule step(StepOptions options = {});

struct ExponentialOptions {
  double factor = 0.99;
};
/// factor^epoch.
Schedule exponential(ExponentialOptions options = {});

struct InverseTimeOptions {
  std::optional<double> t0 = {};  ///< default: t1, so that the factor begins at 1
  double t1 = 50.0;
};
/// t0 / (t + t1), in steps: the lectures' schedule, where it is all of the learning rate (η = 1).
Schedule inverse_time(InverseTimeOptions options = {});

struct OneCycleOptions {
  double rise = 0.3;  ///< the part of all steps in which it rises
  double initial_divisor = 25.0;
  double final_divisor = 1e4;  ///< the end is 1 / (initial_divisor · final_divisor)
};
/// From 1 / initial_divisor up to 1 and then down to the end, both along half a cosine, as PyTorch's OneCycleLR; the
/// momentum stays as it is (L. N. Smith, N. Topin, arXiv:1708.07120).
Schedule one_cycle(OneCycleOptions options = {});

struct OnPlateauOptions {
  double factor = 0.1;
  std::int64_t patience = 10;  ///< epochs without a lower cost that pass before it acts
  double threshold = 1e-4;     ///< lower is what is below the lowest so far by more than this part of it
  std::int64_t cooldown = 0;   ///< epochs after a reduction that do not count
  double smallest = 0.0;       ///< of the factors
};
/// factor^n, n the number of times that the cost stayed as high as it was for more than `patience` epochs, as PyTorch's
/// ReduceLROnPlateau counts them. Looks at all costs in each call.
Schedule on_plateau(OnPlateauOptions options = {});

/// All of the above.
const Family<Schedule>& family();
/// The schedule that a text means: "cosine warm_up=100". A warm-up that is given beside the text is the schedule's
/// argument. @throws ArgumentError listing the names or the arguments there are, for an argument out of its range, and
/// for a warm-up in the text and beside it, or of a schedule that has none.
Schedule find(std::string_view text, std::optional<std::int64_t> warm_up = {});
/// The names of all.
std::vector<std::string> names();

}  // namespace ansatz::schedule

namespace ansatz {

template <>
inline constexpr auto option_rows<schedule::CosineOptions> = std::to_array<Option<schedule::CosineOptions>>(
    {{"warm_up", &schedule::CosineOptions::warm_up, "steps of linear warm-up", at_least(0)}});
template <>
inline constexpr auto option_rows<schedule::StepOptions> = std::to_array<Option<schedule::StepOptions>>(
    {{"every", &schedule::StepOptions::every, "epochs from one step down to the next", at_least(1)},
     {"factor", &schedule::StepOptions::factor, "of each step", above(0)}});
template <>
inline constexpr auto option_rows<schedule::ExponentialOptions> = std::to_array<Option<schedule::ExponentialOptions>>(
    {{"factor", &schedule::ExponentialOptions::factor, "of each epoch", above(0)}});
template <>
inline constexpr auto option_rows<schedule::InverseTimeOptions> = std::to_array<Option<schedule::InverseTimeOptions>>(
    {{"t0", &schedule::InverseTimeOptions::t0, "numerator; none: t1", above(0)},
     {"t1", &schedule::InverseTimeOptions::t1, "steps in which it halves", above(0)}});
template <>
inline constexpr auto option_rows<schedule::OneCycleOptions> = std::to_array<Option<schedule::OneCycleOptions>>(
    {{"rise", &schedule::OneCycleOptions::rise, "part of all steps in which it rises", between(0, 1)},
     {"initial_divisor", &schedule::OneCycleOptions::initial_divisor, "of the beginning", at_least(1)},
     {"final_divisor", &schedule::OneCycleOptions::final_divisor, "of the end, beside that", at_least(1)}});
template <>
inline constexpr auto option_rows<schedule::OnPlateauOptions> = std::to_array<Option<schedule::OnPlateauOptions>>(
    {{"factor",
      &schedule::OnPlateauOptions::factor,
      "of each reduction",
      {.low = 0, .high = 1, .low_excluded = true, .high_excluded = true}},
     {"patience", &schedule::OnPlateauOptions::patience, "epochs that may pass without a lower cost", at_least(0)},
     {"threshold", &schedule::OnPlateauOptions::threshold, "relative, of what is lower", from_below(0, 1)},
     {"cooldown", &schedule::OnPlateauOptions::cooldown, "epochs after a reduction that do not count", at_least(0)},
     {"smallest", &schedule::OnPlateauOptions::smallest, "the lowest factor", between(0, 1)}});

}  // namespace ansatz
