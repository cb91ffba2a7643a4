// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A team of threads that runs one function at a time, and the barrier between its parts.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace ansatz {

/// Waits until all of so many workers have arrived: a short spin, then the kernel's wait; no locks, no allocation.
class Barrier {
 public:
  void arrive_and_wait(int workers);

 private:
  alignas(64) std::atomic<std::uint32_t> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> generation_{0};
};

/// `workers` threads, of which the caller is number 0; the others start with the first call of run or start and sleep
/// in the kernel between calls. Where the system makes no more threads (a limit on processes), there are fewer.
class ThreadTeam {
 public:
  explicit ThreadTeam(int workers) : workers_(workers) {}
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  int workers() const { return workers_; }
  /// Starts the threads, if there are none yet, and returns how many workers have one, the caller's included.
  int start();
  /// Calls function(context, worker) on the first `workers` workers and waits for all; the caller does the work of
  /// those without a thread, after its own: functions whose workers wait for each other need no more of them than
  /// start() says. `function` must not throw.
  void run(void (*function)(void* context, int worker), void* context, int workers);

 private:
  void serve(int worker);

  const int workers_;
  std::vector<std::thread> threads_;
  bool started_ = false;
  void (*function_)(void*, int) = nullptr;
  void* context_ = nullptr;
  int called_ = 0;  // so many workers
  alignas(64) std::atomic<std::uint32_t> call_{0};
  alignas(64) std::atomic<std::uint32_t> done_{0};
  std::atomic<bool> stop_{false};
};

/// The elements of [0, n) that belong to `worker` of `workers`, in whole blocks of `grain`.
struct Range {
  std::int64_t begin = 0, end = 0;
};
Range share(std::int64_t n, std::int64_t grain, int worker, int workers);
/// The same of the elements of `whole`.
inline Range share(Range whole, std::int64_t grain, int worker, int workers) {
  const Range part = share(whole.end - whole.begin, grain, worker, workers);
  return {whole.begin + part.begin, whole.begin + part.end};
}

/// Into how many blocks of `grain`, the last one perhaps smaller, n elements divide.
inline double grains(std::int64_t n, std::int64_t grain) {
  const std::int64_t blocks = (n + grain - 1) / grain;
  return static_cast<double>(blocks);
}

/// Cores this process may use.
int available_cores();

}  // namespace ansatz
