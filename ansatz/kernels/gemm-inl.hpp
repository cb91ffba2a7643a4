// SPDX-License-Identifier: BSD-3-Clause
// The matrix product: outer-product microkernels, one accumulator an element, k ascending with fused multiply-add in
// chunks of 512 that combine pairwise (docs/numbers.md). Accumulators may pause in memory within a chunk, so that the
// part of B in use stays in the first cache; that changes no bit. Included once for each target.
#if defined(ANSATZ_KERNELS_GEMM_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef ANSATZ_KERNELS_GEMM_INL_HPP
#undef ANSATZ_KERNELS_GEMM_INL_HPP
#else
#define ANSATZ_KERNELS_GEMM_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <utility>

#include "ansatz/base/contraction.hpp"
#include "ansatz/kernels/chunk_buffers-inl.hpp"
#include "ansatz/kernels/first_lanes-inl.hpp"
#include "ansatz/kernels/gemv-inl.hpp"
#include "ansatz/kernels/kernel_set.hpp"
#include "ansatz/kernels/panels-inl.hpp"

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

  HWY_INLINE Tile() {}  // NOLINT(modernize-use-equals-default): a defaulted one would not be compiled for the target

  HWY_INLINE void clear(D d) { ((sum[I] = hn::Zero(d)), ...); }

  template <bool Tail>
  HWY_INLINE void load(D d, const T* HWY_RESTRICT c, std::int64_t ldc, const FirstLanes<D>& last) {
    constexpr int lanes = static_cast<int>(hn::MaxLanes(D()));
    ((sum[I] = Tail && I % Vectors == Vectors - 1 ? last.load(c + (I / Vectors) * ldc + (I % Vectors) * lanes)
                                                  : hn::LoadU(d, c + (I / Vectors) * ldc + (I % Vectors) * lanes)),
     ...);
  }

  /// sum += a ⊗ b for one k: a(r) is the element of row r, b the row of B.
  template <bool Tail, class RowElement>
  HWY_INLINE void step(D d, RowElement&& a, const T* HWY_RESTRICT b, const FirstLanes<D>& last) {
    constexpr int lanes = static_cast<int>(hn::MaxLanes(D()));
    V right[Vectors];
    ((right[J] = Tail && J == Vectors - 1 ? last.load(b + J * lanes) : hn::LoadU(d, b + J * lanes)), ...);
    (row<R>(hn::Set(d, a(R)), right), ...);
  }

  template <int Row>
  HWY_INLINE void row(V left, const V (&right)[Vectors]) {
    ((sum[Row * Vectors + J] = hn::MulAdd(left, right[J], sum[Row * Vectors + J])), ...);
  }

  template <bool Tail>
  HWY_INLINE void store(D d, T* HWY_RESTRICT c, std::int64_t ldc, const FirstLanes<D>& last) const {
    constexpr int lanes = static_cast<int>(hn::MaxLanes(D()));
    ((Tail && I % Vectors == Vectors - 1 ? last.store(sum[I], c + (I / Vectors) * ldc + (I % Vectors) * lanes)
                                         : hn::StoreU(sum[I], d, c + (I / Vectors) * ldc + (I % Vectors) * lanes)),
     ...);
  }
};

/// One block of columns of B, `Vectors` vectors wide: a panel, or columns of the matrix as it lies.
template <class T>
struct Columns {
  const T* b;
  std::int64_t ldb;
  std::int64_t tail;  ///< elements of the last vector, 0: all of it
};

/// Terms [k_begin, k_end) for `tiles` tiles of `Rows` rows one below the other: added to what `c` holds, or from zero.
/// MaskB, MaskC: the last vector of B, of C, is not whole.
template <bool TransposeA, bool MaskB, bool MaskC, int Rows, int Vectors, class D>
HWY_NOINLINE void accumulate(D d, std::int64_t tiles, const hn::TFromD<D>* HWY_RESTRICT a, std::int64_t lda,
                             const Columns<hn::TFromD<D>>& columns, hn::TFromD<D>* HWY_RESTRICT c, std::int64_t ldc,
                             std::int64_t k_begin, std::int64_t k_end, bool from_zero) {
  using T = hn::TFromD<D>;
  const FirstLanes<D> last(d, columns.tail);
  for (std::int64_t t = 0; t < tiles; ++t) {
    Tile<D, Rows, Vectors> tile;
    if (from_zero)
      tile.clear(d);
    else
      tile.template load<MaskC>(d, c, ldc, last);
    const T* HWY_RESTRICT b = columns.b + k_begin * columns.ldb;
    if constexpr (TransposeA) {
      const T* HWY_RESTRICT column = a + k_begin * lda;
      for (std::int64_t k = k_begin; k < k_end; ++k) {
        tile.template step<MaskB>(
            d, [&](int r) HWY_ATTR { return column[r]; }, b, last);
        column += lda;
        b += columns.ldb;
      }
      a += Rows;
    } else {
      const T* HWY_RESTRICT row[Rows];
      for (int r = 0; r < Rows; ++r) row[r] = a + r * lda;
      for (std::int64_t k = k_begin; k < k_end; ++k) {
        tile.template step<MaskB>(
            d, [&](int r) HWY_ATTR { return row[r][k]; }, b, last);
        b += columns.ldb;
      }
      a += Rows * lda;
    }
    tile.template store<MaskC>(d, c, ldc, last);
    c += Rows * ldc;
  }
}

/// The tallest tile whose accumulators, one row of B and one broadcast fit the registers.
template <class D>
constexpr int tallest(int vectors) {
  const int rows = (vector_registers - 1 - vectors) / vectors;
  return rows > 8 ? 8 : rows;
}

/// The same for `rows` rows, in tiles of about equal height.
template <bool TransposeA, bool MaskB, bool MaskC, int Vectors, class D>
HWY_INLINE void accumulate_rows(D d, std::int64_t rows, const hn::TFromD<D>* a, std::int64_t lda,
                                const Columns<hn::TFromD<D>>& columns, hn::TFromD<D>* c, std::int64_t ldc,
                                std::int64_t k_begin, std::int64_t k_end, bool from_zero) {
  constexpr int most = tallest<D>(Vectors);
  const std::int64_t tiles = (rows + most - 1) / most, low = rows / tiles, taller = rows % tiles;
  const auto run = [&](std::int64_t height, std::int64_t count) HWY_ATTR {
    const auto of_height = [&]<int... R>(std::integer_sequence<int, R...>) HWY_ATTR {
      (void)((height == R + 1 ? (accumulate<TransposeA, MaskB, MaskC, R + 1, Vectors>(d, count, a, lda, columns, c, ldc,
                                                                                      k_begin, k_end, from_zero),
                                 true)
                              : false) ||
             ...);
    };
    of_height(std::make_integer_sequence<int, most>{});
    a += height * count * (TransposeA ? 1 : lda);
    c += height * count * ldc;
  };
  if (taller > 0) run(low + 1, taller);
  run(low, tiles - taller);
}

/// Longest part of k whose rows of B stay in the first cache while the rows of A pass by; beside those of Aᵀ, which
/// take a line each, blocks of 3 vectors have 30 KB.
template <bool TransposeA, class D>
constexpr std::int64_t depth_in_cache() {
  constexpr std::int64_t depth = 320, in_30_kb = 30 * 1024 / (3 * static_cast<std::int64_t>(sizeof(hn::Vec<D>)));
  return TransposeA ? std::min(depth, in_30_kb) : depth;
}

/// Terms [begin, end) of one chunk for `rows` rows.
template <bool TransposeA, bool MaskB, bool MaskC, int Vectors, class D>
HWY_INLINE void sum_chunk(D d, std::int64_t rows, const hn::TFromD<D>* a, std::int64_t lda,
                          const Columns<hn::TFromD<D>>& columns, hn::TFromD<D>* c, std::int64_t ldc, std::int64_t begin,
                          std::int64_t end) {
  constexpr std::int64_t depth = depth_in_cache<TransposeA, D>();
  const std::int64_t parts = std::max<std::int64_t>(1, (end - begin + depth - 1) / depth);
  for (std::int64_t part = 0; part < parts; ++part)
    accumulate_rows<TransposeA, MaskB, MaskC, Vectors>(d, rows, a, lda, columns, c, ldc,
                                                       begin + (end - begin) * part / parts,
                                                       begin + (end - begin) * (part + 1) / parts, part == 0);
}

/// What a product reads as B: the matrix as it lies, or panels of it beginning with that of a column.
template <class T>
struct Right {
  const T* b;
  std::int64_t ldb;
  bool packed;
  std::int64_t column = 0;
};

/// f.operator()<Vectors, MaskB, MaskC>(columns, first column, panel) for each of the blocks of columns [begin, end).
template <class D, class F, class T = hn::TFromD<D>>
HWY_INLINE void for_each_columns(const ProductArguments& p, const Right<T>& right, std::int64_t begin, std::int64_t end,
                                 F&& f) {
  constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  for_each_block<D>(p.n, [&]<int Vectors>(std::int64_t column, std::int64_t panel) HWY_ATTR {
    if (panel < begin || panel >= end) return;
    const std::int64_t tail = p.n - column >= Vectors * lanes ? 0 : (p.n - column) % lanes;
    const Columns<T> columns = right.packed ? Columns<T>{right.b + (column - right.column) * p.k, Vectors * lanes, tail}
                                            : Columns<T>{right.b + column, right.ldb, tail};
    if (tail == 0)
      f.template operator()<Vectors, false, false>(columns, column, panel);
    else if (right.packed)
      f.template operator()<Vectors, false, true>(columns, column, panel);
    else
      f.template operator()<Vectors, true, true>(columns, column, panel);
  });
}

/// Panels that are read together.
inline constexpr std::int64_t panels_together = 4;

/// More than one chunk: for a few rows and panels at a time, so that A and B are read chunk after chunk, the chunks'
/// sums are kept in buffers until they combine.
template <bool TransposeA, class D>
struct Deep {
  static constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));
  static constexpr std::int64_t most_rows = 32, widest = widest_block * lanes;
  using T = hn::TFromD<D>;
  struct Panels {
    HWY_INLINE Panels() {}  // NOLINT(modernize-use-equals-default): a defaulted one is not of this target
    ChunkBuffers<D, most_rows * widest> of[panels_together];
  };

  /// Rows [row, row + rows), panels [first, last), no more than panels_together.
  static HWY_NOINLINE void run(D d, const ProductArguments& p, const Right<T>& right, std::int64_t row,
                               std::int64_t rows, std::int64_t first, std::int64_t last) {
    auto& panels = memory_of_thread<Panels>().of;
    for (auto& panel : panels) panel.clear();
    const T* a = static_cast<const T*>(p.a) + row * (TransposeA ? 1 : p.lda);
    for (std::int64_t begin = 0; begin < p.k; begin += chunk_length)
      for_each_columns<D>(p, right, first, last,
                          [&]<int Vectors, bool MaskB, bool MaskC>(const Columns<T>& columns, std::int64_t,
                                                                   std::int64_t number) HWY_ATTR {
                            constexpr std::int64_t width = Vectors * lanes;
                            auto& panel = panels[number - first];
                            sum_chunk<TransposeA, MaskB, false, Vectors>(d, rows, a, p.lda, columns, panel.sum(), width,
                                                                         begin, std::min(p.k, begin + chunk_length));
                            panel.push(d, rows * width);
                          });
    for_each_columns<D>(p, right, first, last,
                        [&]<int Vectors, bool, bool>(const Columns<T>&, std::int64_t column, std::int64_t number)
                            HWY_ATTR {
                              constexpr std::int64_t width = Vectors * lanes;
                              const T* total = panels[number - first].total(d, rows * width);
                              for (std::int64_t r = 0; r < rows; ++r)
                                std::copy_n(total + r * width, std::min(width, p.n - column),
                                            static_cast<T*>(p.c) + (row + r) * p.ldc + column);
                            });
  }
};

/// Rows [row_begin, row_end) of the columns of panels [first, last).
template <bool TransposeA, class D, class T = hn::TFromD<D>>
HWY_INLINE void multiply_panels(D d, const ProductArguments& p, const Right<T>& right, std::int64_t first,
                                std::int64_t last) {
  if (p.k > chunk_length) {
    using DeepSums = Deep<TransposeA, D>;
    for (; first < last; first += panels_together)
      for (std::int64_t row = p.row_begin; row < p.row_end; row += DeepSums::most_rows)
        DeepSums::run(d, p, right, row, std::min(DeepSums::most_rows, p.row_end - row), first,
                      std::min(last, first + panels_together));
    return;
  }
  const T* a = static_cast<const T*>(p.a) + p.row_begin * (TransposeA ? 1 : p.lda);
  for_each_columns<D>(
      p, right, first, last,
      [&]<int Vectors, bool MaskB, bool MaskC>(const Columns<T>& columns, std::int64_t column, std::int64_t) HWY_ATTR {
        sum_chunk<TransposeA, MaskB, MaskC, Vectors>(d, p.row_end - p.row_begin, a, p.lda, columns,
                                                     static_cast<T*>(p.c) + p.row_begin * p.ldc + column, p.ldc, 0,
                                                     p.k);
      });
}

/// Packs the panels that are read together, reads them, packs the next ones into the same memory.
template <bool TransposeA, class D, class T = hn::TFromD<D>>
HWY_INLINE void multiply_packing(D d, const ProductArguments& p, std::int64_t all) {
  T* const out = static_cast<T*>(p.panels);
  // Panels of the widest vectors are too large (150 KB where k is 784) for several to stay in a cache beside A.
  const std::int64_t together = p.k > chunk_length && sizeof(hn::Vec<D>) < 64 ? panels_together : 1;
  std::int64_t first = 0, first_column = 0;
  for_each_block<D>(p.n, [&]<int Vectors>(std::int64_t column, std::int64_t number) HWY_ATTR {
    if (number == first) first_column = column;
    pack_panel<Vectors>(d, static_cast<const T*>(p.b), p.k, p.n, p.transposed_b, p.transposed_b ? p.k : p.n, column,
                        out + (column - first_column) * p.k);
    if (number + 1 < std::min(all, first + together)) return;
    multiply_panels<TransposeA>(d, p, Right<T>{out, 0, true, first_column}, first, number + 1);
    first = number + 1;
  });
}

/// Aᵀ B where A has long rows, so that each term of a row of Aᵀ lies in another page: some rows at a time are copied, a
/// line of the cache beside that of the term before, and read from there for all panels.
template <class D>
struct FarTerms {
  using T = hn::TFromD<D>;
  static constexpr std::int64_t together = elements_of_line<T>, groups = 4;  // rows of a line, and lines of each term
  static constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(D()));

  struct Copies {
    HWY_ALIGN T of[groups * together * chunk_length];
  };

  /// Measured on a Xeon with AVX-512.
  static bool pay(const ProductArguments& p) {
    return p.lda >= 1000 && p.k >= 128 && p.k <= chunk_length && p.row_end - p.row_begin >= together &&
           panels<D>(p.n) >= 4;
  }

  static HWY_NOINLINE void multiply(D d, const ProductArguments& p, const Right<T>& right) {
    T* const copies = memory_of_thread<Copies>().of;
    for (std::int64_t row = p.row_begin; row < p.row_end; row += groups * together) {
      const std::int64_t rows = std::min(groups * together, p.row_end - row), size = together * p.k;
      for (std::int64_t l = 0; l < p.k; ++l)
        for (std::int64_t r = 0; r < rows; r += lanes)
          copy(d, static_cast<const T*>(p.a) + l * p.lda + row + r, std::min(lanes, rows - r),
               copies + r / together * size + l * together + r % together);
      for_each_columns<D>(p, right, 0, panels<D>(p.n),
                          [&]<int Vectors, bool MaskB, bool MaskC>(const Columns<T>& columns, std::int64_t column,
                                                                   std::int64_t) HWY_ATTR {
                            for (std::int64_t r = 0; r < rows; r += together)
                              sum_chunk<true, MaskB, MaskC, Vectors>(
                                  d, std::min(together, rows - r), copies + r / together * size, together, columns,
                                  static_cast<T*>(p.c) + (row + r) * p.ldc + column, p.ldc, 0, p.k);
                          });
    }
  }

 private:
  static HWY_INLINE void copy(D d, const T* from, std::int64_t n, T* to) {
    hn::StoreU(n == lanes ? hn::LoadU(d, from) : FirstLanes<D>(d, n).load(from), d, to);
  }
};

template <bool TransposeA, class D>
HWY_INLINE void multiply(D d, const ProductArguments& p) {
  using T = hn::TFromD<D>;
  const std::int64_t rows = p.row_end - p.row_begin;
  if (rows <= 0 || p.n == 0) return;
  const T *a = static_cast<const T*>(p.a) + p.row_begin * (TransposeA ? 1 : p.lda), *b = static_cast<const T*>(p.b);
  T* c = static_cast<T*>(p.c) + p.row_begin * p.ldc;
  const std::int64_t all = panels<D>(p.n);
  const bool far = TransposeA && FarTerms<D>::pay(p);
  if (far && p.panels != nullptr) {
    pack<D>({b, p.panels, p.k, p.n, p.transposed_b, 0, all});
    FarTerms<D>::multiply(d, p, Right<T>{static_cast<const T*>(p.panels), 0, true});
  } else if (far && p.packed) {
    FarTerms<D>::multiply(d, p, Right<T>{b, 0, true});
  } else if (p.panels != nullptr) {
    multiply_packing<TransposeA>(d, p, all);
  } else if (p.packed) {
    multiply_panels<TransposeA>(d, p, Right<T>{b, 0, true}, 0, all);
  } else if (!TransposeA && p.n == 1 && p.ldb == 1 && p.ldc == 1 &&
             rows >= static_cast<std::int64_t>(hn::MaxLanes(d))) {
    matrix_times_vector(d, rows, a, p.lda, b, p.k, c);
  } else if (rows == 1) {
    FewRows<D, 1>{a, 0, TransposeA ? p.lda : 1, b, p.ldb}.run(d, p.k, p.n, c, p.ldc);
  } else if (rows == 2) {
    FewRows<D, 2>{a, TransposeA ? 1 : p.lda, TransposeA ? p.lda : 1, b, p.ldb}.run(d, p.k, p.n, c, p.ldc);
  } else {
    multiply_panels<TransposeA>(d, p, Right<T>{b, p.ldb, false}, 0, all);
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
