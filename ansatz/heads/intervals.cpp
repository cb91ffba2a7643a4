// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/heads/intervals.hpp"

#include <algorithm>
#include <cmath>

#include "ansatz/base/random.hpp"

namespace ansatz::head {

namespace {

constexpr int replicates = 200;
constexpr std::size_t most_rows = 2000;
constexpr std::size_t most_numbers = 200'000;  ///< of a replicate's predictions

/// Whether predictions of so many numbers for so many rows can be measured again and again.
bool affordable(std::size_t numbers, std::size_t rows) {
  return rows >= 2 && numbers / rows * std::min(rows, most_rows) <= most_numbers;
}

/// As many numbers as each row has, of the rows that were drawn.
template <class T>
std::vector<T> rows_of(std::span<const T> values, std::size_t rows, const std::vector<std::size_t>& drawn) {
  const std::size_t width = values.size() / rows;
  std::vector<T> result;
  result.reserve(width * drawn.size());
  for (std::size_t row : drawn)
    for (std::size_t i = 0; i < width; ++i) result.push_back(values[row * width + i]);
  return result;
}

/// What is measured again and again on rows that are drawn with replacement.
class Bootstrap {
 public:
  Bootstrap(const Head& head, Targets targets, const data::Dataset& data, std::span<const double> weights)
      : head_(head),
        targets_(targets),
        data_(data),
        weights_(weights),
        rows_(static_cast<std::size_t>(data.rows)),
        drawn_(std::min(rows_, most_rows)) {}

  std::size_t drawn() const { return drawn_.size(); }
  void draw() {
    for (std::size_t& row : drawn_) row = random_.below(static_cast<std::uint32_t>(rows_));
    again_.rows = static_cast<std::int64_t>(drawn_.size());
    again_.targets = rows_of(std::span(data_.targets), rows_, drawn_);
    again_.labels = rows_of(std::span(data_.labels), rows_, drawn_);
    again_weights_ = rows_of(weights_, rows_, drawn_);
  }
  /// The scores of predictions for the rows that were drawn last.
  Metrics measure(std::span<const double> predictions) const {
    return head::measure(head_, targets_, again_, rows_of(predictions, rows_, drawn_), again_weights_, std::nan(""));
  }

 private:
  const Head& head_;
  Targets targets_;
  const data::Dataset& data_;
  std::span<const double> weights_;
  std::size_t rows_;
  RandomStream random_{0, Purpose::bootstrap};
  std::vector<std::size_t> drawn_;
  data::Dataset again_;
  std::vector<double> again_weights_;
};

/// The value below which a fraction of the sorted values lies, between two of them in proportion.
double quantile(const std::vector<double>& sorted, double fraction) {
  const double place = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double deviation(const std::vector<double>& values) {
  double mean = 0.0, square = 0.0;
  for (double value : values) mean += value / static_cast<double>(values.size());
  for (double value : values) square += (value - mean) * (value - mean);
  return std::sqrt(square / static_cast<double>(values.size() - 1));
}

Bounds bounds_of(std::vector<double> values, double value, std::size_t rows, std::size_t drawn) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  if (values.size() < replicates / 2) return {};
  if (drawn < rows) {
    const double half =
        1.959963984540054 * deviation(values) * std::sqrt(static_cast<double>(drawn) / static_cast<double>(rows));
    return {value - half, value + half};
  }
  std::sort(values.begin(), values.end());
  return {std::min(value, quantile(values, 0.025)), std::max(value, quantile(values, 0.975))};
}

}  // namespace

void add_intervals(Metrics& metrics, const Head& head, Targets targets, const data::Dataset& data,
                   std::span<const double> predictions, std::span<const double> weights) {
  const auto rows = static_cast<std::size_t>(std::max<std::int64_t>(data.rows, 0));
  const auto open = [](const Score& score) { return std::isnan(score.bounds.low) && std::isfinite(score.value); };
  if (!affordable(predictions.size(), rows) || std::none_of(metrics.scores.begin(), metrics.scores.end(), open)) return;
  Bootstrap bootstrap(head, targets, data, weights);
  std::vector<std::vector<double>> found(metrics.scores.size());
  for (int i = 0; i < replicates; ++i) {
    bootstrap.draw();
    const Metrics again = bootstrap.measure(predictions);
    for (std::size_t k = 0; k < found.size(); ++k) found[k].push_back(again.scores.at(k).value);
  }
  for (std::size_t k = 0; k < found.size(); ++k)
    if (Score& score = metrics.scores[k]; open(score))
      score.bounds = bounds_of(std::move(found[k]), score.value, rows, bootstrap.drawn());
}

std::vector<Difference> differences(const Head& head, Targets targets, const data::Dataset& data,
                                    std::span<const double> a, std::span<const double> b,
                                    std::span<const double> weights) {
  const auto better = [](const Metrics& of_a, const Metrics& of_b, std::size_t k) {
    const double more = of_a.scores.at(k).value - of_b.scores.at(k).value;
    return of_a.scores[k].lower ? -more : more;
  };
  const Metrics of_a = measure(head, targets, data, a, weights, 0.0),
                of_b = measure(head, targets, data, b, weights, 0.0);
  std::vector<Difference> result(of_a.scores.size());
  for (std::size_t k = 0; k < result.size(); ++k) result[k].value = better(of_a, of_b, k);
  if (!affordable(a.size(), static_cast<std::size_t>(data.rows))) return result;
  Bootstrap bootstrap(head, targets, data, weights);
  std::vector<std::vector<double>> found(result.size());
  for (int i = 0; i < replicates; ++i) {
    bootstrap.draw();
    const Metrics again_a = bootstrap.measure(a), again_b = bootstrap.measure(b);
    for (std::size_t k = 0; k < result.size(); ++k) found[k].push_back(better(again_a, again_b, k));
  }
  for (std::size_t k = 0; k < result.size(); ++k)
    result[k].bounds =
        bounds_of(std::move(found[k]), result[k].value, static_cast<std::size_t>(data.rows), bootstrap.drawn());
  return result;
}

Difference difference(const Head& head, Targets targets, const data::Dataset& data, std::span<const double> a,
                      std::span<const double> b, std::span<const double> weights) {
  return differences(head, targets, data, a, b, weights).at(0);
}

}  // namespace ansatz::head
