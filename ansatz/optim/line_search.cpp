// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/optim/line_search.hpp"

#include <algorithm>
#include <cmath>

#include "ansatz/base/error.hpp"

namespace ansatz::optim {

namespace {

// While no minimum is enclosed, the next step adds between these multiples of the last increase.
constexpr double least_growth = 1.1, most_growth = 4.0;
constexpr double least_shrinkage = 0.66;  // of the interval in two tries; one that shrinks less is halved
constexpr double least_interval = 1e-15;  // relative to its end
constexpr double before_a_wall = 0.25;    // which part of the way to a wall is tried next

struct Minimum {
  double step;
  bool exists;  // otherwise `step` is where the cubic's slope is least
};

/// The minimum of the cubic through the values and slopes of both, which lies on the side of `from` that descends.
Minimum cubic_minimum(const LinePoint& from, const LinePoint& to) {
  const double theta = 3.0 * (from.change - to.change) / (to.step - from.step) + from.slope + to.slope;
  const double s = std::max({std::abs(theta), std::abs(from.slope), std::abs(to.slope)});
  const double radicand = (theta / s) * (theta / s) - (from.slope / s) * (to.slope / s);
  const double root = s * std::sqrt(std::max(0.0, radicand));
  const double gamma = to.step < from.step ? -root : root;
  const double r = (gamma - from.slope + theta) / (gamma - from.slope + gamma + to.slope);
  return {from.step + r * (to.step - from.step), root > 0.0};
}

/// The minimum of the parabola through both values and the slope of `from`.
double parabola_minimum(const LinePoint& from, const LinePoint& to) {
  const double secant = (from.change - to.change) / (to.step - from.step);
  return from.step + from.slope / (secant + from.slope) / 2.0 * (to.step - from.step);
}

/// The minimum of the parabola through the slopes of both.
double secant_minimum(const LinePoint& from, const LinePoint& to) {
  return from.step + from.slope / (from.slope - to.slope) * (to.step - from.step);
}

double closer(double to, double a, double b) { return std::abs(a - to) < std::abs(b - to) ? a : b; }
double farther(double from, double a, double b) { return std::abs(a - from) > std::abs(b - from) ? a : b; }

bool opposite(const LinePoint& a, const LinePoint& b) { return a.slope * std::copysign(1.0, b.slope) < 0.0; }

/// The four cases of the publication (section 4) for the next step, from the lowest point, the interval's other end
/// (which counts where `enclosed`), and the newest point; steps of `low` to `high` are allowed.
double next_step(const LinePoint& best, const LinePoint& other, const LinePoint& trial, bool enclosed, double low,
                 double high) {
  const double limit = trial.step > best.step ? high : low;
  if (trial.change > best.change) {  // 1: higher, a minimum lies between
    const double cubic = cubic_minimum(best, trial).step, parabola = parabola_minimum(best, trial);
    return std::abs(cubic - best.step) < std::abs(parabola - best.step) ? cubic : cubic + (parabola - cubic) / 2.0;
  }
  if (opposite(trial, best))  // 2: lower, and beyond a minimum
    return farther(trial.step, cubic_minimum(trial, best).step, secant_minimum(trial, best));
  if (std::abs(trial.slope) < std::abs(best.slope)) {  // 3: lower and less steep
    const Minimum cubic = cubic_minimum(trial, best);
    const double secant = secant_minimum(trial, best);
    const bool beyond = cubic.exists && (cubic.step - trial.step) * (trial.step - best.step) > 0.0;
    const double candidate = beyond ? cubic.step : limit;
    if (!enclosed) return std::clamp(farther(trial.step, candidate, secant), low, high);
    const double farthest = trial.step + least_shrinkage * (other.step - trial.step);
    const double next = closer(trial.step, candidate, secant);
    return trial.step > best.step ? std::min(farthest, next) : std::max(farthest, next);
  }
  return enclosed ? cubic_minimum(trial, other).step : limit;  // 4: lower and no less steep
}

}  // namespace

LineSearch::LineSearch(double value, double slope, double first, const LineSearchOptions& options)
    : options_(options),
      value_(value),
      slope_(slope),
      step_(std::min(first, options.longest)),
      best_{0.0, 0.0, slope},
      other_(best_),
      low_(0.0),
      high_(step_ + most_growth * step_),
      width_(options.longest),
      width_before_(2.0 * options.longest) {
  const auto require = [](bool holds, const char* what, double found, const char* expected) {
    if (!holds) throw ArgumentError("a line search was given {} = {}; {} is expected", what, found, expected);
  };
  require(std::isfinite(value), "a value", value, "a finite number");
  require(std::isfinite(slope) && slope < 0.0, "a slope", slope, "a finite number below 0");
  require(std::isfinite(first) && first > 0.0, "a first step", first, "a finite number above 0");
  require(options.c1 > 0.0 && options.c1 <= options.c2, "c1", options.c1, "0 < c1 ≤ c2");
  require(options.c2 < 1.0, "c2", options.c2, "c2 < 1");
  require(options.rounding >= 0.0, "rounding", options.rounding, "0 or more");
  require(options.longest > 0.0 && std::isfinite(options.longest), "longest", options.longest, "a number above 0");
  require(options.tries >= 1, "tries", static_cast<double>(options.tries), "1 or more");
}

/// φ(step_) − φ(0), by the slopes where both they and the values say that it is within rounding.
double LineSearch::change_of(double value, double slope) const {
  const double noise =
      std::max(options_.rounding, std::numeric_limits<double>::epsilon()) * std::max(std::abs(value_), std::abs(value));
  const double change = value - value_, by_slopes = 0.5 * step_ * (slope_ + slope);
  return std::abs(change) <= noise && std::abs(by_slopes) <= 2.0 * noise ? by_slopes : change;
}

LineSearch::Outcome LineSearch::tell(double value, double slope) {
  ++tries_;
  if (!std::isfinite(value) || !std::isfinite(slope)) return before_wall();
  const LinePoint trial{step_, change_of(value, slope), slope};
  const double tilt = options_.c1 * slope_;
  const bool low = trial.change <= tilt * step_, flat = std::abs(slope) <= -options_.c2 * slope_;
  if (low && (flat || (step_ >= options_.longest && slope < 0.0))) {
    best_ = trial;
    return Outcome::found;
  }
  if (low && slope >= 0.0) tilted_ = false;
  narrow(trial);
  return within_limits();
}

/// Makes the newest point an end of the interval and chooses the next step.
void LineSearch::narrow(const LinePoint& trial) {
  const double tilt = options_.c1 * slope_;
  const bool tilts = tilted_ && trial.change <= best_.change && trial.change > tilt * trial.step;
  const auto seen = [&](LinePoint point) {
    if (tilts) {
      point.change -= tilt * point.step;
      point.slope -= tilt;
    }
    return point;
  };
  const LinePoint best = seen(best_), other = seen(other_), newest = seen(trial);
  const bool higher = newest.change > best.change, beyond = opposite(newest, best);
  step_ = next_step(best, other, newest, enclosed_, low_, high_);
  enclosed_ = enclosed_ || higher || beyond;
  if (higher) {
    other_ = trial;
    return;
  }
  if (beyond) other_ = best_;
  best_ = trial;
}

/// After a step that was not finite.
LineSearch::Outcome LineSearch::before_wall() {
  wall_ = step_;
  step_ = best_.step + before_a_wall * (wall_ - best_.step);
  low_ = best_.step;
  high_ = wall_;
  return step_ == best_.step || tries_ >= options_.tries ? Outcome::exhausted : Outcome::goes_on;
}

/// Halves an interval that shrinks too slowly, keeps the next step where it may be, and ends what cannot go on.
LineSearch::Outcome LineSearch::within_limits() {
  if (enclosed_) {
    const double width = std::abs(other_.step - best_.step);
    if (width >= least_shrinkage * width_before_ || !std::isfinite(step_))
      step_ = best_.step + 0.5 * (other_.step - best_.step);
    width_before_ = width_;
    width_ = width;
    low_ = std::min(best_.step, other_.step);
    high_ = std::max(best_.step, other_.step);
  } else {
    if (!std::isfinite(step_)) step_ = high_;
    low_ = step_ + least_growth * (step_ - best_.step);
    high_ = step_ + most_growth * (step_ - best_.step);
  }
  step_ = std::clamp(step_, 0.0, options_.longest);
  if (wall_ <= best_.step) wall_ = std::numeric_limits<double>::infinity();
  if (step_ >= wall_) step_ = best_.step + before_a_wall * (wall_ - best_.step);
  const bool collapsed =
      enclosed_ ? step_ <= low_ || step_ >= high_ || high_ - low_ <= least_interval * high_ : step_ == best_.step;
  return collapsed || tries_ >= options_.tries ? Outcome::exhausted : Outcome::goes_on;
}

}  // namespace ansatz::optim
