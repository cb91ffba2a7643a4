// SPDX-License-Identifier: BSD-3-Clause
// The lookup of compiled chains that the chain writer itself is linked with.
#include "ansatz/kernels/compiled.hpp"

namespace ansatz::kernels {

CompiledChain compiled_chain_avx2(std::string_view) { return nullptr; }
CompiledChain compiled_chain_avx512(std::string_view) { return nullptr; }
CompiledChain compiled_chain_neon(std::string_view) { return nullptr; }

}  // namespace ansatz::kernels
