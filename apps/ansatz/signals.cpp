// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/signals.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <ctime>

#include "ansatz/io/temporary_file.hpp"

namespace ansatz::cli {

namespace {

constexpr std::array ending_signals = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGXCPU};

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

/// Every call here may be made in a handler (POSIX.1-2017, 2.4.3).
void end(int signal) {
  io::remove_temporary_files();
  std::signal(signal, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  sigprocmask(SIG_UNBLOCK, &one, nullptr);
  raise(signal);
  constexpr int told_to_end = 128;
  _exit(told_to_end + signal);  // process 1 of a container has no default actions
}

/// Milliseconds of a clock that nobody sets; may be read in a handler.
std::int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

std::atomic<std::int64_t> first_signal{0};

/// The second signal ends the program. One that comes at once is the first one's double: timeout(1) and terminals send
/// a signal to the program and to its group.
void request_stop(int signal) {
  constexpr std::int64_t double_within = 200;
  if (!stop_requested.exchange(true, std::memory_order_relaxed))
    first_signal.store(now(), std::memory_order_relaxed);
  else if (now() - first_signal.load(std::memory_order_relaxed) > double_within)
    end(signal);
}

void handle_by(void (*handler)(int)) {
  for (int signal : ending_signals) {
    struct sigaction old {};
    if (sigaction(signal, nullptr, &old) == 0 && old.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace

void end_at_signals() { handle_by(end); }

const std::atomic<bool>& stop_at_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  handle_by(request_stop);
  return stop_requested;
}

}  // namespace ansatz::cli
