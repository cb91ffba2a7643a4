// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Convolutions (cross-correlations, as all network libraries have them) over any number of spatial axes. One trilinear
/// form T(x, w, ȳ) = Σ x w ȳ with three rows: each is its derivative by one of the three, and the transpose of the
/// others, so that derivatives of every order are rows of the family.
#pragma once

#include "ansatz/ops/windows.hpp"

namespace ansatz {

namespace rows {
extern const Op convolution, convolution_input, convolution_weights;
}

struct ConvolutionOptions {
  Sliding sliding = {};
  std::int64_t groups = 1;  ///< channels are divided into so many groups that do not mix; c groups: depthwise
};

/// y[n, o…, j] = Σ_{k…, c} x[n, o · stride + k · dilation − before, c] · w[k…, c, j], c over the channels of j's group:
/// x [n, spatial…, c_in], w [k…, c_in / groups, c_out] → y [n, windows…, c_out]. Outside x there are zeros. The sum is
/// one contraction over (k…, c) in the order of the contract (docs/numbers.md). The derivatives are of the same family.
/// @throws ShapeError, DtypeError, ArgumentError. V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep
/// learning", arXiv:1603.07285.
Var convolution(const Var& x, const Var& weights, const ConvolutionOptions& options = {});
/// The transpose of `convolution` in x, for x of `spatial` extents ("transposed convolution"): ȳ [n, windows…, c_out],
/// w as there → [n, spatial…, c_in].
Var convolution_input(const Var& cotangent, const Var& weights, const Shape& spatial,
                      const ConvolutionOptions& options = {});
/// The transpose of `convolution` in the weights, for weights of `taps` extents: x, ȳ → [taps…, c_in / groups, c_out].
Var convolution_weights(const Var& x, const Var& cotangent, const Shape& taps, const ConvolutionOptions& options = {});

/// `convolution` of x [n, h, w, c_in] with weights [ky, kx, c_in / groups, c_out]. @throws as convolution, ShapeError
/// for another number of axes.
Var conv2d(const Var& x, const Var& weights, const ConvolutionOptions& options = {});

}  // namespace ansatz
