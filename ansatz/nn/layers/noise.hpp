// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Layers that disturb what passes through them while training, and are the identity afterwards.
#pragma once

#include "ansatz/nn/layer.hpp"

namespace ansatz::nn {

struct DropoutOptions {
  double rate = 0.5;
  bool channels = false;
};
struct GaussianNoiseOptions {
  double deviation = 0.1;
};

namespace layer {

/// While training each element is 0 with probability `rate`, else divided by 1 − rate; with `channels`, the last axis
/// of a sample as a whole (N. Srivastava et al., JMLR 15, 1929 (2014); J. Tompson et al., arXiv:1411.4280).
Layer dropout(const DropoutOptions& options);
/// While training x + deviation · N(0, 1) (C. M. Bishop, Neural Computation 7, 108 (1995)).
Layer gaussian_noise(const GaussianNoiseOptions& options);

}  // namespace layer
}  // namespace ansatz::nn

namespace ansatz {
template <>
inline constexpr auto option_rows<nn::DropoutOptions> = std::to_array<Option<nn::DropoutOptions>>(
    {{"rate", &nn::DropoutOptions::rate, "the probability to be dropped", from_below(0, 1)},
     {"channels", &nn::DropoutOptions::channels, "whole channels at a time"}});
template <>
inline constexpr auto option_rows<nn::GaussianNoiseOptions> = std::to_array<Option<nn::GaussianNoiseOptions>>(
    {{"deviation", &nn::GaussianNoiseOptions::deviation, "standard deviation", at_least(0)}});
}  // namespace ansatz
