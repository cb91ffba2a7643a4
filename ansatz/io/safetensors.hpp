// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Files of named tensors in the safetensors layout (https://huggingface.co/docs/safetensors, "Format"):
///
///     8 bytes   N, the length of the header, little-endian
///     N bytes   {"__metadata__": {text: text, ...},
///                "weight": {"dtype": "F32", "shape": [100, 64], "data_offsets": [0, 25600]}, ...}
///     the rest  the tensors' values, little-endian and row-major, without gaps
///
/// Reading believes nothing: whatever the bytes are, the result is either complete and consistent, or an IoError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/dtype.hpp"
#include "ansatz/base/shape.hpp"

namespace ansatz::io {

/// A named array of numbers, row-major. `data` holds shape.elements() · size_of(dtype) bytes.
struct Tensor {
  std::string name = {};
  Dtype dtype = Dtype::f64;
  Shape shape = {};
  std::vector<std::byte> data = {};

  /// A copy of the values. @throws DtypeError when T is not the tensor's type.
  template <class T>
  std::vector<T> values() const {
    require_dtype(dtype_of<T>);
    std::vector<T> result(data.size() / sizeof(T));
    if (!data.empty()) std::memcpy(result.data(), data.data(), result.size() * sizeof(T));
    return result;
  }
  /// @throws DtypeError unless `asked` is the tensor's dtype.
  void require_dtype(Dtype asked) const;
};

/// A tensor of `values`. @throws ShapeError when they are not shape.elements() many.
template <class T>
Tensor make_tensor(const std::string& name, const Shape& shape, std::span<const T> values);

/// What a file holds: tensors in the file's order, and texts.
struct TensorFile {
  std::vector<Tensor> tensors = {};
  std::map<std::string, std::string> metadata = {};

  /// The tensor called `name`. @throws IoError listing the names there are.
  const Tensor& tensor(std::string_view name) const;
  /// The text stored under `key`. @throws IoError listing the keys there are.
  const std::string& text(std::string_view key) const;
};

/// The bytes of the file; equal contents give equal bytes (tensors in the given order, header padded with blanks so
/// that the data begin at a multiple of 8). @throws ArgumentError for a tensor whose data do not fit its shape, names
/// that occur twice or are reserved, and texts that are not UTF-8.
std::vector<std::byte> to_safetensors(const TensorFile& file);

/// The contents of `bytes`; `where` names the file in errors. @throws IoError saying what is wrong.
TensorFile from_safetensors(std::span<const std::byte> bytes, std::string_view where);

/// Writes atomically (see write_atomically). @throws as to_safetensors and write_atomically.
void write_safetensors(const std::filesystem::path& path, const TensorFile& file);

/// @throws IoError as read_bytes and from_safetensors.
TensorFile read_safetensors(const std::filesystem::path& path);

namespace detail {
Tensor make_tensor(const std::string& name, Dtype dtype, const Shape& shape, std::span<const std::byte> bytes);
}

template <class T>
Tensor make_tensor(const std::string& name, const Shape& shape, std::span<const T> values) {
  return detail::make_tensor(name, dtype_of<T>, shape, std::as_bytes(values));
}

}  // namespace ansatz::io
