// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The words of the safetensors layout, for its reader and its writer. @internal
#pragma once

#include <optional>
#include <string_view>

#include "ansatz/base/dtype.hpp"

namespace ansatz::io {

/// The member of the header that holds texts instead of a tensor.
inline constexpr const char* metadata_name = "__metadata__";

constexpr std::string_view file_name_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::f64: return "F64";
    case Dtype::f32: return "F32";
    case Dtype::i32: return "I32";
    case Dtype::boolean: return "BOOL";
  }
  return "?";
}

constexpr std::optional<Dtype> dtype_from_file_name(std::string_view name) {
  for (Dtype dtype : all_dtypes)
    if (file_name_of(dtype) == name) return dtype;
  return std::nullopt;
}

}  // namespace ansatz::io
