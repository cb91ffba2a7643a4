// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/ffnn.hpp"

#include <fmt/format.h>

#include <array>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::nn {

std::string_view name_of(Output output) {
  switch (output) {
    case Output::linear: return "linear";
    case Output::sigmoid: return "sigmoid";
    case Output::softmax: return "softmax";
  }
  return "?";
}

Output output_from_name(std::string_view name) {
  for (Output output : {Output::linear, Output::sigmoid, Output::softmax})
    if (name_of(output) == name) return output;
  throw ArgumentError("there is no output \"{}\"; there are linear, sigmoid, softmax", name);
}

cost::Cost default_cost(Output output) {
  switch (output) {
    case Output::sigmoid: return cost::binary_cross_entropy();
    case Output::softmax: return cost::cross_entropy();
    case Output::linear: break;
  }
  return cost::squared_error();
}

FFNN::FFNN(std::vector<std::int64_t> layers, FFNNOptions options)
    : layers_(std::move(layers)), activations_(options.activations), options_(std::move(options)) {
  if (layers_.size() < 2)
    throw ArgumentError("a network of {} layers was asked for; inputs and outputs, at least, are expected",
                        layers_.size());
  for (std::int64_t width : layers_)
    if (width < 1) throw ArgumentError("a layer of width {} was asked for; 1 or more is expected", width);
  double count = 0.0;
  for (std::size_t l = 1; l < layers_.size(); ++l)
    count += (static_cast<double>(layers_[l - 1]) + 1.0) * static_cast<double>(layers_[l]);
  if (constexpr double most = 1e12; count > most)
    throw ArgumentError("a network of {:.3g} parameters was asked for; {:.3g} are the most", count, most);
  if (!is_floating(options_.dtype))
    throw ArgumentError("a network of dtype {} was asked for; f32 or f64 is expected", name_of(options_.dtype));
  const std::size_t hidden = layers_.size() - 2;
  if (activations_.empty()) activations_.assign(hidden, options_.hidden);
  if (activations_.size() != hidden)
    throw ArgumentError("{} activations were given for {} hidden layers", activations_.size(), hidden);
}

std::int64_t FFNN::parameters() const {
  std::int64_t count = 0;
  for (std::size_t l = 1; l < layers_.size(); ++l) count += (layers_[l - 1] + 1) * layers_[l];
  return count;
}

std::vector<FFNN::Layer> FFNN::unpack(const Var& parameters) const {
  if (parameters.shape() != Shape{this->parameters()})
    throw ShapeError("the parameters are {}; [{}] is expected", to_string(parameters.shape()), this->parameters());
  std::vector<Layer> result;
  std::int64_t at = 0;
  const auto take = [&](std::int64_t n) {
    at += n;
    return slice(parameters, {at - n}, {at});
  };
  for (std::size_t l = 1; l < layers_.size(); ++l) {
    const Var weights = reshape(take(layers_[l - 1] * layers_[l]), {layers_[l - 1], layers_[l]});
    const Var biases = take(layers_[l]);
    result.push_back({weights.labelled(fmt::format("W{}", l)), biases.labelled(fmt::format("b{}", l))});
  }
  return result;
}

Var FFNN::pack(const std::vector<Layer>& layers) {
  std::vector<Var> parts;
  for (const Layer& layer : layers) {
    parts.push_back(reshape(layer.weights, {layer.weights.shape().elements()}));
    parts.push_back(layer.biases);
  }
  return concatenate(parts);
}

Var FFNN::initial(const Var& key) const {
  std::vector<Layer> result;
  for (std::size_t l = 1; l < layers_.size(); ++l) {
    const act::Activation& activation = l < layers_.size() - 1 ? activations_[l - 1] : act::identity;
    const Initialiser initialiser = options_.initialiser ? *options_.initialiser : suited_to(activation);
    const auto site = static_cast<std::int64_t>(l);
    const Shape shape{layers_[l - 1], layers_[l]};
    result.push_back({initialiser.weights(key, shape, options_.dtype, site),
                      initialiser.biases(key, {layers_[l]}, fans_of(shape), options_.dtype, site)});
  }
  return pack(result);
}

Var FFNN::logits(const std::vector<Layer>& layers, const Var& x) const {
  if (x.shape().rank() != 2 || x.shape()[1] != inputs())
    throw ShapeError("the network was given inputs {}; [rows, {}] is expected", to_string(x.shape()), inputs());
  Var a = x;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Var z = (matmul(a, layers[l].weights) + layers[l].biases).labelled(fmt::format("z{}", l + 1));
    a = l + 1 < layers.size() ? activations_[l](z).labelled(fmt::format("a{}", l + 1)) : z;
  }
  return a;
}

Var FFNN::respond(const Var& logits) const {
  switch (options_.output.value_or(Output::linear)) {
    case Output::sigmoid: return ansatz::sigmoid(logits);
    case Output::softmax: return softmax(logits);
    case Output::linear: break;
  }
  return logits;
}

std::string FFNN::describe() const {
  std::vector<std::string> names;
  for (const act::Activation& activation : activations_)
    if (std::string text = activation.named.text(); names.empty() || names.back() != text)
      names.push_back(std::move(text));
  const std::string count = std::to_string(parameters());
  std::string grouped;
  for (std::size_t i = 0; i < count.size(); ++i) {
    if (i > 0 && (count.size() - i) % 3 == 0) grouped += ',';
    grouped += count[i];
  }
  return fmt::format("{}{}{}{}{}, {}, {} parameters", fmt::join(layers_, "-"), names.empty() ? "" : ", ",
                     fmt::join(names, "/"), options_.output ? ", " : "",
                     options_.output ? name_of(*options_.output) : "", name_of(options_.dtype), grouped);
}

}  // namespace ansatz::nn
