// SPDX-License-Identifier: BSD-3-Clause
// The matrix product: outer-product microkernels, one accumulator an element, k ascending with fused multiply-add in
// chunks of 512 that combine pairwise (docs/numbers.md). No packing. Included once for each target.
#if defined(ANSATZ_KERNELS_GEMM_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_GEMM_INL_HPP
#undef ANSATZ_KERNELS_GEMM_INL_HPP
#else
#define ANSATZ_KERNELS_GEMM_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <utility>

#include "ansatz/kernels/contraction.hpp"
#include "ansatz/kernels/kernel_set.hpp"

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Rows × vectors of accumulators. All loops over them are unrolled by pack expansion, so that every index is a
/// constant before the compiler looks for registers (g++ otherwise keeps the array on the stack).
template <class D, int Rows, int Vectors, class = std::make_integer_sequence<int, Rows * Vectors>,
          class = std::make_integer_sequence<int, Vectors>, class = std::make_integer_sequence<int, Rows>>
struct Tile;

template <class D, int Rows, int Vectors, int... I, int... J, int... R>
struct Tile<D, Rows, Vectors, std::integer_sequence<int, I...>, std::integer_sequence<int, J...>,
            std::integer_sequence<int, R...>> {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

  V sum[Rows * Vectors];

  HWY_INLINE void clear(D d) { ((sum[I] = hn::Zero(d)), ...); }

  /// sum += a ⊗ b for one k: a(r) is the element of row r, b the row of B.
  template <bool Tail, class RowElement>
  HWY_INLINE void step(D d, RowElement&& a, const T* HWY_RESTRICT b, const hn::Mask<D>& mask) {
    constexpr int lanes = static_cast<int>(hn::MaxLanes(D()));
    V right[Vectors];
    ((right[J] = Tail && J == Vectors - 1 ? hn::MaskedLoad(mask, d, b + J * lanes) : hn::LoadU(d, b + J * lanes)), ...);
    (row<R>(hn::Set(d, a(R)), right), ...);
  }

  template <int Row>
  HWY_INLINE void row(V left, const V (&right)[Vectors]) {
    ((sum[Row * Vectors + J] = hn::MulAdd(left, right[J], sum[Row * Vectors + J])), ...);
  }

  /// sum = other + sum
  HWY_INLINE void add_before(const Tile& other) { ((sum[I] = hn::Add(other.sum[I], sum[I])), ...); }

  template <bool Tail>
  HWY_INLINE void store(D d, T* HWY_RESTRICT c, std::int64_t ldc, const hn::Mask<D>& mask) const {
    constexpr int lanes = static_cast<int>(hn::MaxLanes(D()));
    ((Tail && I % Vectors == Vectors - 1
          ? hn::BlendedStore(sum[I], mask, d, c + (I / Vectors) * ldc + (I % Vectors) * lanes)
          : hn::StoreU(sum[I], d, c + (I / Vectors) * ldc + (I % Vectors) * lanes)),
     ...);
  }
};

/// Terms [k_begin, k_end) of a tile of C, from zero.
template <bool TransposeA, bool Tail, int Rows, int Vectors, class D>
HWY_INLINE void sum_chunk(D d, Tile<D, Rows, Vectors>& tile, const hn::TFromD<D>* HWY_RESTRICT a, std::int64_t lda,
                          const hn::TFromD<D>* HWY_RESTRICT b, std::int64_t ldb, std::int64_t k_begin,
                          std::int64_t k_end, const hn::Mask<D>& mask) {
  using T = hn::TFromD<D>;
  tile.clear(d);
  b += k_begin * ldb;
  if constexpr (TransposeA) {
    const T* HWY_RESTRICT column = a + k_begin * lda;
    for (std::int64_t k = k_begin; k < k_end; ++k) {
      tile.template step<Tail>(
          d, [&](int r) HWY_ATTR { return column[r]; }, b, mask);
      column += lda;
      b += ldb;
    }
  } else {
    const T* HWY_RESTRICT row[Rows];
    for (int r = 0; r < Rows; ++r) row[r] = a + r * lda;
    for (std::int64_t k = k_begin; k < k_end; ++k) {
      tile.template step<Tail>(
          d, [&](int r) HWY_ATTR { return row[r][k]; }, b, mask);
      b += ldb;
    }
  }
}

/// One tile of C over all of k.
template <bool TransposeA, bool Tail, int Rows, int Vectors, class D>
HWY_NOINLINE void compute_tile(D d, const hn::TFromD<D>* a, std::int64_t lda, const hn::TFromD<D>* b, std::int64_t ldb,
                               hn::TFromD<D>* c, std::int64_t ldc, std::int64_t k, std::size_t tail) {
  using TileType = Tile<D, Rows, Vectors>;
  const auto mask = hn::FirstN(d, tail);
  TileType tile, levels[max_levels];
  std::uint64_t chunks = 0;
  for (std::int64_t begin = 0;; begin += chunk_length) {
    sum_chunk<TransposeA, Tail, Rows, Vectors>(d, tile, a, lda, b, ldb, begin, std::min(k, begin + chunk_length), mask);
    const bool last = begin + chunk_length >= k;
    if (last && chunks == 0) break;  // a single chunk: the plain sum
    int level = 0;
    for (std::uint64_t bits = chunks; bits & 1U; bits >>= 1U) tile.add_before(levels[level++]);
    levels[level] = tile;
    ++chunks;
    if (!last) continue;
    level = 0;
    std::uint64_t bits = chunks;
    while (!(bits & 1U)) bits >>= 1U, ++level;
    tile = levels[level];
    for (bits >>= 1U, ++level; bits != 0; bits >>= 1U, ++level)
      if (bits & 1U) tile.add_before(levels[level]);
    break;
  }
  tile.template store<Tail>(d, c, ldc, mask);
}

/// All rows of one block of columns, `Vectors` vectors wide.
template <bool TransposeA, bool Tail, int Vectors, int MaxRows, class D>
HWY_INLINE void compute_columns(D d, const ProductArguments& p, std::int64_t column, std::size_t tail) {
  using T = hn::TFromD<D>;
  const T* a = static_cast<const T*>(p.a);
  const T* b = static_cast<const T*>(p.b) + column;
  T* c = static_cast<T*>(p.c) + column;
  std::int64_t row = p.row_begin;
  const auto tile = [&]<int Rows>() HWY_ATTR {
    compute_tile<TransposeA, Tail, Rows, Vectors>(d, TransposeA ? a + row : a + row * p.lda, p.lda, b, p.ldb,
                                                  c + row * p.ldc, p.ldc, p.k, tail);
    row += Rows;
  };
  while (p.row_end - row >= MaxRows) tile.template operator()<MaxRows>();
  // The rest in two tiles of about equal height at most.
  const auto rest = [&]<int... R>(std::integer_sequence<int, R...>) HWY_ATTR {
    (void)((p.row_end - row == R + 1 ? (tile.template operator()<R + 1>(), true) : false) || ...);
  };
  if (row < p.row_end) rest(std::make_integer_sequence<int, MaxRows - 1>{});
}

/// The tallest tile whose accumulators, one row of B and one broadcast fit the registers.
template <class D>
constexpr int tallest(int vectors) {
  const int registers = HWY_TARGET == HWY_AVX2 ? 16 : 32;
  const int rows = (registers - 1 - vectors) / vectors;
  return rows > 8 ? 8 : rows;
}

template <bool TransposeA, class D>
HWY_INLINE void multiply(D d, const ProductArguments& p) {
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  constexpr int widest = 3;
  std::int64_t column = 0;
  const auto block = [&]<int Vectors>() HWY_ATTR {
    const std::int64_t left = p.n - column;
    if (left >= Vectors * lanes)
      compute_columns<TransposeA, false, Vectors, tallest<D>(Vectors)>(d, p, column, 0);
    else
      compute_columns<TransposeA, true, Vectors, tallest<D>(Vectors)>(d, p, column,
                                                                      static_cast<std::size_t>(left % lanes));
    column += Vectors * lanes;
  };
  while (column < p.n) {
    const std::int64_t vectors = (p.n - column + lanes - 1) / lanes;
    if (vectors == 1)
      block.template operator()<1>();
    else if (vectors == 2 || vectors == 4)
      block.template operator()<2>();
    else
      block.template operator()<widest>();
  }
}

template <class D>
void product(const ProductArguments& p, bool transpose_a) {
  if (transpose_a)
    multiply<true>(D(), p);
  else
    multiply<false>(D(), p);
}

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
