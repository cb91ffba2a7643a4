// SPDX-License-Identifier: BSD-3-Clause
// How the executor runs a matrix product: all of it, or its part in a band of a sweep.
#include "ansatz/run/executor.hpp"

namespace ansatz::run {

namespace {

/// Rows of a product that are computed before its epilogue runs over them, and elements at least.
constexpr std::int64_t rows_before_epilogue = 24, elements_before_epilogue = 4096;

/// Rows of a product whose epilogue may wait until all of them are computed, so that B is read and packed once, some
/// panels at a time.
constexpr std::int64_t rows_at_once = 512;

/// Columns from which on a product of few terms is computed by its epilogue.
constexpr std::int64_t fewest_columns = 8;

/// Whether to pack a B that the plan has memory for. One whose rows fill pages is too slow to read as it lies.
bool pays_to_pack(const plan::Product& product, const kernels::KernelSet& kernels) {
  constexpr std::int64_t page = 4096;
  return product.transpose_b || product.m >= kernels.rows_for_packing || product.elements(product.n) >= page;
}

}  // namespace

std::size_t Executor::add_product(std::size_t number, const std::optional<Division>& swept) {
  const auto& product = std::get<plan::Product>(plan_.entries[number].work);
  const auto rows = static_cast<double>(product.m);
  const double work = static_cast<double>(product.k) * static_cast<double>(product.n) * rows;
  const bool sums = swept && product.transpose_a;
  const bool alone = product.m <= rows_at_once && (swept ? sums : workers_for(work, rows) == 1);
  products_.push_back({product, nullptr, false});
  ProductTask& task = products_.back();
  if (product.convolution) {
    task.convolution = std::make_unique<ConvolutionRunner>(product, kernels_);
    if (product.epilogue) task.epilogue = std::make_unique<ChainRunner>(*product.epilogue, kernels_);
    return products_.size() - 1;
  }
  if (!pays_to_pack(product, kernels_)) task.product.packed.reset();
  task.packs = alone && task.product.packed;
  if (product.epilogue) {
    task.epilogue = std::make_unique<ChainRunner>(*product.epilogue, kernels_);
    const bool dense = !product.transpose_a && (!product.transpose_b || product.k == 1);
    task.in_epilogue = dense && !product.kept && product.n >= fewest_columns && task.epilogue->multiplies(product.k);
  }
  if (sums) {
    task.sums = SweptSums(product.m * product.n, *swept, team_.workers(), product.dtype, kernels_);
    if (product.column_sums) task.column_sums = SweptSums(product.n, *swept, team_.workers(), product.dtype, kernels_);
  }
  return products_.size() - 1;
}

std::optional<Executor::Task> Executor::pack_of(std::size_t index, std::size_t number) const {
  const plan::Product& product = products_[index].product;
  if (!product.packed || products_[index].packs || products_[index].in_epilogue) return std::nullopt;
  const auto& convolution = products_[index].convolution;
  return task_of(
      Task::What::pack, index, number, static_cast<double>(product.k) * static_cast<double>(product.n),
      static_cast<double>(convolution ? convolution->pack_parts() : kernels_.panels(product.dtype, product.n)));
}

std::vector<Executor::Task> Executor::product_tasks_of(std::size_t index, std::size_t number) const {
  const plan::Product& product = products_[index].product;
  if (const auto& convolution = products_[index].convolution)
    return {task_of(Task::What::product, index, number, static_cast<double>(product.multiplications()),
                    static_cast<double>(convolution->parts()))};
  const double elements = static_cast<double>(product.k) * static_cast<double>(product.n);
  const auto rows = static_cast<double>(product.m);
  std::vector<Task> tasks = {task_of(Task::What::product, index, number, elements * rows, rows)};
  if (product.column_sums)
    tasks.push_back(task_of(Task::What::column_sums, index, number, elements, grains(product.n, 16)));
  return tasks;
}

void Executor::multiply(const ProductTask& task, Bases bases, Range rows, Range terms, std::byte* c) {
  const plan::Product& product = task.product;
  const auto kernel = product.dtype == Dtype::f64 ? kernels_.product_f64 : kernels_.product_f32;
  kernels::ProductArguments arguments{};
  const std::int64_t k = terms.end - terms.begin;
  const std::byte* a = address(bases, product.a) + product.elements(terms.begin * product.m);
  const std::byte* b = address(bases, product.b) + product.elements(terms.begin * product.n);
  if (product.transpose_a && product.n == 1) {
    // Aᵀ b is (bᵀ A)ᵀ, whose vectors run along A's rows: the same terms in the same order.
    arguments.a = b;
    arguments.b = a + product.elements(rows.begin);
    arguments.c = c + product.elements(rows.begin);
    arguments.m = arguments.row_end = 1;
    arguments.n = rows.end - rows.begin;
    arguments.k = arguments.lda = k;
    arguments.ldb = product.m;
    arguments.ldc = arguments.n;
    kernel(arguments, false);
  } else if (product.transpose_b && !product.packed && product.n > 1 && product.k > 1) {
    // A row of A Bᵀ is B times it.
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      arguments.a = b;
      arguments.b = a + product.elements(row * k);
      arguments.c = c + product.elements(row * product.n);
      arguments.m = arguments.row_end = product.n;
      arguments.k = arguments.lda = k;
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
    arguments.k = k;
    arguments.n = arguments.ldb = arguments.ldc = product.n;
    arguments.lda = product.transpose_a ? product.m : k;
    arguments.row_begin = rows.begin;
    arguments.row_end = rows.end;
    kernel(arguments, product.transpose_a);
  }
}

void Executor::run_product(ProductTask& task, const Share& mine, const Band* band) {
  if (task.convolution) return run_convolution(task, mine);
  const plan::Product& product = task.product;
  const Bases bases = bases_of(mine, band);
  std::byte* const c = address(bases, product.c);
  if (band != nullptr && product.transpose_a) {
    multiply(task, bases, {0, product.m}, band->rows(), task.sums.of_band(mine.worker, band->number));
    task.sums.add_band(mine.worker, band->number);
    return;
  }
  const Range rows = mine.of(band != nullptr ? band->rows() : Range{0, product.m}, task.grain());
  if (task.in_epilogue) {
    task.epilogue->run_multiplying(bases, rows, {address(bases, product.a), address(bases, product.b), product.k},
                                   scratch_[static_cast<std::size_t>(mine.worker)].data());
    return;
  }
  const std::int64_t extent = rows.end - rows.begin;
  const std::int64_t high =
      std::max(rows_before_epilogue, elements_before_epilogue / std::max<std::int64_t>(1, product.n));
  const bool at_once = !task.epilogue || task.packs || extent <= std::max(2 * high, kernels_.rows_for_packing);
  const std::int64_t step = at_once ? std::max<std::int64_t>(extent, 1) : high;
  for (std::int64_t begin = rows.begin; begin < rows.end; begin += step) {
    const Range part{begin, std::min(rows.end, begin + step)};
    multiply(task, bases, part, {0, product.k}, c);
    run_epilogue(task, bases, part, mine.worker);
  }
}

void Executor::run_convolution(const ProductTask& task, const Share& mine) {
  const plan::Product& product = task.product;
  const Bases bases = bases_.data();
  std::byte* const scratch = scratch_[static_cast<std::size_t>(mine.worker)].data() + task.epilogue_scratch();
  task.convolution->run(
      {address(bases, product.a), address(bases, product.packed ? *product.packed : product.b),
       address(bases, product.c), product.column_sums ? address(bases, *product.column_sums) : nullptr, scratch},
      mine.of({0, task.convolution->parts()}), [&](Range rows) { run_epilogue(task, bases, rows, mine.worker); });
}

void Executor::run_epilogue(const ProductTask& task, Bases bases, Range rows, int worker) {
  if (!task.epilogue) return;
  const Range part = task.epilogue->of_rows(rows, task.product.m);
  task.epilogue->run(bases, part.begin, part.end, scratch_[static_cast<std::size_t>(worker)].data());
}

void Executor::run_column_sums(ProductTask& task, const Share& mine, const Band* band) {
  const plan::Product& product = task.product;
  const Bases bases = bases_of(mine, band);
  const Range columns = mine.of({0, product.n}, 16), terms = band != nullptr ? band->rows() : Range{0, product.k};
  kernels_.column_sums(
      product.dtype, address(bases, product.b) + product.elements(terms.begin * product.n), terms.end - terms.begin,
      product.n,
      band != nullptr ? task.column_sums.of_band(mine.worker, band->number) : address(bases, *product.column_sums),
      columns.begin, columns.end);
  if (band != nullptr) task.column_sums.add_band(mine.worker, band->number);
}

void Executor::run_totals(ProductTask& task, const Share& mine) {
  const plan::Product& product = task.product;
  const Bases bases = bases_.data();
  const Range rows = mine.of({0, product.m}, task.grain());
  const Range sums{rows.begin * product.n, rows.end * product.n};
  task.sums.total(sums, address(bases, product.c) + product.elements(sums.begin));
  run_epilogue(task, bases, rows, mine.worker);
  if (product.column_sums && mine.number == 0)
    task.column_sums.total({0, product.n}, address(bases, *product.column_sums));
}

}  // namespace ansatz::run
