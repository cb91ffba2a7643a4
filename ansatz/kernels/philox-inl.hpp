// SPDX-License-Identifier: BSD-3-Clause
// Philox4x32-10 (base/random.hpp), one block a lane, and dropout's mask made of its words. Included once for each
// target.
#if defined(ANSATZ_KERNELS_PHILOX_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_PHILOX_INL_HPP
#undef ANSATZ_KERNELS_PHILOX_INL_HPP
#else
#define ANSATZ_KERNELS_PHILOX_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

#include "ansatz/kernels/kernel_set.hpp"

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// high · 2³² + low = factor · x
template <class D, class V = hn::Vec<D>>
HWY_INLINE void multiply_wide(D d, V factor, V x, V& high, V& low) {
  const hn::RepartitionToWide<D> wide;
  const auto even = hn::MulEven(factor, x),
             odd = hn::MulEven(factor, hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, x))));
  high = hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even)));
  low = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even));
}

/// The words of the blocks whose counters begin with those in `c0`.
template <class D, class V = hn::Vec<D>>
struct PhiloxBlocks {
  V w0, w1, w2, w3;

  HWY_INLINE PhiloxBlocks(D d, V c0, const KeepMaskArguments& a)
      : w0(c0),
        w1(hn::Set(d, static_cast<std::uint32_t>(a.key[2]))),
        w2(hn::Set(d, static_cast<std::uint32_t>(a.key[3]))),
        w3(hn::Set(d, a.site)) {
    const V m0 = hn::Set(d, 0xD2511F53U), m1 = hn::Set(d, 0xCD9E8D57U);
    auto key0 = static_cast<std::uint32_t>(a.key[0]), key1 = static_cast<std::uint32_t>(a.key[1]);
    for (int round = 0; round < 10; ++round) {
      V high0, low0, high1, low1;
      multiply_wide(d, m0, w0, high0, low0);
      multiply_wide(d, m1, w2, high1, low1);
      w0 = hn::Xor3(high1, w1, hn::Set(d, key0));
      w1 = low1;
      w2 = hn::Xor3(high0, w3, hn::Set(d, key1));
      w3 = low0;
      key0 += 0x9E3779B9U;
      key1 += 0xBB67AE85U;
    }
  }
};

/// The masks of `D`'s lanes of blocks from `block` on, four elements each. The threshold fits 32 bits.
template <class D, class U = hn::RebindToUnsigned<D>>
HWY_INLINE void mask_of_blocks(D d, std::uint64_t block, const KeepMaskArguments& a, float* HWY_RESTRICT out) {
  const U u;
  const auto first = hn::Set(u, static_cast<std::uint32_t>(block));
  const PhiloxBlocks<U> words(u, hn::Add(first, hn::Iota(u, 0)), a);
  const auto threshold = hn::Set(u, static_cast<std::uint32_t>(a.threshold));
  const auto one = hn::Set(d, 1.0F);
  const auto kept = [&](auto word)
                        HWY_ATTR { return hn::IfThenZeroElse(hn::RebindMask(d, hn::Gt(threshold, word)), one); };
  hn::StoreInterleaved4(kept(words.w0), kept(words.w1), kept(words.w2), kept(words.w3), d, out);
}

HWY_INLINE void copy_mask(const float* from, std::int64_t n, float* to) { std::copy_n(from, n, to); }
HWY_INLINE void copy_mask(const float* from, std::int64_t n, double* to) {
  for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<double>(from[i]);
}

template <class D, class T>
HWY_INLINE void keep_mask(D d, const KeepMaskArguments& a, T* out) {
  constexpr auto together = static_cast<std::uint64_t>(4 * hn::MaxLanes(D()));  // elements of a vector of blocks
  if (a.threshold >> 32U != 0) {                                                // all words are below it
    std::fill_n(out, a.n, T(0));
    return;
  }
  HWY_ALIGN float some[together];
  const std::uint64_t end = a.first + static_cast<std::uint64_t>(a.n);
  for (std::uint64_t at = a.first; at < end;) {
    const std::uint64_t block = at / 4, skipped = at % 4, n = std::min(together - skipped, end - at);
    bool whole = n == together;
    if constexpr (sizeof(T) == sizeof(float)) {
      if (whole) mask_of_blocks(d, block, a, out);
    } else {
      whole = false;
    }
    if (!whole) {
      mask_of_blocks(d, block, a, some);
      copy_mask(some + skipped, static_cast<std::int64_t>(n), out);
    }
    at += n;
    out += n;
  }
}

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
