// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// How far training is, on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "ansatz/train/history.hpp"

namespace ansatz::cli {

/// In a terminal one line, rewritten at most ten times a second; elsewhere (a batch job's log) a line every three
/// seconds.
class Progress {
 public:
  /// `epochs`: of the run, where that is known.
  Progress(bool wanted, std::optional<std::int64_t> epochs);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(const train::Epoch& epoch);
  /// Removes the terminal's line.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool wanted_, terminal_;
  bool written_ = false;  ///< the terminal shows a line
  std::optional<std::int64_t> epochs_;
  Clock::time_point next_;  ///< not before is something written
};

}  // namespace ansatz::cli
