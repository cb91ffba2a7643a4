// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/prediction.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace ansatz::nn {

namespace {

using Numbers = std::vector<double>;

Numbers numbers_at(const Tensor& vector, const Placed& placed) {
  const auto first = static_cast<std::size_t>(placed.offset);
  const auto count = static_cast<std::size_t>(placed.declared.shape.elements());
  Numbers result(count);
  for (std::size_t i = 0; i < count; ++i)
    result[i] = vector.dtype() == Dtype::f64 ? vector.as<double>()[first + i]
                                             : static_cast<double>(vector.as<float>()[first + i]);
  return result;
}

void set_numbers(Tensor& vector, std::int64_t offset, const Numbers& numbers) {
  const auto first = static_cast<std::size_t>(offset);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (vector.dtype() == Dtype::f64)
      vector.as<double>()[first + i] = numbers[i];
    else
      vector.as<float>()[first + i] = static_cast<float>(numbers[i]);
  }
}

template <class T>
bool keeps_precision(double value) {
  const double size = std::abs(value);
  return value == 0.0 || (size >= static_cast<double>(std::numeric_limits<T>::min()) &&
                          size <= static_cast<double>(std::numeric_limits<T>::max()));
}

/// The tensors of a linear layer, W [..., channels] and b [channels].
struct Linear {
  Numbers weights, bias;

  /// Behind a map of the channels; nothing where a number would lose its precision.
  std::optional<Linear> mapped(const ChannelMap& map, Dtype dtype) const {
    const auto fits = [&](double value) {
      return dtype == Dtype::f64 ? keeps_precision<double>(value) : keeps_precision<float>(value);
    };
    const std::size_t channels = map.factor.size();
    Linear result = *this;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      result.weights[i] *= map.factor[i % channels];
      if (!fits(result.weights[i]) || (result.weights[i] == 0.0 && weights[i] != 0.0)) return std::nullopt;
    }
    for (std::size_t c = 0; c < channels; ++c) {
      result.bias[c] = bias[c] * map.factor[c] + map.shift[c];
      if (!fits(result.bias[c])) return std::nullopt;
    }
    return result;
  }
};

class Folding {
 public:
  Folding(const Network& network, const Tensor& parameters, const Tensor& buffers)
      : network_(network), parameters_(parameters), buffers_(buffers), source_(network.inputs().size()) {
    std::iota(source_.begin(), source_.end(), std::size_t{0});
    for (const Network::Use& use : network.uses()) ++uses_of_[use.layer];
    resolve();
    count_readers();
  }

  Numbered run() {
    bool any = false;
    for (std::size_t use = 0; use < network_.uses().size(); ++use) any = fold(use) || any;
    if (!any) return {network_, parameters_, buffers_};
    return rebuilt();
  }

 private:
  const Layer& layer_of(const Network::Use& use) const { return network_.layers()[use.layer].layer; }

  /// Where each value comes from, past the layers that predict the identity.
  void resolve() {
    for (const Network::Use& use : network_.uses()) {
      const Declaration declared = layer_of(use).declare(shapes_of(use.inputs));
      for (std::size_t i = 0; i < declared.outputs.size(); ++i)
        source_.push_back(layer_of(use).random ? source_[use.inputs[0]] : use.first_output + i);
    }
  }
  void count_readers() {
    readers_.assign(source_.size(), 0);
    for (const Network::Use& use : network_.uses())
      if (!layer_of(use).random)
        for (std::size_t input : use.inputs) ++readers_[source_[input]];
    for (std::size_t output : network_.outputs()) ++readers_[source_[output]];
  }
  std::vector<Shape> shapes_of(const std::vector<std::size_t>& values) const {
    std::vector<Shape> shapes;
    for (std::size_t value : values) shapes.push_back(network_.shape(value));
    return shapes;
  }

  std::vector<Numbers> tensors_of(std::size_t layer) const {
    std::vector<Numbers> result;
    for (const Placed& placed : network_.tensors())
      if (placed.layer == layer) result.push_back(numbers_at(placed.is_buffer() ? buffers_ : parameters_, placed));
    return result;
  }

  /// Makes a map part of the layer before it, if it can be. Its output is then that of the layer.
  bool fold(std::size_t number) {
    const Network::Use& use = network_.uses()[number];
    if (!layer_of(use).channel_map) return false;
    const std::size_t value = source_[use.inputs[0]];
    const auto before = std::find_if(network_.uses().begin(), network_.uses().end(),
                                     [&](const Network::Use& each) { return each.first_output == value; });
    if (before == network_.uses().end() || !layer_of(*before).with_bias) return false;
    if (uses_of_[before->layer] != 1 || readers_[value] != 1) return false;
    auto [found, first] = folded_.try_emplace(before->layer);
    if (first) {
      std::vector<Numbers> tensors = tensors_of(before->layer);
      const auto channels = static_cast<std::size_t>(network_.shape(value)[network_.shape(value).rank() - 1]);
      found->second = {std::move(tensors[0]), tensors.size() > 1 ? std::move(tensors[1]) : Numbers(channels, 0.0)};
    }
    auto mapped = found->second.mapped(layer_of(use).channel_map(tensors_of(use.layer)), parameters_.dtype());
    if (!mapped) {
      if (first) folded_.erase(found);
      return false;
    }
    found->second = std::move(*mapped);
    gone_.push_back(number);
    const std::size_t output = use.first_output;
    readers_[value] = readers_[output];
    std::replace(source_.begin(), source_.end(), output, value);
    return true;
  }

  Numbered rebuilt() const {
    NetworkBuilder build;
    std::vector<NetworkBuilder::Value> now(source_.size());
    for (std::size_t i = 0; i < network_.inputs().size(); ++i) now[i] = build.input(network_.inputs()[i]);
    const auto values_of = [&](const std::vector<std::size_t>& values) {
      std::vector<NetworkBuilder::Value> result;
      for (std::size_t value : values) result.push_back(now[source_[value]]);
      return result;
    };
    std::map<std::size_t, NetworkBuilder::LayerId> layers;
    for (std::size_t i = 0; i < network_.uses().size(); ++i) {
      const Network::Use& use = network_.uses()[i];
      if (layer_of(use).random || std::find(gone_.begin(), gone_.end(), i) != gone_.end()) continue;
      const bool folded = folded_.contains(use.layer);
      if (!layers.contains(use.layer))
        layers.emplace(use.layer, build.layer(folded ? layer_of(use).with_bias() : layer_of(use),
                                              network_.layers()[use.layer].name));
      const auto outputs = build.use(layers.at(use.layer), values_of(use.inputs));
      for (std::size_t k = 0; k < outputs.size(); ++k) now[use.first_output + k] = outputs[k];
    }
    Network network = std::move(build).finish(values_of(network_.outputs()));
    const Dtype dtype = parameters_.dtype();
    Numbered result{std::move(network), Tensor(dtype, {0}), Tensor(dtype, {0})};
    result.parameters = Tensor(dtype, {result.network.parameters()});
    result.buffers = Tensor(dtype, {result.network.buffers()});
    std::map<std::string, Numbers> numbers;
    for (const Placed& placed : network_.tensors())
      numbers[placed.name] = numbers_at(placed.is_buffer() ? buffers_ : parameters_, placed);
    for (const auto& [layer, linear] : folded_) {
      std::size_t next = 0;
      for (const Placed& placed : result.network.tensors())
        if (result.network.layers()[placed.layer].name == network_.layers()[layer].name)
          numbers[placed.name] = next++ == 0 ? linear.weights : linear.bias;
    }
    for (const Placed& placed : result.network.tensors())
      set_numbers(placed.is_buffer() ? result.buffers : result.parameters, placed.offset, numbers.at(placed.name));
    return result;
  }

  const Network& network_;
  const Tensor &parameters_, &buffers_;
  std::vector<std::size_t> source_;  // of each value
  std::vector<int> readers_;         // of each value that is a source: uses, and the network's outputs
  std::map<std::size_t, int> uses_of_;
  std::map<std::size_t, Linear> folded_;  // layers and what they have become
  std::vector<std::size_t> gone_;         // uses
};

}  // namespace

Numbered for_prediction(const Network& network, const Tensor& parameters, const Tensor& buffers) {
  return Folding(network, parameters, buffers).run();
}

}  // namespace ansatz::nn
