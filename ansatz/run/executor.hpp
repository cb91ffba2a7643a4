// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Runs a plan, again and again: no allocation, no locks, no names, no graph.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "ansatz/base/threads.hpp"
#include "ansatz/kernels/dense.hpp"
#include "ansatz/kernels/kernel_set.hpp"
#include "ansatz/plan/plan.hpp"
#include "ansatz/run/chain_runner.hpp"
#include "ansatz/run/state.hpp"
#include "ansatz/run/thread_choice.hpp"

namespace ansatz::run {

struct ExecutorOptions {
  int threads = 1;                              ///< at most, and no more than there are cores; as many as pay are used
  bool force_split = false;                     ///< divide every entry among all threads, however small (tests)
  const kernels::KernelSet* kernels = nullptr;  ///< default: this processor's
};

/// What a worker did in one run: a part of one of the plan's entries, in nanoseconds since the run began.
struct Span {
  std::size_t entry = 0;
  std::string_view part;  ///< "pack", "product", …
  int worker = 0;
  std::int64_t begin = 0, end = 0;
};

/// A plan bound to state. Inputs are read where they lie; they must stay there during run().
class Executor {
 public:
  /// The state's slots are made where they do not exist; the state must outlive the executor.
  Executor(plan::Plan plan, State& state, const ExecutorOptions& options = {});

  void bind(std::size_t input, const void* data) {
    bases_[plan::first_input_base + input] = const_cast<std::byte*>(static_cast<const std::byte*>(data));
  }
  /// One run. Returns whether the commit condition held and the state was written; if not, the outputs are
  /// there all the same. @throws what an operation throws (an index out of range): no state has changed that is written
  /// by that operation or after it.
  bool run();
  /// run(), and what each worker did when, in the order of the plan. Reading the clock costs about 30 ns a span.
  bool run(std::vector<Span>& spans);
  const std::byte* output(std::size_t i) const { return address(bases_.data(), plan_.output_locations[i]); }

  const plan::Plan& plan() const { return plan_; }
  /// How many the next run uses.
  int threads() const { return options_.force_split ? team_.workers() : choice_.threads(); }
  /// Entries that each worker took part in, since construction (with force_split, for tests).
  std::span<const std::int64_t> entries_run() const { return entries_run_; }

 private:
  /// A part of an entry that all workers can do at the same time.
  struct Task {
    enum class What : std::uint8_t { chain, pack, product, column_sums, dense, copy } what;
    std::size_t index;  ///< of the chain, product or dense operation
    std::size_t entry;  ///< of the plan
    bool commits;
    int workers;        ///< how many share it, at most
    bool waits = true;  ///< for all workers, when it is done
  };
  struct ProductTask {
    plan::Product product;
    std::unique_ptr<ChainRunner> epilogue;
    bool packs;  ///< B on the way; else what is packed was packed by another task
  };
  struct DenseTask {
    plan::Generic generic;
    kernels::DenseKernel kernel;
    std::vector<kernels::View> operands;
  };

  void add(const plan::Entry& entry, std::size_t number);
  int workers_for(double work, double parts) const;
  void add_task(Task task, double work, double parts);
  /// Which tasks end with a barrier.
  void place_barriers();
  void work(int worker);
  static std::string_view name_of(Task::What what);
  std::int64_t nanoseconds() const;
  bool holds() const {
    return !plan_.commit_condition || *address(bases_.data(), *plan_.commit_condition) != std::byte{0};
  }
  void execute(const Task& task, int worker, int workers);
  /// Rows of a product, by the form of it that the kernels compute fastest.
  void multiply(const ProductTask& task, Range rows);
  void run_product(const ProductTask& task, int worker, int workers);

  plan::Plan plan_;
  const kernels::KernelSet& kernels_;
  ExecutorOptions options_;
  ThreadTeam team_;
  ThreadChoice choice_;
  Barrier barrier_;
  int workers_ = 1;  // of the present run
  AlignedBuffer arena_;
  std::vector<std::byte*> bases_;
  std::vector<AlignedBuffer> scratch_;  // of each worker
  std::vector<Task> tasks_;
  std::vector<ChainRunner> chains_;
  std::vector<ProductTask> products_;
  std::vector<DenseTask> dense_;
  std::vector<plan::Copy> copies_;
  std::vector<std::int64_t> entries_run_;
  Span* spans_ = nullptr;  // [tasks, workers] of a run that is timed
  std::chrono::steady_clock::time_point begin_;
  std::exception_ptr failure_;
  std::atomic<bool> failed_{false};
};

}  // namespace ansatz::run
