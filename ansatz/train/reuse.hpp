// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Beginning with the numbers of a trained model.
#pragma once

#include <string>
#include <vector>

#include "ansatz/model/model.hpp"

namespace ansatz::train {

struct Reused {
  Tensor parameters, buffers;
  std::vector<std::string> taken, fresh;  ///< names of tensors
};

/// The tensors of `model` whose names and shapes a network shares, the others as its initialiser draws them for `seed`.
/// @throws ArgumentError when it shares none.
Reused reused_from(const model::Model& model, const nn::Network& network, Dtype dtype, std::uint64_t seed);

}  // namespace ansatz::train
