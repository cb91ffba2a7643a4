// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/threads.hpp"

#include <algorithm>
#include <new>
#include <system_error>

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <sched.h>
#endif

namespace ansatz {

namespace {

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Waits until `value` is no longer `old`: spins for some microseconds, then sleeps.
void wait_for_change(std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int spin = 0; spin < 2000; ++spin) {
    if (value.load(std::memory_order_acquire) != old) return;
    relax();
  }
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

}  // namespace

void Barrier::arrive_and_wait(int workers) {
  const std::uint32_t generation = generation_.load(std::memory_order_acquire);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == static_cast<std::uint32_t>(workers)) {
    arrived_.store(0, std::memory_order_relaxed);
    generation_.store(generation + 1, std::memory_order_release);
    generation_.notify_all();
  } else {
    wait_for_change(generation_, generation);
  }
}

ThreadTeam::~ThreadTeam() {
  stop_.store(true, std::memory_order_relaxed);
  call_.fetch_add(1, std::memory_order_release);
  call_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadTeam::serve(int worker) {
  std::uint32_t seen = 0;
  for (;;) {
    wait_for_change(call_, seen);
    ++seen;
    if (stop_.load(std::memory_order_relaxed)) return;
    if (worker < called_) function_(context_, worker);
    done_.fetch_add(1, std::memory_order_release);
    done_.notify_one();
  }
}

int ThreadTeam::start() {
  if (!started_) {
    threads_.reserve(static_cast<std::size_t>(workers_ - 1));
    started_ = true;
    try {
      for (int worker = 1; worker < workers_; ++worker) threads_.emplace_back([this, worker] { serve(worker); });
    } catch (const std::system_error&) {  // no more threads are to be had: those there are do the work
    } catch (const std::bad_alloc&) {     // nor memory for them
    }
  }
  return static_cast<int>(threads_.size()) + 1;
}

void ThreadTeam::run(void (*function)(void*, int), void* context, int workers) {
  const int with_thread = workers > 1 ? std::min(workers, start()) : 1;
  if (with_thread > 1) {
    function_ = function;
    context_ = context;
    called_ = with_thread;
    done_.store(0, std::memory_order_relaxed);
    call_.fetch_add(1, std::memory_order_release);
    call_.notify_all();
  }
  function(context, 0);
  for (int worker = with_thread; worker < workers; ++worker) function(context, worker);
  if (with_thread == 1) return;
  const auto others = static_cast<std::uint32_t>(threads_.size());
  for (std::uint32_t done = done_.load(std::memory_order_acquire); done != others;
       done = done_.load(std::memory_order_acquire))
    wait_for_change(done_, done);
}

Range share(std::int64_t n, std::int64_t grain, int worker, int workers) {
  if (workers == 1) return {0, n};
  const std::int64_t blocks = (n + grain - 1) / grain;
  const std::int64_t begin = blocks * worker / workers, end = blocks * (worker + 1) / workers;
  return {std::min(n, begin * grain), std::min(n, end * grain)};
}

int available_cores() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
#endif
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace ansatz
