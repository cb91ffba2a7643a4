// SPDX-License-Identifier: BSD-3-Clause
// Compiles the chains that the chain writer wrote, once for each instruction set.
#include <unordered_map>

#include "ansatz/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tools/chain_writer/compiled_chains.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "ansatz/kernels/compiled.hpp"
#include "ansatz/kernels/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Functions chain_0 … and `const std::unordered_map<std::string_view, CompiledChain>& compiled_table()`.
#include "chains-inl.hpp"

CompiledChain find(std::string_view key) {
  const auto& table = compiled_table();
  const auto found = table.find(key);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ansatz::kernels {

#if HWY_ARCH_X86
CompiledChain compiled_chain_avx2(std::string_view key) { return N_AVX2::find(key); }
CompiledChain compiled_chain_avx512(std::string_view key) { return N_AVX3::find(key); }
CompiledChain compiled_chain_neon(std::string_view) { return nullptr; }
#else
CompiledChain compiled_chain_avx2(std::string_view) { return nullptr; }
CompiledChain compiled_chain_avx512(std::string_view) { return nullptr; }
CompiledChain compiled_chain_neon(std::string_view key) { return HWY_STATIC_DISPATCH(find)(key); }
#endif

}  // namespace ansatz::kernels
#endif
