// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The rows of a convolution as products.
#pragma once

#include "ansatz/plan/plan.hpp"

namespace ansatz::plan {

/// The product that a node of the convolution's family is, without places.
Product convolution_of(const Graph& graph, NodeId id);

}  // namespace ansatz::plan
