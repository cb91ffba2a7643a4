// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Tuned forms of operations outside chains and products, for the shapes that training uses: no allocation.
#pragma once

#include <cstdint>
#include <span>

#include "ansatz/base/threads.hpp"
#include "ansatz/kernels/kernel_set.hpp"
#include "ansatz/kernels/reference.hpp"

namespace ansatz::kernels {

/// An operation on dense tensors, whose result can be computed in parts by several workers.
struct DenseKernel {
  /// Computes the parts in `range`; `set` for those with vector code. @throws ArgumentError as compute().
  using Function = void (*)(const Node& node, std::span<const View> operands, std::byte* result, const KernelSet& set,
                            Range range);
  Function run;
  std::int64_t parts = 1;
};

/// The fastest kernel we have for this node: a tuned one where its shape allows, else the plain one.
DenseKernel find_dense(const Node& node, std::span<const Type> operands);

}  // namespace ansatz::kernels
