// SPDX-License-Identifier: BSD-3-Clause
// The model file: safetensors, with JSON texts as metadata and a checksum over everything (docs/model_file.md).
#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "ansatz/base/error.hpp"
#include "ansatz/io/json.hpp"
#include "ansatz/io/safetensors.hpp"
#include "ansatz/io/sha256.hpp"
#include "ansatz/model/model.hpp"
#include "ansatz/model/network_json.hpp"

namespace ansatz::model {

namespace {

using nlohmann::json;

constexpr std::string_view current_version = "2";

/// SHA-256 over all metadata but the checksum itself, and all tensors.
std::string checksum(const io::TensorFile& file) {
  io::Sha256 sum;
  for (const auto& [key, text] : file.metadata) {
    if (key == "checksum") continue;
    sum.update(fmt::format("{}:{}{}:{}", key.size(), key, text.size(), text));
  }
  for (const io::Tensor& tensor : file.tensors) {
    sum.update(
        fmt::format("{}:{}{}{}", tensor.name.size(), tensor.name, name_of(tensor.dtype), to_string(tensor.shape)));
    sum.update(tensor.data);
  }
  return sum.hex();
}

/// A network without numbers, and the names that its tensors have in the file.
struct Description {
  nn::Network network;
  head::Head head;
  Dtype dtype;
  data::Encoding encoding;
  std::vector<std::string> names;
};

Description description_of(const io::TensorFile& file, const std::string& version) {
  const data::Encoding encoding = data::encoding_from_json(file.text("encoding"));
  std::vector<std::string> names;
  if (version == current_version) {
    nn::Network network = network_from_json(file.text("network"));
    for (const nn::Placed& tensor : network.tensors()) names.push_back(tensor.name);
    return {std::move(network), head::find(file.text("head")), dtype_from_name(file.text("dtype")), encoding,
            std::move(names)};
  }
  Version1 old = network_from_version_1(file.text("architecture"));
  for (std::size_t i = 0; i < old.network.tensors().size(); ++i)
    names.push_back(fmt::format("{}{}", i % 2 == 0 ? "W" : "b", i / 2 + 1));
  return {std::move(old.network), head::find(old.output), old.dtype, encoding, std::move(names)};
}

}  // namespace

void Model::save(const std::filesystem::path& path) const {
  io::TensorFile file;
  const std::size_t size = size_of(dtype());
  for (const nn::Placed& tensor : network().tensors()) {
    const std::byte* at =
        (tensor.is_buffer() ? buffers() : parameters()).data() + static_cast<std::size_t>(tensor.offset) * size;
    const std::size_t bytes = static_cast<std::size_t>(tensor.declared.shape.elements()) * size;
    file.tensors.push_back({tensor.name, dtype(), tensor.declared.shape, {at, at + bytes}});
  }
  file.metadata = {
      {"format", "ansatz-model"},
      {"version", std::string(current_version)},
      {"network", to_json(network())},
      {"head", head().named.full_text()},
      {"dtype", std::string(name_of(dtype()))},
      {"encoding", data::to_json(encoding())},
      {"record", json(record()).dump(-1, ' ', false, json::error_handler_t::replace)}};  // paths need not be UTF-8
  file.metadata["checksum"] = checksum(file);
  io::write_safetensors(path, file);
}

Model Model::load(const std::filesystem::path& path) {
  const io::TensorFile file = io::read_safetensors(path);
  const auto format = file.metadata.find("format");
  if (format == file.metadata.end() || format->second != "ansatz-model")
    throw IoError("{}: is a safetensors file, but not a model of Ansatz", path.string());
  const std::string& version = file.text("version");
  if (version != "1" && version != current_version)
    throw IoError("{}: is a model of version {}; this program reads versions 1 and {}", path.string(), version,
                  current_version);
  if (file.text("checksum") != checksum(file))
    throw IoError("{}: the checksum does not match: the file was changed or damaged", path.string());
  try {
    Description it = description_of(file, version);
    const Dtype dtype = it.dtype;
    const std::int64_t expected = it.network.parameters() + it.network.buffers();
    std::size_t stored = 0;  // the file is as long as its tensors; a description may claim more
    for (const io::Tensor& tensor : file.tensors) stored += tensor.data.size();
    if (stored != static_cast<std::size_t>(expected) * size_of(dtype))
      throw IoError("{}: the tensors hold {} bytes; the {} numbers of a network {} are expected", path.string(), stored,
                    expected, it.network.describe());
    std::map<std::string_view, const io::Tensor*> by_name;
    for (const io::Tensor& tensor : file.tensors) by_name.emplace(tensor.name, &tensor);
    Tensor parameters(dtype, {it.network.parameters()}), buffers(dtype, {it.network.buffers()});
    for (std::size_t i = 0; i < it.names.size(); ++i) {
      const nn::Placed& placed = it.network.tensors()[i];
      const auto found = by_name.find(it.names[i]);
      const io::Tensor& tensor = found != by_name.end() ? *found->second : file.tensor(it.names[i]);  // which throws
      if (tensor.dtype != dtype || tensor.shape != placed.declared.shape)
        throw IoError("{}: tensor {} is {}{}; {}{} is expected", path.string(), it.names[i], name_of(tensor.dtype),
                      to_string(tensor.shape), name_of(dtype), to_string(placed.declared.shape));
      std::byte* at = (placed.is_buffer() ? buffers : parameters).data();
      std::memcpy(at + static_cast<std::size_t>(placed.offset) * size_of(dtype), tensor.data.data(),
                  tensor.data.size());
    }
    return Model(std::move(it.network), std::move(it.head), std::move(it.encoding), std::move(parameters),
                 std::move(buffers), (*io::parse_json(file.text("record"))).get<Record>());
  } catch (const json::exception& error) {
    throw IoError("{}: the model's description cannot be read: {}", path.string(), error.what());
  } catch (const IoError& error) {
    const std::string message = error.what();
    if (message.starts_with(path.string())) throw;
    throw IoError("{}: {}", path.string(), message);
  } catch (const Error& error) {
    throw IoError("{}: {}", path.string(), error.what());
  }
}

}  // namespace ansatz::model
