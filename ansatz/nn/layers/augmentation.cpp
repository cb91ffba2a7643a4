// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/layers/augmentation.hpp"

#include <limits>
#include <numbers>
#include <numeric>

#include "ansatz/nn/layers/disturbing.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::nn {

namespace {

/// 0, 1, 2, … along an axis of [images, height, width], f64.
Var ascending(const Shape& shape, int axis) {
  std::vector<double> numbers(static_cast<std::size_t>(shape[axis]));
  std::iota(numbers.begin(), numbers.end(), 0.0);
  std::vector<std::int64_t> axes(3, -1);
  axes[static_cast<std::size_t>(axis)] = 0;
  return broadcast_in(constant(numbers, Dtype::f64, {shape[axis]}), shape, axes);
}

/// A number of each image, at each of its pixels.
Var at_pixels(const Var& of_images, const Shape& shape) { return broadcast_in(of_images, shape, {0, -1, -1}); }

Shape pixels_of(const Var& x) {
  if (x.shape().rank() != 4)
    throw ShapeError("images {} were given; [images, height, width, channels] is expected", to_string(x.shape()));
  return x.shape().without(3);
}

/// The largest whole number that is not above x.
Var floor_of(const Var& x) {
  const Var towards_zero = cast(cast(x, Dtype::i32), Dtype::f64);
  return where(towards_zero > x, towards_zero - 1.0, towards_zero);
}

/// x at whole rows and columns, f64 [images, height, width] each; 0 outside.
Var picked(const Var& x, const Var& row, const Var& column) {
  const Shape shape = pixels_of(x);
  const std::int64_t pixels = shape.elements();
  if (pixels > std::numeric_limits<std::int32_t>::max())
    throw ShapeError("images {} have {} pixels in all; {} are the most", to_string(x.shape()), pixels,
                     std::numeric_limits<std::int32_t>::max());
  const auto height = static_cast<double>(shape[1]), width = static_cast<double>(shape[2]);
  const Var inside = row >= 0.0 && row < height && column >= 0.0 && column < width;
  const Var place = where(inside, (ascending(shape, 0) * height + row) * width + column, 0.0);
  const Var flat = reshape(x, {pixels, x.shape()[3]});
  const Var found = reshape(gather(flat, reshape(cast(place, Dtype::i32), {pixels})), x.shape());
  return where(broadcast_in(inside, x.shape(), {0, 1, 2, -1}), found, 0.0);
}

}  // namespace

Var shifted(const Var& x, const Var& down, const Var& right) {
  const Shape shape = pixels_of(x);
  return picked(x, ascending(shape, 1) - at_pixels(down, shape), ascending(shape, 2) - at_pixels(right, shape));
}

Var flipped(const Var& x, const Var& vertically, const Var& horizontally) {
  const Shape shape = pixels_of(x);
  const auto mirrored = [&](const Var& flags, int axis) {
    const Var place = ascending(shape, axis);
    return where(at_pixels(flags, shape) > 0.5, static_cast<double>(shape[axis] - 1) - place, place);
  };
  return picked(x, mirrored(vertically, 1), mirrored(horizontally, 2));
}

Var rotated(const Var& x, const Var& angle) {
  const Shape shape = pixels_of(x);
  const double middle_row = 0.5 * static_cast<double>(shape[1] - 1), middle = 0.5 * static_cast<double>(shape[2] - 1);
  const Var down = ascending(shape, 1) - middle_row, right = ascending(shape, 2) - middle;
  const Var cosine = at_pixels(cos(angle), shape), sine = at_pixels(sin(angle), shape);
  const Var row = cosine * down + sine * right + middle_row, column = cosine * right - sine * down + middle;
  const Var above = floor_of(row), left = floor_of(column);
  const Var of_below = row - above, of_right = column - left;
  const auto part = [&](const Var& r, const Var& c, const Var& weight) {
    return broadcast_in(cast(weight, x.dtype()), x.shape(), {0, 1, 2, -1}) * picked(x, r, c);
  };
  return part(above, left, (1.0 - of_below) * (1.0 - of_right)) + part(above, left + 1.0, (1.0 - of_below) * of_right) +
         part(above + 1.0, left, of_below * (1.0 - of_right)) + part(above + 1.0, left + 1.0, of_below * of_right);
}

namespace layer {

namespace {

/// Random numbers of [0, 1) for each image of a use, f64 [images]: number 0 or 1 of each.
Var drawn(const Application& use, std::int64_t number) {
  const std::int64_t images = use.inputs[0].shape()[0];
  const Var both = random_uniform(use.context.key, {images, 2}, Dtype::f64, use.site);
  return ansatz::reshape(slice(both, {0, number}, {images, number + 1}), {images});
}

}  // namespace

Layer random_shift(const RandomShiftOptions& o) {
  const auto larger = [o](std::string_view name, std::span<const Shape> inputs) -> const Shape& {
    const Shape& x = image(name, inputs);
    if (o.pixels >= std::min(x[0], x[1]))
      throw ShapeError("[{}] pixels = {} was given for images {}; less than their height and width is expected", name,
                       o.pixels, to_string(x));
    return x;
  };
  return disturbing(named("random_shift", o), larger, [o](const Application& use) {
    const auto most = static_cast<double>(o.pixels);
    const auto moved = [&](std::int64_t number) { return floor_of(drawn(use, number) * (2.0 * most + 1.0)) - most; };
    return shifted(use.inputs[0], moved(0), moved(1));
  });
}

Layer random_flip(const RandomFlipOptions& o) {
  return disturbing(named("random_flip", o), image, [o](const Application& use) {
    const auto flips = [&](std::int64_t number, std::string_view other) {
      const Var u = drawn(use, number);
      return o.axes == other ? full_like(u, 0.0) : cast(u < 0.5, Dtype::f64);
    };
    return flipped(use.inputs[0], flips(0, "horizontal"), flips(1, "vertical"));
  });
}

Layer random_rotate(const RandomRotateOptions& o) {
  return disturbing(named("random_rotate", o), image, [o](const Application& use) {
    const double most = o.degrees * std::numbers::pi / 180.0;
    return rotated(use.inputs[0], (2.0 * drawn(use, 0) - 1.0) * most);
  });
}

}  // namespace layer
}  // namespace ansatz::nn
