// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/executor.hpp"

#include <algorithm>
#include <cstring>

#include "ansatz/base/floating_point.hpp"

namespace ansatz::run {

namespace {

/// Work (about: multiply-adds or elementwise operations) below which another thread costs more than it brings.
constexpr double work_per_thread = 100e3;
/// A plan with less work than this in all runs on one thread.
constexpr double work_for_threads = 4e6;

double plan_work(const plan::Plan& plan) {
  double work = static_cast<double>(plan.flops);
  for (const plan::Entry& entry : plan.entries)
    if (const auto* chain = std::get_if<plan::Chain>(&entry.work))
      work += static_cast<double>(chain->rows) * static_cast<double>(chain->columns) *
              static_cast<double>(chain->steps.size());
  return work;
}

int useful_threads(const plan::Plan& plan, const ExecutorOptions& options) {
  if (options.force_split) return std::max(1, options.threads);
  return plan_work(plan) >= work_for_threads ? std::clamp(options.threads, 1, available_cores()) : 1;
}

}  // namespace

Executor::Executor(plan::Plan plan, State& state, const ExecutorOptions& options)
    : plan_(std::move(plan)),
      kernels_(options.kernels != nullptr ? *options.kernels : kernels::kernel_set()),
      options_(options),
      team_(useful_threads(plan_, options)),
      choice_(team_.workers()),
      arena_(static_cast<std::size_t>(plan_.arena_bytes)) {
  bases_.push_back(arena_.data());
  bases_.push_back(plan_.constants.data());
  bases_.resize(bases_.size() + plan_.inputs.size(), nullptr);
  for (const plan::Binding& binding : plan_.state)
    bases_.push_back(state.slot(binding.name, binding.type.dtype, binding.type.shape).data());
  bases_.resize(bases_.size() + plan_.swept_values.size(), nullptr);
  for (std::size_t i = 0, sweep = 0; i < plan_.entries.size(); ++i) {
    if (sweep == plan_.sweeps.size() || plan_.sweeps[sweep].first != i) {
      add(i);
    } else {
      add_sweep(sweep);
      i = plan_.sweeps[sweep++].last - 1;
    }
  }
  place_barriers();

  std::size_t scratch = 0;
  for (const ChainRunner& chain : chains_) scratch = std::max(scratch, chain.scratch_bytes());
  for (const ProductTask& task : products_) scratch = std::max(scratch, task.scratch_bytes());
  for (int worker = 0; worker < team_.workers(); ++worker) {
    scratch_.emplace_back(scratch);
    if (sweeps_.empty()) continue;
    swept_bases_.push_back(bases_);
    swept_memory_.emplace_back(static_cast<std::size_t>(plan_.swept_bytes));
  }
  next_block_ = std::vector<std::atomic<std::int64_t>>(sweeps_.size());
  entries_run_.assign(static_cast<std::size_t>(team_.workers()), 0);
}

int Executor::workers_for(double work, double parts) const {
  int workers = team_.workers();
  if (!options_.force_split) workers = std::min(workers, static_cast<int>(work / work_per_thread));
  return std::max(1, std::min(workers, static_cast<int>(std::min(parts, 1e6))));
}

Executor::Task Executor::task_of(Task::What what, std::size_t index, std::size_t entry, double work,
                                 double parts) const {
  return {what, index, entry, plan_.entries[entry].commits, workers_for(work, parts)};
}

void Executor::add(std::size_t number) {
  const plan::Entry& entry = plan_.entries[number];
  if (std::holds_alternative<plan::Product>(entry.work)) {
    const std::size_t index = add_product(number, {});
    if (const auto pack = pack_of(index, number)) tasks_.push_back(*pack);
    for (const Task& task : product_tasks_of(index, number)) tasks_.push_back(task);
  } else {
    tasks_.push_back(add_simple(number));
  }
}

Executor::Task Executor::add_simple(std::size_t number) {
  const plan::Entry& entry = plan_.entries[number];
  if (const auto* chain = std::get_if<plan::Chain>(&entry.work)) {
    chains_.emplace_back(*chain, kernels_);
    const ChainRunner& runner = chains_.back();
    return task_of(Task::What::chain, chains_.size() - 1, number, runner.work(),
                   grains(runner.extent(), runner.grain()));
  }
  if (const auto* generic = std::get_if<plan::Generic>(&entry.work)) {
    dense_.push_back({*generic, kernels::find_dense(generic->node, generic->operand_types), {}});
    for (const Type& type : generic->operand_types) dense_.back().operands.push_back({nullptr, type});
    return task_of(Task::What::dense, dense_.size() - 1, number, plan::work_of(entry).bytes,
                   static_cast<double>(dense_.back().kernel.parts));
  }
  copies_.push_back(std::get<plan::Copy>(entry.work));
  return task_of(Task::What::copy, copies_.size() - 1, number, 0.0, 1.0);
}

bool Executor::run() {
  failure_ = nullptr;
  failed_.store(false, std::memory_order_relaxed);
  workers_ = threads() > 1 ? std::min(threads(), team_.start()) : 1;
  for (std::atomic<std::int64_t>& next : next_block_) next.store(0, std::memory_order_relaxed);
  for (DenseTask& dense : dense_)
    for (std::size_t i = 0; i < dense.operands.size(); ++i)
      dense.operands[i].data = address(bases_.data(), dense.generic.operands[i]);
  const auto run = [&] {
    team_.run([](void* self, int worker) { static_cast<Executor*>(self)->work(worker); }, this, workers_);
  };
  if (options_.force_split || !choice_.trying()) {
    run();
    choice_.ran();
  } else {
    const auto begin = std::chrono::steady_clock::now();
    run();
    choice_.tried(std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count());
  }
  if (failure_) std::rethrow_exception(failure_);
  return holds();
}

bool Executor::run(std::vector<Span>& spans) {
  const auto workers = static_cast<std::size_t>(team_.workers());
  spans.assign((tasks_.size() + swept_tasks_.size()) * workers, {});
  spans_ = spans.data();
  begin_ = std::chrono::steady_clock::now();
  const struct Reset {
    Span*& pointer;
    ~Reset() { pointer = nullptr; }
  } reset{spans_};
  const bool committed = run();
  std::erase_if(spans, [](const Span& span) { return span.part.empty(); });
  std::stable_sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  return committed;
}

std::string_view Executor::name_of(Task::What what) {
  switch (what) {
    case Task::What::chain: return "chain";
    case Task::What::pack: return "pack";
    case Task::What::product: return "product";
    case Task::What::column_sums: return "column sums";
    case Task::What::dense: return "dense";
    case Task::What::copy: return "copy";
    case Task::What::sweep: return "sweep";
    case Task::What::totals: return "totals";
  }
  return "?";
}

std::int64_t Executor::nanoseconds() const {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin_).count();
}

void Executor::place_barriers() {
  for (std::size_t i = 0; i + 1 < tasks_.size(); ++i) {
    Task &task = tasks_[i], &next = tasks_[i + 1];
    const bool decides = next.commits && !task.commits;  // all workers read whether the state is to be written
    task.waits = task.workers > 1 || next.workers > 1 || decides;
  }
}

void Executor::work(int worker) {
  const FloatingPointEnvironment environment;
  for (const Task& task : tasks_) {
    if (task.commits && !holds()) break;  // every entry after the first one that commits serves the new state
    if (worker < task.workers && !failed_.load(std::memory_order_relaxed)) {
      try {
        const Share share{worker, worker, std::min(task.workers, workers_)};
        if (task.what == Task::What::sweep)
          run_sweep(sweeps_[task.index], share);
        else
          run_task(task, static_cast<std::size_t>(&task - tasks_.data()), share, nullptr);
      } catch (...) {  // others see it after the barrier: nothing more is done
        if (!failed_.exchange(true, std::memory_order_relaxed)) failure_ = std::current_exception();
      }
      ++entries_run_[static_cast<std::size_t>(worker)];
    }
    if (workers_ > 1 && task.waits) barrier_.arrive_and_wait(workers_);
  }
}

void Executor::run_task(const Task& task, std::size_t number, const Share& mine, const Band* band) {
  if (spans_ == nullptr) {
    execute(task, mine, band);
    return;
  }
  const std::int64_t begin = nanoseconds();
  execute(task, mine, band);
  Span& span = spans_[number * static_cast<std::size_t>(team_.workers()) + static_cast<std::size_t>(mine.worker)];
  if (span.part.empty()) span = {task.entry, name_of(task.what), mine.worker, begin, begin};
  span.end += nanoseconds() - begin;
}

void Executor::execute(const Task& task, const Share& mine, const Band* band) {
  const Bases bases = bases_of(mine, band);
  switch (task.what) {
    case Task::What::chain: {
      const ChainRunner& chain = chains_[task.index];
      const Range all = band != nullptr ? chain.of_rows(band->rows(), band->division.rows) : Range{0, chain.extent()};
      const Range range = mine.of(all, chain.grain());
      chain.run(bases, range.begin, range.end, scratch_[static_cast<std::size_t>(mine.worker)].data());
      break;
    }
    case Task::What::pack: {
      const plan::Product& product = products_[task.index].product;
      if (const auto& convolution = products_[task.index].convolution) {
        convolution->pack(address(bases, product.b), address(bases, *product.packed),
                          mine.of({0, convolution->pack_parts()}));
        break;
      }
      const Range panels = mine.of({0, kernels_.panels(product.dtype, product.n)});
      const Range terms = band != nullptr ? band->rows() : Range{0, product.k};
      const std::byte* b = address(bases, product.b) + product.elements(terms.begin * product.n);
      kernels_.pack(product.dtype, {b, address(bases, *product.packed), terms.end - terms.begin, product.n,
                                    product.transpose_b, panels.begin, panels.end});
      break;
    }
    case Task::What::product: run_product(products_[task.index], mine, band); break;
    case Task::What::column_sums: run_column_sums(products_[task.index], mine, band); break;
    case Task::What::totals: run_totals(products_[task.index], mine); break;
    case Task::What::dense: {
      DenseTask& dense = dense_[task.index];
      dense.kernel.run(dense.generic.node, dense.operands, address(bases, dense.generic.result), kernels_,
                       mine.of(band != nullptr ? band->rows() : Range{0, dense.kernel.parts}));
      break;
    }
    case Task::What::copy: {
      const plan::Copy& copy = copies_[task.index];
      if (copy.bytes > 0)
        std::memmove(address(bases, copy.to), address(bases, copy.from), static_cast<std::size_t>(copy.bytes));
      break;
    }
    case Task::What::sweep: break;  // made of tasks
  }
}

}  // namespace ansatz::run
