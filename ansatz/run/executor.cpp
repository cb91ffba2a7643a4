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
/// Rows of a product that are computed before its epilogue runs over them, and elements at least.
constexpr std::int64_t band = 24, band_elements = 512;
/// Rows of a product whose epilogue may wait until all of them are computed, so that B is read and packed once, some
/// panels at a time.
constexpr std::int64_t rows_at_once = 512;

/// Into how many parts of at least `grain` an extent can be divided.
double grains(std::int64_t extent, std::int64_t grain) {
  const std::int64_t parts = (extent + grain - 1) / grain;
  return static_cast<double>(parts);
}

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
  for (std::size_t i = 0; i < plan_.entries.size(); ++i) add(plan_.entries[i], i);
  place_barriers();

  std::size_t scratch = 0;
  for (const ChainRunner& chain : chains_) scratch = std::max(scratch, chain.scratch_bytes());
  for (const ProductTask& task : products_)
    if (task.epilogue) scratch = std::max(scratch, task.epilogue->scratch_bytes());
  for (int worker = 0; worker < team_.workers(); ++worker) scratch_.emplace_back(scratch);
  entries_run_.assign(static_cast<std::size_t>(team_.workers()), 0);
}

int Executor::workers_for(double work, double parts) const {
  int workers = team_.workers();
  if (!options_.force_split) workers = std::min(workers, static_cast<int>(work / work_per_thread));
  return std::max(1, std::min(workers, static_cast<int>(std::min(parts, 1e6))));
}

void Executor::add_task(Task task, double work, double parts) {
  task.workers = workers_for(work, parts);
  tasks_.push_back(task);
}

void Executor::add(const plan::Entry& entry, std::size_t number) {
  const auto task = [&](Task::What what, std::size_t index) { return Task{what, index, number, entry.commits, 1}; };
  if (const auto* chain = std::get_if<plan::Chain>(&entry.work)) {
    chains_.emplace_back(*chain, kernels_);
    const ChainRunner& runner = chains_.back();
    add_task(task(Task::What::chain, chains_.size() - 1), runner.work(), grains(runner.extent(), runner.grain()));
  } else if (const auto* product = std::get_if<plan::Product>(&entry.work)) {
    const double elements = static_cast<double>(product->k) * static_cast<double>(product->n);
    const auto rows = static_cast<double>(product->m);
    const bool alone = product->m <= rows_at_once && workers_for(elements * rows, rows) == 1;
    products_.push_back({*product, nullptr, alone && product->packed});
    if (product->epilogue) products_.back().epilogue = std::make_unique<ChainRunner>(*product->epilogue, kernels_);
    if (product->packed && !alone)
      add_task(task(Task::What::pack, products_.size() - 1), elements,
               static_cast<double>(kernels_.panels(product->dtype, product->n)));
    add_task(task(Task::What::product, products_.size() - 1), elements * rows, rows);
    if (product->column_sums)
      add_task(task(Task::What::column_sums, products_.size() - 1), elements, grains(product->n, 16));
  } else if (const auto* generic = std::get_if<plan::Generic>(&entry.work)) {
    dense_.push_back({*generic, kernels::find_dense(generic->node, generic->operand_types), {}});
    for (const Type& type : generic->operand_types) dense_.back().operands.push_back({nullptr, type});
    add_task(task(Task::What::dense, dense_.size() - 1), plan::work_of(entry).bytes,
             static_cast<double>(dense_.back().kernel.parts));
  } else {
    copies_.push_back(std::get<plan::Copy>(entry.work));
    add_task(task(Task::What::copy, copies_.size() - 1), 0.0, 1.0);
  }
}

bool Executor::run() {
  failure_ = nullptr;
  failed_.store(false, std::memory_order_relaxed);
  workers_ = threads();
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
  spans.assign(tasks_.size() * workers, {});
  spans_ = spans.data();
  begin_ = std::chrono::steady_clock::now();
  const struct Reset {
    Span*& pointer;
    ~Reset() { pointer = nullptr; }
  } reset{spans_};
  const bool committed = run();
  std::erase_if(spans, [](const Span& span) { return span.part.empty(); });
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
      const std::int64_t begin = spans_ != nullptr ? nanoseconds() : 0;
      try {
        execute(task, worker, std::min(task.workers, workers_));
      } catch (...) {  // others see it after the barrier: nothing more is done
        if (!failed_.exchange(true, std::memory_order_relaxed)) failure_ = std::current_exception();
      }
      ++entries_run_[static_cast<std::size_t>(worker)];
      if (spans_ != nullptr)
        spans_[(&task - tasks_.data()) * team_.workers() + worker] = {task.entry, name_of(task.what), worker, begin,
                                                                      nanoseconds()};
    }
    if (workers_ > 1 && task.waits) barrier_.arrive_and_wait(workers_);
  }
}

void Executor::execute(const Task& task, int worker, int workers) {
  const Bases bases = bases_.data();
  switch (task.what) {
    case Task::What::chain: {
      const ChainRunner& chain = chains_[task.index];
      const Range range = share(chain.extent(), chain.grain(), worker, workers);
      chain.run(bases, range.begin, range.end, scratch_[static_cast<std::size_t>(worker)].data());
      break;
    }
    case Task::What::pack: {
      const plan::Product& product = products_[task.index].product;
      const Range panels = share(kernels_.panels(product.dtype, product.n), 1, worker, workers);
      kernels_.pack(product.dtype, {address(bases, product.b), address(bases, *product.packed), product.k, product.n,
                                    product.transpose_b, panels.begin, panels.end});
      break;
    }
    case Task::What::product: run_product(products_[task.index], worker, workers); break;
    case Task::What::column_sums: {
      const plan::Product& product = products_[task.index].product;
      const Range range = share(product.n, 16, worker, workers);
      kernels_.column_sums(product.dtype, address(bases, product.b), product.k, product.n,
                           address(bases, *product.column_sums), range.begin, range.end);
      break;
    }
    case Task::What::dense: {
      DenseTask& dense = dense_[task.index];
      dense.kernel.run(dense.generic.node, dense.operands, address(bases, dense.generic.result), kernels_,
                       share(dense.kernel.parts, 1, worker, workers));
      break;
    }
    case Task::What::copy: {
      const plan::Copy& copy = copies_[task.index];
      if (copy.bytes > 0)
        std::memmove(address(bases, copy.to), address(bases, copy.from), static_cast<std::size_t>(copy.bytes));
      break;
    }
  }
}

void Executor::multiply(const ProductTask& task, Range rows) {
  const plan::Product& product = task.product;
  const Bases bases = bases_.data();
  const auto elements = [&](std::int64_t n) { return n * static_cast<std::int64_t>(size_of(product.dtype)); };
  const auto kernel = product.dtype == Dtype::f64 ? kernels_.product_f64 : kernels_.product_f32;
  kernels::ProductArguments arguments{};
  const std::byte *a = address(bases, product.a), *b = address(bases, product.b);
  std::byte* c = address(bases, product.c);
  if (product.transpose_a && product.n == 1) {
    // Aᵀ b is (bᵀ A)ᵀ, whose vectors run along A's rows: the same terms in the same order.
    arguments.a = b;
    arguments.b = a + elements(rows.begin);
    arguments.c = c + elements(rows.begin);
    arguments.m = arguments.row_end = 1;
    arguments.n = rows.end - rows.begin;
    arguments.k = arguments.lda = product.k;
    arguments.ldb = product.m;
    arguments.ldc = arguments.n;
    kernel(arguments, false);
  } else if (product.transpose_b && !product.packed && product.n > 1 && product.k > 1) {
    // A row of A Bᵀ is B times it.
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      arguments.a = b;
      arguments.b = a + elements(row * product.k);
      arguments.c = c + elements(row * product.n);
      arguments.m = arguments.row_end = product.n;
      arguments.k = arguments.lda = product.k;
      arguments.n = arguments.ldb = arguments.ldc = 1;
      kernel(arguments, false);
    }
  } else {
    std::byte* const panels = product.packed ? address(bases, *product.packed) : nullptr;
    arguments.packed = panels != nullptr && !task.packs;
    arguments.panels = task.packs ? panels : nullptr;
    arguments.transposed_b = product.transpose_b;
    arguments.a = a;
    arguments.b = arguments.packed ? panels : b;
    arguments.c = c;
    arguments.m = product.m;
    arguments.k = product.k;
    arguments.n = arguments.ldb = arguments.ldc = product.n;
    arguments.lda = product.transpose_a ? product.m : product.k;
    arguments.row_begin = rows.begin;
    arguments.row_end = rows.end;
    kernel(arguments, product.transpose_a);
  }
}

void Executor::run_product(const ProductTask& task, int worker, int workers) {
  const plan::Product& product = task.product;
  const Range rows = share(product.m, task.epilogue ? task.epilogue->chain().along_rows ? 16 : 1 : 1, worker, workers);
  if (!task.epilogue) {
    multiply(task, rows);
    return;
  }
  const ChainRunner& epilogue = *task.epilogue;
  const std::int64_t high = std::max(band, band_elements / product.n), extent = rows.end - rows.begin;
  const std::int64_t step = extent <= 2 * high || task.packs ? std::max<std::int64_t>(extent, 1) : high;
  for (std::int64_t begin = rows.begin; begin < rows.end; begin += step) {
    const Range part{begin, std::min(rows.end, begin + step)};
    multiply(task, part);
    const std::int64_t scale = epilogue.extent() == product.m ? 1 : product.n;  // flat chains count elements
    epilogue.run(bases_.data(), part.begin * scale, part.end * scale,
                 scratch_[static_cast<std::size_t>(worker)].data());
  }
}

}  // namespace ansatz::run
