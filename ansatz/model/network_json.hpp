// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The graph of layer uses as JSON, for the model file.
#pragma once

#include <string>
#include <string_view>

#include "ansatz/nn/network.hpp"

namespace ansatz::model {

/// {"inputs": [[8]], "layers": [{"name": "dense1", "layer": "dense units=3 …"}], "uses": [{"layer": 0, "inputs": [0]}],
/// "outputs": [1], "text": "dense 3"}. @throws ArgumentError for a layer that is not in nn::layer_family().
std::string to_json(const nn::Network& network);
/// @throws IoError for what is no such text; ShapeError, ArgumentError for layers that do not fit together.
nn::Network network_from_json(std::string_view text);

/// The network and the head of a file of version 1: dense layers, "output" linear, sigmoid or softmax.
struct Version1 {
  nn::Network network;
  std::string output;
  Dtype dtype;
};
Version1 network_from_version_1(std::string_view text);

}  // namespace ansatz::model
