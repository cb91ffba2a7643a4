// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Dense layers, activations, and the sum of values (residual connections).
#pragma once

#include "ansatz/nn/layer.hpp"

namespace ansatz::nn {

struct DenseOptions {
  std::int64_t units = 1;
  bool bias = true;
  std::string initialiser = "automatic";
};

struct PreluOptions {
  double slope = 0.25;  ///< in the beginning
};

namespace layer {

/// z = x W + b, x [inputs], W [inputs, units], b [units] (0 in the beginning). @throws ShapeError for other than one
/// input of one axis.
Layer dense(const DenseOptions& options);
/// a = f(z), elementwise.
Layer activation(const act::Activation& activation);
/// max(x, 0) + a min(x, 0) with one learnt slope a for each channel, the last axis of a sample (K. He et al.,
/// arXiv:1502.01852).
Layer prelu(const PreluOptions& options);
/// The sum of two inputs of equal shape.
Layer add();

}  // namespace layer
}  // namespace ansatz::nn

namespace ansatz {
template <>
inline constexpr auto option_rows<nn::DenseOptions> = std::to_array<Option<nn::DenseOptions>>(
    {{"units", &nn::DenseOptions::units, "outputs", at_least(1)},
     {"bias", &nn::DenseOptions::bias, "whether b is added"},
     {"initialiser", &nn::DenseOptions::initialiser, "of W; automatic: as the activation asks"}});
template <>
inline constexpr auto option_rows<nn::PreluOptions> =
    std::to_array<Option<nn::PreluOptions>>({{"slope", &nn::PreluOptions::slope, "in the beginning"}});
}  // namespace ansatz
