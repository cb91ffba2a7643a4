// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What layers check alike.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/error.hpp"
#include "ansatz/base/shape.hpp"

namespace ansatz::nn::layer {

/// "[3], [4, 4]".
inline std::string to_strings(std::span<const Shape> shapes) {
  std::vector<std::string> texts;
  for (const Shape& shape : shapes) texts.push_back(to_string(shape));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// The only one of `inputs`. @throws ShapeError.
inline const Shape& only_input(std::string_view layer, std::span<const Shape> inputs) {
  if (inputs.size() != 1)
    throw ShapeError("[{}] {} inputs ({}) were given; one is expected", layer, inputs.size(), to_strings(inputs));
  return inputs[0];
}

constexpr int image_axes = 2;  // beside the channels

/// The only one of `inputs`, which are images. @throws ShapeError.
inline const Shape& image(std::string_view layer, std::span<const Shape> inputs) {
  const Shape& x = only_input(layer, inputs);
  if (x.rank() != image_axes + 1)
    throw ShapeError("[{}] the samples are {}; images [height, width, channels] are expected", layer, to_string(x));
  return x;
}

}  // namespace ansatz::nn::layer
