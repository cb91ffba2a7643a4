// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/model/network_json.hpp"

#include <nlohmann/json.hpp>

#include "ansatz/base/error.hpp"
#include "ansatz/io/json.hpp"
#include "ansatz/nn/ffnn.hpp"

namespace ansatz::model {

using nlohmann::json;

std::string to_json(const nn::Network& network) {
  json inputs = json::array(), layers = json::array(), uses = json::array();
  for (const Shape& shape : network.inputs()) inputs.push_back(std::vector<std::int64_t>(shape.begin(), shape.end()));
  for (const nn::Network::Named& each : network.layers()) {
    nn::layer_family().find(each.layer.named.name);
    layers.push_back({{"name", each.name}, {"layer", each.layer.named.full_text()}});
  }
  for (const nn::Network::Use& use : network.uses()) uses.push_back({{"layer", use.layer}, {"inputs", use.inputs}});
  json result = {{"inputs", inputs}, {"layers", layers}, {"uses", uses}, {"outputs", network.outputs()}};
  if (network.text()) result["text"] = *network.text();
  return result.dump();
}

nn::Network network_from_json(std::string_view text) {
  const io::ParsedJson<json> parsed = io::parse_json(text);
  const json& j = *parsed;
  nn::NetworkBuilder build;
  std::size_t values = 0;
  for (const json& shape : j.at("inputs")) {
    build.input(Shape(shape.get<std::vector<std::int64_t>>()));
    ++values;
  }
  std::vector<nn::NetworkBuilder::LayerId> layers;
  for (const json& each : j.at("layers"))
    layers.push_back(
        build.layer(nn::layer_family().make(each.at("layer").get<std::string>()), each.at("name").get<std::string>()));
  const auto values_of = [&](const json& numbers) {
    auto result = numbers.get<std::vector<std::size_t>>();
    for (std::size_t value : result)
      if (value >= values) throw IoError("the network reads value {} of {}", value, values);
    return result;
  };
  for (const json& use : j.at("uses")) {
    const auto layer = use.at("layer").get<std::size_t>();
    if (layer >= layers.size()) throw IoError("the network uses layer {} of {}", layer, layers.size());
    values += build.use(layers[layer], values_of(use.at("inputs"))).size();
  }
  std::optional<std::string> written;
  if (j.contains("text")) written = j.at("text").get<std::string>();
  return std::move(build).finish(values_of(j.at("outputs")), std::move(written));
}

Version1 network_from_version_1(std::string_view text) {
  const io::ParsedJson<json> parsed = io::parse_json(text);
  const json& j = *parsed;
  nn::FFNNOptions options;
  for (const json& name : j.at("activations")) options.activations.push_back(act::find(name.get<std::string>()));
  options.dtype = dtype_from_name(j.at("dtype").get<std::string>());
  const nn::FFNN network(j.at("layers").get<std::vector<std::int64_t>>(), options);
  return {network.network(), j.at("output").get<std::string>(), network.dtype()};
}

}  // namespace ansatz::model
