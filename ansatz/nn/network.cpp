// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/network.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::nn {

std::string_view name_of(Role role) {
  switch (role) {
    case Role::weight: return "weight";
    case Role::bias: return "bias";
    case Role::scale: return "scale";
    case Role::buffer: return "buffer";
  }
  return "?";
}

std::string grouped(std::int64_t count) {
  const std::string digits = std::to_string(count);
  std::string result;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) result += ',';
    result += digits[i];
  }
  return result;
}

const Shape& Network::output_shape() const {
  if (outputs_.size() != 1)
    throw ShapeError("a network of {} outputs was given; one with a single output is expected", outputs_.size());
  return shapes_[outputs_[0]];
}

bool Network::random() const {
  return std::any_of(layers_.begin(), layers_.end(), [](const Named& each) { return each.layer.random; });
}

Network::Slots Network::slots_in(Trace& trace, Dtype dtype) const {
  Slots slots{trace.state({dtype, {parameters_}}, std::string(parameters_slot)), {}};
  if (buffers_ > 0) slots.buffers = trace.state({dtype, {buffers_}}, std::string(buffers_slot));
  return slots;
}

std::vector<Var> Network::unpack(const Var& parameters, const std::optional<Var>& buffers) const {
  const auto require = [](const Var& vector, std::int64_t elements, std::string_view what) {
    if (vector.shape() != Shape{elements})
      throw ShapeError("the {} are {}; [{}] is expected", what, to_string(vector.shape()), elements);
  };
  require(parameters, parameters_, "parameters");
  if (buffers) require(*buffers, buffers_, "buffers");
  if (buffers_ > 0 && !buffers) throw ShapeError("a network with {} buffers was given none", buffers_);
  std::vector<Var> result;
  for (const Placed& tensor : tensors_) {
    const Shape& shape = tensor.declared.shape;
    const Var& vector = tensor.is_buffer() ? *buffers : parameters;
    const Var part = slice(vector, {tensor.offset}, {tensor.offset + shape.elements()});
    result.push_back(reshape(part, shape).labelled(tensor.name));
  }
  return result;
}

Var Network::pack(const std::vector<Var>& parameters) {
  std::vector<Var> parts;
  for (const Var& tensor : parameters) parts.push_back(reshape(tensor, {tensor.shape().elements()}));
  return concatenate(parts);
}

std::vector<Var> Network::select(const std::vector<Var>& tensors, bool buffers) const {
  std::vector<Var> result;
  for (std::size_t i = 0; i < tensors_.size(); ++i)
    if (tensors_[i].is_buffer() == buffers) result.push_back(tensors[i]);
  return result;
}

Network::Result Network::apply(const std::vector<Var>& tensors, const std::vector<Var>& inputs,
                               const Context& context) const {
  if (inputs.size() != inputs_.size())
    throw ShapeError("the network was given {} inputs; {} are expected", inputs.size(), inputs_.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Shape& given = inputs[i].shape();
    if (given.rank() == 0 || given.without(0) != inputs_[i])
      throw ShapeError("the network was given inputs {}; {} is expected", to_string(given),
                       to_string(inputs_[i]).insert(1, inputs_[i].rank() == 0 ? "rows" : "rows, "));
  }
  std::vector<Var> values = inputs;
  values.resize(shapes_.size());
  std::vector<Var> now = tensors;  // buffers change with each use
  for (const Use& use : uses_) {
    const Named& named = layers_[use.layer];
    std::vector<std::size_t> mine;
    std::vector<Var> of_layer, arguments;
    for (std::size_t i = 0; i < tensors_.size(); ++i)
      if (tensors_[i].layer == use.layer) mine.push_back(i), of_layer.push_back(now[i]);
    for (std::size_t input : use.inputs) arguments.push_back(values[input]);
    const Applied applied = named.layer.apply({of_layer, arguments, context, use.site});
    for (std::size_t i = 0; i < applied.outputs.size(); ++i)
      values[use.first_output + i] = applied.outputs[i].labelled(named.name);
    std::size_t next = 0;
    for (std::size_t i : mine)
      if (tensors_[i].is_buffer() && next < applied.buffers.size()) now[i] = applied.buffers[next++];
  }
  Result result;
  for (std::size_t output : outputs_) result.outputs.push_back(values[output]);
  if (context.training && buffers_ > 0) result.buffers = pack(select(now, true));
  return result;
}

Initialiser Network::initialiser_of(const Placed& tensor) const {
  if (tensor.declared.initialiser) return *tensor.declared.initialiser;
  if (initialiser_) return *initialiser_;
  // The first activation on the way from the layer's first use.
  const auto use =
      std::find_if(uses_.begin(), uses_.end(), [&](const Use& each) { return each.layer == tensor.layer; });
  if (use == uses_.end()) return suited_to(act::identity);
  std::size_t value = use->first_output;
  for (auto next = use + 1; next != uses_.end(); ++next) {
    if (std::find(next->inputs.begin(), next->inputs.end(), value) == next->inputs.end()) continue;
    const Layer& layer = layers_[next->layer].layer;
    if (layer.effect == Effect::mixes) break;
    if (layer.activation) return suited_to(*layer.activation);
    value = next->first_output;
  }
  return suited_to(act::identity);
}

Var Network::initial(const Var& key, Dtype dtype) const {
  std::vector<Var> parts;
  std::int64_t site = 0;
  const Placed* drawn = nullptr;  // the last weights, whose initialiser also knows the biases that go with them
  for (const Placed& tensor : tensors_) {
    if (tensor.is_buffer()) continue;
    const Declared& declared = tensor.declared;
    if (declared.drawn) {
      drawn = &tensor;
      parts.push_back(initialiser_of(tensor).weights(key, declared.shape, dtype, ++site));
    } else if (declared.role == Role::bias && drawn != nullptr && drawn->layer == tensor.layer) {
      const Fans fans = fans_of(drawn->declared.shape);
      parts.push_back(initialiser_of(*drawn).biases(key, declared.shape, fans, dtype, site));
    } else {
      parts.push_back(constant(declared.value, dtype, declared.shape));
    }
  }
  return parts.empty() ? constant(0.0, dtype, {0}) : pack(parts);
}

std::string Network::describe() const {
  // Dense layers, an activation after each but the last: their widths say all.
  std::vector<std::int64_t> widths;
  std::vector<std::string> activations;
  bool plain = inputs_.size() == 1 && inputs_[0].rank() == 1 && !uses_.empty();
  for (std::size_t i = 0; plain && i < uses_.size(); ++i) {
    const Layer& layer = layers_[uses_[i].layer].layer;
    const bool expects_dense = i % 2 == 0;
    plain = text_ && (expects_dense ? layer.named.name == "dense" : layer.activation.has_value());
    if (plain && expects_dense) widths.push_back(shapes_[uses_[i].first_output][0]);
    if (plain && !expects_dense && (activations.empty() || activations.back() != layer.named.text()))
      activations.push_back(layer.named.text());
  }
  if (plain && uses_.size() % 2 == 1)
    return fmt::format("{}-{}{}{}", inputs_[0][0], fmt::join(widths, "-"), activations.empty() ? "" : ", ",
                       fmt::join(activations, "/"));
  std::vector<std::string> inputs;
  for (const Shape& shape : inputs_) inputs.push_back(fmt::format("{}", fmt::join(shape.extents(), "x")));
  if (text_) return fmt::format("{}: {}", fmt::join(inputs, ", "), *text_);
  std::vector<std::string> uses;
  for (const Use& use : uses_) uses.push_back(layers_[use.layer].name);
  return fmt::format("{}: graph of {} (not typeable)", fmt::join(inputs, ", "), fmt::join(uses, ", "));
}

// -- building
// ----------------------------------------------------------------------------------------------------------

namespace {

/// A number of a name that is the same wherever it is computed (FNV-1a).
std::int64_t site_of(std::string_view name, std::int64_t use) {
  std::uint32_t hash = 2166136261U;
  for (char c : fmt::format("{}#{}", name, use)) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash & 0x7FFFFFU;  // sites of random numbers have 23 bits
}

}  // namespace

NetworkBuilder::NetworkBuilder() : network_(Shape{}) {
  network_.inputs_.clear();
  network_.shapes_.clear();
  network_.outputs_.clear();
}

NetworkBuilder::Value NetworkBuilder::input(const Shape& sample) {
  if (!network_.uses_.empty()) throw ArgumentError("a network's inputs come before the uses of layers");
  network_.inputs_.push_back(sample);
  network_.shapes_.push_back(sample);
  return network_.shapes_.size() - 1;
}

NetworkBuilder::LayerId NetworkBuilder::layer(Layer layer, std::string name) {
  const auto is_taken = [&](const std::string& candidate) {
    return std::any_of(network_.layers_.begin(), network_.layers_.end(),
                       [&](const Network::Named& each) { return each.name == candidate; });
  };
  if (name.empty())
    for (int number = 1; name.empty() || is_taken(name); ++number) name = fmt::format("{}{}", layer.named.name, number);
  else if (is_taken(name))
    throw ArgumentError("two layers are called \"{}\"; each needs a name of its own", name);
  network_.layers_.push_back({std::move(name), std::move(layer)});
  declared_.push_back(false);
  return {network_.layers_.size() - 1};
}

std::vector<NetworkBuilder::Value> NetworkBuilder::use(LayerId id, const std::vector<Value>& inputs) {
  const Network::Named& named = network_.layers_[id.index];
  std::vector<Shape> shapes;
  for (Value value : inputs) shapes.push_back(network_.shapes_.at(value));
  const Declaration declaration = [&] {
    try {
      return named.layer.declare(shapes);
    } catch (const ShapeError& error) {
      throw ShapeError("layer {} of the network, {}: {}", network_.uses_.size() + 1, named.name, error.what());
    }
  }();
  if (!declared_[id.index]) {
    for (const Declared& declared : declaration.tensors) {
      const bool buffer = declared.role == Role::buffer;
      std::int64_t& end = buffer ? network_.buffers_ : network_.parameters_;
      constexpr double most = 1e12;
      if (const double count = static_cast<double>(end) + static_cast<double>(declared.shape.elements()); count > most)
        throw ArgumentError("a network of {:.3g} parameters was asked for; {:.3g} are the most", count, most);
      network_.tensors_.push_back({fmt::format("{}.{}", named.name, declared.name), id.index, declared, end});
      end += declared.shape.elements();
    }
    declared_[id.index] = true;
  } else {
    std::vector<Declared> before;
    for (const Placed& tensor : network_.tensors_)
      if (tensor.layer == id.index) before.push_back(tensor.declared);
    for (std::size_t i = 0; i < before.size(); ++i)
      if (before[i].shape != declaration.tensors.at(i).shape)
        throw ShapeError("layer {} is used on inputs for which its {} would be {}; they are {} already", named.name,
                         before[i].name, to_string(declaration.tensors[i].shape), to_string(before[i].shape));
  }
  const auto earlier = std::count_if(network_.uses_.begin(), network_.uses_.end(),
                                     [&](const Network::Use& use) { return use.layer == id.index; });
  network_.uses_.push_back({id.index, inputs, network_.shapes_.size(), site_of(named.name, earlier)});
  std::vector<Value> results;
  for (const Shape& shape : declaration.outputs) {
    results.push_back(network_.shapes_.size());
    network_.shapes_.push_back(shape);
  }
  return results;
}

Network NetworkBuilder::finish(std::vector<Value> outputs, std::optional<std::string> text) && {
  if (outputs.empty()) throw ArgumentError("a network without outputs was asked for; one, at least, is expected");
  network_.outputs_ = std::move(outputs);
  network_.text_ = std::move(text);
  return std::move(network_);
}

Network sequential(const Shape& input, std::vector<Layer> layers) {
  NetworkBuilder build;
  NetworkBuilder::Value value = build.input(input);
  std::vector<std::string> texts;
  for (Layer& layer : layers) {
    texts.push_back(layer.named.text());
    value = build.use(std::move(layer), {value}).at(0);
  }
  return std::move(build).finish({value}, fmt::format("{}", fmt::join(texts, ", ")));
}

}  // namespace ansatz::nn
