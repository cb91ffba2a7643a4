// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Runs a chain: compiled at build time where there is such a form, else by a block interpreter over strips that stay
/// in the first cache. Both compute the same bits.
#pragma once

#include <cstdint>
#include <vector>

#include "ansatz/base/threads.hpp"
#include "ansatz/kernels/kernel_set.hpp"
#include "ansatz/plan/plan.hpp"

namespace ansatz::run {

/// Base addresses, by Location::base.
using Bases = std::byte* const*;

inline std::byte* address(Bases bases, const plan::Location& at) { return bases[at.base] + at.offset; }

/// C = A B, both dense, with few terms.
struct Factors {
  const std::byte *a, *b;
  std::int64_t terms;
};

class ChainRunner {
 public:
  /// @throws GraphError when a step has no kernel.
  ChainRunner(plan::Chain chain, const kernels::KernelSet& kernels);

  /// Computes rows [begin, end). `scratch` has scratch_bytes() and belongs to the calling worker.
  void run(Bases bases, std::int64_t begin, std::int64_t end, std::byte* scratch) const;
  /// Whether the chain can compute its load 0 on the way: a product of so many terms.
  bool multiplies(std::int64_t terms) const {
    return multiplying_ != nullptr && 1 <= terms && terms <= kernels::most_terms_on_the_way;
  }
  /// Computes rows `rows` and load 0 with them, which is not read.
  void run_multiplying(Bases bases, Range rows, const Factors& factors, std::byte* scratch) const;
  std::size_t scratch_bytes() const { return scratch_bytes_; }
  const plan::Chain& chain() const { return chain_; }
  /// Rows (or, for chains without rows, elements) among which workers may divide the chain, and how finely.
  std::int64_t extent() const { return flat_ ? chain_.rows * chain_.columns : chain_.rows; }
  /// What rows [begin, end) of `all` are of the extent.
  Range of_rows(Range rows, std::int64_t all) const {
    const std::int64_t each = all > 0 ? extent() / all : 0;
    return {rows.begin * each, rows.end * each};
  }
  std::int64_t grain() const { return flat_ ? 1024 : chain_.along_rows ? block : 1; }
  double work() const;

 private:
  static constexpr std::int64_t strip = 256;  // elements of a strip
  static constexpr std::int64_t block = 16;   // rows of a block
  static constexpr std::size_t most = 192;    // registers; the planner keeps chains shorter

  struct Segment {
    std::int64_t row, rows, column, columns;
    std::int64_t n() const { return rows * columns; }
  };

  bool may_store_directly(const plan::Store& store) const;
  void run_strips(Bases bases, std::int64_t begin, std::int64_t end, std::byte* scratch) const;
  void run_segment(Bases bases, const Segment& segment, std::byte* scratch) const;
  void run_blocks(Bases bases, std::int64_t begin, std::int64_t end, std::byte* scratch) const;
  /// With factors: load 0 is their product.
  void run_compiled(Bases bases, Range range, const Factors* factors, std::byte* scratch) const;
  void run_evenly(Bases bases, Range range, const Factors* factors, std::byte* scratch) const;
  /// How many rows from `row` on, up to `end`, read one row after the other of each operand, or the same one.
  std::int64_t even_rows(std::int64_t row, std::int64_t end) const;
  void fill_constants(Bases bases, std::byte* scratch, std::int64_t elements, std::int64_t repeat_rows) const;

  template <class T>
  void run_block(Bases bases, std::int64_t row, std::int64_t valid, std::byte* scratch) const;

  std::byte* slot(std::byte* scratch, std::size_t reg) const { return scratch + reg * slot_bytes_; }
  std::size_t registers() const { return chain_.loads.size() + chain_.steps.size(); }

  plan::Chain chain_;
  std::vector<kernels::StepKernel> steps_;
  kernels::StepKernel add_ = nullptr;
  kernels::StepKernel maximum_ = nullptr;
  kernels::StepKernel minimum_ = nullptr;
  kernels::CompiledChain compiled_ = nullptr;
  kernels::CompiledChain multiplying_ = nullptr;
  std::vector<bool> direct_store_;  // of each store: the step may write its place itself
  std::vector<double> parameters_;
  bool mapped_ = false;  // some operand does not have a row for each row
  bool flat_ = false;    // dense and scalar operands only: rows do not matter
  std::size_t lane_bytes_ = 4;
  std::size_t slot_bytes_ = 0;
  std::size_t scratch_bytes_ = 0;
};

}  // namespace ansatz::run
