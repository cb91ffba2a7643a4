// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The commands of the program. Each adds itself to the command line and, when chosen, runs and returns the exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <array>
#include <functional>
#include <string_view>

namespace ansatz::cli {

enum Exit : int { success = 0, failure = 1, usage = 2, not_finite = 3, interrupted = 130 };

/// What each exit code means: --help shows these rows.
struct ExitCode {
  Exit code;
  std::string_view meaning;
};
inline constexpr std::array exit_codes = {
    ExitCode{success, "done"},
    ExitCode{failure, "failed: a file, the data, or options that do not fit each other or the data"},
    ExitCode{usage, "not understood: an unknown command or option, or a value that is malformed or out of range"},
    ExitCode{not_finite,
             "the cost was not finite, the best weights of the epochs before are saved; or a prediction (--strict)"},
    ExitCode{interrupted, "interrupted by Ctrl-C; the step under way was finished and everything saved"}};

/// What a chosen command does; set by the command's parser callback, run by main.
using Action = std::function<int()>;

void add_train(CLI::App& app, Action& action);
void add_resume(CLI::App& app, Action& action);
void add_predict(CLI::App& app, Action& action);
void add_evaluate(CLI::App& app, Action& action);
void add_compare(CLI::App& app, Action& action);
void add_inspect(CLI::App& app, Action& action);
void add_count(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
/// Under the command `bench`.
void add_bench_mnist(CLI::App& bench, Action& action);
void add_bench_conv(CLI::App& bench, Action& action);
void add_bench_derivatives(CLI::App& bench, Action& action);
void add_bench_waiting(CLI::App& bench, Action& action);  ///< `bench predict` and `bench plan`

}  // namespace ansatz::cli
