// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The network that predicts: without what only training needs.
#pragma once

#include "ansatz/base/tensor.hpp"
#include "ansatz/nn/network.hpp"

namespace ansatz::nn {

/// A network and its numbers.
struct Numbered {
  Network network;
  Tensor parameters, buffers;
};

/// A network's form for prediction. What is a map factor · x + shift of each channel (a batch norm) becomes part of the
/// dense layer or convolution before it, W · factor and b · factor + shift, computed in f64 and rounded once; layers
/// that are random while training are the identity and do not stand between the two. A map stays where it is
///
/// * where something else stands before it (the input, an activation, pooling, a reshape),
/// * where the layer before it has other uses, or its output other readers (residual blocks, shared layers),
/// * where a product would overflow or be denormal in the network's dtype.
///
/// Where nothing is folded, the network is returned as it is. The folded form's own bits are the definition of
/// prediction (docs/numbers.md).
Numbered for_prediction(const Network& network, const Tensor& parameters, const Tensor& buffers);

}  // namespace ansatz::nn
