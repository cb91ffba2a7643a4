// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Counts what a steady loop must not do: allocations, locks and system calls of the whole process, all threads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ansatz::test {

/// What happened while counting was on.
struct Counts {
  std::int64_t allocations = 0;   ///< malloc, calloc, realloc, aligned_alloc, posix_memalign, memalign; new uses them
  std::int64_t frees = 0;         ///< free
  std::int64_t locks = 0;         ///< pthread mutexes, read-write locks, condition variables
  std::int64_t system_calls = 0;  ///< but for futex and sched_yield: the barrier's own
  std::int64_t first_system_call = -1;  ///< its number (man 2 syscalls)
};

/// How long counting is on.
class Counting {
 public:
  virtual ~Counting() = default;
  virtual void begin() = 0;
  virtual void end() = 0;
};

/// Runs `body` in a child process and returns what happened between its begin() and end(); nothing, and `why`, where
/// this system cannot count. @throws std::runtime_error when the child fails.
///
/// Allocations and locks are counted by functions of the C library's names that this program defines. System calls are
/// counted by the kernel itself: begin() installs a seccomp filter in all threads of the child, which lets futex and
/// sched_yield pass and turns every other call, from wherever, into a signal; its handler counts. The filter cannot be
/// taken back: after end() calls are refused without being counted, so `body` must return at once.
std::optional<Counts> count(const std::function<void(Counting&)>& body, std::string& why);

/// Whether this program can intercept at all: not when a sanitizer has replaced the same functions.
bool can_intercept(std::string& why);

}  // namespace ansatz::test
