// SPDX-License-Identifier: BSD-3-Clause
// Heads whose responses are probabilities: binary, multilabel, multiclass, probability, distribution.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ansatz/heads/columns.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::head {

namespace {

Var probability_of(const Var& z) { return sigmoid(z); }
Var probabilities_of(const Var& z) { return softmax(z); }

double weight_of(std::span<const double> weights, std::size_t row) { return weights.empty() ? 1.0 : weights[row]; }

/// Accuracy and confusion matrix of one column of classes; said(row): the class that is predicted.
template <class Said>
void measure_classes(Metrics& m, Targets targets, const data::Dataset& data, std::span<const double> weights,
                     const Said& said) {
  const std::size_t classes = targets[0].classes.size();
  m.class_names = targets[0].classes;
  m.confusion.assign(classes * classes, 0);
  double right = 0.0, total = 0.0;
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    const auto is = static_cast<std::size_t>(data.labels[i]), given = said(i);
    ++m.confusion[is * classes + given];
    total += weight_of(weights, i);
    if (is == given) right += weight_of(weights, i);
  }
  m.scores.push_back(fraction("accuracy", "accuracy", right / total, m.rows));
}

/// Whether the label is the first largest output, in operations that join the cost's pass over the rows: the class as a
/// number of the outputs' dtype, not as argmax's integer.
Var correct_class(const Var& outputs, const Var& targets) {
  const std::int64_t classes = outputs.shape()[1];
  std::vector<double> ascending(static_cast<std::size_t>(classes));
  std::iota(ascending.begin(), ascending.end(), 0.0);
  const Var number = broadcast_to(constant(ascending, outputs.dtype(), {classes}), outputs.shape());
  const Var largest = equal(outputs, broadcast_to(max(outputs, {1}, Keep::yes), outputs.shape()));
  const Var first = min(where(largest, number, static_cast<double>(classes)), {1}, Keep::yes);
  const Var said = equal(number, broadcast_to(first, outputs.shape()));
  return sum(where(said, one_hot(targets, classes, outputs.dtype()), 0.0), {1});
}

/// Whether σ(z) > ½ where the target is 1, and only there.
Var agree(const Var& z, const Var& targets) {
  const Var said = z > 0.0, is = targets > 0.5;
  return cast((said && is) || (!said && !is), z.dtype());
}

Var correct_answer(const Var& outputs, const Var& targets) {
  return agree(reshape(outputs, {outputs.shape()[0]}), targets);
}

/// All answers of the row are right.
Var correct_answers(const Var& outputs, const Var& targets) {
  if (targets.shape().rank() == 1) return correct_answer(outputs, targets);
  return min(agree(outputs, targets), {1});
}

std::string probability_of_class(const std::string& name) { return fmt::format("p({})", name); }

std::size_t largest_of(std::span<const double> row) {
  return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

std::vector<std::string> class_columns(Targets targets) {
  std::vector<std::string> columns = {targets[0].name};
  for (const std::string& name : targets[0].classes) columns.push_back(probability_of_class(name));
  return columns;
}

std::vector<std::string> class_cells(Targets targets, std::span<const double> p) {
  std::vector<std::string> cells = {targets[0].classes[largest_of(p)]};
  for (double probability : p) cells.push_back(fmt::format("{}", probability));
  return cells;
}

/// Root mean square error of probabilities that are the target themselves.
void measure_probabilities(Metrics& m, Targets targets, const data::Dataset& data, std::span<const double> predictions,
                           std::span<const double> weights) {
  double error = 0.0, total = 0.0;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const double weight = weight_of(weights, i / targets.size());
    error += weight * std::pow(predictions[i] - data.targets[i], 2);
    total += weight;
  }
  m.scores.push_back({.name = "rmse", .label = "RMSE", .value = std::sqrt(error / total)});
}

}  // namespace

Head binary() {
  return {.named = {"binary"},
          .target = {data::TargetKind::labels, false},
          .says = "sigmoid",
          .labels_as_numbers = true,
          .outputs = [](Targets) { return std::int64_t{1}; },
          .response = probability_of,
          .costs = {"binary_cross_entropy", "squared_error", "absolute", "huber"},
          .default_cost = cost::binary_cross_entropy(),
          .correct = correct_answer,
          .columns = class_columns,
          .cells =
              [](Targets targets, std::span<const double> p) {
                const double both[] = {1.0 - p[0], p[0]};
                return class_cells(targets, both);
              },
          .measure =
              [](Metrics& m, Targets targets, const data::Dataset& data, std::span<const double> predictions,
                 std::span<const double> weights) {
                measure_classes(m, targets, data, weights,
                                [&](std::size_t row) -> std::size_t { return predictions[row] > 0.5 ? 1 : 0; });
              }};
}

Head multiclass() {
  return {.named = {"multiclass"},
          .target = {data::TargetKind::labels, false},
          .says = "softmax",
          .outputs = [](Targets targets) { return static_cast<std::int64_t>(targets[0].classes.size()); },
          .response = probabilities_of,
          .costs = {"cross_entropy", "squared_error", "absolute", "huber"},
          .default_cost = cost::cross_entropy(),
          .correct = correct_class,
          .columns = class_columns,
          .cells = class_cells,
          .measure =
              [](Metrics& m, Targets targets, const data::Dataset& data, std::span<const double> predictions,
                 std::span<const double> weights) {
                const std::size_t width = targets[0].classes.size();
                measure_classes(m, targets, data, weights,
                                [&](std::size_t row) { return largest_of(predictions.subspan(row * width, width)); });
              }};
}

Head multilabel() {
  return {.named = {"multilabel"},
          .target = {data::TargetKind::flags, false},
          .says = "sigmoid",
          .outputs = one_each,
          .response = probability_of,
          .costs = {"binary_cross_entropy", "squared_error", "absolute", "huber"},
          .default_cost = cost::binary_cross_entropy(),
          .correct = correct_answers,
          .columns =
              [](Targets targets) {
                std::vector<std::string> columns = names_of(targets);
                for (const data::TargetColumn& target : targets)
                  columns.push_back(fmt::format("p({} = {})", target.name, target.classes[1]));
                return columns;
              },
          .cells =
              [](Targets targets, std::span<const double> p) {
                std::vector<std::string> cells;
                for (std::size_t k = 0; k < targets.size(); ++k)
                  cells.push_back(targets[k].classes[p[k] > 0.5 ? 1 : 0]);
                for (double probability : p) cells.push_back(fmt::format("{}", probability));
                return cells;
              },
          .measure =
              [](Metrics& m, Targets targets, const data::Dataset& data, std::span<const double> predictions,
                 std::span<const double> weights) {
                const std::size_t n = targets.size();
                double all_right = 0.0, total = 0.0;
                std::vector<double> right(n, 0.0);
                for (std::size_t row = 0; row < static_cast<std::size_t>(data.rows); ++row) {
                  const double weight = weight_of(weights, row);
                  bool all = true;
                  for (std::size_t k = 0; k < n; ++k) {
                    const bool agrees = (predictions[row * n + k] > 0.5) == (data.targets[row * n + k] > 0.5);
                    right[k] += agrees ? weight : 0.0;
                    all = all && agrees;
                  }
                  all_right += all ? weight : 0.0;
                  total += weight;
                }
                const double mean = std::accumulate(right.begin(), right.end(), 0.0) / total / static_cast<double>(n);
                m.scores.push_back(fraction("accuracy", "accuracy", mean, m.rows));
                m.scores.push_back(fraction("all_right", "all right", all_right / total, m.rows));
                for (std::size_t k = 0; k < n; ++k)
                  m.scores.push_back(fraction(fmt::format("accuracy({})", targets[k].name),
                                              fmt::format("accuracy({})", targets[k].name), right[k] / total, m.rows));
              }};
}

Head probability() {
  return {.named = {"probability"},
          .target = {data::TargetKind::numbers, false},
          .range = between(0, 1),
          .says = "sigmoid",
          .outputs = one_each,
          .response = probability_of,
          .costs = {"binary_cross_entropy", "squared_error", "absolute", "huber"},
          .default_cost = cost::binary_cross_entropy(),
          .columns = names_of,
          .cells = numbers_of,
          .measure = measure_probabilities};
}

Head distribution() {
  return {.named = {"distribution"},
          .target = {data::TargetKind::numbers, false},
          .range = between(0, 1),
          .says = "softmax",
          .outputs = one_each,
          .response = probabilities_of,
          .costs = {"cross_entropy", "squared_error", "absolute", "huber"},
          .default_cost = cost::cross_entropy(),
          .columns = names_of,
          .cells = numbers_of,
          .measure = measure_probabilities};
}

}  // namespace ansatz::head
