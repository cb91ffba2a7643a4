// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Sums over the rows of a sweep.
#pragma once

#include <cstdint>
#include <vector>

#include "ansatz/base/contraction.hpp"
#include "ansatz/base/memory.hpp"
#include "ansatz/base/threads.hpp"
#include "ansatz/kernels/kernel_set.hpp"

namespace ansatz::run {

/// How the rows of a sweep are divided: into bands of 2ʲ chunks, and these into blocks of 2ᵠ bands, of which one worker
/// computes all. The last band, and the last block, may be shorter.
struct Division {
  std::int64_t rows = 0, band = 0;  ///< rows in all, of a band
  std::int64_t bands_per_block = 1;
  std::int64_t bands() const { return (rows + band - 1) / band; }
  std::int64_t blocks() const { return (bands() + bands_per_block - 1) / bands_per_block; }
};

/// Many sums side by side over all rows. Bands and blocks are nodes of the contract's tree over the chunks
/// (base/contraction.hpp), so that the results have the bits of the whole sums.
class SweptSums {
 public:
  SweptSums() = default;
  SweptSums(std::int64_t elements, const Division& division, int workers, Dtype dtype,
            const kernels::KernelSet& kernels);

  /// Where a worker is to write the sums over a band, which it then takes in. Bands come in order within a block.
  std::byte* of_band(int worker, std::int64_t band);
  void add_band(int worker, std::int64_t band);
  /// Some of the sums over all rows, to out[0, elements), when all bands are taken in.
  void total(Range elements, std::byte* out);

 private:
  /// Sums in memory. a + b: b's memory, to which those of a are added.
  struct Sums {
    std::byte* at = nullptr;
    std::int64_t n = 0;
    kernels::StepKernel add = nullptr;
    friend Sums operator+(const Sums& a, const Sums& b) {
      b.add(b.at, a.at, b.at, nullptr, b.n, 0.0);
      return b;
    }
  };
  Sums sums(std::byte* at, std::int64_t n) const { return {at, n, add_}; }
  std::byte* block(std::int64_t i) { return memory_.data() + (workers_ * levels_ + i) * stride_; }

  Division division_;
  std::int64_t elements_ = 0, stride_ = 0, size_ = 0;  // stride and size of an element in bytes
  std::int64_t workers_ = 0, levels_ = 0;
  kernels::StepKernel add_ = nullptr;
  AlignedBuffer memory_;                // levels of each worker's present block, then the sums of blocks
  std::vector<ChunkTree<Sums>> trees_;  // over the bands of each worker's present block
};

}  // namespace ansatz::run
