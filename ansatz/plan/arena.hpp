// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// One arena for all intermediate values: buffers that are not needed at the same time share memory.
#pragma once

#include <cstdint>
#include <vector>

namespace ansatz::plan {

/// A buffer needed from entry `first` to entry `last`, inclusive.
struct Lifetime {
  std::int64_t bytes = 0;
  std::int64_t first = 0, last = 0;
  std::int64_t offset = -1;  ///< set by lay_out
};

/// Sets offsets (multiples of 64) so that buffers whose lifetimes overlap do not; largest first, lowest gap that fits.
/// Returns the size of the arena.
std::int64_t lay_out(std::vector<Lifetime>& buffers);

}  // namespace ansatz::plan
