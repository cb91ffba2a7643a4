// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Runs a plan, again and again: no allocation, no locks, no names, no graph.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ansatz/base/threads.hpp"
#include "ansatz/kernels/dense.hpp"
#include "ansatz/kernels/kernel_set.hpp"
#include "ansatz/plan/plan.hpp"
#include "ansatz/run/chain_runner.hpp"
#include "ansatz/run/convolution_runner.hpp"
#include "ansatz/run/state.hpp"
#include "ansatz/run/swept_sums.hpp"
#include "ansatz/run/thread_choice.hpp"

namespace ansatz::run {

struct ExecutorOptions {
  int threads = 1;                              ///< at most, and no more than there are cores; as many as pay are used
  bool force_split = false;                     ///< divide every entry among all threads, however small (tests)
  const kernels::KernelSet* kernels = nullptr;  ///< default: this processor's
};

/// What a worker did in one run: a part of one of the plan's entries, in nanoseconds since the run began. Of an entry
/// that is swept: when its first band began, and so much later as all its bands took.
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
  /// run(), and what each worker did when, in the order in which they began. Reading the clock costs about 30 ns a
  /// span.
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
    enum class What : std::uint8_t { chain, pack, product, column_sums, dense, copy, sweep, totals } what;
    std::size_t index;  ///< of the chain, product, dense operation, copy or sweep
    std::size_t entry;  ///< of the plan
    bool commits;
    int workers;        ///< how many share it, at most
    bool waits = true;  ///< for all workers, when it is done
  };
  /// Swept tasks [first, last), for one band after the other.
  struct SweptTasks {
    std::size_t number;  ///< of the plan
    std::size_t first, last;
    Division division;
  };
  struct Band {
    const Division& division;
    std::int64_t number;
    Range rows() const { return {number * division.band, std::min(division.rows, (number + 1) * division.band)}; }
  };
  /// Which part of a task a worker does.
  struct Share {
    int worker, number, shares;
    Range of(Range whole, std::int64_t grain = 1) const { return share(whole, grain, number, shares); }
  };
  struct ProductTask {
    plan::Product product;
    std::unique_ptr<ChainRunner> epilogue;
    bool packs;                             ///< B on the way; else what is packed was packed by another task
    bool in_epilogue = false;               ///< computed by its epilogue, on the way
    SweptSums sums = {}, column_sums = {};  ///< of a product that is swept and sums over the rows
    std::unique_ptr<ConvolutionRunner> convolution = nullptr;  ///< where A are patches
    /// Of each worker: the epilogue's, then the convolution's.
    std::size_t scratch_bytes() const { return epilogue_scratch() + (convolution ? convolution->scratch_bytes() : 0); }
    std::size_t epilogue_scratch() const { return epilogue ? (epilogue->scratch_bytes() + 63) / 64 * 64 : 0; }
    std::int64_t grain() const { return epilogue && epilogue->chain().along_rows ? 16 : 1; }  ///< rows of C
  };
  struct DenseTask {
    plan::Generic generic;
    kernels::DenseKernel kernel;
    std::vector<kernels::View> operands;
  };

  int workers_for(double work, double parts) const;
  Task task_of(Task::What what, std::size_t index, std::size_t entry, double work, double parts) const;
  /// Enters entry `number` and its tasks; or all of sweep `number`.
  void add(std::size_t number);
  void add_sweep(std::size_t number);
  /// Enters what is no product, and returns its task.
  Task add_simple(std::size_t number);
  /// Enters a product and returns its index; its tasks: packing, if it needs that, and then.
  std::size_t add_product(std::size_t number, const std::optional<Division>& swept);
  std::optional<Task> pack_of(std::size_t index, std::size_t number) const;
  std::vector<Task> product_tasks_of(std::size_t index, std::size_t number) const;
  /// Which tasks end with a barrier.
  void place_barriers();
  void work(int worker);
  static std::string_view name_of(Task::What what);
  std::int64_t nanoseconds() const;
  bool holds() const {
    return !plan_.commit_condition || *address(bases_.data(), *plan_.commit_condition) != std::byte{0};
  }
  Bases bases_of(const Share& mine, const Band* band) const {
    return band != nullptr ? swept_bases_[static_cast<std::size_t>(mine.worker)].data() : bases_.data();
  }
  /// A worker's share of a task, of all of it or of a band. `number`: of its spans.
  void run_task(const Task& task, std::size_t number, const Share& mine, const Band* band);
  void execute(const Task& task, const Share& mine, const Band* band);
  /// Blocks of a sweep, as long as there are some.
  void run_sweep(const SweptTasks& sweep, const Share& mine);
  /// Puts the values of a sweep where the rows of a band are.
  void move_to(const SweptTasks& sweep, const Band& band, int worker);
  /// Rows of a product's result, summed over `terms`, by the form of it that the kernels compute fastest.
  void multiply(const ProductTask& task, Bases bases, Range rows, Range terms, std::byte* c);
  void run_product(ProductTask& task, const Share& mine, const Band* band);
  void run_convolution(const ProductTask& task, const Share& mine);
  void run_column_sums(ProductTask& task, const Share& mine, const Band* band);
  /// What a swept product sums up to, and its epilogue.
  void run_totals(ProductTask& task, const Share& mine);
  void run_epilogue(const ProductTask& task, Bases bases, Range rows, int worker);

  plan::Plan plan_;
  const kernels::KernelSet& kernels_;
  ExecutorOptions options_;
  ThreadTeam team_;
  ThreadChoice choice_;
  Barrier barrier_;
  int workers_ = 1;  // of the present run
  AlignedBuffer arena_;
  std::vector<std::byte*> bases_;
  std::vector<std::vector<std::byte*>> swept_bases_;  // of each worker, in its present band
  std::vector<AlignedBuffer> swept_memory_;
  std::vector<AlignedBuffer> scratch_;  // of each worker
  std::vector<Task> tasks_;
  std::vector<Task> swept_tasks_;
  std::vector<SweptTasks> sweeps_;
  std::vector<std::atomic<std::int64_t>> next_block_;  // of each sweep
  std::vector<ChainRunner> chains_;
  std::vector<ProductTask> products_;
  std::vector<DenseTask> dense_;
  std::vector<plan::Copy> copies_;
  std::vector<std::int64_t> entries_run_;
  Span* spans_ = nullptr;  // [tasks, then swept tasks; workers] of a run that is timed
  std::chrono::steady_clock::time_point begin_;
  std::exception_ptr failure_;
  std::atomic<bool> failed_{false};
};

}  // namespace ansatz::run
