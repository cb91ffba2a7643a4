// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/swept_sums.hpp"

#include <bit>
#include <cstring>

#include "ansatz/ops/arithmetic.hpp"

namespace ansatz::run {

SweptSums::SweptSums(std::int64_t elements, const Division& division, int workers, Dtype dtype,
                     const kernels::KernelSet& kernels)
    : division_(division),
      elements_(elements),
      size_(static_cast<std::int64_t>(size_of(dtype))),
      workers_(workers),
      levels_(static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(division.bands_per_block)))),
      add_(kernels.step(rows::add, dtype, dtype)) {
  stride_ = (elements * size_ + 63) / 64 * 64;
  memory_ = AlignedBuffer(static_cast<std::size_t>((workers_ * levels_ + division.blocks()) * stride_));
  trees_.resize(static_cast<std::size_t>(workers));
}

/// The level that the band will complete, whose memory is free.
std::byte* SweptSums::of_band(int worker, std::int64_t band) {
  const int level = std::countr_one(static_cast<std::uint64_t>(band % division_.bands_per_block));
  return memory_.data() + (worker * levels_ + level) * stride_;
}

void SweptSums::add_band(int worker, std::int64_t band) {
  ChunkTree<Sums>& tree = trees_[static_cast<std::size_t>(worker)];
  if (band % division_.bands_per_block == 0) tree = {};
  tree.push(sums(of_band(worker, band), elements_));
  if ((band + 1) % division_.bands_per_block == 0 || band + 1 == division_.bands())
    std::memcpy(block(band / division_.bands_per_block), tree.total().at, static_cast<std::size_t>(elements_ * size_));
}

void SweptSums::total(Range elements, std::byte* out) {
  const std::int64_t n = elements.end - elements.begin;
  ChunkTree<Sums> tree;
  for (std::int64_t i = 0; i < division_.blocks(); ++i) tree.push(sums(block(i) + elements.begin * size_, n));
  std::memcpy(out, tree.total().at, static_cast<std::size_t>(n * size_));
}

}  // namespace ansatz::run
