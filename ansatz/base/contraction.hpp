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

/// Σ_{i<n} term(i) by the contract: `width` chunks side by side, so that as many additions are under way at once.
template <class T, std::int64_t width, class Term>
T sum_terms(std::int64_t n, Term&& term) {
  ChunkTree<T> tree;
  std::int64_t start = 0;
  for (; start + width * chunk_length <= n; start += width * chunk_length) {
    T sums[width] = {};
    for (std::int64_t i = 0; i < chunk_length; ++i)
      for (std::int64_t c = 0; c < width; ++c) sums[c] = sums[c] + term(start + c * chunk_length + i);
    for (T sum : sums) tree.push(sum);
  }
  for (; start < n; start += chunk_length) {
    const std::int64_t stop = n < start + chunk_length ? n : start + chunk_length;
    T sum = T(0);
    for (std::int64_t i = start; i < stop; ++i) sum = sum + term(i);
    tree.push(sum);
  }
  return tree.total();
}

/// Σ of n adjacent numbers by the contract.
template <class T>
T sum_adjacent(const T* x, std::int64_t n) {
  return sum_terms<T, 8>(n, [x](std::int64_t i) { return x[i]; });
}

}  // namespace ansatz
