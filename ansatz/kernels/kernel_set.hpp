// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The tuned kernels of one vector width, as a table of functions. All sets compute the same bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ansatz/graph/op.hpp"

namespace ansatz::kernels {

/// out[i] = f(a[i], b[i], c[i]) for n elements of a chain's lanes. In lanes, a bool is 0 or all ones, and an i32 beside
/// f64 is an f64. `out` may be one of the operands.
using StepKernel = void (*)(void* out, const void* a, const void* b, const void* c, std::int64_t n, double parameter);

/// Rows [row_begin, row_end) of C = op(A) B. A is [m, k], or [k, m] if transposed; B is [k, n], or all of its panels
/// (KernelSet::pack); C is [m, n]; row-major, leading dimensions in elements. With memory for panels, B is packed on
/// the way, some panels at a time, which then stay in a cache; it may be transposed, [n, k].
struct ProductArguments {
  const void* a;
  const void* b;
  void* c;
  std::int64_t m, n, k;
  std::int64_t lda, ldb, ldc;
  std::int64_t row_begin, row_end;
  bool packed = false;
  void* panels = nullptr;  ///< plan::packed_elements(k, n); B is dense
  bool transposed_b = false;
};

/// Panels [panel_begin, panel_end) of B [k, n], or of its transpose [n, k]: blocks of columns, each contiguous and a
/// whole number of vectors wide. `out` holds plan::packed_elements(k, n).
struct PackArguments {
  const void* b;
  void* out;
  std::int64_t k, n;
  bool transposed;
  std::int64_t panel_begin, panel_end;
  std::int64_t ldb = 0;  ///< leading dimension of b; 0: its rows lie side by side
  /// Where B is made of blocks of `block_rows` rows each, one below the other: the first block_rows rows are those of
  /// block blocks[0], which begins blocks[0] · block_elements elements behind b, and so on.
  const std::int64_t* blocks = nullptr;
  std::int64_t block_rows = 0, block_elements = 0;
};
/// C = A B where element (r, l) of A is a[rows[r] + terms[l]]: A is [m, k]; B [k, n], or its panels; C [m, n].
struct AddressedArguments {
  const void* a;
  const std::int32_t *rows, *terms;  ///< [m], [k], in elements
  const void* b;
  std::int64_t ldb;  ///< unless packed
  bool packed;
  void* c;
  std::int64_t ldc;
  std::int64_t m, n, k;
};
using ProductKernel = void (*)(const ProductArguments&, bool transpose_a);

/// Terms of a product that a compiled chain can compute on the way, at most.
inline constexpr std::int64_t most_terms_on_the_way = 4;

/// A chain compiled at build time (see key_of): `columns` elements of each of `rows` rows. Operand l of row r begins at
/// loads[l] + r · load_strides[l] elements; scalars are single elements in lanes. In one compiled to multiply, element
/// i of row r of operand 0 is Σ_t a[r, t] b[t, i] for `terms` terms, in the order of the contraction, of dense A and B.
struct CompiledChainArguments {
  const void* const* loads;
  const std::int64_t* load_strides;
  void* const* stores;
  const std::int64_t* store_strides;
  const double* parameters;  ///< of each step
  std::int64_t rows, columns;
  const void *a = nullptr, *b = nullptr;
  std::int64_t terms = 0;
};
using CompiledChain = void (*)(const CompiledChainArguments&);

/// Elements [first, first + n) of the mask of keep_mask under one key: 1 where their word of 32 random bits is not
/// below `threshold`, else 0 (docs/numbers.md, Random numbers).
struct KeepMaskArguments {
  const std::int32_t* key;  ///< seed low, seed high, epoch, step
  std::uint32_t site;       ///< the last word of the counter
  std::uint64_t first;
  std::int64_t n;
  std::uint64_t threshold;
  void* out;
};

enum class Pooling : std::uint8_t { largest, pick_largest, place_largest, sum, place_sum };

/// Windows that lie alike: tap t of window w begins at element offsets[t] + w · step of x (of `values`, of `spread`),
/// the window's own `channels` elements at w · channels of `pooled`. largest: pooled = the first of x's largest
/// elements; pick_largest: what `values` has there; place_largest: spread = pooled there, 0 elsewhere; sum: pooled = 1
/// / divisor times the sum of x; place_sum: spread = 1 / divisor times pooled. What is not named is not read.
struct PoolArguments {
  const void *x, *values;
  void *pooled, *spread;
  const std::int64_t* offsets;
  std::int64_t taps, windows, step, channels, divisor;
  bool adds;  ///< to what `spread` holds
};

struct KernelSet {
  std::string_view name;  ///< "avx2", "avx512", …
  int vector_bytes = 0;
  /// Rows from which on a product is faster if B, unless stored transposed, is packed.
  std::int64_t rows_for_packing = 0;

  /// The kernel of a step; nullptr when the operation cannot be part of a chain.
  StepKernel (*step)(const Op& op, Dtype lanes, Dtype operand) = nullptr;
  ProductKernel product_f32 = nullptr, product_f64 = nullptr;
  void (*addressed_f32)(const AddressedArguments&) = nullptr;
  void (*addressed_f64)(const AddressedArguments&) = nullptr;
  /// out[j] = Σ_i x[i, j] for columns [begin, end), in the order of the contraction.
  void (*column_sums)(Dtype dtype, const void* x, std::int64_t rows, std::int64_t columns, void* out,
                      std::int64_t begin, std::int64_t end) = nullptr;
  /// Lays B out as the product reads it fastest.
  void (*pack)(Dtype dtype, const PackArguments& arguments) = nullptr;
  std::int64_t (*panels)(Dtype dtype, std::int64_t n) = nullptr;  ///< how many there are
  void (*keep_mask)(Dtype dtype, const KeepMaskArguments& arguments) = nullptr;
  void (*pool)(Dtype dtype, Pooling what, const PoolArguments& arguments) = nullptr;
  bool (*all_finite)(Dtype dtype, const void* x, std::int64_t n) = nullptr;
  /// n times 12 independent fused multiply-adds of whole vectors; returns how many multiplications and additions that
  /// were: what this processor can do at most.
  double (*multiply_add)(Dtype dtype, std::int64_t n) = nullptr;
  CompiledChain (*compiled)(std::string_view key) = nullptr;
};

/// The set for this processor: AVX-512, AVX2 or NEON. The environment variable ANSATZ_CPU (avx2, avx512, neon; and
/// avx2-128, half-width vectors for tests) forces one. @throws PlatformError when there is none, or the forced one
/// cannot run here.
const KernelSet& kernel_set();
/// The set called `name`, or nullptr when this processor cannot run it.
const KernelSet* find_kernel_set(std::string_view name);

}  // namespace ansatz::kernels
