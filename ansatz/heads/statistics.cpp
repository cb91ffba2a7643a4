// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/heads/statistics.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace ansatz::head {

Bounds wilson(double fraction, double rows) {
  if (!(rows > 0.0) || std::isnan(fraction)) return {};
  constexpr double z = 1.959963984540054;
  const double shrink = 1.0 + z * z / rows;
  const double centre = (fraction + z * z / (2.0 * rows)) / shrink;
  const double half = z * std::sqrt(fraction * (1.0 - fraction) / rows + z * z / (4.0 * rows * rows)) / shrink;
  return {std::clamp(centre - half, 0.0, fraction), std::clamp(centre + half, fraction, 1.0)};
}

double effective_rows(std::span<const double> weights, std::int64_t rows) {
  if (weights.empty()) return static_cast<double>(rows);
  double sum = 0.0, squares = 0.0;
  for (double weight : weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0.0 ? sum * sum / squares : 0.0;
}

Ranking::Ranking(std::span<const double> probabilities, const std::vector<bool>& positive, const Weights& weights) {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t row = order[i];
    (positive[row] ? positives_ : negatives_) += weights[row];
    const bool last_of_equals = i + 1 == order.size() || probabilities[order[i + 1]] != probabilities[row];
    if (last_of_equals) cuts_.push_back({probabilities[row], positives_, negatives_});
  }
}

double Ranking::roc_auc() const {
  if (!(positives_ > 0.0) || !(negatives_ > 0.0)) return std::nan("");
  double area = 0.0, before = 0.0, false_before = 0.0;
  for (const Cut& cut : cuts_) {
    area += (cut.negatives - false_before) * 0.5 * (cut.positives + before);
    before = cut.positives;
    false_before = cut.negatives;
  }
  return area / positives_ / negatives_;
}

double Ranking::average_precision() const {
  if (!(positives_ > 0.0)) return std::nan("");
  double sum = 0.0, before = 0.0;
  for (const Cut& cut : cuts_) {
    const double chosen = cut.positives + cut.negatives;
    if (chosen > 0.0) sum += (cut.positives - before) * cut.positives / chosen;
    before = cut.positives;
  }
  return sum / positives_;
}

double calibration_error(std::span<const double> confidence, const std::vector<bool>& right, const Weights& weights) {
  constexpr std::size_t bins = 10;
  std::array<double, bins> said{}, was{};
  double total = 0.0;
  for (std::size_t row = 0; row < confidence.size(); ++row) {
    const double place = std::clamp(confidence[row], 0.0, 1.0) * static_cast<double>(bins);
    const std::size_t bin = std::min(bins - 1, static_cast<std::size_t>(place));
    said[bin] += weights[row] * confidence[row];
    was[bin] += right[row] ? weights[row] : 0.0;
    total += weights[row];
  }
  double error = 0.0;
  for (std::size_t bin = 0; bin < bins; ++bin) error += std::abs(said[bin] - was[bin]);
  return error / total;
}

double log_loss_of(double probability) { return -std::log(std::max(probability, 1e-15)); }

}  // namespace ansatz::head
