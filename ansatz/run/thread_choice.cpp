// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/thread_choice.hpp"

#include <algorithm>

namespace ansatz::run {

namespace {

/// A candidate is tried so many times, the first of which finds caches cold and threads asleep, or for so long.
constexpr std::int64_t tries = 6, long_enough = 20'000'000;
/// Trials are one run in fifty at most.
constexpr std::int64_t between_trials = 50;

}  // namespace

ThreadChoice::ThreadChoice(int most) {
  for (int threads = 1; threads < most; threads *= 2) candidates_.push_back({threads, 0, 0, 0});
  candidates_.push_back({std::max(1, most), 0, 0, 0});
  if (candidates_.size() > 1) begin_trial();
}

void ThreadChoice::begin_trial() {
  for (Candidate& candidate : candidates_) candidate.runs = candidate.time = 0;
  current_ = candidates_.size() - 1;
  trying_ = true;
}

void ThreadChoice::tried(std::int64_t nanoseconds) {
  Candidate& candidate = candidates_[current_];
  candidate.least = candidate.runs < 2 ? nanoseconds : std::min(candidate.least, nanoseconds);
  candidate.time += nanoseconds;
  if (++candidate.runs < tries && candidate.time < long_enough) return;
  if (current_ > 0)
    --current_;
  else
    choose();
}

void ThreadChoice::choose() {
  const auto fastest = std::min_element(candidates_.begin(), candidates_.end(),
                                        [](const Candidate& a, const Candidate& b) { return a.least < b.least; });
  const auto enough = std::find_if(candidates_.begin(), candidates_.end(), [&](const Candidate& candidate) {
    return static_cast<double>(candidate.least) <= 1.03 * static_cast<double>(fastest->least);
  });
  current_ = static_cast<std::size_t>(enough - candidates_.begin());
  trying_ = false;
  until_trial_ = 0;
  for (const Candidate& candidate : candidates_) until_trial_ += between_trials * candidate.runs;
}

}  // namespace ansatz::run
