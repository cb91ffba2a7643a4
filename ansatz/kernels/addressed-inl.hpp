// SPDX-License-Identifier: BSD-3-Clause
// Matrix products whose A is read through two tables of offsets, as convolutions need them: the patches of an image are
// never laid out. The tiles and the order of the terms are those of gemm-inl.hpp. Included once for each target.
#if defined(ANSATZ_KERNELS_ADDRESSED_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_ADDRESSED_INL_HPP
#undef ANSATZ_KERNELS_ADDRESSED_INL_HPP
#else
#define ANSATZ_KERNELS_ADDRESSED_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <utility>

#include "ansatz/base/contraction.hpp"
#include "ansatz/kernels/chunk_buffers-inl.hpp"
#include "ansatz/kernels/first_lanes-inl.hpp"
#include "ansatz/kernels/gemm-inl.hpp"
#include "ansatz/kernels/kernel_set.hpp"
#include "ansatz/kernels/panels-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Terms [begin, end) for `tiles` tiles of `Rows` rows one below the other: added to what `c` holds, or from zero.
template <bool MaskB, bool MaskC, int Rows, int Vectors, class D>
HWY_NOINLINE void accumulate_addressed(D d, std::int64_t tiles, const hn::TFromD<D>* HWY_RESTRICT a,
                                       const std::int32_t* HWY_RESTRICT rows, const std::int32_t* HWY_RESTRICT terms,
                                       const Columns<hn::TFromD<D>>& columns, hn::TFromD<D>* HWY_RESTRICT c,
                                       std::int64_t ldc, std::int64_t begin, std::int64_t end, bool from_zero) {
  using T = hn::TFromD<D>;
  const FirstLanes<D> last(d, columns.tail);
  for (std::int64_t t = 0; t < tiles; ++t, rows += Rows, c += Rows * ldc) {
    Tile<D, Rows, Vectors> tile;
    if (from_zero)
      tile.clear(d);
    else
      tile.template load<MaskC>(d, c, ldc, last);
    const T* HWY_RESTRICT row[Rows];
    for (int r = 0; r < Rows; ++r) row[r] = a + rows[r];
    const T* HWY_RESTRICT b = columns.b + begin * columns.ldb;
    for (std::int64_t k = begin; k < end; ++k) {
      const std::int64_t term = terms[k];
      tile.template step<MaskB>(
          d, [&](int r) HWY_ATTR { return row[r][term]; }, b, last);
      b += columns.ldb;
    }
    tile.template store<MaskC>(d, c, ldc, last);
  }
}

/// Terms [begin, end) of one chunk for `count` rows, in tiles of about equal height, in parts whose rows of B stay in
/// the first cache; beside what rows of Aᵀ read, which is as much, where B is not packed.
template <bool MaskB, bool MaskC, int Vectors, class D>
HWY_INLINE void sum_addressed(D d, std::int64_t count, const hn::TFromD<D>* a, const std::int32_t* rows,
                              const std::int32_t* terms, const Columns<hn::TFromD<D>>& columns, hn::TFromD<D>* c,
                              std::int64_t ldc, std::int64_t begin, std::int64_t end) {
  const std::int64_t depth = columns.ldb == Vectors * static_cast<std::int64_t>(hn::MaxLanes(D()))
                                 ? depth_in_cache<false, D>()
                                 : depth_in_cache<false, D>() * 3 / 5;
  constexpr int most = tallest<D>(Vectors);
  const std::int64_t tiles = (count + most - 1) / most, low = count / tiles, taller = count % tiles;
  const std::int64_t parts = std::max<std::int64_t>(1, (end - begin + depth - 1) / depth);
  for (std::int64_t part = 0; part < parts; ++part) {
    const std::int64_t first = begin + (end - begin) * part / parts, last = begin + (end - begin) * (part + 1) / parts;
    const auto run = [&](std::int64_t height, std::int64_t number, std::int64_t row) HWY_ATTR {
      const auto of_height = [&]<int... R>(std::integer_sequence<int, R...>) HWY_ATTR {
        (void)((height == R + 1
                    ? (accumulate_addressed<MaskB, MaskC, R + 1, Vectors>(d, number, a, rows + row, terms, columns,
                                                                          c + row * ldc, ldc, first, last, part == 0),
                       true)
                    : false) ||
               ...);
      };
      of_height(std::make_integer_sequence<int, most>{});
    };
    if (taller > 0) run(low + 1, taller, 0);
    run(low, tiles - taller, (low + 1) * taller);
  }
}

/// More than one chunk: for a few rows and one block of columns at a time.
template <bool MaskB, int Vectors, class D>
HWY_NOINLINE void sum_deep_addressed(D d, const AddressedArguments& p, const Columns<hn::TFromD<D>>& columns,
                                     std::int64_t column) {
  using T = hn::TFromD<D>;
  constexpr std::int64_t most_rows = 32, width = Vectors * static_cast<std::int64_t>(hn::MaxLanes(D()));
  auto& sums = memory_of_thread<ChunkBuffers<D, most_rows * width>>();
  for (std::int64_t row = 0; row < p.m; row += most_rows) {
    const std::int64_t rows = std::min(most_rows, p.m - row);
    sums.clear();
    for (std::int64_t begin = 0; begin < p.k; begin += chunk_length) {
      sum_addressed<MaskB, false, Vectors>(d, rows, static_cast<const T*>(p.a), p.rows + row, p.terms, columns,
                                           sums.sum(), width, begin, std::min(p.k, begin + chunk_length));
      sums.push(d, rows * width);
    }
    const T* total = sums.total(d, rows * width);
    for (std::int64_t r = 0; r < rows; ++r)
      std::copy_n(total + r * width, std::min(width, p.n - column), static_cast<T*>(p.c) + (row + r) * p.ldc + column);
  }
}

template <class D>
void addressed_product(const AddressedArguments& p) {
  using T = hn::TFromD<D>;
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  const D d;
  if (p.m <= 0) return;
  for_each_block<D>(p.n, [&]<int Vectors>(std::int64_t column, std::int64_t) HWY_ATTR {
    constexpr std::int64_t width = Vectors * lanes;
    const std::int64_t tail = p.n - column >= width ? 0 : (p.n - column) % lanes;
    const T* b = static_cast<const T*>(p.b);
    const Columns<T> columns =
        p.packed ? Columns<T>{b + column * p.k, width, tail} : Columns<T>{b + column, p.ldb, tail};
    const auto multiply = [&]<bool MaskB, bool MaskC>() HWY_ATTR {
      if (p.k > chunk_length)
        sum_deep_addressed<MaskB, Vectors>(d, p, columns, column);
      else
        sum_addressed<MaskB, MaskC, Vectors>(d, p.m, static_cast<const T*>(p.a), p.rows, p.terms, columns,
                                             static_cast<T*>(p.c) + column, p.ldc, 0, p.k);
    };
    if (tail == 0)
      multiply.template operator()<false, false>();
    else if (p.packed)
      multiply.template operator()<false, true>();
    else
      multiply.template operator()<true, true>();
  });
}

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
