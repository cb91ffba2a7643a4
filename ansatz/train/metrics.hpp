// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// How good a model is on a set of rows.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ansatz/data/encoding.hpp"

namespace ansatz::train {

/// Metrics of one part of the data. Sample weights, if there are some, weigh every mean.
struct Metrics {
  std::int64_t rows = 0;
  double cost = 0.0;
  bool classes = false;  ///< accuracy and confusion are meaningful; else rmse and r2

  double accuracy = 0.0;
  double accuracy_uncertainty = 0.0;  ///< √(p (1 − p) / n), one standard deviation of the binomial distribution
  std::vector<std::string> class_names;
  std::vector<std::int64_t> confusion;  ///< [true class, predicted class]

  double rmse = 0.0;  ///< root mean squared error, in the target's unit
  double r2 = 0.0;    ///< 1 − Σ (y − t)² / Σ (t − t̄)²; NaN when all targets are equal
};

/// Metrics from predictions as model::Model::predict gives them. `cost` is passed through.
Metrics measure(const data::TargetColumn& target, const data::Dataset& data, std::span<const double> predictions,
                std::span<const double> weights, double cost);

/// "cost 0.0812, accuracy 0.9778 ± 0.0090 (270 rows)".
std::string to_string(const Metrics& metrics);
/// The confusion matrix as a table: rows true, columns predicted.
std::string confusion_table(const Metrics& metrics);

}  // namespace ansatz::train

template <>
struct fmt::formatter<ansatz::train::Metrics> : fmt::formatter<fmt::string_view> {
  fmt::format_context::iterator format(const ansatz::train::Metrics& metrics, fmt::format_context& context) const;
};
