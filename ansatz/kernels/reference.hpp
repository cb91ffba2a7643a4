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

/// What the mask of one key of keep_mask is made of.
struct KeepMask {
  const std::int32_t* key;      ///< seed low, seed high, epoch, step
  std::uint64_t first_element;  ///< of all elements of the whole batch
  std::uint64_t threshold;      ///< words from it on keep
};
/// Of key number `key`, for rows of `width` elements. @throws ArgumentError for a p that is no probability, rows below
/// 0.
KeepMask checked_keep_mask(std::span<const View> operands, std::int64_t key, std::int64_t width);
/// The last word of a block's counter: purpose and site.
std::uint32_t keep_mask_site(const Node& node);

/// Computes one node into `result` (bytes of node.type). @throws ArgumentError for an index out of range.
void compute(const Node& node, std::span<const View> operands, std::byte* result);
/// The same with owned tensors; an Evaluator for constant folding.
Tensor compute(const Node& node, const std::vector<Tensor>& operands);
/// Whether `op` has a plain kernel (all but the sources do).
bool has_reference(const Op& op);

}  // namespace ansatz::kernels
