// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/swept_sums.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "ansatz/ops/arithmetic.hpp"

namespace ansatz::run {

namespace {

/// As in a counter: the digit that number n sets, after the carries; in the tree, the level to which it completes.
int level_of(std::int64_t n) { return std::countr_one(static_cast<std::uint64_t>(n)); }

/// visit(level) for each set digit of a count, the lowest first.
template <class Visit>
void for_each_digit(std::int64_t count, Visit&& visit) {
  for (auto digits = static_cast<std::uint64_t>(count); digits != 0; digits &= digits - 1)
    visit(std::countr_zero(digits));
}

}  // namespace

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
}

std::byte* SweptSums::of_band(int worker, std::int64_t band) {
  return level(worker, level_of(band % division_.bands_per_block));
}

void SweptSums::add_band(int worker, std::int64_t band) {
  const std::int64_t number = band % division_.bands_per_block;
  for (int i = 0; i < level_of(number); ++i) add(level(worker, i), of_band(worker, band), elements_);
  if (number + 1 < division_.bands_per_block && band + 1 < division_.bands()) return;
  std::byte* const sums = block(band / division_.bands_per_block);
  bool first = true;
  for_each_digit(number + 1, [&](int i) {
    if (first)
      std::memcpy(sums, level(worker, i), static_cast<std::size_t>(elements_ * size_));
    else
      add(level(worker, i), sums, elements_);
    first = false;
  });
}

void SweptSums::total(Range elements, std::byte* out) {
  const std::int64_t offset = elements.begin * size_, n = elements.end - elements.begin;
  std::array<std::byte*, 64> levels{};  // the block that holds the sums of a level
  for (std::int64_t b = 0; b < division_.blocks(); ++b) {
    std::byte* const sums = block(b) + offset;
    for (int i = 0; i < level_of(b); ++i) add(levels[static_cast<std::size_t>(i)], sums, n);
    levels[static_cast<std::size_t>(level_of(b))] = sums;
  }
  bool first = true;
  for_each_digit(division_.blocks(), [&](int i) {
    if (first)
      std::memcpy(out, levels[static_cast<std::size_t>(i)], static_cast<std::size_t>(n * size_));
    else
      add(levels[static_cast<std::size_t>(i)], out, n);
    first = false;
  });
}

}  // namespace ansatz::run
