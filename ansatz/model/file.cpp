// SPDX-License-Identifier: BSD-3-Clause
// The model file: safetensors with tensors W1, b1, W2 … and, as metadata, JSON texts and a checksum over everything.
#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "ansatz/base/error.hpp"
#include "ansatz/io/safetensors.hpp"
#include "ansatz/io/sha256.hpp"
#include "ansatz/model/model.hpp"

namespace ansatz::model {

namespace {

using nlohmann::json;

constexpr int current_version = 1;

std::string architecture_json(const nn::FFNN& network) {
  json activations = json::array();
  for (const act::Activation& activation : network.activations()) activations.push_back(activation.named.text());
  return json{{"layers", network.layers()},
              {"activations", activations},
              {"output", nn::name_of(network.output().value_or(nn::Output::linear))},
              {"dtype", name_of(network.dtype())},
              {"seed", network.seed()}}
      .dump();
}

nn::FFNN architecture_from_json(const std::string& text) {
  const json j = json::parse(text);
  nn::FFNNOptions options;
  for (const json& name : j.at("activations")) options.activations.push_back(act::find(name.get<std::string>()));
  options.output = nn::output_from_name(j.at("output").get<std::string>());
  options.dtype = dtype_from_name(j.at("dtype").get<std::string>());
  options.seed = j.at("seed").get<std::uint64_t>();
  return nn::FFNN(j.at("layers").get<std::vector<std::int64_t>>(), std::move(options));
}

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

}  // namespace

void Model::save(const std::filesystem::path& path) const {
  io::TensorFile file;
  for (const act::Activation& activation : network().activations())
    static_cast<void>(act::find(activation.named.text()));
  const std::size_t size = size_of(network().dtype());
  const std::byte* at = parameters().data();
  const auto add = [&](const std::string& name, const Shape& shape) {
    const std::size_t bytes = static_cast<std::size_t>(shape.elements()) * size;
    file.tensors.push_back({name, network().dtype(), shape, {at, at + bytes}});
    at += bytes;
  };
  const auto& layers = network().layers();
  for (std::size_t l = 1; l < layers.size(); ++l) {
    add(fmt::format("W{}", l), {layers[l - 1], layers[l]});
    add(fmt::format("b{}", l), {layers[l]});
  }
  file.metadata = {
      {"format", "ansatz-model"},
      {"version", std::to_string(current_version)},
      {"architecture", architecture_json(network())},
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
  if (const std::string& version = file.text("version"); version != std::to_string(current_version))
    throw IoError("{}: is a model of version {}; this program reads version {}", path.string(), version,
                  current_version);
  if (file.text("checksum") != checksum(file))
    throw IoError("{}: the checksum does not match: the file was changed or damaged", path.string());
  try {
    nn::FFNN network = architecture_from_json(file.text("architecture"));
    std::size_t stored = 0;  // the file is as long as its tensors; a description may claim more
    for (const io::Tensor& tensor : file.tensors) stored += tensor.data.size();
    if (stored != static_cast<std::size_t>(network.parameters()) * size_of(network.dtype()))
      throw IoError("{}: the tensors hold {} bytes; the {} parameters of a network {} are expected", path.string(),
                    stored, network.parameters(), network.describe());
    Tensor parameters(network.dtype(), {network.parameters()});
    std::size_t at = 0;
    const auto& layers = network.layers();
    const auto take = [&](const std::string& name, const Shape& shape) {
      const io::Tensor& tensor = file.tensor(name);
      if (tensor.dtype != network.dtype() || tensor.shape != shape)
        throw IoError("{}: tensor {} is {}{}; {}{} is expected", path.string(), name, name_of(tensor.dtype),
                      to_string(tensor.shape), name_of(network.dtype()), to_string(shape));
      std::memcpy(parameters.data() + at, tensor.data.data(), tensor.data.size());
      at += tensor.data.size();
    };
    for (std::size_t l = 1; l < layers.size(); ++l) {
      take(fmt::format("W{}", l), {layers[l - 1], layers[l]});
      take(fmt::format("b{}", l), {layers[l]});
    }
    return Model(std::move(network), data::encoding_from_json(file.text("encoding")), std::move(parameters),
                 json::parse(file.text("record")).get<Record>());
  } catch (const json::exception& error) {
    throw IoError("{}: the model's description cannot be read: {}", path.string(), error.what());
  } catch (const IoError&) {
    throw;
  } catch (const Error& error) {
    throw IoError("{}: {}", path.string(), error.what());
  }
}

}  // namespace ansatz::model
