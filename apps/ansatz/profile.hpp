// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Where the time of a plan goes: a table by entry, and a trace for Perfetto.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "ansatz/run/executor.hpp"

namespace ansatz::cli {

/// The spans of many runs, one vector a run.
using Spans = std::vector<std::vector<run::Span>>;

/// Of repeated measurements, in their unit.
struct Times {
  double median = 0.0, least = 0.0;
  /// `values` must hold one, at least.
  explicit Times(std::vector<double> values);
};

/// What one core does at most, in GFLOP/s: the best of some short loops of fused multiply-adds.
double peak_flops(Dtype dtype);

/// One line an entry: median and least time of worker 0, share of the step, flops and bytes, flops as a share of what
/// this core does at most (measured here), and the entry.
std::string profile_table(const plan::Plan& plan, const Spans& runs);

/// Writes the spans in the Trace Event Format, which https://ui.perfetto.dev and chrome://tracing open. @throws
/// IoError.
void write_trace(const std::filesystem::path& path, const plan::Plan& plan, const Spans& runs);

}  // namespace ansatz::cli
