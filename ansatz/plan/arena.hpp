// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// One arena for all intermediate values: buffers that are not needed at the same time share memory.
#pragma once

#include <cstdint>
#include <vector>

#include "ansatz/plan/plan.hpp"

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

/// Buffers in an arena that is as large as all of them together.
class Buffers {
 public:
  /// Returns the offset of a new one.
  std::int64_t add(std::int64_t bytes);
  std::size_t size() const { return offsets_.size(); }
  /// The number of the one at an offset.
  std::size_t at(std::int64_t offset) const;
  std::int64_t offset(std::size_t i) const { return offsets_[i]; }
  std::int64_t bytes(std::size_t i) const { return bytes_[i]; }

 private:
  std::vector<std::int64_t> offsets_, bytes_;
  std::int64_t end_ = 0;
};

/// Moves what the entries of a plan have in `buffers` into an arena where buffers share memory: each is needed from the
/// first entry that touches it to the last one (of sweeps, all entries), outputs and the commit condition to the end.
/// Values that only the entries of one sweep touch, row by row, become swept values.
void place_in_arena(Plan& plan, const Buffers& buffers);

}  // namespace ansatz::plan
