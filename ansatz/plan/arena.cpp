// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/plan/arena.hpp"

#include <algorithm>
#include <numeric>

namespace ansatz::plan {

std::int64_t lay_out(std::vector<Lifetime>& buffers) {
  constexpr std::int64_t alignment = 64;
  const auto padded = [](std::int64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; };
  std::vector<std::size_t> by_size(buffers.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](std::size_t a, std::size_t b) { return buffers[a].bytes > buffers[b].bytes; });

  std::vector<std::size_t> placed;  // ascending offset
  std::int64_t total = 0;
  for (std::size_t current : by_size) {
    Lifetime& buffer = buffers[current];
    std::int64_t offset = 0;
    for (std::size_t other : placed) {
      const Lifetime& theirs = buffers[other];
      if (theirs.last < buffer.first || theirs.first > buffer.last) continue;
      if (theirs.offset >= offset + padded(buffer.bytes)) break;
      offset = std::max(offset, theirs.offset + padded(theirs.bytes));
    }
    buffer.offset = offset;
    total = std::max(total, offset + padded(buffer.bytes));
    placed.insert(std::upper_bound(placed.begin(), placed.end(), current,
                                   [&](std::size_t a, std::size_t b) { return buffers[a].offset < buffers[b].offset; }),
                  current);
  }
  return total;
}

}  // namespace ansatz::plan
