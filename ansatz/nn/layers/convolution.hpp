// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Convolution and pooling of images; samples are [height, width, channels].
#pragma once

#include "ansatz/nn/layer.hpp"

namespace ansatz::nn {

struct ConvOptions {
  std::int64_t channels = 1;
  Extents kernel = {3};
  Extents stride = {1};
  std::string padding = "same";
  Extents dilation = {1};
  std::int64_t groups = 1;
  bool bias = true;
  std::string initialiser = "automatic";
};
struct PoolOptions {
  Extents window = {2};
  Extents stride = {0};
  std::string padding = "valid";
};

namespace layer {

/// Convolution with weights [ky, kx, c_in / groups, channels] and a bias. padding same: ⌈extent / stride⌉ windows,
/// zeros around; valid: windows that lie inside. @throws ShapeError for samples that are no images, groups that do not
/// divide the channels, and windows that do not fit.
Layer conv(const ConvOptions& options);
/// The largest element of each window; stride 0: the window.
Layer max_pool(const PoolOptions& options);
/// The mean of each window, over the elements that lie inside the image.
Layer average_pool(const PoolOptions& options);
/// The mean of each channel: [height, width, channels] → [channels].
Layer global_average_pool();

}  // namespace layer
}  // namespace ansatz::nn

namespace ansatz {
template <>
inline constexpr auto option_rows<nn::ConvOptions> = std::to_array<Option<nn::ConvOptions>>(
    {{"channels", &nn::ConvOptions::channels, "outputs", at_least(1)},
     {"kernel", &nn::ConvOptions::kernel, "of the window, 3 or 3x5", at_least(1)},
     {"stride", &nn::ConvOptions::stride, "from window to window", at_least(1)},
     {"padding", &nn::ConvOptions::padding, "at the edges", {}, "same|valid"},
     {"dilation", &nn::ConvOptions::dilation, "between elements of a window", at_least(1)},
     {"groups", &nn::ConvOptions::groups, "of channels that do not mix", at_least(1)},
     {"bias", &nn::ConvOptions::bias, "whether b is added"},
     {"initialiser", &nn::ConvOptions::initialiser, "of the weights; automatic: as the activation asks"}});
template <>
inline constexpr auto option_rows<nn::PoolOptions> = std::to_array<Option<nn::PoolOptions>>(
    {{"window", &nn::PoolOptions::window, "2 or 2x3", at_least(1)},
     {"stride", &nn::PoolOptions::stride, "from window to window; 0: the window", at_least(0)},
     {"padding", &nn::PoolOptions::padding, "at the edges", {}, "same|valid"}});
}  // namespace ansatz
