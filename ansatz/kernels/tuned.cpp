// SPDX-License-Identifier: BSD-3-Clause
// Compiles the tuned kernels once for each instruction set, and chooses among them when the program starts.
#include <cstdlib>

#include "ansatz/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ansatz/kernels/tuned.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "ansatz/kernels/compiled.hpp"
#include "ansatz/kernels/tuned-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX2
const KernelSet* wide_set() {
  static const KernelSet set = make_set<32>("avx2", compiled_chain_avx2);
  return &set;
}
const KernelSet* narrow_set() {
  static const KernelSet set = make_set<16>("avx2-128", nullptr);
  return &set;
}
#elif HWY_ARCH_X86
const KernelSet* wide_set() {
  static const KernelSet set = make_set<64>("avx512", compiled_chain_avx512);
  return &set;
}
#else
const KernelSet* wide_set() {
  static const KernelSet set = make_set<16>("neon", compiled_chain_neon);
  return &set;
}
#endif

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "ansatz/base/error.hpp"

namespace ansatz::kernels {

const KernelSet* find_kernel_set(std::string_view name) {
#if HWY_ARCH_X86
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  if (name == "avx2" && avx2) return N_AVX2::wide_set();
  if (name == "avx2-128" && avx2) return N_AVX2::narrow_set();
#if ANSATZ_AVX512
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  if (name == "avx512" && avx512) return N_AVX3::wide_set();
#endif
#else
  if (name == "neon") return HWY_STATIC_DISPATCH(wide_set)();
#endif
  return nullptr;
}

const KernelSet& kernel_set() {
  static const KernelSet& chosen = []() -> const KernelSet& {
    if (const char* forced = std::getenv("ANSATZ_CPU"); forced != nullptr && *forced != '\0') {
      if (const KernelSet* set = find_kernel_set(forced)) return *set;
      throw PlatformError(
          "ANSATZ_CPU is \"{}\", which this processor cannot run or this build left out (known: avx512, avx2, "
          "avx2-128, neon)",
          forced);
    }
    for (const char* name : {"avx512", "avx2", "neon"})
      if (const KernelSet* set = find_kernel_set(name)) return *set;
    throw PlatformError("Ansatz needs a processor with AVX2 and FMA (Intel since 2013, AMD since 2015), or with NEON");
  }();
  return chosen;
}

}  // namespace ansatz::kernels
#endif
