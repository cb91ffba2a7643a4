// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "ansatz/io/atomic_file.hpp"

namespace ansatz::cli {

namespace {

Dtype dtype_of(const plan::Plan& plan) {
  for (const plan::Entry& entry : plan.entries)
    if (const auto* product = std::get_if<plan::Product>(&entry.work)) return product->dtype;
  return Dtype::f32;
}

/// Read and written by copies within `bytes`: the best of some.
double bytes_per_nanosecond(std::size_t bytes) {
  using Now = std::chrono::steady_clock;
  const std::size_t half = std::max<std::size_t>(bytes / 2, 4096);
  std::vector<std::byte> from(half), to(half);
  const std::size_t copies = std::max<std::size_t>(1, (std::size_t{1} << 18U) / half);
  double best = 0.0;
  const auto start = Now::now();
  for (int attempt = 0; attempt < 5 || Now::now() - start < std::chrono::milliseconds(50); ++attempt) {
    const auto begin = Now::now();
    for (std::size_t copy = 0; copy < copies; ++copy) {
      from[copy % half] = static_cast<std::byte>(attempt);
      std::memcpy(to.data(), from.data(), half);
      std::swap(from, to);
    }
    const std::chrono::duration<double, std::nano> time = Now::now() - begin;
    best = std::max(best, 2.0 * static_cast<double>(half * copies) / time.count());
  }
  return best;
}

}  // namespace

Times::Times(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  least = values.front();
  median = values[values.size() / 2];
}

double peak_flops(Dtype dtype) {
  using Now = std::chrono::steady_clock;
  double best = 0.0;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const auto begin = Now::now();
    const double flops = kernels::kernel_set().multiply_add(dtype, 50'000);
    best = std::max(best, flops / static_cast<double>(std::chrono::nanoseconds(Now::now() - begin).count()));
  }
  return best;
}

Floor floor_of(const plan::Plan& plan) {
  double flops = 0.0, bytes = 0.0, largest = 0.0;
  for (const plan::Entry& entry : plan.entries) {
    const plan::Work work = work_of(entry);
    if (std::holds_alternative<plan::Product>(entry.work)) {
      flops += work.flops;
    } else {
      bytes += work.bytes;
      largest = std::max(largest, work.bytes);
    }
  }
  Floor floor{0.0, peak_flops(dtype_of(plan)), bytes_per_nanosecond(static_cast<std::size_t>(largest))};
  floor.us = (flops / floor.gflops + bytes / floor.gigabytes) * 1e-3;
  return floor;
}

std::string profile_table(const plan::Plan& plan, const Spans& runs, const Floor& floor) {
  std::vector<std::vector<double>> times(plan.entries.size());  // nanoseconds, by entry and run
  for (const auto& spans : runs) {
    std::vector<double> of_entry(plan.entries.size(), 0.0);
    for (const run::Span& span : spans)
      if (span.worker == 0) of_entry[span.entry] += static_cast<double>(span.end - span.begin);
    for (std::size_t i = 0; i < of_entry.size(); ++i) times[i].push_back(of_entry[i]);
  }
  double total = 0.0, least = 0.0;
  for (const auto& of_entry : times) {
    total += Times(of_entry).median;
    least += Times(of_entry).least;
  }
  std::istringstream lines(to_text(plan));
  std::string text = fmt::format("peak of one core: {:.1f} GFLOP/s ({})\n{:>8} {:>8} {:>6} {:>9} {:>9} {:>6}  entry\n",
                                 floor.gflops, name_of(dtype_of(plan)), "us", "least", "share", "kFLOP", "kB", "peak");
  for (std::size_t i = 0; i < plan.entries.size(); ++i) {
    const plan::Work work = work_of(plan.entries[i]);
    const Times time(times[i]);
    std::string line;
    std::getline(lines, line);
    text += fmt::format("{:>8.2f} {:>8.2f} {:>5.1f}% {:>9.1f} {:>9.1f} {:>5.1f}%{}\n", time.median * 1e-3,
                        time.least * 1e-3, 100.0 * time.median / total, work.flops * 1e-3, work.bytes * 1e-3,
                        100.0 * work.flops / std::max(time.median, 1.0) / floor.gflops, line);
  }
  return text + fmt::format(
                    "{:>8.2f} {:>8.2f} of a step; reading the clock adds about 0.05 us an entry\n{:>17.2f} at the peak "
                    "of one core, and {:.1f} GB/s for what is not a product\n",
                    total * 1e-3, least * 1e-3, floor.us, floor.gigabytes);
}

void write_trace(const std::filesystem::path& path, const plan::Plan& plan, const Spans& runs) {
  nlohmann::json events = nlohmann::json::array();
  double start = 0.0;  // microseconds
  for (const auto& spans : runs) {
    double last = 0.0;
    std::map<int, double> done;  // of each worker: entries of a sweep take turns, and are drawn one after the other
    for (const run::Span& span : spans) {
      const plan::Entry& entry = plan.entries[span.entry];
      const plan::Work work = work_of(entry);
      const double begin = std::max(static_cast<double>(span.begin) * 1e-3, done[span.worker]);
      const double end = done[span.worker] = begin + static_cast<double>(span.end - span.begin) * 1e-3;
      events.push_back({{"name", fmt::format("{} {}", entry.label, span.part)},
                        {"cat", std::string(span.part)},
                        {"ph", "X"},
                        {"pid", 1},
                        {"tid", span.worker},
                        {"ts", start + begin},
                        {"dur", end - begin},
                        {"args", {{"entry", span.entry + 1}, {"flops", work.flops}, {"bytes", work.bytes}}}});
      last = std::max(last, end);
    }
    start += last;
  }
  io::write_atomically(path, nlohmann::json{{"traceEvents", std::move(events)}, {"displayTimeUnit", "ns"}}.dump());
}

}  // namespace ansatz::cli
