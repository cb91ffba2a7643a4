// SPDX-License-Identifier: BSD-3-Clause
// Small blocks of a row-major matrix, transposed in registers. Included once for each target.
#if defined(ANSATZ_KERNELS_COLUMNS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_COLUMNS_INL_HPP
#undef ANSATZ_KERNELS_COLUMNS_INL_HPP
#else
#define ANSATZ_KERNELS_COLUMNS_INL_HPP
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// 16 bytes at each of the addresses at, at + step · stride, …: as many as a vector holds, where step is the number of
/// elements in 16 bytes.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_sixteens(D d, const T* at, std::int64_t stride) {
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  if constexpr (lanes * sizeof(T) == 16) {
    return hn::LoadU(d, at);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, load_sixteens(half, at + lanes / 2 * stride, stride), load_sixteens(half, at, stride));
  }
}

/// column[i] = elements (0, i), (1, i), … of the rows that begin at `at`, one a lane, for the elements of 16 bytes.
template <class D, class T = hn::TFromD<D>, class V = hn::Vec<D>>
HWY_INLINE void load_columns(D d, const T* at, std::int64_t stride, V (&column)[16 / sizeof(T)]) {
  const V r0 = load_sixteens(d, at, stride), r1 = load_sixteens(d, at + stride, stride);
  if constexpr (sizeof(T) == 8) {
    column[0] = hn::InterleaveLower(d, r0, r1);
    column[1] = hn::InterleaveUpper(d, r0, r1);
  } else {
    const hn::RepartitionToWide<D> pairs;
    const V r2 = load_sixteens(d, at + 2 * stride, stride), r3 = load_sixteens(d, at + 3 * stride, stride);
    const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, r0, r1)),
               low23 = hn::BitCast(pairs, hn::InterleaveLower(d, r2, r3)),
               high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, r0, r1)),
               high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, r2, r3));
    column[0] = hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23));
    column[1] = hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23));
    column[2] = hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23));
    column[3] = hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23));
  }
}

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
