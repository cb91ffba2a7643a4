// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <limits>

#include "ansatz/assess/baseline.hpp"

namespace ansatz::assess {

namespace {

constexpr std::array<std::int64_t, 4> candidates = {1, 3, 10, 30};
constexpr std::int64_t tried_rows = 300;

/// The training rows nearest to x, the nearest first; `left_out`: one that is not looked at.
std::vector<std::int64_t> nearest(const data::Dataset& train, const double* x, std::int64_t k, std::int64_t left_out) {
  std::vector<std::pair<double, std::int64_t>> distances;
  for (std::int64_t row = 0; row < train.rows; ++row) {
    if (row == left_out) continue;
    const double* const other = train.inputs.data() + row * train.features;
    double sum = 0.0;
    for (std::int64_t i = 0; i < train.features; ++i) sum += (x[i] - other[i]) * (x[i] - other[i]);
    distances.emplace_back(sum, row);
  }
  const auto count = std::min<std::ptrdiff_t>(k, std::ssize(distances));
  std::partial_sort(distances.begin(), distances.begin() + count, distances.end());
  std::vector<std::int64_t> rows;
  for (std::ptrdiff_t i = 0; i < count; ++i) rows.push_back(distances[static_cast<std::size_t>(i)].second);
  return rows;
}

/// What the first k of these training rows say: the mean of each target, or the fraction of each class.
std::vector<double> mean_of(const Question& question, std::span<const std::int64_t> rows, std::int64_t k) {
  const data::Dataset& train = question.train;
  const bool labels = question.encoding.target_kind == data::TargetKind::labels;
  const std::size_t width = labels ? question.encoding.target().classes.size() : question.encoding.targets.size();
  std::vector<double> mean(width, 0.0);
  const std::size_t count = std::min(static_cast<std::size_t>(k), rows.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = static_cast<std::size_t>(rows[i]);
    if (labels)
      mean[static_cast<std::size_t>(train.labels[row])] += 1.0 / static_cast<double>(count);
    else
      for (std::size_t j = 0; j < width; ++j) mean[j] += train.targets[row * width + j] / static_cast<double>(count);
  }
  return mean;
}

/// Σ (said − true)² of a training row.
double error_of(const Question& question, const std::vector<double>& said, std::size_t row) {
  double error = 0.0;
  for (std::size_t j = 0; j < said.size(); ++j) {
    const double truth = question.encoding.target_kind == data::TargetKind::labels
                             ? (static_cast<std::size_t>(question.train.labels[row]) == j ? 1.0 : 0.0)
                             : question.train.targets[row * said.size() + j];
    error += (said[j] - truth) * (said[j] - truth);
  }
  return error;
}

std::int64_t best_k(const Question& question) {
  const data::Dataset& train = question.train;
  std::array<double, candidates.size()> errors{};
  const std::int64_t step = std::max<std::int64_t>(1, train.rows / tried_rows);
  for (std::int64_t row = 0; row < train.rows; row += step) {
    const auto rows = nearest(train, train.inputs.data() + row * train.features, candidates.back(), row);
    for (std::size_t c = 0; c < candidates.size(); ++c)
      errors[c] += error_of(question, mean_of(question, rows, candidates[c]), static_cast<std::size_t>(row));
  }
  return candidates[static_cast<std::size_t>(std::min_element(errors.begin(), errors.end()) - errors.begin())];
}

}  // namespace

Baseline neighbours(NeighboursOptions o) {
  return {.named = named("neighbours", o), .label = "nearest neighbours", .predict = [o](const Question& question) {
            std::vector<double> said;
            const data::TargetKind kind = question.encoding.target_kind;
            const bool answers = kind == data::TargetKind::labels || question.head.is_linear();
            if (!answers || question.train.rows < 2) return said;
            const std::int64_t k = o.k > 0 ? o.k : best_k(question);
            for (std::int64_t row = 0; row < question.asked.rows; ++row) {
              const double* const x = question.asked.inputs.data() + row * question.asked.features;
              std::vector<double> mean = mean_of(question, nearest(question.train, x, k, -1), k);
              if (question.head.labels_as_numbers) mean.erase(mean.begin());  // the probability of the second class
              said.insert(said.end(), mean.begin(), mean.end());
            }
            head::put_in_units(question.head, question.encoding.targets, said);
            return said;
          }};
}

}  // namespace ansatz::assess
