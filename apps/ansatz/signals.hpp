// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What the program does when it is told to end: Ctrl-C, a lost connection, a cluster's limits.
#pragma once

#include <atomic>

namespace ansatz::cli {

/// From now on SIGINT, SIGTERM, SIGHUP, SIGUSR1 and SIGXCPU remove the temporary files of this process and end it; a
/// shell sees 128 + n, 130 for Ctrl-C. A signal that is ignored, SIGHUP by nohup, stays so.
void end_at_signals();

/// From now on the first of these signals only sets the flag that is returned, and the second one ends the program. A
/// reader of standard output that goes away (SIGPIPE) does not end it.
const std::atomic<bool>& stop_at_signals();

}  // namespace ansatz::cli
