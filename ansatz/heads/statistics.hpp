// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Scores of probabilities and numbers beside the truth. Every sum is weighted; without weights each row counts 1.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace ansatz::head {

/// A 95 % interval.
struct Bounds {
  double low = std::nan(""), high = std::nan("");
};

/// Wilson's score interval of a fraction of n independent rows: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n),
/// z = 1.959964. It has a width at 0 and 1 too. E. B. Wilson, J. Am. Stat. Assoc. 22, 209 (1927).
Bounds wilson(double fraction, double rows);

/// (Σ w)² / Σ w²: how many rows of equal weight tell as much. L. Kish, Survey Sampling (1965).
double effective_rows(std::span<const double> weights, std::int64_t rows);

/// Weights beside rows; empty: 1 each.
class Weights {
 public:
  explicit Weights(std::span<const double> weights) : weights_(weights) {}
  double operator[](std::size_t row) const { return weights_.empty() ? 1.0 : weights_[row]; }

 private:
  std::span<const double> weights_;
};

/// Rows of a yes/no question, from the highest probability of "yes" to the lowest, and sums up to each. Equal
/// probabilities stand together: nothing depends on their order.
class Ranking {
 public:
  /// `positive(row)`: the truth. @pre as many probabilities as rows.
  Ranking(std::span<const double> probabilities, const std::vector<bool>& positive, const Weights& weights);

  double positives() const { return positives_; }
  double negatives() const { return negatives_; }
  /// Area under the ROC curve: the probability that a positive row stands before a negative one, equal ones count ½.
  /// NaN where one of both is absent.
  double roc_auc() const;
  /// Σ (R_i − R_{i−1}) P_i over the thresholds, P precision and R recall. NaN without positive rows.
  double average_precision() const;

  /// What lies at or above a threshold.
  struct Cut {
    double threshold, positives, negatives;  ///< sums of weights
  };
  const std::vector<Cut>& cuts() const { return cuts_; }

 private:
  std::vector<Cut> cuts_;
  double positives_ = 0.0, negatives_ = 0.0;
};

/// Σ over 10 equal bins of [0, 1] of (weight of the bin) · |fraction right − mean confidence|: the expected calibration
/// error. C. Guo et al., ICML 2017.
double calibration_error(std::span<const double> confidence, const std::vector<bool>& right, const Weights& weights);

/// −ln p, with p not below 10⁻¹⁵, so that one certain mistake leaves the mean finite.
double log_loss_of(double probability);

}  // namespace ansatz::head
