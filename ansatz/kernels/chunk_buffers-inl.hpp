// SPDX-License-Identifier: BSD-3-Clause
// The sums of chunks, many at a time, in memory until they combine. Included once for each target.
#if defined(ANSATZ_KERNELS_CHUNK_BUFFERS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_CHUNK_BUFFERS_INL_HPP
#undef ANSATZ_KERNELS_CHUNK_BUFFERS_INL_HPP
#else
#define ANSATZ_KERNELS_CHUNK_BUFFERS_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <memory>

#include "ansatz/base/contraction.hpp"

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// What is too large for a stack, which may have 256 kB: of each thread its own, made when it first needs it.
template <class Memory>
HWY_INLINE Memory& memory_of_thread() {
  thread_local const std::unique_ptr<Memory> memory(new Memory);
  return *memory;
}

/// ChunkTree for n ≤ Size sums side by side, n a multiple of the lanes. Of its levels, log2 of the number of chunks are
/// touched.
template <class D, std::int64_t Size>
class ChunkBuffers {
 public:
  using T = hn::TFromD<D>;

  HWY_INLINE ChunkBuffers() {}  // NOLINT(modernize-use-equals-default): a defaulted one would clear the levels

  /// Begins anew.
  HWY_INLINE void clear() { chunks_ = 0; }
  /// Where the next chunk's sums are to be written.
  HWY_INLINE T* sum() { return sum_; }
  /// Takes the sums of a chunk.
  HWY_INLINE void push(D d, std::int64_t n) {
    int level = 0;
    for (std::uint64_t bits = chunks_; bits & 1U; bits >>= 1U) add_before(d, n, levels_[level++], sum_);
    std::copy_n(sum_, n, levels_[level]);
    ++chunks_;
  }
  /// The sums of all chunks, of which there is one at least.
  HWY_INLINE const T* total(D d, std::int64_t n) {
    int level = 0;
    std::uint64_t bits = chunks_;
    while (!(bits & 1U)) bits >>= 1U, ++level;
    T* result = levels_[level];
    for (bits >>= 1U, ++level; bits != 0; bits >>= 1U, ++level)
      if (bits & 1U) add_before(d, n, levels_[level], result);
    return result;
  }

 private:
  /// sum = other + sum
  static HWY_INLINE void add_before(D d, std::int64_t n, const T* other, T* sum) {
    for (std::int64_t i = 0; i < n; i += static_cast<std::int64_t>(hn::MaxLanes(d)))
      hn::StoreU(hn::Add(hn::LoadU(d, other + i), hn::LoadU(d, sum + i)), d, sum + i);
  }

  HWY_ALIGN T levels_[max_levels][Size];
  HWY_ALIGN T sum_[Size];
  std::uint64_t chunks_ = 0;
};

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
