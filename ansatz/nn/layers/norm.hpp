// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Normalisation.
#pragma once

#include "ansatz/nn/layer.hpp"

namespace ansatz::nn {

struct BatchNormOptions {
  double epsilon = 1e-5;
  double momentum = 0.1;
};
struct LayerNormOptions {
  double epsilon = 1e-5;
};

namespace layer {

/// γ (x − μ) / √(σ² + ε) + β for each channel (the last axis of a sample). While training μ and σ² are those of the
/// batch, over rows and all other axes, σ² the biased variance in two passes; the running values move by
/// `momentum` towards them (σ² times n / (n − 1)), and are what prediction uses, as part of the layer before it where
/// that is a dense layer or a convolution (nn/prediction.hpp). Sample weights do not enter
/// (S. Ioffe, C. Szegedy, arXiv:1502.03167; as in PyTorch). @throws ShapeError while training with one value a channel.
Layer batch_norm(const BatchNormOptions& options);
/// γ (x − μ) / √(σ² + ε) + β with μ and σ² (biased) of each sample, over all its axes; γ and β of its shape
/// (J. L. Ba, J. R. Kiros, G. E. Hinton, arXiv:1607.06450).
Layer layer_norm(const LayerNormOptions& options);

}  // namespace layer
}  // namespace ansatz::nn

namespace ansatz {
template <>
inline constexpr auto option_rows<nn::BatchNormOptions> = std::to_array<Option<nn::BatchNormOptions>>(
    {{"epsilon", &nn::BatchNormOptions::epsilon, "added to the variance", above(0)},
     {"momentum", &nn::BatchNormOptions::momentum, "of the running values", between(0, 1)}});
template <>
inline constexpr auto option_rows<nn::LayerNormOptions> = std::to_array<Option<nn::LayerNormOptions>>(
    {{"epsilon", &nn::LayerNormOptions::epsilon, "added to the variance", above(0)}});
}  // namespace ansatz
