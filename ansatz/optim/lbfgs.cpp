// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/optim/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "ansatz/base/contraction.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/optim/line_search.hpp"

namespace ansatz::optim {

namespace {

using Vector = std::vector<double>;

/// Σ term(i) by the contract. Four chunks side by side: of f64, eight would lie in the same lines of the first cache.
template <class Term>
double sum_over(const Vector& x, Term&& term) {
  return sum_terms<double, 4>(static_cast<std::int64_t>(x.size()), term);
}

double dot(const Vector& a, const Vector& b) {
  return sum_over(a, [x = a.data(), y = b.data()](std::int64_t i) { return x[i] * y[i]; });
}

/// y += a x
void add(double a, const Vector& x, Vector& y) {
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += a * x[i];
}

/// out = a − b
void subtract(const Vector& a, const Vector& b, Vector& out) {
  out.resize(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) out[i] = a[i] - b[i];
}

double largest(const Vector& x) {
  double most = 0.0;
  for (double element : x) most = std::max(most, std::abs(element));
  return most;
}

/// |x|, where the squares may leave the range of f64.
double norm(const Vector& x) {
  const double scale = largest(x);
  if (scale == 0.0) return 0.0;
  return scale * std::sqrt(sum_over(x, [scale, elements = x.data()](std::int64_t i) {
           return (elements[i] / scale) * (elements[i] / scale);
         }));
}

bool all_finite(const Vector& x) {
  return std::all_of(x.begin(), x.end(), [](double element) { return std::isfinite(element); });
}

}  // namespace

std::string_view describe(LbfgsStop reason) {
  switch (reason) {
    case LbfgsStop::gradient: return "the gradient is as small as was asked for";
    case LbfgsStop::cost: return "the cost fell by less than was asked for";
    case LbfgsStop::step: return "the step was shorter than was asked for";
    case LbfgsStop::iterations: return "all iterations were made";
    case LbfgsStop::evaluations: return "all evaluations were made";
    case LbfgsStop::no_lower_point:
      return "no lower point was found: the cost is at its rounding, or the gradient is not its gradient";
    case LbfgsStop::not_finite: return "the cost or its gradient was not finite";
  }
  return "?";
}

Lbfgs::Lbfgs(LbfgsOptions options, std::span<const double> start)
    : Lbfgs(options, LbfgsState{.x = Vector(start.begin(), start.end())}) {}

Lbfgs::Lbfgs(LbfgsOptions options, LbfgsState state) : options_(options), state_(std::move(state)) { check(); }

namespace {

double rounding_of(const LbfgsOptions& options) { return options.cost_rounding.value_or(1e-14); }

}  // namespace

void Lbfgs::check() const {
  const auto require = [](bool holds, std::string_view what, auto found, std::string_view expected) {
    if (!holds) throw ArgumentError("[lbfgs] {} = {} was given; {} is expected", what, found, expected);
  };
  const LbfgsOptions& o = options_;
  require(o.memory >= 1, "memory", o.memory, "1 or more");
  require(o.gradient_tolerance >= 0.0, "gradient_tolerance", o.gradient_tolerance, "0 or more");
  require(o.cost_tolerance >= 0.0, "cost_tolerance", o.cost_tolerance, "0 or more");
  require(o.step_tolerance >= 0.0, "step_tolerance", o.step_tolerance, "0 or more");
  require(o.iterations >= 0, "iterations", o.iterations, "0 or more");
  require(o.evaluations >= 1, "evaluations", o.evaluations, "1 or more");
  require(o.c1 > 0.0 && o.c1 < 0.5, "c1", o.c1, "0 < c1 < ½");
  require(o.c2 > o.c1 && o.c2 < 1.0, "c2", o.c2, "c1 < c2 < 1");
  const double rounding = rounding_of(o);
  require(rounding >= 0.0 && rounding < 1.0, "cost_rounding", rounding, "0 ≤ cost_rounding < 1");
  const LbfgsState& s = state_;
  const std::size_t n = s.x.size();
  require(n > 0, "the number of variables", n, "1 or more");
  require(all_finite(s.x), "the point to begin at", "one that is not finite", "finite numbers");
  require(s.gradient.empty() || s.gradient.size() == n, "the gradient's size", s.gradient.size(), "the variables'");
  require(s.pairs.size() <= static_cast<std::size_t>(o.memory), "the number of pairs", s.pairs.size(),
          "no more than the memory");
  for (const LbfgsState::Pair& pair : s.pairs) {
    require(pair.s.size() == n, "the size of a pair's s", pair.s.size(), "the variables'");
    require(pair.y.size() == n, "the size of a pair's y", pair.y.size(), "the variables'");
    require(pair.sy > 0.0, "a pair's sᵀy", pair.sy, "a number above 0");
  }
}

std::optional<LbfgsStop> Lbfgs::advance(const Evaluate& f) {
  if (state_.gradient.empty() && !begin(f)) return LbfgsStop::not_finite;
  if (const auto reason = ended()) return reason;
  while (true) {
    const bool downhill = state_.pairs.empty();
    switch (choose_direction() ? search(f) : Found::none) {
      case Found::lower: return accept();
      case Found::no_evaluations: return LbfgsStop::evaluations;
      case Found::not_finite:
        if (downhill) return LbfgsStop::not_finite;
        break;
      case Found::none:
        if (downhill) return LbfgsStop::no_lower_point;
        break;
    }
    state_.pairs.clear();
  }
}

void Lbfgs::evaluate(const Evaluate& f, Point& at) {
  at.gradient.resize(at.x.size());
  at.cost = f(at.x, at.gradient);
  ++state_.evaluations;
}

/// The first evaluation; whether it was finite.
bool Lbfgs::begin(const Evaluate& f) {
  trial_.x = state_.x;
  evaluate(f, trial_);
  if (!std::isfinite(trial_.cost) || !all_finite(trial_.gradient)) return false;
  state_.cost = trial_.cost;
  state_.gradient = trial_.gradient;
  return true;
}

/// Why there is nothing to do, whatever the last step was.
std::optional<LbfgsStop> Lbfgs::ended() const {
  if (largest(state_.gradient) <= options_.gradient_tolerance) return LbfgsStop::gradient;
  if (state_.iterations >= options_.iterations) return LbfgsStop::iterations;
  if (state_.evaluations >= options_.evaluations) return LbfgsStop::evaluations;
  return std::nullopt;
}

/// direction = −H ∇f by the two-loop recursion; without pairs −∇f / |∇f|. Whether it descends.
bool Lbfgs::choose_direction() {
  direction_ = state_.gradient;
  const auto& pairs = state_.pairs;
  if (pairs.empty()) {
    const double length = norm(direction_);
    for (double& element : direction_) element /= -length;
    slope_ = -length;
    first_ = state_.step_length;
  } else {
    Vector along(pairs.size());
    for (std::size_t i = pairs.size(); i-- > 0;) {
      along[i] = dot(pairs[i].s, direction_) / pairs[i].sy;
      add(-along[i], pairs[i].y, direction_);
    }
    const double gamma = pairs.back().sy / dot(pairs.back().y, pairs.back().y);
    for (double& element : direction_) element *= gamma;
    for (std::size_t i = 0; i < pairs.size(); ++i)
      add(along[i] - dot(pairs[i].y, direction_) / pairs[i].sy, pairs[i].s, direction_);
    for (double& element : direction_) element = -element;
    slope_ = dot(state_.gradient, direction_);
    first_ = 1.0;
  }
  return std::isfinite(slope_) && slope_ < 0.0;
}

/// A lower point along the direction; where there is one, it is lower_.
Lbfgs::Found Lbfgs::search(const Evaluate& f) {
  LineSearch line(state_.cost, slope_, first_,
                  {.c1 = options_.c1, .c2 = options_.c2, .rounding = rounding_of(options_)});
  double reached = 0.0;  // the step of lower_
  bool any_finite = false;
  auto outcome = LineSearch::Outcome::goes_on;
  while (outcome == LineSearch::Outcome::goes_on) {
    const double step = line.step();
    trial_.x = state_.x;
    add(step, direction_, trial_.x);
    if (trial_.x == state_.x) {  // too short for any element; nothing new is to be learnt
      outcome = line.tell(state_.cost, slope_);
      continue;
    }
    if (state_.evaluations >= options_.evaluations) return Found::no_evaluations;
    evaluate(f, trial_);
    const double slope = dot(trial_.gradient, direction_);
    any_finite = any_finite || (std::isfinite(trial_.cost) && std::isfinite(slope));
    outcome = line.tell(trial_.cost, slope);
    if (line.best().step != step) continue;
    reached = step;
    std::swap(trial_, lower_);
  }
  if (reached > 0.0 && (outcome == LineSearch::Outcome::found || lower_.cost < state_.cost)) return Found::lower;
  return any_finite ? Found::none : Found::not_finite;
}

/// Goes to lower_.
std::optional<LbfgsStop> Lbfgs::accept() {
  remember_step();
  const double size = std::max(std::abs(state_.cost), std::abs(lower_.cost)), fall = state_.cost - lower_.cost;
  double moved = 0.0;
  for (std::size_t i = 0; i < state_.x.size(); ++i) moved = std::max(moved, std::abs(lower_.x[i] - state_.x[i]));
  std::swap(state_.x, lower_.x);
  std::swap(state_.gradient, lower_.gradient);
  state_.cost = lower_.cost;
  ++state_.iterations;
  const auto reason = ended();
  if (reason == LbfgsStop::gradient) return reason;
  if (options_.cost_tolerance > 0.0 && std::abs(fall) <= options_.cost_tolerance * size) return LbfgsStop::cost;
  if (options_.step_tolerance > 0.0 && moved <= options_.step_tolerance * largest(state_.x)) return LbfgsStop::step;
  return reason;
}

/// Keeps the pair of the step to lower_, if it tells of a positive curvature, in the place of the oldest.
void Lbfgs::remember_step() {
  subtract(lower_.x, state_.x, pair_.s);
  subtract(lower_.gradient, state_.gradient, pair_.y);
  pair_.sy = dot(pair_.s, pair_.y);
  state_.step_length = norm(pair_.s);
  const double least = std::numeric_limits<double>::epsilon() * std::abs(dot(pair_.s, state_.gradient));
  if (!std::isfinite(pair_.sy) || !(pair_.sy > least)) return;
  auto& pairs = state_.pairs;
  if (pairs.size() < static_cast<std::size_t>(options_.memory))
    pairs.emplace_back();
  else
    std::rotate(pairs.begin(), pairs.begin() + 1, pairs.end());
  std::swap(pairs.back(), pair_);
}

}  // namespace ansatz::optim
