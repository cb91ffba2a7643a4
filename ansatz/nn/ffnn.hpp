// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The feed-forward neural network: an architecture that builds graph. Numbers live elsewhere, in one block.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/nn/activation.hpp"
#include "ansatz/nn/cost.hpp"
#include "ansatz/nn/initialiser.hpp"

namespace ansatz::nn {

/// What the last layer's outputs mean; decides the output activation and the default cost.
enum class Output : std::uint8_t {
  linear,   ///< numbers: identity, squared error
  sigmoid,  ///< one logit of a yes: sigmoid, binary cross entropy
  softmax   ///< logits of classes: softmax, cross entropy
};

std::string_view name_of(Output output);
/// @throws ArgumentError.
Output output_from_name(std::string_view name);

struct FFNNOptions {
  act::Activation hidden = act::leaky_relu;       ///< of all hidden layers …
  std::vector<act::Activation> activations = {};  ///< … or one for each hidden layer
  std::optional<Output> output = {};              ///< default: as the task of the data asks
  std::optional<Initialiser> initialiser = {};    ///< default: as each layer's activation asks
  std::uint64_t seed = 0;                         ///< of the initial weights
  Dtype dtype = Dtype::f32;                       ///< f32 or f64
};

/// z¹ = x W¹ + b¹, a¹ = f¹(z¹), z² = a¹ W² + b², …: layers {n_0, …, n_L} with weights Wˡ [n_{l−1}, n_l] and biases
/// bˡ [n_l]. No hidden layer gives linear or logistic regression. All parameters form one vector: W¹ row-major, b¹, W²
/// …
class FFNN {
 public:
  /// @throws ArgumentError for fewer than two layers, widths < 1, a wrong number of activations, an integer
  /// dtype, or more than 10¹² parameters.
  explicit FFNN(std::vector<std::int64_t> layers, FFNNOptions options = {});

  const std::vector<std::int64_t>& layers() const { return layers_; }
  const std::vector<act::Activation>& activations() const { return activations_; }  ///< of the hidden layers
  std::int64_t inputs() const { return layers_.front(); }
  std::int64_t outputs() const { return layers_.back(); }
  std::int64_t parameters() const;
  Dtype dtype() const { return options_.dtype; }
  std::uint64_t seed() const { return options_.seed; }
  const std::optional<Output>& output() const { return options_.output; }
  void set_output(Output output) { options_.output = output; }
  std::string initialiser_name() const {
    return options_.initialiser ? options_.initialiser->named.text() : "automatic";
  }

  /// One layer's parameters.
  struct Layer {
    Var weights, biases;
  };
  /// The layers' parameters as views of one vector [parameters()].
  std::vector<Layer> unpack(const Var& parameters) const;
  /// The reverse: one vector.
  static Var pack(const std::vector<Layer>& layers);
  /// Initial parameters, one vector. `key`: i32[4], see random_normal.
  Var initial(const Var& key) const;
  /// Outputs of the last layer before its activation, [batch, outputs], for x [batch, inputs].
  Var logits(const std::vector<Layer>& layers, const Var& x) const;
  /// The output activation on logits: numbers, probabilities of a yes [batch, 1], or of classes [batch, classes].
  Var respond(const Var& logits) const;

  /// "64-100-30-10, leaky_relu, softmax, f32, 9,840 parameters".
  std::string describe() const;

 private:
  std::vector<std::int64_t> layers_;
  std::vector<act::Activation> activations_;
  FFNNOptions options_;
};

/// The cost that goes with an output.
cost::Cost default_cost(Output output);

}  // namespace ansatz::nn
