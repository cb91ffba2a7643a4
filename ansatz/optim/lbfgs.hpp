// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// L-BFGS: a quasi-Newton method for functions of many variables (D. C. Liu, J. Nocedal, Math. Program. 45, 503 (1989),
/// doi:10.1007/BF01589116). It minimises any f: Rⁿ → R, in f64, and knows nothing of graphs and networks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ansatz/base/options.hpp"

namespace ansatz::optim {

/// f(x), with ∂f/∂x written into `gradient`; both are [n]. Values that are not finite say that x is outside of f's
/// domain.
using Evaluate = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct LbfgsOptions {
  int memory = 10;                    ///< pairs of steps and changes of the gradient that are kept
  double gradient_tolerance = 1e-10;  ///< ends where max |∂f/∂xᵢ| is no larger
  double cost_tolerance = 0.0;        ///< ends after a step with |Δf| ≤ tolerance · max(|f|, |f before|); 0: never
  double step_tolerance = 0.0;        ///< ends after a step with max |Δxᵢ| ≤ tolerance · max |xᵢ|; 0: never
  std::int64_t iterations = 10'000;   ///< at most
  std::int64_t evaluations = 20'000;  ///< at most. A step whose line search they do not suffice for is not made
  double c1 = 1e-4, c2 = 0.9;         ///< of Wolfe's conditions, see LineSearchOptions
  /// Relative error of f: costs that differ by less are told apart by gradients. Default: 1e-14, and 1e-7 where a
  /// network or a function computes in f32.
  std::optional<double> cost_rounding = {};
};

/// Why a minimisation ended.
enum class LbfgsStop : std::uint8_t {
  gradient,        ///< its largest element is small enough
  cost,            ///< it fell by too little
  step,            ///< it was too short
  iterations,      ///< all were made
  evaluations,     ///< all were made
  no_lower_point,  ///< was found, not along −∇f either: the usual end where the gradient is at its rounding
  not_finite       ///< f at the start, or at every point the line search tried
};
/// In words.
std::string_view describe(LbfgsStop reason);

/// Everything that a minimisation consists of between two iterations: put back, it goes on with the same bits.
struct LbfgsState {
  /// s = xₖ₊₁ − xₖ and y = ∇fₖ₊₁ − ∇fₖ of one step.
  struct Pair {
    std::vector<double> s = {}, y = {};
    double sy = 0.0;  ///< sᵀy > 0
    friend bool operator==(const Pair&, const Pair&) = default;
  };
  std::vector<double> x = {};
  double cost = 0.0;                  ///< f(x), once there were evaluations
  std::vector<double> gradient = {};  ///< ∂f/∂x; empty before f(x) was evaluated
  std::vector<Pair> pairs = {};       ///< the oldest first
  double step_length = 1.0;           ///< |s| of the last step
  std::int64_t iterations = 0;
  std::int64_t evaluations = 0;

  friend bool operator==(const LbfgsState&, const LbfgsState&) = default;
};

/// x ← x − α H ∇f, H the inverse Hessian as the last pairs tell it:
///
///     Lbfgs minimiser({.memory = 20}, start);
///     std::optional<LbfgsStop> stop;
///     while (!(stop = minimiser.advance(f))) { … minimiser.state().cost … }
///
/// * H ∇f is computed by the two-loop recursion, from γ I with γ = sᵀy / yᵀy of the last pair.
/// * α fulfils Wolfe's strong conditions (optim/line_search.hpp); 1 is tried first. Where f is flat to `cost_rounding`,
///   gradients decide, so that they become as small as f64 lets them. Where f is not finite, steps become shorter.
/// * A pair with sᵀy ≤ ε |sᵀ∇f|, ε = 2⁻⁵², is left out. Where the direction does not descend, or no step along it is
///   lower, the pairs are forgotten. Without pairs it goes along −∇f, first as far as the step before, or 1.
/// * Sums of products are in the order of base/contraction.hpp: the bits depend on f alone.
///
/// State: (2 · memory + 2) n numbers; an iteration: about 8 · memory · n operations beside f.
class Lbfgs {
 public:
  /// Begins at `start` [n]; f is not evaluated yet. @throws ArgumentError for n = 0, numbers that are not finite and
  /// options out of range.
  Lbfgs(LbfgsOptions options, std::span<const double> start);
  /// Goes on from a state. @throws ArgumentError also where its vectors differ in length, and for more pairs than the
  /// memory holds.
  Lbfgs(LbfgsOptions options, LbfgsState state);

  /// One iteration, of one evaluation or more; before the first, f(x) is evaluated. Returns why there are no more to
  /// come, or nothing. Called again after the end, it tells the reason again, or goes on where the last step alone was
  /// the reason. What f throws comes through; state() is then that of the last iteration and may go on.
  std::optional<LbfgsStop> advance(const Evaluate& f);

  const LbfgsState& state() const { return state_; }
  const LbfgsOptions& options() const { return options_; }

 private:
  struct Point {
    std::vector<double> x, gradient;
    double cost = 0.0;
  };
  enum class Found : std::uint8_t { lower, none, not_finite, no_evaluations };

  void check() const;
  void evaluate(const Evaluate& f, Point& at);
  bool begin(const Evaluate& f);
  std::optional<LbfgsStop> ended() const;
  bool choose_direction();
  Found search(const Evaluate& f);
  std::optional<LbfgsStop> accept();
  void remember_step();

  LbfgsOptions options_;
  LbfgsState state_;
  std::vector<double> direction_;
  double slope_ = 0.0;     // ∇f · direction
  double first_ = 1.0;     // the step to try first
  Point trial_, lower_;    // of the line search: the point now tried, and the lowest
  LbfgsState::Pair pair_;  // of the last step
};

}  // namespace ansatz::optim

namespace ansatz {
template <>
inline constexpr auto option_rows<optim::LbfgsOptions> = std::to_array<Option<optim::LbfgsOptions>>(
    {{"memory", &optim::LbfgsOptions::memory, "pairs of steps and gradients that are kept", at_least(1)},
     {"gradient_tolerance", &optim::LbfgsOptions::gradient_tolerance, "ends below this max |∂f/∂x|", at_least(0)},
     {"cost_tolerance", &optim::LbfgsOptions::cost_tolerance, "ends below this relative change", at_least(0)},
     {"step_tolerance", &optim::LbfgsOptions::step_tolerance, "ends below this relative step", at_least(0)},
     {"iterations", &optim::LbfgsOptions::iterations, "at most", at_least(0)},
     {"evaluations", &optim::LbfgsOptions::evaluations, "at most", at_least(1)},
     {"c1",
      &optim::LbfgsOptions::c1,
      "sufficient decrease",
      {.low = 0, .high = 1, .low_excluded = true, .high_excluded = true}},
     {"c2", &optim::LbfgsOptions::c2, "curvature", {.low = 0, .high = 1, .low_excluded = true, .high_excluded = true}},
     {"cost_rounding", &optim::LbfgsOptions::cost_rounding, "relative error of the cost; none: as dtype",
      at_least(0)}});
}  // namespace ansatz
