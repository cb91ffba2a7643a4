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

/// The time below which one core cannot get, whatever the code: matrix products at the peak, and what all other entries
/// read and write, at the speed with which this core copies as many bytes as the largest of them has.
struct Floor {
  double us = 0.0;
  double gflops = 0.0;     ///< peak_flops
  double gigabytes = 0.0;  ///< a second, read and written
};
Floor floor_of(const plan::Plan& plan);

/// One line an entry: median and least time of worker 0, share of the step, flops and bytes, flops as a share of what
/// this core does at most, and the entry; then the floor.
std::string profile_table(const plan::Plan& plan, const Spans& runs, const Floor& floor);

/// Writes the spans in the Trace Event Format, which https://ui.perfetto.dev and chrome://tracing open. @throws
/// IoError.
void write_trace(const std::filesystem::path& path, const plan::Plan& plan, const Spans& runs);

}  // namespace ansatz::cli
