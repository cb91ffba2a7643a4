// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The order of every sum in Ansatz (docs/numbers.md): terms in chunks of 512, ascending from zero within a chunk; the
/// sums of the chunks combine pairwise, as the leaves of a binary tree over the chunk's number.
#pragma once

#include <array>
#include <cstdint>

namespace ansatz {

inline constexpr std::int64_t chunk_length = 512;
inline constexpr int max_levels = 40;

/// Combines the sums of chunks 0, 1, 2 … in the order of the contract as they arrive, like the carries of a counter.
template <class T>
class ChunkTree {
 public:
  void push(T value) {
    int level = 0;
    for (std::uint64_t bits = count_; bits & 1U; bits >>= 1U)
      value = levels_[static_cast<std::size_t>(level++)] + value;
    levels_[static_cast<std::size_t>(level)] = value;
    ++count_;
  }
  T total() const {
    if (count_ == 0) return T{};
    int level = 0;
    std::uint64_t bits = count_;
    while (!(bits & 1U)) bits >>= 1U, ++level;
    T value = levels_[static_cast<std::size_t>(level)];
    for (bits >>= 1U, ++level; bits != 0; bits >>= 1U, ++level)
      if (bits & 1U) value = levels_[static_cast<std::size_t>(level)] + value;
    return value;
  }

 private:
  std::array<T, max_levels> levels_{};
  std::uint64_t count_ = 0;
};

/// Σ_{i<n} term(i) by the contract; accumulate(sum, i) returns sum with term i added.
template <class T, class Accumulate>
T contract(std::int64_t n, Accumulate&& accumulate) {
  ChunkTree<T> tree;
  for (std::int64_t start = 0; start < n; start += chunk_length) {
    const std::int64_t stop = start + chunk_length < n ? start + chunk_length : n;
    T sum = T(0);
    for (std::int64_t i = start; i < stop; ++i) sum = accumulate(sum, i);
    tree.push(sum);
  }
  return tree.total();
}

/// Σ of n adjacent numbers by the contract: eight chunks side by side, so that eight additions are under way at once.
template <class T>
T sum_adjacent(const T* x, std::int64_t n) {
  constexpr std::int64_t width = 8;
  ChunkTree<T> tree;
  for (std::int64_t start = 0; start < n; start += width * chunk_length) {
    const std::int64_t here = n - start < width * chunk_length ? n - start : width * chunk_length;
    const std::int64_t last = (here - 1) / chunk_length, in_last = here - last * chunk_length;
    const T* chunk[width];  // where there is no chunk, or no more of the last one, the first is summed in its place
    T sums[width] = {};
    const auto add = [&](std::int64_t chunks, std::int64_t begin, std::int64_t end) {
      for (std::int64_t c = 0; c < width; ++c) chunk[c] = x + start + (c < chunks ? c * chunk_length : 0);
      T kept[width];
      for (std::int64_t c = 0; c < width; ++c) kept[c] = sums[c];
      for (std::int64_t i = begin; i < end; ++i)
        for (std::int64_t c = 0; c < width; ++c) kept[c] = kept[c] + chunk[c][i];
      for (std::int64_t c = 0; c < chunks; ++c) sums[c] = kept[c];
    };
    add(last + 1, 0, in_last);
    add(last, in_last, last > 0 ? chunk_length : in_last);
    for (std::int64_t c = 0; c <= last; ++c) tree.push(sums[c]);
  }
  return tree.total();
}

}  // namespace ansatz
