// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "apps/ansatz/console.hpp"

namespace ansatz::cli {

namespace {
constexpr std::chrono::milliseconds in_terminal{100}, in_log{3000};
}

Progress::Progress(bool wanted, std::optional<std::int64_t> epochs)
    : wanted_(wanted),
      terminal_(isatty(STDERR_FILENO) != 0),
      epochs_(epochs),
      next_(terminal_ ? Clock::now() : Clock::now() + in_log) {}

void Progress::update(const train::Epoch& epoch) {
  if (!wanted_ || Clock::now() < next_) return;
  next_ = Clock::now() + (terminal_ ? in_terminal : in_log);
  std::string line = fmt::format("epoch {}{}  cost {:.4g}", epoch.epoch, epochs_ ? fmt::format("/{}", *epochs_) : "",
                                 epoch.train_cost);
  if (std::isfinite(epoch.validation_cost)) line += fmt::format("  validation {:.4g}", epoch.validation_cost);
  if (std::isfinite(epoch.validation_accuracy)) line += fmt::format("  accuracy {:.4f}", epoch.validation_accuracy);
  put(stderr, terminal_ ? "\r\033[K" + line : line + "\n");
  std::fflush(stderr);
  written_ = terminal_;
}

void Progress::clear() {
  if (written_) put(stderr, "\r\033[K");
  written_ = false;
}

}  // namespace ansatz::cli
