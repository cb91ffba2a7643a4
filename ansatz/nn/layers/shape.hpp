// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Layers that lay samples out anew.
#pragma once

#include "ansatz/nn/layer.hpp"

namespace ansatz::nn {

struct ReshapeOptions {
  Extents shape = {1};
};

namespace layer {

/// A sample as one vector, row-major.
Layer flatten();
/// A sample in another shape with as many elements, row-major. @throws ShapeError for another number of elements.
Layer reshape(const ReshapeOptions& options);
/// Inputs of one axis, one behind the other.
Layer concatenate();

}  // namespace layer
}  // namespace ansatz::nn

namespace ansatz {
template <>
inline constexpr auto option_rows<nn::ReshapeOptions> = std::to_array<Option<nn::ReshapeOptions>>(
    {{"shape", &nn::ReshapeOptions::shape, "extents of a sample, as 7x7x32", at_least(1)}});
}  // namespace ansatz
