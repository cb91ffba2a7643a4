// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A tensor of numbers on the host: what goes into and comes out of a graph.
#pragma once

#include <span>
#include <vector>

#include "ansatz/base/dtype.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/base/memory.hpp"
#include "ansatz/base/shape.hpp"

namespace ansatz {

/// A dense row-major tensor that owns its numbers.
class Tensor {
 public:
  Tensor() = default;
  Tensor(Dtype dtype, const Shape& shape)
      : dtype_(dtype), shape_(shape), data_(static_cast<std::size_t>(shape.elements()) * size_of(dtype)) {}
  /// A scalar.
  Tensor(double value) : Tensor(Dtype::f64, {}) { data_.as<double>()[0] = value; }  // NOLINT: literals are tensors
  /// @throws ShapeError when the number of values is not that of `shape`.
  template <class T>
  Tensor(std::span<const T> values, const Shape& shape) : Tensor(dtype_of<T>, shape) {
    if (static_cast<std::int64_t>(values.size()) != shape.elements())
      throw ShapeError("{} values were given for a tensor of shape {}", values.size(), to_string(shape));
    std::copy(values.begin(), values.end(), this->template as<T>().begin());
  }
  template <class T>
  Tensor(const std::vector<T>& values, const Shape& shape) : Tensor(std::span<const T>(values), shape) {}

  Dtype dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  std::size_t bytes() const { return static_cast<std::size_t>(shape_.elements()) * size_of(dtype_); }
  std::byte* data() { return data_.data(); }
  const std::byte* data() const { return data_.data(); }

  /// The same elements in another shape. @throws ShapeError when it has another number of elements.
  Tensor reshaped(const Shape& shape) && {
    if (shape.elements() != shape_.elements())
      throw ShapeError("a tensor of shape {} cannot become {}", to_string(shape_), to_string(shape));
    shape_ = shape;
    return std::move(*this);
  }

  /// The elements, row-major. @throws DtypeError when T is not the tensor's element type.
  template <class T>
  std::span<T> as() {
    check(dtype_of<T>);
    return data_.as<T>();
  }
  template <class T>
  std::span<const T> as() const {
    check(dtype_of<T>);
    return data_.as<T>();
  }

  /// The only element of a floating tensor with one element. @throws ShapeError, DtypeError.
  operator double() const {  // NOLINT: `double v = evaluate(...)` is the purpose
    if (shape_.elements() != 1)
      throw ShapeError("a tensor of shape {} was taken for a number; one element is expected", to_string(shape_));
    return dtype_ == Dtype::f32 ? static_cast<double>(as<float>()[0]) : as<double>()[0];
  }

 private:
  void check(Dtype dtype) const {
    if (dtype != dtype_)
      throw DtypeError("the elements of a {} tensor were asked for as {}", name_of(dtype_), name_of(dtype));
  }

  Dtype dtype_ = Dtype::f64;
  Shape shape_;
  AlignedBuffer data_{8};
};

}  // namespace ansatz
