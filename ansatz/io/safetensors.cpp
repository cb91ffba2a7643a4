// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "ansatz/base/error.hpp"
#include "ansatz/io/atomic_file.hpp"
#include "ansatz/io/file.hpp"
#include "ansatz/io/safetensors_names.hpp"

namespace ansatz::io {
namespace {

static_assert(std::endian::native == std::endian::little, "the file is little-endian: swap the bytes here");

void check_writable(const TensorFile& file) {
  std::set<std::string_view> names;
  for (const Tensor& tensor : file.tensors) {
    if (tensor.name == metadata_name)
      throw ArgumentError("a tensor cannot be called \"{}\": the file keeps its texts there", metadata_name);
    if (!names.insert(tensor.name).second)
      throw ArgumentError("two tensors are called \"{}\"; each needs a name of its own", tensor.name);
    const std::size_t expected = static_cast<std::size_t>(tensor.shape.elements()) * size_of(tensor.dtype);
    if (tensor.data.size() != expected)
      throw ArgumentError("tensor \"{}\" holds {} bytes; its shape {} of {} takes {}", tensor.name, tensor.data.size(),
                          to_string(tensor.shape), name_of(tensor.dtype), expected);
  }
}

/// The JSON header, tensors in the given order.
std::string header_of(const TensorFile& file) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  // The parts are appended unchecked: names are unique already, and ordered_json's search for a key is linear.
  auto& members = header.get_ref<nlohmann::ordered_json::object_t&>();
  if (!file.metadata.empty()) members.emplace_back(metadata_name, file.metadata);
  std::size_t offset = 0;
  for (const Tensor& tensor : file.tensors) {
    nlohmann::ordered_json entry;
    entry["dtype"] = file_name_of(tensor.dtype);
    entry["shape"] = std::vector<std::int64_t>(tensor.shape.begin(), tensor.shape.end());
    entry["data_offsets"] = {offset, offset + tensor.data.size()};
    members.emplace_back(tensor.name, std::move(entry));
    offset += tensor.data.size();
  }
  try {
    return header.dump();
  } catch (const nlohmann::json::exception& error) {
    throw ArgumentError("a name or text of the file is not UTF-8: {}", error.what());
  }
}

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 12;
  if (names.empty()) return "none";
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(shown, names.size()));
  return fmt::format("{}{}", fmt::join(names.begin(), end, ", "), names.size() > shown ? ", ..." : "");
}

}  // namespace

void Tensor::require_dtype(Dtype asked) const {
  if (asked != dtype)
    throw DtypeError("tensor \"{}\" holds {}; {} was asked for", name, name_of(dtype), name_of(asked));
}

Tensor detail::make_tensor(const std::string& name, Dtype dtype, const Shape& shape, std::span<const std::byte> bytes) {
  const std::size_t expected = static_cast<std::size_t>(shape.elements());
  if (bytes.size() != expected * size_of(dtype))
    throw ShapeError("tensor \"{}\" got {} values; its shape {} takes {}", name, bytes.size() / size_of(dtype),
                     to_string(shape), expected);
  return {.name = name, .dtype = dtype, .shape = shape, .data = {bytes.begin(), bytes.end()}};
}

const Tensor& TensorFile::tensor(std::string_view name) const {
  for (const Tensor& candidate : tensors)
    if (candidate.name == name) return candidate;
  std::vector<std::string> names;
  for (const Tensor& candidate : tensors) names.push_back(candidate.name);
  throw IoError("the file has no tensor \"{}\"; it has: {}", name, list_of(names));
}

const std::string& TensorFile::text(std::string_view key) const {
  if (const auto entry = metadata.find(std::string(key)); entry != metadata.end()) return entry->second;
  std::vector<std::string> keys;
  for (const auto& entry : metadata) keys.push_back(entry.first);
  throw IoError("the file has no text \"{}\"; it has: {}", key, list_of(keys));
}

std::vector<std::byte> to_safetensors(const TensorFile& file) {
  check_writable(file);
  std::string header = header_of(file);
  header.append((8 - header.size() % 8) % 8, ' ');
  const std::uint64_t length = header.size();
  std::size_t size = sizeof length + header.size();
  for (const Tensor& tensor : file.tensors) size += tensor.data.size();

  std::vector<std::byte> bytes(size);
  auto place = bytes.begin();
  const auto put = [&](std::span<const std::byte> part) { place = std::copy(part.begin(), part.end(), place); };
  put(std::as_bytes(std::span(&length, 1)));
  put(std::as_bytes(std::span(header)));
  for (const Tensor& tensor : file.tensors) put(tensor.data);
  return bytes;
}

void write_safetensors(const std::filesystem::path& path, const TensorFile& file) {
  write_atomically(path, to_safetensors(file));
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  return from_safetensors(read_bytes(path), path.string());
}

}  // namespace ansatz::io
