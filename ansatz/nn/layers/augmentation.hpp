// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Layers that show each image anew in each step of training, and are the identity afterwards. Their random numbers
/// belong to the row of the batch (two f64 of random_uniform each), and what they do is linear in x.
#pragma once

#include "ansatz/nn/layer.hpp"

namespace ansatz::nn {

struct RandomShiftOptions {
  std::int64_t pixels = 2;
};
struct RandomFlipOptions {
  std::string axes = "horizontal";
};
struct RandomRotateOptions {
  double degrees = 10.0;
};

/// Images x [images, height, width, channels], each moved by whole pixels, f64 [images]; zeros come in.
Var shifted(const Var& x, const Var& down, const Var& right);
/// Images, each rotated counterclockwise about its centre by its angle in radians, f64 [images]. Values between pixels
/// are bilinear, with zeros around the image.
Var rotated(const Var& x, const Var& angle);
/// Images, each mirrored where its number in f64 [images] is 1, not where it is 0: upside down, left to right.
Var flipped(const Var& x, const Var& vertically, const Var& horizontally);

namespace layer {

/// While training each image is moved by −pixels … pixels along both axes, all alike probable. @throws ShapeError for
/// what are no images, and for images that are not larger.
Layer random_shift(const RandomShiftOptions& options);
/// While training each image is mirrored with probability ½: left to right (horizontal), upside down (vertical), or
/// each of them (both).
Layer random_flip(const RandomFlipOptions& options);
/// While training each image is rotated about its centre by an angle between −degrees and degrees.
Layer random_rotate(const RandomRotateOptions& options);

}  // namespace layer
}  // namespace ansatz::nn

namespace ansatz {
template <>
inline constexpr auto option_rows<nn::RandomShiftOptions> = std::to_array<Option<nn::RandomShiftOptions>>(
    {{"pixels", &nn::RandomShiftOptions::pixels, "at most, along each axis", at_least(0)}});
template <>
inline constexpr auto option_rows<nn::RandomFlipOptions> = std::to_array<Option<nn::RandomFlipOptions>>(
    {{"axes", &nn::RandomFlipOptions::axes, "that are mirrored", {}, "horizontal|vertical|both"}});
template <>
inline constexpr auto option_rows<nn::RandomRotateOptions> = std::to_array<Option<nn::RandomRotateOptions>>(
    {{"degrees", &nn::RandomRotateOptions::degrees, "at most, either way", between(0, 180)}});
}  // namespace ansatz
