// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/windows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ansatz/base/error.hpp"

namespace ansatz {

namespace {

constexpr std::size_t numbers_an_axis = 5;

/// `given`, or `otherwise` for each axis.
std::vector<std::int64_t> for_each_axis(std::string_view op, std::string_view name, std::size_t axes,
                                        const std::vector<std::int64_t>& given, std::int64_t otherwise) {
  if (given.empty()) return std::vector<std::int64_t>(axes, otherwise);
  if (given.size() != axes)
    throw ShapeError("[{}] {} = [{}] was given; {} numbers are expected, one for each spatial axis, or none", op, name,
                     fmt::join(given, ", "), axes);
  for (std::int64_t number : given)
    if (number < otherwise)
      throw ArgumentError("[{}] {} = [{}] was given; numbers from {} on are expected", op, name, fmt::join(given, ", "),
                          otherwise);
  return given;
}

}  // namespace

Padding same_padding(std::int64_t extent, std::int64_t taps, std::int64_t stride, std::int64_t dilation) {
  if (extent < 1 || taps < 1 || stride < 1 || dilation < 1)
    throw ArgumentError("[same_padding] extent {}, taps {}, stride {}, dilation {} were given; 1 or more are expected",
                        extent, taps, stride, dilation);
  const std::int64_t windows = (extent + stride - 1) / stride;
  const std::int64_t total = std::max<std::int64_t>(0, (windows - 1) * stride + dilation * (taps - 1) + 1 - extent);
  return {total / 2, total - total / 2};
}

std::int64_t Windows::taps() const {
  std::int64_t all = 1;
  for (int a = 0; a < axes; ++a) all *= (*this)[a].taps;
  return all;
}

Windows windows_of(const Attributes& attributes) {
  Windows windows;
  windows.axes = static_cast<int>(attributes.ints.size() / numbers_an_axis);
  if (windows.axes > Windows::most_axes)
    throw ShapeError("windows over {} spatial axes were asked for; {} are supported", windows.axes, Windows::most_axes);
  const std::int64_t* numbers = attributes.ints.data();
  for (int a = 0; a < windows.axes; ++a, numbers += numbers_an_axis)
    windows[a] = {numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]};
  return windows;
}

std::vector<std::int64_t> window_ints(std::string_view op, std::span<const std::int64_t> taps, const Sliding& sliding) {
  const auto stride = for_each_axis(op, "stride", taps.size(), sliding.stride, 1),
             before = for_each_axis(op, "before", taps.size(), sliding.before, 0),
             after = for_each_axis(op, "after", taps.size(), sliding.after, 0),
             dilation = for_each_axis(op, "dilation", taps.size(), sliding.dilation, 1);
  std::vector<std::int64_t> ints;
  for (std::size_t a = 0; a < taps.size(); ++a)
    ints.insert(ints.end(), {taps[a], stride[a], before[a], after[a], dilation[a]});
  return ints;
}

Shape windowed_shape(std::string_view op, const Windows& windows, const Shape& x, std::int64_t channels) {
  if (windows.axes < 1 || x.rank() != windows.axes + 2)
    throw ShapeError("[{}] x is {}; [samples, spatial…, channels] with {} spatial axes is expected", op, to_string(x),
                     windows.axes);
  Shape shape = x.with(x.rank() - 1, channels);
  for (int a = 0; a < windows.axes; ++a) {
    const WindowAxis& axis = windows[a];
    const std::int64_t count = axis.taps < 1 ? 0 : axis.windows(x[a + 1]);
    if (count < 1)
      throw ShapeError(
          "[{}] a window of {} taps at distances of {} does not fit axis {} of {} with {} + {} elements of padding", op,
          axis.taps, axis.dilation, a + 1, to_string(x), axis.before, axis.after);
    shape = shape.with(a + 1, count);
  }
  return shape;
}

}  // namespace ansatz
