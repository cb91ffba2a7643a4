// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A step along a line that a quasi-Newton method can use: the line search of J. J. Moré and D. J. Thuente, ACM Trans.
/// Math. Softw. 20, 286 (1994), doi:10.1145/192115.192132, with what to do where φ is flat to rounding (after
/// W. W. Hager, H. Zhang, SIAM J. Optim. 16, 170 (2005), doi:10.1137/030601880) or not finite.
#pragma once

#include <cstdint>
#include <limits>

namespace ansatz::optim {

/// φ(α) = f(x + α d) at a step α and its slope φ′(α) = ∇f(x + α d) · d.
struct LinePoint {
  double step = 0.0;
  double change = 0.0;  ///< φ(α) − φ(0)
  double slope = 0.0;
};

struct LineSearchOptions {
  double c1 = 1e-4;         ///< sufficient decrease: φ(α) ≤ φ(0) + c1 α φ′(0)
  double c2 = 0.9;          ///< small slope: |φ′(α)| ≤ c2 |φ′(0)|; both together are Wolfe's strong conditions
  double rounding = 0.0;    ///< relative error of φ, 2⁻⁵² at least: where values differ by less, slopes decide
  double longest = 1e10;    ///< the longest step that is tried
  std::int64_t tries = 40;  ///< at most
};

/// Asks for φ at one step after the other, so that the caller owns all evaluations:
///
///     LineSearch search(cost, slope, 1.0);
///     do { … cost and slope at search.step() … } while (search.tell(cost, slope) == LineSearch::Outcome::goes_on);
///
/// * It keeps an interval of uncertainty, one end of which is the lowest point so far. The next step is a minimum of
///   cubics and parabolas through the points; while no minimum is enclosed, steps grow to five times the last at most.
/// * Values that differ from φ(0) by no more than `rounding` say nothing. φ(α) − φ(0) is then taken to be
///   ½ α (φ′(0) + φ′(α)), the trapezoidal rule, unless that is larger than rounding can hide: slopes that values
///   contradict do not count. Sufficient decrease becomes φ′(α) ≤ (2 c1 − 1) φ′(0), Hager and Zhang's approximate
///   condition.
/// * A step where value or slope is not finite is a wall: what is tried next lies before it.
class LineSearch {
 public:
  enum class Outcome : std::uint8_t {
    goes_on,   ///< step() wants to be tried
    found,     ///< the step told last: it fulfils both conditions, or is the longest and still descends
    exhausted  ///< no step does, to rounding or in so many tries; best() may be lower than the start all the same
  };

  /// `value` and `slope`: φ(0), and φ′(0) < 0; `first`: the step to try first, > 0. @throws ArgumentError otherwise,
  /// and unless 0 < c1 ≤ c2 < 1, rounding ≥ 0, tries ≥ 1.
  LineSearch(double value, double slope, double first, const LineSearchOptions& options = {});

  /// The step to try now.
  double step() const { return step_; }
  /// What φ and φ′ are there.
  Outcome tell(double value, double slope);
  /// The lowest point so far; step 0 where none was lower than the start.
  const LinePoint& best() const { return best_; }

 private:
  double change_of(double value, double slope) const;
  void narrow(const LinePoint& trial);
  Outcome before_wall();
  Outcome within_limits();

  LineSearchOptions options_;
  double value_, slope_;    // φ(0), φ′(0)
  double step_;             // to be tried
  LinePoint best_, other_;  // the ends of the interval of uncertainty
  bool enclosed_ = false;   // whether a minimum lies between them
  bool tilted_ = true;  // whether φ(α) − c1 α φ′(0) may still be what is minimised (section 3 of the publication)
  double low_, high_;                                      // where an interpolated step may lie
  double width_, width_before_;                            // of the interval: now, and one try before
  double wall_ = std::numeric_limits<double>::infinity();  // the shortest step beyond best_ that was not finite
  std::int64_t tries_ = 0;
};

}  // namespace ansatz::optim
