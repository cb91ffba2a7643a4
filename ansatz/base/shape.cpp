// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/shape.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ansatz/base/error.hpp"

namespace ansatz {

Shape::Shape(std::initializer_list<std::int64_t> extents) : Shape(std::span(extents.begin(), extents.size())) {}

Shape::Shape(std::span<const std::int64_t> extents) : rank_(static_cast<int>(extents.size())) {
  if (extents.size() > static_cast<std::size_t>(max_rank))
    throw ShapeError("a tensor of rank {} was asked for; at most rank {} is supported", extents.size(), max_rank);
  std::int64_t elements = 1;
  for (std::int64_t extent : extents) {
    if (extent < 0) throw ShapeError("an extent of {} was given; extents are 0 or more", extent);
    if (__builtin_mul_overflow(elements, extent, &elements))
      throw ShapeError("a tensor of shape [{}] has more elements than can be counted", fmt::join(extents, ", "));
  }
  std::copy(extents.begin(), extents.end(), extents_.begin());
}

std::int64_t Shape::elements() const {
  std::int64_t product = 1;
  for (std::int64_t extent : *this) product *= extent;
  return product;
}

Shape Shape::with(int axis, std::int64_t extent) const {
  Shape result = *this;
  result.extents_[static_cast<std::size_t>(axis)] = extent;
  return Shape(result.extents());
}

Shape Shape::without(int axis) const {
  Shape result = *this;
  std::copy(begin() + axis + 1, end(), result.extents_.begin() + axis);
  result.extents_[static_cast<std::size_t>(--result.rank_)] = 0;
  return result;
}

Shape Shape::inserted(int axis, std::int64_t extent) const {
  std::array<std::int64_t, max_rank + 1> extents{};
  std::copy(begin(), begin() + axis, extents.begin());
  extents[static_cast<std::size_t>(axis)] = extent;
  std::copy(begin() + axis, end(), extents.begin() + axis + 1);
  return Shape(std::span<const std::int64_t>(extents.data(), static_cast<std::size_t>(rank_ + 1)));
}

bool operator==(const Shape& a, const Shape& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

std::string to_string(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape.begin(), shape.end(), ", ")); }

Shape broadcast_shapes(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  std::array<std::int64_t, Shape::max_rank> extents{};
  for (int i = 0; i < rank; ++i) {
    const int ia = i - (rank - a.rank());
    const int ib = i - (rank - b.rank());
    const std::int64_t ea = ia < 0 ? 1 : a[ia];
    const std::int64_t eb = ib < 0 ? 1 : b[ib];
    if (ea != eb && ea != 1 && eb != 1)
      throw ShapeError("shapes {} and {} do not broadcast: axis {} has {} and {}; they must be equal or one of them 1",
                       to_string(a), to_string(b), i, ea, eb);
    extents[static_cast<std::size_t>(i)] = ea == 1 ? eb : ea;
  }
  return Shape(std::span<const std::int64_t>(extents.data(), static_cast<std::size_t>(rank)));
}

int normalise_axis(int axis, const Shape& shape) {
  const int normal = axis < 0 ? axis + shape.rank() : axis;
  if (normal < 0 || normal >= shape.rank())
    throw ShapeError("axis {} does not exist in a tensor of shape {}", axis, to_string(shape));
  return normal;
}

}  // namespace ansatz
