// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Element types of tensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ansatz/base/error.hpp"

namespace ansatz {

/// Element type of a tensor. `boolean` is stored as one byte, 0 or 1.
enum class Dtype : std::uint8_t { f64, f32, i32, boolean };

inline constexpr Dtype all_dtypes[] = {Dtype::f64, Dtype::f32, Dtype::i32, Dtype::boolean};

/// Bytes of one element.
constexpr std::size_t size_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::f64: return 8;
    case Dtype::f32: return 4;
    case Dtype::i32: return 4;
    case Dtype::boolean: return 1;
  }
  return 0;
}

/// "f64", "f32", "i32" or "bool".
constexpr std::string_view name_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::f64: return "f64";
    case Dtype::f32: return "f32";
    case Dtype::i32: return "i32";
    case Dtype::boolean: return "bool";
  }
  return "?";
}

constexpr bool is_floating(Dtype dtype) { return dtype == Dtype::f64 || dtype == Dtype::f32; }

/// The dtype called `name`. @throws ArgumentError for any other text.
inline Dtype dtype_from_name(std::string_view name) {
  for (Dtype dtype : all_dtypes)
    if (name_of(dtype) == name) return dtype;
  throw ArgumentError("unknown dtype \"{}\"; one of f64, f32, i32, bool is expected", name);
}

/// The Dtype of a C++ element type.
template <class T>
struct dtype_of_type;
template <>
struct dtype_of_type<double> {
  static constexpr Dtype value = Dtype::f64;
};
template <>
struct dtype_of_type<float> {
  static constexpr Dtype value = Dtype::f32;
};
template <>
struct dtype_of_type<std::int32_t> {
  static constexpr Dtype value = Dtype::i32;
};
template <>
struct dtype_of_type<bool> {
  static constexpr Dtype value = Dtype::boolean;
};
template <class T>
inline constexpr Dtype dtype_of = dtype_of_type<T>::value;

}  // namespace ansatz
