// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// How well a score is known.
#pragma once

#include <span>

#include "ansatz/heads/head.hpp"

namespace ansatz::head {

/// Gives each score without an interval one from the bootstrap: 200 times as many rows as there are are drawn with
/// replacement, and measured; the interval holds the middle 95 % of what is found. Of more than 2000 rows, 2000 are
/// drawn, and the deviation is scaled by √(2000 / rows), with a normal interval. B. Efron, Ann. Stat. 7, 1 (1979);
/// P. J. Bickel, F. Götze, W. R. van Zwet, Stat. Sinica 7, 1 (1997). The draws are those of a fixed seed: equal
/// predictions have equal intervals. A score of fewer than 2 rows, or of
/// more than 200,000 probabilities of the rows drawn (a hundred classes of 2000 rows), gets none: it would take long.
void add_intervals(Metrics& metrics, const Head& head, Targets targets, const data::Dataset& data,
                   std::span<const double> predictions, std::span<const double> weights);

/// By how much a score of predictions `a` differs from that of `b` on the same rows, with the interval of the
/// difference from the same draws for both.
struct Difference {
  double value = std::nan("");  ///< above 0: a is better
  Bounds bounds = {};
  bool beaten() const { return bounds.low > 0.0; }  ///< a is better, beyond the uncertainty
};
/// Of each score, in the order of measure().
std::vector<Difference> differences(const Head& head, Targets targets, const data::Dataset& data,
                                    std::span<const double> a, std::span<const double> b,
                                    std::span<const double> weights);
/// Of the first one.
Difference difference(const Head& head, Targets targets, const data::Dataset& data, std::span<const double> a,
                      std::span<const double> b, std::span<const double> weights);

}  // namespace ansatz::head
