// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Averages of the weights of a run: what is validated and kept instead of the last ones.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "ansatz/base/family.hpp"
#include "ansatz/base/tensor.hpp"

namespace ansatz::train {

/// When an average may move, in a run or a stage of it.
struct AverageInput {
  std::int64_t step = 0;   ///< done, from 1
  std::int64_t epoch = 1;  ///< of that step
  bool epoch_ended = false;
};

/// average ← average + weight · (weights − average). Before the first step it is the initial weights.
struct Average {
  Named named;
  std::function<double(const AverageInput&)> weight;  ///< 0: stays as it is; 1: becomes the weights
  /// Running statistics of batch normalisation are computed anew for the averaged weights, on the training rows; else
  /// they are averaged as the weights are.
  bool recomputes_statistics = false;
};

struct EmaOptions {
  double decay = 0.999;
};
/// Exponential moving average: the weights after the first step, then with weight 1 − decay after each step.
Average ema(EmaOptions options = {});

struct SwaOptions {
  std::int64_t start = 1;
  std::int64_t every = 1;
};
/// The mean of the weights at the ends of the epochs start, start + every, … (P. Izmailov et al., arXiv:1803.05407);
/// before, it is the weights at the ends of epochs.
Average swa(SwaOptions options = {});

const Family<Average>& averages();

/// average ← average + weight · (values − average), with `weight` rounded to their dtype; of 1 the values themselves.
void move_average(Tensor& average, const Tensor& values, double weight);

}  // namespace ansatz::train

namespace ansatz {
template <>
inline constexpr auto option_rows<train::EmaOptions> = std::to_array<Option<train::EmaOptions>>(
    {{"decay", &train::EmaOptions::decay, "of what was averaged before, a step", from_below(0, 1)}});
template <>
inline constexpr auto option_rows<train::SwaOptions> = std::to_array<Option<train::SwaOptions>>(
    {{"start", &train::SwaOptions::start, "epoch of the first weights", at_least(1)},
     {"every", &train::SwaOptions::every, "epochs from one to the next", at_least(1)}});
}  // namespace ansatz
