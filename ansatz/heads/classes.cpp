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

/// What rows of classes are scored by: the class that is, the one that is said, and how surely each.
struct ClassRows {
  std::size_t classes;
  std::vector<std::size_t> is = {}, said = {};
  /// Probabilities of all classes, [rows, classes].
  std::vector<double> probabilities = {};
};

/// The class with the largest probability, the first of equals.
std::size_t largest_of(std::span<const double> row) {
  return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

/// Weights of the rows that are a class, that are said to be, and both.
struct ClassSums {
  double is = 0.0, said = 0.0, right = 0.0;
};

/// Means over the classes that have rows: of recall (balanced accuracy), of F1 = 2 TP / (2 TP + FP + FN).
void measure_each_class(Metrics& m, const std::vector<ClassSums>& sums) {
  const bool question = sums.size() == 2;
  double recalls = 0.0, f1s = 0.0, present = 0.0;
  const auto f1_of = [](const ClassSums& c) { return 2.0 * c.right / (c.is + c.said); };
  for (const ClassSums& c : sums) {
    if (!(c.is > 0.0)) continue;
    present += 1.0;
    recalls += c.right / c.is;
    f1s += f1_of(c);
  }
  m.scores.push_back({.name = "balanced_accuracy",
                      .label = "balanced accuracy",
                      .value = recalls / present,
                      .fraction = true,
                      .brief = false});
  m.scores.push_back({.name = "f1",
                      .label = question ? "F1" : "F1, mean of the classes",
                      .value = question ? f1_of(sums[1]) : f1s / present,
                      .fraction = true,
                      .brief = false});
}

/// More classes than these have no confusion matrix, or no curves: they would take the square of their number, or a
/// sort of the rows each.
constexpr std::size_t most_in_matrix = 1000, most_curves = 100;

/// Accuracy, confusion matrix and the scores of probabilities of one column of classes. Two classes are the question
/// whether it is the second one.
void measure_classes(Metrics& m, Targets targets, const data::Dataset& data, std::span<const double> weights,
                     const ClassRows& rows) {
  const std::size_t n = rows.classes, count = rows.is.size();
  const Weights weight(weights);
  m.class_names = targets[0].classes;
  if (n <= most_in_matrix) m.confusion.assign(n * n, 0);
  std::vector<ClassSums> sums(n);
  std::vector<double> confidence(count);
  std::vector<bool> right(count);
  double total = 0.0, right_sum = 0.0, brier = 0.0, log_loss = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::span<const double> p = std::span(rows.probabilities).subspan(i * n, n);
    if (n <= most_in_matrix) ++m.confusion[rows.is[i] * n + rows.said[i]];
    right[i] = rows.is[i] == rows.said[i];
    sums[rows.is[i]].is += weight[i];
    sums[rows.said[i]].said += weight[i];
    if (right[i]) sums[rows.is[i]].right += weight[i];
    confidence[i] = p[rows.said[i]];
    total += weight[i];
    right_sum += right[i] ? weight[i] : 0.0;
    log_loss += weight[i] * log_loss_of(p[rows.is[i]]);
    double square = 0.0;
    for (std::size_t c = 0; c < n; ++c) square += std::pow(p[c] - (c == rows.is[i] ? 1.0 : 0.0), 2);
    brier += weight[i] * (n == 2 ? 0.5 * square : square);
  }
  m.scores.push_back(fraction("accuracy", "accuracy", right_sum / total, effective_rows(weights, data.rows)));

  double areas = 0.0, precisions = 0.0, with_area = 0.0;
  std::vector<double> p_of_class(count);
  std::vector<bool> is_class(count);
  for (std::size_t c = n == 2 ? 1 : 0; c < n && n <= most_curves; ++c) {
    for (std::size_t i = 0; i < count; ++i) {
      p_of_class[i] = rows.probabilities[i * n + c];
      is_class[i] = rows.is[i] == c;
    }
    const Ranking ranking(p_of_class, is_class, weight);
    if (std::isnan(ranking.roc_auc())) continue;
    areas += ranking.roc_auc();
    precisions += ranking.average_precision();
    with_area += 1.0;
  }
  const auto add = [&](std::string name, std::string label, double value, bool brief = false, bool lower = false) {
    m.scores.push_back({.name = std::move(name),
                        .label = std::move(label),
                        .value = value,
                        .fraction = true,
                        .brief = brief,
                        .lower = lower,
                        .why = std::isnan(value) ? "one class only" : ""});
  };
  const std::string of_classes = n == 2 ? "" : ", mean of the classes";
  if (n <= most_curves) add("roc_auc", "ROC AUC" + of_classes, areas / with_area, n == 2);
  measure_each_class(m, sums);
  if (n <= most_curves) add("average_precision", "average precision" + of_classes, precisions / with_area);
  add("brier", "Brier score", brier / total, false, true);
  add("log_loss", "log loss", log_loss / total, false, true);
  add("calibration_error", "calibration error", calibration_error(confidence, right, weight), false, true);
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
    const double weight = Weights(weights)[i / targets.size()];
    error += weight * std::pow(predictions[i] - data.targets[i], 2);
    total += weight;
  }
  m.scores.push_back({.name = "rmse", .label = "RMSE", .value = std::sqrt(error / total), .lower = true});
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
                ClassRows rows{.classes = 2};
                for (std::size_t i = 0; i < data.labels.size(); ++i) {
                  rows.is.push_back(static_cast<std::size_t>(data.labels[i]));
                  rows.said.push_back(predictions[i] > 0.5 ? 1 : 0);
                  rows.probabilities.insert(rows.probabilities.end(), {1.0 - predictions[i], predictions[i]});
                }
                measure_classes(m, targets, data, weights, rows);
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
                ClassRows rows{.classes = targets[0].classes.size()};
                rows.probabilities.assign(predictions.begin(), predictions.end());
                for (std::size_t i = 0; i < data.labels.size(); ++i) {
                  rows.is.push_back(static_cast<std::size_t>(data.labels[i]));
                  rows.said.push_back(largest_of(predictions.subspan(i * rows.classes, rows.classes)));
                }
                measure_classes(m, targets, data, weights, rows);
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
                  const double weight = Weights(weights)[row];
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
                const double effective = effective_rows(weights, m.rows);
                m.scores.push_back(fraction("accuracy", "accuracy", mean, effective));
                m.scores.push_back(fraction("all_right", "all right", all_right / total, effective));
                for (std::size_t k = 0; k < n; ++k)
                  m.scores.push_back(fraction(fmt::format("accuracy({})", targets[k].name),
                                              fmt::format("accuracy({})", targets[k].name), right[k] / total, effective,
                                              false));
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
