// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Dense networks in their short form, written out as text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ansatz::nn {

struct DenseForm {
  std::vector<std::int64_t> hidden;
  std::vector<std::string> activations;  ///< texts: one for all hidden layers, or one for each
  double dropout = 0.0;                  ///< of each hidden layer
  double input_dropout = 0.0;
  bool batch_norm = false, layer_norm = false;  ///< before each activation
  bool flatten = false;                         ///< samples are no vectors
  std::int64_t outputs = 1;
};

/// "dropout 0.1, dense 100, batch_norm, relu, dropout 0.2, dense 10". @throws ArgumentError for a number of activations
/// that is neither 1 nor that of the hidden layers, and for both norms.
std::string text_of(const DenseForm& form);

}  // namespace ansatz::nn
