// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/ffnn.hpp"

#include "ansatz/base/error.hpp"
#include "ansatz/nn/layers/basic.hpp"

namespace ansatz::nn {

namespace {

Network network_of(const std::vector<std::int64_t>& widths, const FFNNOptions& options) {
  if (widths.size() < 2)
    throw ArgumentError("a network of {} layers was asked for; inputs and outputs, at least, are expected",
                        widths.size());
  for (std::int64_t width : widths)
    if (width < 1) throw ArgumentError("a layer of width {} was asked for; 1 or more is expected", width);
  double count = 0.0;
  for (std::size_t l = 1; l < widths.size(); ++l)
    count += (static_cast<double>(widths[l - 1]) + 1.0) * static_cast<double>(widths[l]);
  if (constexpr double most = 1e12; count > most)
    throw ArgumentError("a network of {:.3g} parameters was asked for; {:.3g} are the most", count, most);
  if (!is_floating(options.dtype))
    throw ArgumentError("a network of dtype {} was asked for; f32 or f64 is expected", name_of(options.dtype));
  const std::size_t hidden = widths.size() - 2;
  std::vector<act::Activation> activations = options.activations;
  if (activations.empty()) activations.assign(hidden, options.hidden);
  if (activations.size() != hidden)
    throw ArgumentError("{} activations were given for {} hidden layers", activations.size(), hidden);
  std::vector<Layer> layers;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    layers.push_back(layer::dense({.units = widths[l]}));
    if (l <= hidden) layers.push_back(layer::activation(activations[l - 1]));
  }
  Network network = sequential({widths[0]}, std::move(layers));
  network.set_initialiser(options.initialiser);
  return network;
}

}  // namespace

FFNN::FFNN(std::vector<std::int64_t> layers, FFNNOptions options)
    : network_(network_of(layers, options)), seed_(options.seed), dtype_(options.dtype) {}

std::vector<FFNN::Layer> FFNN::unpack(const Var& parameters) const {
  const std::vector<Var> tensors = network_.unpack(parameters);
  std::vector<Layer> result;
  for (std::size_t i = 0; i < tensors.size(); i += 2) result.push_back({tensors[i], tensors[i + 1]});
  return result;
}

namespace {

std::vector<Var> flat(const std::vector<FFNN::Layer>& layers) {
  std::vector<Var> tensors;
  for (const FFNN::Layer& layer : layers) tensors.insert(tensors.end(), {layer.weights, layer.biases});
  return tensors;
}

}  // namespace

Var FFNN::pack(const std::vector<Layer>& layers) { return Network::pack(flat(layers)); }

Var FFNN::logits(const std::vector<Layer>& layers, const Var& x) const {
  return network_.apply(flat(layers), {x}).outputs[0];
}

}  // namespace ansatz::nn
