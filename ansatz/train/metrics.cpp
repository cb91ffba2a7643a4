// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ansatz::train {

namespace {

std::int32_t predicted_class(std::span<const double> response) {
  if (response.size() == 1) return response[0] > 0.5 ? 1 : 0;
  return static_cast<std::int32_t>(std::max_element(response.begin(), response.end()) - response.begin());
}

void measure_classes(Metrics& m, const data::TargetColumn& target, const data::Dataset& data,
                     std::span<const double> predictions, std::span<const double> weights) {
  const std::size_t classes = target.classes.size();
  const std::size_t width = target.task == data::Task::multiclass ? classes : 1;
  m.class_names = target.classes;
  m.confusion.assign(classes * classes, 0);
  double right = 0.0, total = 0.0;
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    const double weight = weights.empty() ? 1.0 : weights[i];
    const auto is = static_cast<std::size_t>(data.labels[i]);
    const auto said = static_cast<std::size_t>(predicted_class(predictions.subspan(i * width, width)));
    ++m.confusion[is * classes + said];
    total += weight;
    if (is == said) right += weight;
  }
  m.accuracy = right / total;
  m.accuracy_uncertainty = std::sqrt(m.accuracy * (1.0 - m.accuracy) / static_cast<double>(m.rows));
}

void measure_numbers(Metrics& m, const data::TargetColumn& target, const data::Dataset& data,
                     std::span<const double> predictions, std::span<const double> weights) {
  const auto weight = [&](std::size_t i) { return weights.empty() ? 1.0 : weights[i]; };
  double total = 0.0, mean = 0.0, errors = 0.0, spread = 0.0;
  for (std::size_t i = 0; i < data.targets.size(); ++i) {
    total += weight(i);
    mean += weight(i) * target.in_unit(data.targets[i]);
  }
  mean /= total;
  for (std::size_t i = 0; i < data.targets.size(); ++i) {
    const double truth = target.in_unit(data.targets[i]);
    errors += weight(i) * (predictions[i] - truth) * (predictions[i] - truth);
    spread += weight(i) * (truth - mean) * (truth - mean);
  }
  m.rmse = std::sqrt(errors / total);
  m.r2 = spread > 0.0 ? 1.0 - errors / spread : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Metrics measure(const data::TargetColumn& target, const data::Dataset& data, std::span<const double> predictions,
                std::span<const double> weights, double cost) {
  Metrics m;
  m.rows = data.rows;
  m.cost = cost;
  m.classes = target.task != data::Task::regression;
  if (data.rows == 0) return m;
  if (m.classes)
    measure_classes(m, target, data, predictions, weights);
  else
    measure_numbers(m, target, data, predictions, weights);
  return m;
}

std::string to_string(const Metrics& m) {
  if (m.rows == 0) return "no rows";
  if (m.classes)
    return fmt::format("cost {:.4g}, accuracy {:.4f} ± {:.4f} ({} rows)", m.cost, m.accuracy, m.accuracy_uncertainty,
                       m.rows);
  return fmt::format("cost {:.4g}, RMSE {:.4g}, R² {:.4f} ({} rows)", m.cost, m.rmse, m.r2, m.rows);
}

std::string confusion_table(const Metrics& m) {
  const std::size_t n = m.class_names.size();
  std::size_t width = 4;
  for (const std::string& name : m.class_names) width = std::max(width, name.size());
  std::string text = fmt::format("{:>{}} |", "true", width);
  for (const std::string& name : m.class_names) text += fmt::format(" {:>{}}", name, width);
  text += fmt::format("   <- predicted\n{:->{}}\n", "", (width + 1) * (n + 1) + 1);
  for (std::size_t i = 0; i < n; ++i) {
    text += fmt::format("{:>{}} |", m.class_names[i], width);
    for (std::size_t j = 0; j < n; ++j) {
      const std::int64_t count = m.confusion[i * n + j];
      text += count == 0 ? fmt::format(" {:>{}}", "·", width) : fmt::format(" {:>{}}", count, width);
    }
    text += '\n';
  }
  return text;
}

}  // namespace ansatz::train

fmt::format_context::iterator fmt::formatter<ansatz::train::Metrics>::format(const ansatz::train::Metrics& metrics,
                                                                             fmt::format_context& context) const {
  return fmt::formatter<fmt::string_view>::format(ansatz::train::to_string(metrics), context);
}
