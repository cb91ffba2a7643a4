// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A network: a graph of named uses of layers. It builds graph; numbers live elsewhere, the parameters in one vector
/// and the buffers in another. A network knows no dtype and no seed: these belong to a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/nn/layer.hpp"

namespace ansatz::nn {

/// A tensor of a layer in the vector of parameters, or of buffers.
struct Placed {
  std::string name;  ///< "dense1.weights"
  std::size_t layer = 0;
  Declared declared;
  std::int64_t offset = 0;  ///< of its first element in its vector
  bool is_buffer() const { return declared.role == Role::buffer; }
};

/// The slots of a state that hold a network's numbers.
inline constexpr std::string_view parameters_slot = "parameters";
inline constexpr std::string_view buffers_slot = "buffers";

class Network {
 public:
  /// No layers: its output is its input.
  explicit Network(const Shape& input) : inputs_{input}, shapes_{input}, outputs_{0} {}

  /// A layer and its name: its kind and its number among its kind, "dense2", unless it was given another.
  struct Named {
    std::string name;
    Layer layer;
  };
  /// A use of a layer. Values are numbered: first the network's inputs, then the outputs of the uses in their order.
  struct Use {
    std::size_t layer = 0;
    std::vector<std::size_t> inputs;
    std::size_t first_output = 0;
    std::int64_t site = 0;
  };

  const std::vector<Named>& layers() const { return layers_; }
  const std::vector<Use>& uses() const { return uses_; }
  const std::vector<Placed>& tensors() const { return tensors_; }
  const std::vector<Shape>& inputs() const { return inputs_; }            ///< of one sample
  const Shape& shape(std::size_t value) const { return shapes_[value]; }  ///< of one sample
  const std::vector<std::size_t>& outputs() const { return outputs_; }
  /// The shape of the only output. @throws ShapeError where there are several.
  const Shape& output_shape() const;
  std::int64_t parameters() const { return parameters_; }
  std::int64_t buffers() const { return buffers_; }
  bool random() const;  ///< a layer draws random numbers while training
  /// The initialiser of the drawn weights that name none of their own; absent: as the activation asks.
  const std::optional<Initialiser>& initialiser() const { return initialiser_; }
  void set_initialiser(std::optional<Initialiser> initialiser) { initialiser_ = std::move(initialiser); }

  /// The two vectors as slots of a trace's state.
  struct Slots {
    Var parameters;
    std::optional<Var> buffers;  ///< where there are some
  };
  Slots slots_in(Trace& trace, Dtype dtype) const;
  /// The tensors as views of the two vectors, in the order of tensors(). @throws ShapeError for vectors of other
  /// length.
  std::vector<Var> unpack(const Var& parameters, const std::optional<Var>& buffers = {}) const;
  std::vector<Var> unpack(const Slots& slots) const { return unpack(slots.parameters, slots.buffers); }
  /// Parameters (of tensors() without buffers, in their order) as one vector.
  static Var pack(const std::vector<Var>& parameters);
  /// Of tensors(): those that are no buffers, and those that are.
  std::vector<Var> select(const std::vector<Var>& tensors, bool buffers) const;

  struct Result {
    std::vector<Var> outputs;
    std::optional<Var> buffers;  ///< while training, where there are some: all of them after this step, one vector
  };
  /// Outputs for inputs [rows, …]. @throws ShapeError when inputs are not of the shapes the network was built for.
  Result apply(const std::vector<Var>& tensors, const std::vector<Var>& inputs, const Context& context = {}) const;

  /// Initial parameters, one vector. `key`: i32[4], see random_normal. Drawn tensors have the sites 1, 2, … in the
  /// order of tensors().
  Var initial(const Var& key, Dtype dtype) const;

  /// The network as text that Network::from_text reads; nothing where it is more than layers after each other and
  /// residual blocks.
  const std::optional<std::string>& text() const { return text_; }
  /// "64-100-30-10, leaky_relu" for dense layers after each other, else the layers as text.
  std::string describe() const;

 private:
  friend class NetworkBuilder;
  /// The initialiser of a drawn tensor.
  Initialiser initialiser_of(const Placed& tensor) const;

  std::vector<Shape> inputs_;
  std::vector<Named> layers_;
  std::vector<Use> uses_;
  std::vector<Shape> shapes_;  // of each value
  std::vector<std::size_t> outputs_;
  std::vector<Placed> tensors_;
  std::int64_t parameters_ = 0, buffers_ = 0;
  std::optional<Initialiser> initialiser_;
  std::optional<std::string> text_;
};

/// Builds a network use by use.
///
///     NetworkBuilder build;
///     const auto x = build.input({8}), y = build.input({3});
///     const auto shared = build.layer(layer::dense({.units = 4}));
///     const auto both = build.use(layer::concatenate(), {build.use(shared, {x})[0], y})[0];
///     const Network network = std::move(build).finish({build.use(layer::dense({.units = 1}), {both})[0]});
class NetworkBuilder {
 public:
  using Value = std::size_t;
  NetworkBuilder();

  struct LayerId {
    std::size_t index;
  };

  /// An input of the network, of one sample's shape. Inputs come before uses. @throws ArgumentError otherwise.
  Value input(const Shape& sample);
  /// A layer that may be used several times, with one set of weights. `name`: default its kind and number.
  LayerId layer(Layer layer, std::string name = {});
  /// Uses a layer; the first use declares its tensors. @throws ShapeError when it does not fit, naming layer and place.
  std::vector<Value> use(LayerId layer, const std::vector<Value>& inputs);
  std::vector<Value> use(Layer layer, const std::vector<Value>& inputs) {
    return use(this->layer(std::move(layer)), inputs);
  }
  const Shape& shape(Value value) const { return network_.shapes_[value]; }
  /// @throws ArgumentError without outputs, or for more than 10¹² parameters.
  Network finish(std::vector<Value> outputs, std::optional<std::string> text = {}) &&;

 private:
  Network network_;
  std::vector<bool> declared_;
};

/// Layers one after the other, on samples of the shape `input`. @throws ShapeError, ArgumentError.
Network sequential(const Shape& input, std::vector<Layer> layers);

/// The network that a text means: layers separated by commas, in the words of layer_family(); `residual (…)` adds what
/// enters a block to what leaves it; `3 x (…)` repeats. Example: "conv 16 3x3, relu, max_pool 2, flatten, dense 10".
/// @throws ArgumentError, ShapeError pointing at the place.
Network network_from_text(const Shape& input, std::string_view text);

/// 9840 as "9,840".
std::string grouped(std::int64_t count);

}  // namespace ansatz::nn
