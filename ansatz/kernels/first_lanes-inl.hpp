// SPDX-License-Identifier: BSD-3-Clause
// Loads and stores of the first lanes of a vector. Included once for each target (Highway's foreach_target).
#if defined(ANSATZ_KERNELS_FIRST_LANES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_FIRST_LANES_INL_HPP
#undef ANSATZ_KERNELS_FIRST_LANES_INL_HPP
#else
#define ANSATZ_KERNELS_FIRST_LANES_INL_HPP
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#if HWY_ARCH_ARM_A64
#include <arm_neon.h>
#endif

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Elements of a line of the cache.
template <class T>
inline constexpr std::int64_t elements_of_line = 64 / static_cast<std::int64_t>(sizeof(T));

#if HWY_ARCH_ARM_A64
HWY_INLINE float32x4_t load_first(std::int64_t n, const float* p) {
  const float32x2_t none = vdup_n_f32(0.0F);
  switch (n) {
    case 1: return vcombine_f32(vld1_lane_f32(p, none, 0), none);
    case 2: return vcombine_f32(vld1_f32(p), none);
    case 3: return vcombine_f32(vld1_f32(p), vld1_lane_f32(p + 2, none, 0));
    default: return vld1q_f32(p);
  }
}
HWY_INLINE float64x2_t load_first(std::int64_t n, const double* p) {
  return n == 1 ? vcombine_f64(vld1_f64(p), vdup_n_f64(0.0)) : vld1q_f64(p);
}
HWY_INLINE void store_first(std::int64_t n, float32x4_t v, float* p) {
  if (n == 4) {
    vst1q_f32(p, v);
    return;
  }
  if (n >= 2) vst1_f32(p, vget_low_f32(v));
  if (n == 1) vst1q_lane_f32(p, v, 0);
  if (n == 3) vst1q_lane_f32(p + 2, v, 2);
}
HWY_INLINE void store_first(std::int64_t n, float64x2_t v, double* p) {
  if (n == 1)
    vst1q_lane_f64(p, v, 0);
  else
    vst1q_f64(p, v);
}
#endif

#if !HWY_ARCH_ARM_A64 && HWY_TARGET > HWY_AVX3
/// to[i] = v[i] for i < n < the number of lanes. The masked stores of AVX take a dozen cycles on AMD's processors:
/// narrower registers are stored instead, as n's binary digits ask.
template <class D>
HWY_INLINE void store_first(hn::Vec<D> v, D, hn::TFromD<D>* to, std::size_t n) {
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
}
#endif

/// The first n lanes of a vector, 1 ≤ n ≤ Lanes(d), in memory that ends with them: the memory of other lanes is neither
/// read nor written. Highway's MaskedLoad and BlendedStore promise this on x86 only; on NEON they read whole vectors,
/// and write back what they read, over what another thread may have written meanwhile.
template <class D>
class FirstLanes {
 public:
  using T = hn::TFromD<D>;

#if HWY_ARCH_ARM_A64
  HWY_INLINE FirstLanes(D, std::int64_t n) : n_(n) {}
  /// The other lanes are zero.
  HWY_INLINE hn::Vec<D> load(const T* p) const { return hn::Vec<D>(load_first(n_, p)); }
  HWY_INLINE void store(hn::Vec<D> v, T* p) const { store_first(n_, v.raw, p); }

 private:
  std::int64_t n_;
#else
  HWY_INLINE FirstLanes(D d, std::int64_t n)
      : n_(static_cast<std::size_t>(n)), mask_(hn::FirstN(d, static_cast<std::size_t>(n))) {}
  /// The other lanes are zero.
  HWY_INLINE hn::Vec<D> load(const T* p) const { return hn::MaskedLoad(mask_, D(), p); }
  HWY_INLINE void store(hn::Vec<D> v, T* p) const {
#if HWY_TARGET <= HWY_AVX3
    hn::BlendedStore(v, mask_, D(), p);
#else
    if (n_ == hn::MaxLanes(D()))
      hn::StoreU(v, D(), p);
    else
      store_first(v, D(), p, n_);
#endif
  }

 private:
  std::size_t n_;
  hn::Mask<D> mask_;
#endif
};

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
