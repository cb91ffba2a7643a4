// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Static tensor shapes (row-major), and NumPy's broadcasting rule.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace ansatz {

/// The extents of a tensor, outermost first; rank 0 is a scalar. Extents are ≥ 0, the rank is at most max_rank, and the
/// number of elements can be counted; making any other shape throws ShapeError.
class Shape {
 public:
  static constexpr int max_rank = 8;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> extents);
  explicit Shape(std::span<const std::int64_t> extents);

  int rank() const { return rank_; }
  std::int64_t operator[](int axis) const { return extents_[static_cast<std::size_t>(axis)]; }
  /// Product of the extents; 1 for a scalar.
  std::int64_t elements() const;
  std::span<const std::int64_t> extents() const { return {extents_.data(), static_cast<std::size_t>(rank_)}; }
  const std::int64_t* begin() const { return extents_.data(); }
  const std::int64_t* end() const { return extents_.data() + rank_; }

  /// The same shape with `extent` in place of axis `axis`.
  Shape with(int axis, std::int64_t extent) const;
  /// The same shape without axis `axis`.
  Shape without(int axis) const;
  /// The same shape with a new axis of `extent` before position `axis`.
  Shape inserted(int axis, std::int64_t extent) const;

  friend bool operator==(const Shape& a, const Shape& b);

 private:
  std::array<std::int64_t, max_rank> extents_{};
  int rank_ = 0;
};

/// "[]", "[3]", "[32, 10]".
std::string to_string(const Shape& shape);

/// NumPy's rule: align the last axes; extents must agree or be 1. @throws ShapeError naming both shapes.
Shape broadcast_shapes(const Shape& a, const Shape& b);

/// `axis` counted from the end when negative. @throws ShapeError when out of range for `shape`.
int normalise_axis(int axis, const Shape& shape);

}  // namespace ansatz
