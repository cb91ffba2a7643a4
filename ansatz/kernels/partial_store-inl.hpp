// SPDX-License-Identifier: BSD-3-Clause
// Storing the first lanes of a vector. Included once for each target.
#if defined(ANSATZ_KERNELS_PARTIAL_STORE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_PARTIAL_STORE_INL_HPP
#undef ANSATZ_KERNELS_PARTIAL_STORE_INL_HPP
#else
#define ANSATZ_KERNELS_PARTIAL_STORE_INL_HPP
#endif

#include <hwy/highway.h>

#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// to[i] = v[i] for i < n < the number of lanes; nothing else is touched. AVX-512 has masks for this. Those of AVX take
/// a dozen cycles on AMD's processors, so that narrower registers are stored instead: n's binary digits.
template <class D>
HWY_INLINE void store_first(hn::Vec<D> v, [[maybe_unused]] D d, hn::TFromD<D>* to, std::size_t n) {
#if HWY_TARGET <= HWY_AVX3
  hn::BlendedStore(v, hn::FirstN(d, n), d, to);
#else
  constexpr std::size_t lanes = hn::MaxLanes(D());
  if constexpr (lanes > 1) {
    const hn::Half<D> half;
    if (n & (lanes / 2)) {
      hn::StoreU(hn::LowerHalf(half, v), half, to);
      store_first(hn::UpperHalf(half, v), half, to + lanes / 2, n);
    } else {
      store_first(hn::LowerHalf(half, v), half, to, n);
    }
  }
#endif
}

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
