// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Tuned forms of operations outside chains and products, for the shapes that training uses: no allocation.
#pragma once

#include <span>

#include "ansatz/kernels/kernel_set.hpp"
#include "ansatz/kernels/reference.hpp"

namespace ansatz::kernels {

/// An operation on dense tensors; `set` for those with vector code.
using DenseKernel = void (*)(const Node& node, std::span<const View> operands, std::byte* result, const KernelSet& set);

/// The fastest kernel we have for this node: a tuned one where its shape allows, else the plain one.
DenseKernel find_dense(const Node& node, std::span<const Type> operands);

}  // namespace ansatz::kernels
