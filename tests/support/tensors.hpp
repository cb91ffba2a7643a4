// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Tensors from and to plain vectors of doubles, whatever their dtype.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <vector>

#include "ansatz/base/tensor.hpp"

namespace ansatz::test {

using Numbers = std::vector<double>;

/// Calls f with a value of the C++ type of `dtype`.
template <class F>
auto with_type(Dtype dtype, F&& f) {
  switch (dtype) {
    case Dtype::f64: return f(double{});
    case Dtype::f32: return f(float{});
    case Dtype::i32: return f(std::int32_t{});
    case Dtype::boolean: return f(bool{});
  }
  throw std::logic_error("no such dtype");
}

inline Tensor tensor_of(Dtype dtype, const Shape& shape, const std::vector<double>& values) {
  Tensor tensor(dtype, shape);
  with_type(dtype, [&](auto zero) {
    using T = decltype(zero);
    for (std::size_t i = 0; i < values.size(); ++i) tensor.as<T>()[i] = static_cast<T>(values[i]);
  });
  return tensor;
}

inline Tensor vector_of(const std::vector<double>& values, Dtype dtype = Dtype::f64) {
  return tensor_of(dtype, {static_cast<std::int64_t>(values.size())}, values);
}

inline std::vector<double> numbers_of(const Tensor& tensor) {
  std::vector<double> values(static_cast<std::size_t>(tensor.shape().elements()));
  with_type(tensor.dtype(), [&](auto zero) {
    using T = decltype(zero);
    std::transform(tensor.as<T>().begin(), tensor.as<T>().end(), values.begin(),
                   [](T value) { return static_cast<double>(value); });
  });
  return values;
}

/// n numbers, uniform between low and high, that f32 holds exactly; the same ones by any standard library (the words of
/// std::mt19937 are standardised, its distributions are not).
inline std::vector<double> random_numbers(std::int64_t n, std::mt19937& random, double low = -1.0, double high = 1.0) {
  std::vector<double> values(static_cast<std::size_t>(n));
  for (double& value : values)
    value = static_cast<double>(static_cast<float>(low + (high - low) * (static_cast<double>(random()) * 0x1p-32)));
  return values;
}

}  // namespace ansatz::test
