// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What a network has to be better than: simple predictions from the same training rows, for the same rows.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ansatz/base/family.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/data/split.hpp"
#include "ansatz/heads/intervals.hpp"
#include "ansatz/model/model.hpp"

namespace ansatz::assess {

/// Encoded rows to learn from and to predict, and what is to be predicted.
struct Question {
  const data::Encoding& encoding;
  const head::Head& head;
  const data::Dataset& train;
  const data::Dataset& asked;
};

struct Baseline {
  Named named;
  std::string label;  ///< "linear model"
  /// What the head says for the rows that are asked, in units, [rows, outputs]; nothing where it has no answer for such
  /// a head.
  std::function<std::vector<double>(const Question&)> predict;
};

/// The best constant: the head's cost is minimised over what does not depend on the inputs. The mean, the frequencies
/// of the classes, the quantiles, …
Baseline constant();

struct LinearOptions {
  double l2 = 1e-4;  ///< penalty ½ l2 Σ w², which keeps separable classes finite
};
/// One dense layer with the head's cost, minimised by L-BFGS in f64: linear, logistic, Poisson regression, …
Baseline linear(LinearOptions options = {});

struct NeighboursOptions {
  std::int64_t k = 0;  ///< how many; 0: that of 1, 3, 10, 30 with the least error on training rows, each left out
};
/// The mean, or the fractions of the classes, of the k training rows that are nearest in the encoded inputs; ties: the
/// earlier row. For quantities and classes.
Baseline neighbours(NeighboursOptions options = {});

struct FeaturesOptions {
  std::int64_t features = 300;
  double width = 0.0;  ///< of the kernel; 0: the median distance of training rows
  double l2 = 1e-4;
};
/// A linear model of cos(w·x + b) with w normal / width and b uniform in [0, 2π): as many features tell the kernel
/// exp(−|x − x'|² / 2 width²). A. Rahimi, B. Recht, NIPS 2007.
Baseline random_features(FeaturesOptions options = {});

const Family<Baseline>& family();

/// How a baseline does on rows that a model was measured on.
struct Comparison {
  std::string label;
  head::Score score;            ///< the head's first score, of the baseline
  head::Difference difference;  ///< above 0: the model is better
  std::int64_t rows = 0;        ///< that both were asked for
};

struct BaselineOptions {
  std::vector<Baseline> which = {constant(), linear(), neighbours()};
  /// Encoded inputs and outputs of the training rows; where there are more, rows are drawn. That keeps baselines
  /// from taking longer than the network.
  std::int64_t most_numbers = 1'000'000;
  std::int64_t most_asked = 1'000;  ///< of more rows, so many are drawn, for the model too
};

/// Trains baselines on parts.train and compares the model's predictions with theirs on `rows` (parts.test, …).
/// Baselines without an answer for the head are absent.
std::vector<Comparison> compare_with_baselines(const model::Model& model, const data::Parts& parts,
                                               const std::vector<std::int64_t>& rows,
                                               const BaselineOptions& options = {});

}  // namespace ansatz::assess

namespace ansatz {
template <>
inline constexpr auto option_rows<assess::LinearOptions> = std::to_array<Option<assess::LinearOptions>>(
    {{"l2", &assess::LinearOptions::l2, "penalty ½ l2 Σ w²", at_least(0)}});
template <>
inline constexpr auto option_rows<assess::NeighboursOptions> = std::to_array<Option<assess::NeighboursOptions>>(
    {{"k", &assess::NeighboursOptions::k, "how many; 0: chosen on the training rows", at_least(0)}});
template <>
inline constexpr auto option_rows<assess::FeaturesOptions> = std::to_array<Option<assess::FeaturesOptions>>(
    {{"features", &assess::FeaturesOptions::features, "how many", between(1, 100'000)},
     {"width", &assess::FeaturesOptions::width, "of the kernel; 0: the median distance", at_least(0)},
     {"l2", &assess::FeaturesOptions::l2, "penalty ½ l2 Σ w²", at_least(0)}});
}  // namespace ansatz
