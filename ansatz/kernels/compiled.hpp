// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Chains that were compiled when the library was built, one function of the lookup for each kernel set. The loops are
/// written by tools/chain_writer from the graphs of the shipped optimizers, activations and costs. That tool itself is
/// linked with a lookup that finds nothing.
#pragma once

#include <string_view>

#include "ansatz/kernels/kernel_set.hpp"

namespace ansatz::kernels {

CompiledChain compiled_chain_avx2(std::string_view key);
CompiledChain compiled_chain_avx512(std::string_view key);
CompiledChain compiled_chain_neon(std::string_view key);

}  // namespace ansatz::kernels
