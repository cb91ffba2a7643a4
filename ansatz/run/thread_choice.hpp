// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// How many threads a plan runs on: as many as pay, found by trying. The bits do not depend on it.
#pragma once

#include <cstdint>
#include <vector>

namespace ansatz::run {

/// Tries `most` threads, then 1, 2, 4, … fewer ones, some runs each (one, where runs are long), and stays with the
/// number whose least time was shortest; with fewer where that costs less than 3 %. Tries again after many runs, since
/// other programs come and go.
class ThreadChoice {
 public:
  explicit ThreadChoice(int most);

  /// For the next run.
  int threads() const { return candidates_[current_].threads; }
  /// Whether the next run is one of a trial, whose time is wanted.
  bool trying() const { return trying_; }
  /// After a run of a trial, and how long it took.
  void tried(std::int64_t nanoseconds);
  /// After any other run.
  void ran() {
    if (candidates_.size() > 1 && --until_trial_ <= 0) begin_trial();
  }

 private:
  struct Candidate {
    int threads;
    std::int64_t runs, time, least;
  };

  void begin_trial();
  void choose();

  std::vector<Candidate> candidates_;  // ascending
  std::size_t current_ = 0;
  bool trying_ = false;
  std::int64_t until_trial_ = 0;
};

}  // namespace ansatz::run
