// SPDX-License-Identifier: BSD-3-Clause
// How the columns of a matrix divide into panels, and how it is laid out as such (docs/architecture.md, Matrix
// products). Included once for each target.
#if defined(ANSATZ_KERNELS_PANELS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_PANELS_INL_HPP
#undef ANSATZ_KERNELS_PANELS_INL_HPP
#else
#define ANSATZ_KERNELS_PANELS_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "ansatz/kernels/columns-inl.hpp"
#include "ansatz/kernels/first_lanes-inl.hpp"
#include "ansatz/kernels/kernel_set.hpp"

HWY_BEFORE_NAMESPACE();
namespace ansatz::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr int vector_registers = HWY_TARGET == HWY_AVX2 ? 16 : 32;
/// The widest block of columns, in vectors.
inline constexpr int widest_block = vector_registers == 16 ? 3 : 4;

/// The width of the next block of so many vectors of columns: 3 mostly, so that the last one is not too narrow.
constexpr int width_of_block(std::int64_t vectors) {
  if (vectors <= 3) return static_cast<int>(vectors);
  if (widest_block == 4 && (vectors == 4 || vectors == 7 || vectors == 8)) return 4;
  return vectors == 4 ? 2 : 3;
}

/// How n columns divide into blocks: f.operator()<Vectors>(first column, panel) with widths of 1 to widest_block
/// vectors; a function of n alone.
template <class D, class F>
HWY_INLINE void for_each_block(std::int64_t n, F&& f) {
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  std::int64_t panel = 0;
  for (std::int64_t column = 0; column < n; ++panel) {
    const int width = width_of_block((n - column + lanes - 1) / lanes);
    switch (width) {
      case 1: f.template operator()<1>(column, panel); break;
      case 2: f.template operator()<2>(column, panel); break;
      case 3: f.template operator()<3>(column, panel); break;
      default: f.template operator()<widest_block>(column, panel); break;
    }
    column += width * lanes;
  }
}

template <class D>
std::int64_t panels(std::int64_t n) {
  std::int64_t count = 0;
  for_each_block<D>(n, [&]<int Vectors>(std::int64_t, std::int64_t) { ++count; });
  return count;
}

/// B's columns [column, column + Vectors · lanes) as k rows, or those of Bᵀ where B is stored as [n, k]; zeros beyond
/// n. `ldb`: of B as it is stored.
template <int Vectors, class D, class T = hn::TFromD<D>>
HWY_INLINE void pack_panel(D d, const T* HWY_RESTRICT b, std::int64_t k, std::int64_t n, bool transposed,
                           std::int64_t ldb, std::int64_t column, T* HWY_RESTRICT out) {
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  constexpr std::int64_t width = Vectors * lanes, block = 16 / sizeof(T);
  const std::int64_t here = std::min(width, n - column);
  if (!transposed) {
    const FirstLanes<D> last(d, here - (Vectors - 1) * lanes);
    for (std::int64_t l = 0; l < k; ++l) {
      for (int v = 0; v < Vectors - 1; ++v)
        hn::StoreU(hn::LoadU(d, b + l * ldb + column + v * lanes), d, out + l * width + v * lanes);
      const T* end = b + l * ldb + column + (Vectors - 1) * lanes;
      hn::StoreU(here == width ? hn::LoadU(d, end) : last.load(end), d, out + l * width + (Vectors - 1) * lanes);
    }
    return;
  }
  const T* rows = b + column * ldb;
  if (here < lanes || k < block) {
    for (std::int64_t l = 0; l < k; ++l)
      for (std::int64_t j = 0; j < width; ++j) out[l * width + j] = j < here ? rows[j * ldb + l] : T(0);
    return;
  }
  if (here < width)
    for (std::int64_t l = 1; l <= k; ++l) hn::StoreU(hn::Zero(d), d, out + l * width - lanes);
  // The last rows and the last block overlap the ones before, where they would be cut short.
  for (std::int64_t l = 0; l < k; l += block)
    for (std::int64_t j = 0; j < here; j += lanes) {
      const std::int64_t first = std::min(l, k - block), row = std::min(j, here - lanes);
      hn::Vec<D> columns[block];
      load_columns(d, rows + row * ldb + first, ldb, columns);
      for (std::int64_t i = 0; i < block; ++i) hn::StoreU(columns[i], d, out + (first + i) * width + row);
    }
}

/// B [k, n], or Bᵀ as [n, k], into panels: element (l, j) of the panel that begins at column c lies at
/// c · k + l · width + j − c; what is beyond n is zero.
template <class D>
void pack(const PackArguments& p) {
  using T = hn::TFromD<D>;
  for_each_block<D>(p.n, [&]<int Vectors>(std::int64_t column, std::int64_t number) HWY_ATTR {
    if (number < p.panel_begin || number >= p.panel_end) return;
    const std::int64_t ldb = p.ldb != 0 ? p.ldb : p.transposed ? p.k : p.n;
    const T* b = static_cast<const T*>(p.b);
    T* out = static_cast<T*>(p.out) + column * p.k;
    if (p.blocks == nullptr) {
      pack_panel<Vectors>(D(), b, p.k, p.n, p.transposed, ldb, column, out);
      return;
    }
    constexpr std::int64_t width = Vectors * static_cast<std::int64_t>(hn::MaxLanes(D()));
    for (std::int64_t row = 0, block = 0; row < p.k; row += p.block_rows, ++block)
      pack_panel<Vectors>(D(), b + p.blocks[block] * p.block_elements, p.block_rows, p.n, p.transposed, ldb, column,
                          out + row * width);
  });
}

}  // namespace ansatz::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
