// SPDX-License-Identifier: BSD-3-Clause
// Pooling over windows that lie alike, a channel a lane. Included once for each target.
#if defined(ANSATZ_KERNELS_POOL_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_POOL_INL_HPP
#undef ANSATZ_KERNELS_POOL_INL_HPP
#else
#define ANSATZ_KERNELS_POOL_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "ansatz/kernels/first_lanes-inl.hpp"
#include "ansatz/kernels/kernel_set.hpp"

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Whether `value` takes the place of the best element so far: larger, or NaN, unless that is NaN.
template <class V>
HWY_INLINE auto is_better(V value, V best) {
  return hn::AndNot(hn::Le(value, best), hn::Eq(best, best));
}

/// One vector of channels of one window, elements from `at` on of x, from `mine` on of `pooled`. Taps: how many, 0: as
/// the arguments say; Rest: fewer elements than a vector has.
template <class D, int Taps, bool Rest>
struct PoolVector {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  const PoolArguments& p;
  const FirstLanes<D>& rest;
  std::int64_t at, mine;

  HWY_INLINE void largest() const {
    V best = load(x(0));
    for (std::int64_t t = 1; t < taps(); ++t) {
      const V next = load(x(t));
      best = hn::IfThenElse(is_better(next, best), next, best);
    }
    store(best, pooled());
  }

  HWY_INLINE void pick_largest() const {
    const T* const values = static_cast<const T*>(p.values) + at;
    V best = load(x(0)), value = load(values + p.offsets[0]);
    for (std::int64_t t = 1; t < taps(); ++t) {
      const V next = load(x(t));
      const auto better = is_better(next, best);
      best = hn::IfThenElse(better, next, best);
      value = hn::IfThenElse(better, load(values + p.offsets[t]), value);
    }
    store(value, pooled());
  }

  HWY_INLINE void place_largest() const {
    const D d;
    V best = load(x(0)), where = hn::Zero(d);
    for (std::int64_t t = 1; t < taps(); ++t) {
      const V next = load(x(t));
      const auto better = is_better(next, best);
      best = hn::IfThenElse(better, next, best);
      where = hn::IfThenElse(better, hn::Set(d, static_cast<T>(t)), where);
    }
    const V value = hn::Add(hn::Zero(d), load(pooled()));
    for (std::int64_t t = 0; t < taps(); ++t) {
      const V here = hn::IfThenElseZero(hn::Eq(where, hn::Set(d, static_cast<T>(t))), value);
      store(p.adds ? hn::Add(load(spread(t)), here) : here, spread(t));
    }
  }

  HWY_INLINE void sum() const {
    V total = hn::Zero(D());
    for (std::int64_t t = 0; t < taps(); ++t) total = hn::Add(total, load(x(t)));
    store(hn::Mul(factor(), total), pooled());
  }

  HWY_INLINE void place_sum() const {
    const V value = hn::Mul(load(pooled()), factor());
    for (std::int64_t t = 0; t < taps(); ++t)
      store(hn::Add(p.adds ? load(spread(t)) : hn::Zero(D()), value), spread(t));
  }

 private:
  HWY_INLINE std::int64_t taps() const { return Taps == 0 ? p.taps : Taps; }
  HWY_INLINE const T* x(std::int64_t tap) const { return static_cast<const T*>(p.x) + at + p.offsets[tap]; }
  HWY_INLINE T* spread(std::int64_t tap) const { return static_cast<T*>(p.spread) + at + p.offsets[tap]; }
  HWY_INLINE T* pooled() const { return static_cast<T*>(p.pooled) + mine; }
  HWY_INLINE V factor() const { return hn::Set(D(), static_cast<T>(1) / static_cast<T>(p.divisor)); }
  HWY_INLINE V load(const T* from) const { return Rest ? rest.load(from) : hn::LoadU(D(), from); }
  HWY_INLINE void store(V v, T* to) const { Rest ? rest.store(v, to) : hn::StoreU(v, D(), to); }
};

template <Pooling what, class Vector>
HWY_INLINE void pool_vector(const Vector& vector) {
  if constexpr (what == Pooling::largest) vector.largest();
  if constexpr (what == Pooling::pick_largest) vector.pick_largest();
  if constexpr (what == Pooling::place_largest) vector.place_largest();
  if constexpr (what == Pooling::sum) vector.sum();
  if constexpr (what == Pooling::place_sum) vector.place_sum();
}

template <Pooling what, int Taps, class D>
HWY_NOINLINE void pool_windows(D d, const PoolArguments& arguments) {
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  const PoolArguments p = arguments;
  const std::int64_t whole = p.channels / lanes * lanes;
  const FirstLanes<D> rest(d, std::max<std::int64_t>(1, p.channels - whole));
  for (std::int64_t w = 0; w < p.windows; ++w) {
    for (std::int64_t c = 0; c < whole; c += lanes)
      pool_vector<what>(PoolVector<D, Taps, false>{p, rest, w * p.step + c, w * p.channels + c});
    if (whole < p.channels)
      pool_vector<what>(PoolVector<D, Taps, true>{p, rest, w * p.step + whole, w * p.channels + whole});
  }
}

template <Pooling what, class D>
HWY_INLINE void pool_of(D d, const PoolArguments& p) {
  p.taps == 4 ? pool_windows<what, 4>(d, p) : pool_windows<what, 0>(d, p);
}

template <class D>
void pool(D d, Pooling what, const PoolArguments& p) {
  switch (what) {
    case Pooling::largest: return pool_of<Pooling::largest>(d, p);
    case Pooling::pick_largest: return pool_of<Pooling::pick_largest>(d, p);
    case Pooling::place_largest: return pool_of<Pooling::place_largest>(d, p);
    case Pooling::sum: return pool_of<Pooling::sum>(d, p);
    case Pooling::place_sum: return pool_of<Pooling::place_sum>(d, p);
  }
}

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
