// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// How good a model is on a set of rows.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/heads/statistics.hpp"

namespace ansatz::head {

/// One number that says how good predictions are.
struct Score {
  std::string name;       ///< "rmse", as in JSON
  std::string label;      ///< "RMSE", as it is printed
  double value = 0.0;     ///< NaN where there is none: an area under a curve of one class
  Bounds bounds = {};     ///< 95 %, where it is known
  bool fraction = false;  ///< printed with four digits behind the point
  bool brief = true;      ///< is in the line of a part; others in its table only
  bool lower = false;     ///< the lower the better
  std::string why = {};   ///< why there is no value
};

/// Metrics of one part of the data. Sample weights, if there are some, weigh every mean.
struct Metrics {
  std::int64_t rows = 0;
  double cost = 0.0;
  std::vector<Score> scores;
  std::vector<std::string> class_names;  ///< of a head of classes
  std::vector<std::int64_t> confusion;   ///< [true class, predicted class]

  bool has(std::string_view name) const;
  /// @throws ArgumentError when there is no such score, listing those there are.
  double score(std::string_view name) const;
};

/// "accuracy 0.9778 [0.9524, 0.9898]"; "–" for a value that is NaN.
std::string to_string(const Score& score);
/// "cost 0.0812, accuracy 0.9778 [0.9524, 0.9898] (270 rows)": the brief ones.
std::string to_string(const Metrics& metrics);
/// All scores, a line each, with their intervals.
std::string score_table(const Metrics& metrics);
/// The confusion matrix as a table: rows true, columns predicted.
std::string confusion_table(const Metrics& metrics);

}  // namespace ansatz::head

template <>
struct fmt::formatter<ansatz::head::Metrics> : fmt::formatter<std::string_view> {
  fmt::format_context::iterator format(const ansatz::head::Metrics& metrics, fmt::format_context& context) const;
};
