// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The commands of the program. Each adds itself to the command line and, when chosen, runs and returns the exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace ansatz::cli {

/// Exit codes, shown by --help.
enum Exit : int {
  success = 0,
  failure = 1,       ///< something could not be done: data, a file, an argument's value
  usage = 2,         ///< the command line could not be understood
  not_finite = 3,    ///< train: the cost was not finite; the last good weights were saved
  interrupted = 130  ///< Ctrl-C: the current step was finished and everything saved
};

/// What a chosen command does; set by the command's parser callback, run by main.
using Action = std::function<int()>;

void add_train(CLI::App& app, Action& action);
void add_predict(CLI::App& app, Action& action);
void add_inspect(CLI::App& app, Action& action);
void add_count(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
/// Under the command `bench`.
void add_bench_mnist(CLI::App& bench, Action& action);
void add_bench_conv(CLI::App& bench, Action& action);
void add_bench_derivatives(CLI::App& bench, Action& action);
void add_bench_waiting(CLI::App& bench, Action& action);  ///< `bench predict` and `bench plan`

}  // namespace ansatz::cli
