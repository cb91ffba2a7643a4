// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Windows that slide over the spatial axes of a tensor [samples, spatial…, channels]: what convolutions and pooling
/// have in common. Any number of spatial axes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz {

/// How windows slide; one number for each spatial axis, or none: the default for all of them.
struct Sliding {
  std::vector<std::int64_t> stride = {};    ///< from one window to the next; 1
  std::vector<std::int64_t> before = {};    ///< elements of padding before the first one; 0
  std::vector<std::int64_t> after = {};     ///< elements of padding after the last one; 0
  std::vector<std::int64_t> dilation = {};  ///< from one tap of a window to the next; 1
};

/// Elements of padding on one axis.
struct Padding {
  std::int64_t before = 0, after = 0;
  friend bool operator==(const Padding&, const Padding&) = default;
};

/// The padding with which ⌈extent / stride⌉ windows of `taps` taps cover an axis ("same"): half of it on each side, an
/// odd element after.
Padding same_padding(std::int64_t extent, std::int64_t taps, std::int64_t stride = 1, std::int64_t dilation = 1);

/// Windows on one axis. Tap k of window o lies at o · stride + k · dilation − before.
struct WindowAxis {
  std::int64_t taps = 1, stride = 1, before = 0, after = 0, dilation = 1;

  std::int64_t position(std::int64_t window, std::int64_t tap) const {
    return window * stride + tap * dilation - before;
  }
  /// How many windows there are on an axis of `extent` elements with its padding; 0 or less where none fits.
  std::int64_t windows(std::int64_t extent) const {
    const std::int64_t room = extent + before + after - dilation * (taps - 1) - 1;
    return room < 0 ? 0 : room / stride + 1;
  }
};

/// Windows on all spatial axes.
struct Windows {
  static constexpr int most_axes = Shape::max_rank - 2;

  int axes = 0;
  std::array<WindowAxis, most_axes> axis;

  const WindowAxis& operator[](int a) const { return axis[static_cast<std::size_t>(a)]; }
  WindowAxis& operator[](int a) { return axis[static_cast<std::size_t>(a)]; }
  /// Taps of a window.
  std::int64_t taps() const;
};

/// The windows of a node, whose ints begin with five numbers an axis: taps, stride, before, after, dilation; behind
/// them may be one number more.
Windows windows_of(const Attributes& attributes);
/// The ints that say so. @throws ShapeError, ArgumentError naming `op`, for lists of another length and numbers that
/// make no sense.
std::vector<std::int64_t> window_ints(std::string_view op, std::span<const std::int64_t> taps, const Sliding& sliding);
/// The shape of what has one value a window and channel: x's spatial extents replaced by numbers of windows, its last
/// one by `channels`. @throws ShapeError naming `op`, where x has other axes or a window does not fit.
Shape windowed_shape(std::string_view op, const Windows& windows, const Shape& x, std::int64_t channels);

}  // namespace ansatz
