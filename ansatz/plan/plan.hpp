// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A plan: the graph as a list of entries over memory, ready to run. Everything is resolved here: no names and no
/// graph are left for the run, and no decisions but how many threads run it and whether its kernels gain from packing.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ansatz/base/memory.hpp"
#include "ansatz/graph/graph.hpp"
#include "ansatz/ops/windows.hpp"

namespace ansatz::plan {

/// A place in memory: a byte offset in one of the plan's bases. Base 0 is the arena, base 1 the constants, then the
/// inputs, then the slots of the state, each in the order of the graph; then the values of sweeps (SweptValue).
struct Location {
  std::int32_t base = -1;
  std::int64_t offset = 0;
  friend bool operator==(const Location&, const Location&) = default;
};

inline constexpr std::int32_t arena_base = 0;
inline constexpr std::int32_t constant_base = 1;
inline constexpr std::int32_t first_input_base = 2;

/// How an operand fills the space of a chain, rows × columns.
enum class Spread : std::uint8_t {
  dense,   ///< [rows, columns]
  row,     ///< [columns], the same for each row
  column,  ///< [rows], the same for each column
  scalar   ///< one number
};

/// Which row of a dense or column operand a row of the chain reads: stacks of samples share values between rows.
struct RowMap {
  std::int64_t repeat = 1;  ///< rows of the chain, one after the other, that read one row of the operand
  std::int64_t period = 0;  ///< after how many rows of the operand it begins anew; 0: never
  std::int64_t operator()(std::int64_t row) const {
    row /= repeat;
    return period > 0 ? row % period : row;
  }
  bool plain() const { return repeat == 1 && period == 0; }
  friend auto operator<=>(const RowMap&, const RowMap&) = default;
};

/// A value a chain reads.
struct Load {
  Location at;
  Dtype dtype = Dtype::f32;  ///< as stored; a scalar f64 is rounded once when the chain computes in f32
  Spread spread = Spread::dense;
  std::optional<double> literal;  ///< a constant scalar; `at` is not used
  RowMap row = {};
};

/// One elementwise operation, or a reduction along a row. Registers are numbered: first the loads, then the steps.
struct Step {
  const Op* op = nullptr;
  std::array<std::int16_t, 3> operands{-1, -1, -1};
  Dtype dtype = Dtype::f32;          ///< of the result
  Dtype operand_dtype = Dtype::f32;  ///< of the last operand
  bool per_row = false;              ///< one value a row
  double parameter = 0.0;            ///< a slope
};

/// A value a chain writes.
struct Store {
  std::int16_t value = -1;  ///< register
  Location at;
  Dtype dtype = Dtype::f32;
  Spread spread = Spread::dense;
};

/// A chain of elementwise operations over rows × columns, one pass over memory.
struct Chain {
  std::int64_t rows = 1, columns = 1;
  bool along_rows = false;   ///< contains reductions along rows: runs on blocks of whole rows
  Dtype lanes = Dtype::f32;  ///< f32 or f64: the width of a lane
  std::vector<Load> loads;
  std::vector<Step> steps;
  std::vector<Store> stores;
};

/// Room for B [k, n] in panels of whole vectors, whatever their width.
inline std::int64_t packed_elements(std::int64_t k, std::int64_t n) { return k * ((n + 15) / 16 * 16); }
/// Of a B that is no weights but the rows of a batch (Aᵀ B), so many are packed at a time, at most.
inline constexpr std::int64_t most_rows_packed = 4096;

/// A convolution as a product, y = patches of x · weights: the patches are never laid out. Of the three tensors that it
/// relates, two are the operands a and b (in the order x, ȳ, weights), the third is C.
struct Convolution {
  enum class Result : std::uint8_t { y, x, weights } result = Result::y;
  Windows windows;
  std::int64_t groups = 1;
  Shape x, y;  ///< [samples, spatial…, channels]
};

/// C = op(A) op(B), then a chain over C while it is hot, and the sums of B's columns beside Aᵀ B.
struct Product {
  std::int64_t m = 0, n = 0, k = 0;
  bool transpose_a = false, transpose_b = false;
  Dtype dtype = Dtype::f32;
  Location a, b, c;
  std::optional<Chain> epilogue;        ///< reads C as its load number 0
  bool kept = true;                     ///< C is read by others too
  std::optional<Location> column_sums;  ///< [n]: Σ over the rows of B, in the order of the contraction
  std::optional<Location> packed;       ///< packed_bytes(): B laid out as the kernel reads it fastest
  /// A are patches. B, and with it k, has the channels of one group; n those of all groups.
  std::optional<Convolution> convolution;

  /// Aᵀ B: sums over the rows of both.
  bool sums_rows() const { return transpose_a && !transpose_b; }
  std::int64_t packed_bytes() const {
    if (convolution) return elements(convolution->groups * packed_elements(k, n / convolution->groups));
    return elements(packed_elements(sums_rows() ? std::min(k, most_rows_packed) : k, n));
  }
  /// Elements of the operands.
  std::int64_t elements_of_a() const {
    if (!convolution) return m * k;
    return (convolution->result == Convolution::Result::x ? convolution->y : convolution->x).elements();
  }
  std::int64_t elements_of_b() const {
    if (!convolution) return k * n;
    if (convolution->result == Convolution::Result::weights) return convolution->y.elements();
    const std::int64_t channels_in = convolution->x[convolution->x.rank() - 1] / convolution->groups;
    return convolution->windows.taps() * channels_in * convolution->y[convolution->y.rank() - 1];
  }
  /// Multiplications, where no stride leaves any out.
  std::int64_t multiplications() const {
    if (!convolution) return m * n * k;
    return convolution->y.elements() * convolution->windows.taps() * convolution->x[convolution->x.rank() - 1] /
           convolution->groups;
  }
  /// So many elements in bytes.
  std::int64_t elements(std::int64_t count) const { return count * static_cast<std::int64_t>(size_of(dtype)); }
};

/// Any other operation, on dense tensors.
struct Generic {
  Node node;  ///< operation, attributes, result type
  std::vector<Type> operand_types;
  std::vector<Location> operands;
  Location result;
};

/// Moves bytes: a state slot whose new value could not be computed in place, an output, a part of a concatenation.
struct Copy {
  Location from, to;
  std::int64_t bytes = 0;
};

struct Entry {
  std::variant<Chain, Product, Generic, Copy> work;
  bool commits = false;  ///< writes state: skipped when the commit condition is false
  std::string label;     ///< for readers
};

/// Entries [first, last) that may be computed for some of `rows` rows after the other: all of them for the first rows,
/// then for the next ones, so that what one writes and another reads stays in a cache. Where an entry sums over rows
/// (Aᵀ B), the sums of all of them are its result.
struct Sweep {
  std::size_t first = 0, last = 0;
  std::int64_t rows = 0, band = 0;  ///< rows in all and at a time, these a power of two chunks (base/contraction.hpp)
};

/// A value that nothing but the entries of one sweep needs: each worker has only the rows of its present band in
/// memory, from `offset` on. Its base begins so much earlier that the rows have the places that their numbers say.
/// Without bytes a row: scratch.
struct SweptValue {
  std::size_t sweep = 0;
  std::int64_t offset = 0, bytes_per_row = 0;
};

struct Binding {
  std::string name;
  Type type;
};

struct Plan {
  std::vector<Entry> entries;
  std::vector<Sweep> sweeps;  ///< ascending, apart
  std::vector<SweptValue> swept_values;
  std::vector<Binding> inputs, state;
  std::vector<Type> outputs;
  std::vector<Location> output_locations;
  std::optional<Location> commit_condition;
  std::int64_t arena_bytes = 0;
  std::int64_t swept_bytes = 0;  ///< of swept values, for each worker
  AlignedBuffer constants;
  std::int64_t flops = 0;  ///< of matrix products, unpadded

  /// The sweep that an entry belongs to.
  std::optional<std::size_t> sweep_of(std::size_t entry) const {
    for (std::size_t i = 0; i < sweeps.size(); ++i)
      if (sweeps[i].first <= entry && entry < sweeps[i].last) return i;
    return std::nullopt;
  }
  /// Of swept_values[0].
  std::int32_t first_swept_base() const {
    return first_input_base + static_cast<std::int32_t>(inputs.size() + state.size());
  }
};

/// Builds the plan of an optimised graph. @throws GraphError.
Plan build(const Graph& graph);

/// The plan as text, one line an entry.
std::string to_text(const Plan& plan);

/// What an entry does to numbers and memory, each operand counted once: for profiles.
struct Work {
  double flops = 0.0;  ///< multiplications and additions of products, elementwise operations as Op::flops
  double bytes = 0.0;  ///< read and written
};
Work work_of(const Entry& entry);

/// What a chain computes, without places and sizes: two chains with equal keys run the same code. `multiplies`: it
/// computes the elements of its load 0, a matrix product, itself.
std::string key_of(const Chain& chain, bool multiplies = false);

}  // namespace ansatz::plan
