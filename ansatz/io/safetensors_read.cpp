// SPDX-License-Identifier: BSD-3-Clause
// The reader's half of safetensors.hpp: every number of the header is checked before it is used.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "ansatz/base/error.hpp"
#include "ansatz/base/limits.hpp"
#include "ansatz/io/json.hpp"
#include "ansatz/io/safetensors.hpp"
#include "ansatz/io/safetensors_names.hpp"

namespace ansatz::io {
namespace {

using nlohmann::json;

template <class... Args>
[[noreturn]] void fail(std::string_view where, fmt::format_string<Args...> format, Args&&... args) {
  throw IoError("{}: {}; the file is damaged or no tensor file", where,
                fmt::format(format, std::forward<Args>(args)...));
}

ParsedJson<json> parse_header(std::string_view text, std::string_view where) {
  try {
    ParsedJson<json> header = parse_json(text);
    if (!(*header).is_object()) fail(where, "its header is no JSON object");
    return header;
  } catch (const IoError& error) {
    fail(where, "its header is no JSON ({})", error.what());
  }
}

/// Where a tensor lies in the data.
struct Entry {
  std::string name;
  Dtype dtype = Dtype::f64;
  Shape shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// The member `key` of a tensor's entry, an array of non-negative integers below 2⁶³.
std::vector<std::int64_t> integers(const json& entry, const char* key, std::string_view name, std::string_view where) {
  const auto member = entry.find(key);
  if (member == entry.end() || !member->is_array()) fail(where, "tensor \"{}\" has no list \"{}\"", name, key);
  std::vector<std::int64_t> result;
  for (const json& number : *member) {
    constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
    if (!number.is_number_unsigned() || number.get<std::uint64_t>() > largest)
      fail(where, "\"{}\" of tensor \"{}\" holds something that is no size", key, name);
    result.push_back(static_cast<std::int64_t>(number.get<std::uint64_t>()));
  }
  return result;
}

/// Bytes of a tensor of `shape`, or nothing when they exceed 64 bits.
std::optional<std::uint64_t> size_in_bytes(std::span<const std::int64_t> shape, Dtype dtype) {
  std::uint64_t size = size_of(dtype);
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  for (std::int64_t extent : shape) {
    const std::uint64_t factor = static_cast<std::uint64_t>(extent);
    if (size > std::numeric_limits<std::uint64_t>::max() / factor) return std::nullopt;
    size *= factor;
  }
  return size;
}

Entry read_entry(const std::string& name, const json& value, std::string_view where) {
  if (!value.is_object()) fail(where, "the entry of tensor \"{}\" is no JSON object", name);
  const auto dtype_member = value.find("dtype");
  if (dtype_member == value.end() || !dtype_member->is_string()) fail(where, "tensor \"{}\" has no \"dtype\"", name);
  const std::string& dtype_name = dtype_member->get_ref<const std::string&>();
  const auto dtype = dtype_from_file_name(dtype_name);
  if (!dtype)
    throw IoError("{}: tensor \"{}\" has dtype \"{}\"; F64, F32, I32 or BOOL are expected", where, name, dtype_name);
  const std::vector<std::int64_t> shape = integers(value, "shape", name, where);
  if (shape.size() > static_cast<std::size_t>(Shape::max_rank))
    throw IoError("{}: tensor \"{}\" has rank {}; at most {} is supported", where, name, shape.size(), Shape::max_rank);
  const std::vector<std::int64_t> offsets = integers(value, "data_offsets", name, where);
  if (offsets.size() != 2 || offsets[0] > offsets[1])
    fail(where, "\"data_offsets\" of tensor \"{}\" are no pair of begin and end", name);

  const auto begin = static_cast<std::uint64_t>(offsets[0]);
  const auto end = static_cast<std::uint64_t>(offsets[1]);
  if (size_in_bytes(shape, *dtype) != end - begin)
    fail(where, "tensor \"{}\" has {} bytes of data, which is not the size of [{}] values of {}", name, end - begin,
         fmt::join(shape, ", "), name_of(*dtype));
  try {
    return {.name = name, .dtype = *dtype, .shape = Shape(shape), .begin = begin, .end = end};
  } catch (const ShapeError& error) {  // no values, but extents that cannot be multiplied
    fail(where, "tensor \"{}\": {}", name, error.what());
  }
}

std::map<std::string, std::string> read_metadata(const json& value, std::string_view where) {
  if (!value.is_object()) fail(where, "its \"{}\" is no JSON object", metadata_name);
  std::map<std::string, std::string> metadata;
  for (const auto& [key, text] : value.items()) {
    if (!text.is_string()) fail(where, "its text \"{}\" is no text", key);
    metadata[key] = text.get<std::string>();
  }
  return metadata;
}

/// Sorts the entries by their place; they have to cover `size` bytes without gap or overlap.
void check_layout(std::vector<Entry>& entries, std::uint64_t size, std::string_view where) {
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::uint64_t end = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != end)
      fail(where, "the data of tensor \"{}\" begin at byte {} instead of {}", entry.name, entry.begin, end);
    end = entry.end;
  }
  if (end != size) fail(where, "its tensors take {} bytes, but {} are there", end, size);
}

void check_booleans(const Entry& entry, std::span<const std::byte> data, std::string_view where) {
  if (entry.dtype != Dtype::boolean) return;
  if (std::any_of(data.begin(), data.end(), [](std::byte value) { return value > std::byte{1}; }))
    fail(where, "tensor \"{}\" holds truth values other than 0 and 1", entry.name);
}

}  // namespace

TensorFile from_safetensors(std::span<const std::byte> bytes, std::string_view where) {
  constexpr std::size_t length_size = 8;
  std::array<std::byte, length_size> length_bytes{};
  if (bytes.size() < length_size) fail(where, "it has {} bytes, too few for a tensor file", bytes.size());
  std::copy_n(bytes.begin(), length_size, length_bytes.begin());
  const auto length = std::bit_cast<std::uint64_t>(length_bytes);
  if (length <= bytes.size() - length_size && length > limits::header_bytes)
    throw IoError("{}: its header has {} bytes; at most {} are read", where, length, limits::header_bytes);
  if (length > bytes.size() - length_size)
    fail(where, "its header would have {} bytes, the whole file has {}", length, bytes.size());
  const auto header_bytes = bytes.subspan(length_size, static_cast<std::size_t>(length));
  const auto data = bytes.subspan(length_size + static_cast<std::size_t>(length));

  const ParsedJson<json> parsed =
      parse_header({reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size()}, where);
  const json& header = *parsed;
  TensorFile file;
  std::vector<Entry> entries;
  for (const auto& [name, value] : header.items()) {
    if (name == metadata_name)
      file.metadata = read_metadata(value, where);
    else
      entries.push_back(read_entry(name, value, where));
  }
  check_layout(entries, data.size(), where);
  for (const Entry& entry : entries) {
    const auto part =
        data.subspan(static_cast<std::size_t>(entry.begin), static_cast<std::size_t>(entry.end - entry.begin));
    check_booleans(entry, part, where);
    file.tensors.push_back(
        {.name = entry.name, .dtype = entry.dtype, .shape = entry.shape, .data = {part.begin(), part.end()}});
  }
  return file;
}

}  // namespace ansatz::io
