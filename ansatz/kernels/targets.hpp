// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The instruction sets that kernels are compiled for, before Highway's foreach_target: one a processor family. AVX2
/// with FMA and, unless it was left out (CMake: ANSATZ_AVX512), AVX-512 on x86-64, NEON on AArch64; nothing below
/// these.
#pragma once

#if defined(__x86_64__)
#define HWY_BASELINE_TARGETS HWY_AVX2
#if ANSATZ_AVX512
#define HWY_DISABLED_TARGETS (HWY_AVX3_DL)
#else
#define HWY_DISABLED_TARGETS (HWY_AVX3_DL | HWY_AVX3)
#endif
#elif defined(__aarch64__)
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#endif
