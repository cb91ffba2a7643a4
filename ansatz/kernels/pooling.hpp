// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Tuned pooling.
#pragma once

#include <optional>

#include "ansatz/kernels/dense.hpp"

namespace ansatz::kernels {

/// The tuned kernel of a node of the pooling family; nothing for other operations, and for windows of many taps.
std::optional<DenseKernel> find_pooling(const Node& node, std::span<const Type> operands);

}  // namespace ansatz::kernels
