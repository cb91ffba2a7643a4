// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The plain kernels: one slow, obvious loop an operation, on dense row-major tensors. They define the results; the
/// tuned kernels are compared with them bit for bit. They also serve constant folding and the unfused replay of a step
/// that went wrong, and operations that have no tuned kernel.
#pragma once

#include <span>
#include <vector>

#include "ansatz/base/tensor.hpp"
#include "ansatz/graph/graph.hpp"

namespace ansatz::kernels {

/// A tensor in memory that belongs to somebody else.
struct View {
  const std::byte* data = nullptr;
  Type type;
  template <class T>
  const T* as() const {
    return reinterpret_cast<const T*>(data);
  }
};

/// Computes one node into `result` (bytes of node.type). @throws ArgumentError for an index out of range.
void compute(const Node& node, std::span<const View> operands, std::byte* result);
/// The same with owned tensors; an Evaluator for constant folding.
Tensor compute(const Node& node, const std::vector<Tensor>& operands);
/// Whether `op` has a plain kernel (all but the sources do).
bool has_reference(const Op& op);

}  // namespace ansatz::kernels
