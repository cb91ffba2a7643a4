// SPDX-License-Identifier: BSD-3-Clause
// Products of a matrix and a vector, bound by reading the matrix: the same terms in the same order as any product
// (docs/numbers.md). Included once for each target.
#if defined(ANSATZ_KERNELS_GEMV_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_GEMV_INL_HPP
#undef ANSATZ_KERNELS_GEMV_INL_HPP
#else
#define ANSATZ_KERNELS_GEMV_INL_HPP
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <utility>

#include "ansatz/base/contraction.hpp"
#include "ansatz/kernels/chunk_buffers-inl.hpp"
#include "ansatz/kernels/columns-inl.hpp"
#include "ansatz/kernels/first_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Groups × lanes rows of c = A v, lanes along the rows of A, which are transposed in registers; side by side so that
/// their chains of additions overlap.
template <class D, class Groups>
struct MatrixVector;

template <class D, int... G>
struct MatrixVector<D, std::integer_sequence<int, G...>> {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  static constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  static constexpr std::int64_t rows = static_cast<std::int64_t>(sizeof...(G)) * lanes;
  static constexpr std::int64_t block = 16 / sizeof(T);

  /// The terms of one chunk, k of them.
  static HWY_INLINE void sum_chunk(D d, const T* HWY_RESTRICT a, std::int64_t lda, const T* HWY_RESTRICT v,
                                   std::int64_t k, T* HWY_RESTRICT sums) {
    V sum[sizeof...(G)] = {(static_cast<void>(G), hn::Zero(d))...};
    std::int64_t l = 0;
    for (; l + block <= k; l += block) (add(d, a + G * lanes * lda + l, lda, v + l, sum[G]), ...);
    for (; l < k; ++l) {
      HWY_ALIGN T column[rows];
      for (std::int64_t r = 0; r < rows; ++r) column[r] = a[r * lda + l];
      ((sum[G] = hn::MulAdd(hn::Load(d, column + G * lanes), hn::Set(d, v[l]), sum[G])), ...);
    }
    (hn::StoreU(sum[G], d, sums + G * lanes), ...);
  }

  static HWY_NOINLINE void run(D d, const T* a, std::int64_t lda, const T* v, std::int64_t k, T* c) {
    if (k <= chunk_length) {
      sum_chunk(d, a, lda, v, k, c);
      return;
    }
    ChunkBuffers<D, rows> buffers;
    for (std::int64_t begin = 0; begin < k; begin += chunk_length) {
      sum_chunk(d, a + begin, lda, v + begin, std::min(chunk_length, k - begin), buffers.sum());
      buffers.push(d, rows);
    }
    std::copy_n(buffers.total(d, rows), rows, c);
  }

 private:
  static HWY_INLINE void add(D d, const T* a, std::int64_t lda, const T* v, V& sum) {
    V column[block];
    load_columns(d, a, lda, column);
    sum = hn::MulAdd(column[0], hn::Set(d, v[0]), sum);
    sum = hn::MulAdd(column[1], hn::Set(d, v[1]), sum);
    if constexpr (block == 4) {
      sum = hn::MulAdd(column[2], hn::Set(d, v[2]), sum);
      sum = hn::MulAdd(column[3], hn::Set(d, v[3]), sum);
    }
  }
};

/// c = A v for `rows` rows, at least as many as there are lanes. The last rows may be computed twice.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE void matrix_times_vector(D d, std::int64_t rows, const T* a, std::int64_t lda, const T* v, std::int64_t k,
                                    T* c) {
  using Four = MatrixVector<D, std::make_integer_sequence<int, 4>>;
  using One = MatrixVector<D, std::make_integer_sequence<int, 1>>;
  std::int64_t row = 0;
  for (; row + Four::rows <= rows; row += Four::rows) Four::run(d, a + row * lda, lda, v, k, c + row);
  if (row < rows && rows >= Four::rows) {
    row = rows - Four::rows;
    Four::run(d, a + row * lda, lda, v, k, c + row);
    return;
  }
  for (; row < rows; row += One::rows) {
    row = std::min(row, rows - One::rows);
    One::run(d, a + row * lda, lda, v, k, c + row);
  }
}

/// Few rows times a matrix, C = A B, lanes along the columns of B, each row of which is read from one end to the other.
/// Element (r, l) of A lies at a + r · row_stride + l · stride.
template <class D, int Rows>
struct FewRows {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  static constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  static constexpr std::int64_t line = elements_of_line<T>;

  const T* a;
  std::int64_t row_stride, stride;
  const T* b;
  std::int64_t ldb;

  HWY_INLINE void run(D d, std::int64_t k, std::int64_t n, T* c, std::int64_t ldc) const {
    if (k <= chunk_length) {
      sum_chunk(d, 0, k, 0, n, c, ldc);
      return;
    }
    constexpr std::int64_t most = 512 / Rows;  // columns whose sums stay in the first cache
    auto& buffers = memory_of_thread<ChunkBuffers<D, Rows * most>>();
    for (std::int64_t column = 0; column < n; column += most) {
      const std::int64_t here = std::min(most, n - column);
      buffers.clear();
      for (std::int64_t begin = 0; begin < k; begin += chunk_length) {
        sum_chunk(d, begin, std::min(k, begin + chunk_length), column, here, buffers.sum(), most);
        buffers.push(d, Rows * most);
      }
      const T* total = buffers.total(d, Rows * most);
      for (int r = 0; r < Rows; ++r) std::copy_n(total + r * most, here, c + r * ldc + column);
    }
  }

 private:
  /// Terms [begin, end) of one chunk for n columns.
  HWY_NOINLINE void sum_chunk(D d, std::int64_t begin, std::int64_t end, std::int64_t column, std::int64_t n, T* c,
                              std::int64_t ldc) const {
    switch ((n + lanes - 1) / lanes) {
      case 1: return sum_narrow<1>(d, begin, end, column, n, c, ldc);
      case 2: return sum_narrow<2>(d, begin, end, column, n, c, ldc);
      case 3: return sum_narrow<3>(d, begin, end, column, n, c, ldc);
      case 4: return sum_narrow<4>(d, begin, end, column, n, c, ldc);
      default: break;
    }
    constexpr int depth = 4;
    if (end - begin < depth) {
      for (int r = 0; r < Rows; ++r) std::fill_n(c + r * ldc, n, T(0));
    } else {
      add<depth, true>(d, begin, column, n, c, ldc);
      begin += depth;
    }
    for (; begin + depth <= end; begin += depth) add<depth, false>(d, begin, column, n, c, ldc);
    for (; begin < end; ++begin) add<1, false>(d, begin, column, n, c, ldc);
  }

  /// The same for more columns than Vectors − 1 vectors have, but no more than `Vectors` have: their sums stay in
  /// registers.
  template <int Vectors>
  HWY_INLINE void sum_narrow(D d, std::int64_t begin, std::int64_t end, std::int64_t column, std::int64_t n, T* c,
                             std::int64_t ldc) const {
    constexpr std::int64_t whole = (Vectors - 1) * lanes;
    const FirstLanes<D> last(d, n - whole);
    V sum[Rows * Vectors];
    for (V& s : sum) s = hn::Zero(d);
    for (std::int64_t l = begin; l < end; ++l) {
      const T* row = b + l * ldb + column;
      for (int v = 0; v < Vectors; ++v) {
        const V right = v + 1 < Vectors ? hn::LoadU(d, row + v * lanes) : last.load(row + whole);
        for (int r = 0; r < Rows; ++r)
          sum[r * Vectors + v] = hn::MulAdd(hn::Set(d, a[r * row_stride + l * stride]), right, sum[r * Vectors + v]);
      }
    }
    for (int r = 0; r < Rows; ++r) {
      for (int v = 0; v + 1 < Vectors; ++v) hn::StoreU(sum[r * Vectors + v], d, c + r * ldc + v * lanes);
      last.store(sum[r * Vectors + Vectors - 1], c + r * ldc + whole);
    }
  }

  /// `Depth` terms: Rows · Depth elements of A stay in registers, and the rows of B that are next are fetched.
  template <int Depth, bool FromZero>
  HWY_INLINE void add(D d, std::int64_t l, std::int64_t column, std::int64_t n, T* HWY_RESTRICT c,
                      std::int64_t ldc) const {
    V left[Rows * Depth];
    for (int i = 0; i < Rows * Depth; ++i) left[i] = hn::Set(d, a[i / Depth * row_stride + (l + i % Depth) * stride]);
    const std::int64_t stride_b = ldb;  // what is stored into c cannot change it
    const T* HWY_RESTRICT rows = b + l * stride_b + column;
    const auto add_vectors = [&]<int Vectors>(std::int64_t j, auto&& load, auto&& store) HWY_ATTR {
      V sum[Rows * Vectors];
      for (int r = 0; r < Rows; ++r)
        for (int v = 0; v < Vectors; ++v)
          sum[r * Vectors + v] = FromZero ? hn::Zero(d) : load(c + r * ldc + j + v * lanes);
      for (int i = 0; i < Depth; ++i) {
        const T* row = rows + i * stride_b + j;
        for (int v = 0; v < Vectors; ++v) {
          const V right = load(row + v * lanes);
          for (int r = 0; r < Rows; ++r)
            sum[r * Vectors + v] = hn::MulAdd(left[r * Depth + i], right, sum[r * Vectors + v]);
          if (Vectors > 1 && v * lanes % line == 0) hwy::Prefetch(row + v * lanes + Depth * stride_b);
        }
      }
      for (int r = 0; r < Rows; ++r)
        for (int v = 0; v < Vectors; ++v) store(sum[r * Vectors + v], c + r * ldc + j + v * lanes);
    };
    const auto load = [&](const T* at) HWY_ATTR { return hn::LoadU(d, at); };
    const auto store = [&](V v, T* at) HWY_ATTR { hn::StoreU(v, d, at); };
    std::int64_t j = 0;
    for (; j + 2 * lanes <= n; j += 2 * lanes) add_vectors.template operator()<2>(j, load, store);
    if (j + lanes <= n) {
      add_vectors.template operator()<1>(j, load, store);
      j += lanes;
    }
    if (j < n) {
      const FirstLanes<D> last(d, n - j);
      add_vectors.template operator()<1>(
          j, [&](const T* at) HWY_ATTR { return last.load(at); }, [&](V v, T* at) HWY_ATTR { last.store(v, at); });
    }
  }
};

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
