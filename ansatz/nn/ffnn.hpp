// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The feed-forward neural network of dense layers: the short way to write the most usual network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ansatz/nn/activation.hpp"
#include "ansatz/nn/initialiser.hpp"
#include "ansatz/nn/network.hpp"

namespace ansatz::nn {

struct FFNNOptions {
  act::Activation hidden = act::leaky_relu;       ///< of all hidden layers …
  std::vector<act::Activation> activations = {};  ///< … or one for each hidden layer
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

  const Network& network() const { return network_; }
  operator const Network&() const { return network_; }  // NOLINT: an FFNN is a network
  std::int64_t parameters() const { return network_.parameters(); }
  std::int64_t inputs() const { return network_.inputs()[0][0]; }
  std::int64_t outputs() const { return network_.output_shape()[0]; }
  Dtype dtype() const { return dtype_; }
  std::uint64_t seed() const { return seed_; }

  /// One layer's parameters.
  struct Layer {
    Var weights, biases;
  };
  /// The layers' parameters as views of one vector [parameters()].
  std::vector<Layer> unpack(const Var& parameters) const;
  /// The reverse: one vector.
  static Var pack(const std::vector<Layer>& layers);
  /// Initial parameters, one vector. `key`: i32[4], see random_normal.
  Var initial(const Var& key) const { return network_.initial(key, dtype_); }
  /// Outputs of the last layer, [batch, outputs], for x [batch, inputs].
  Var logits(const std::vector<Layer>& layers, const Var& x) const;

 private:
  Network network_;
  std::uint64_t seed_;
  Dtype dtype_;
};

}  // namespace ansatz::nn
