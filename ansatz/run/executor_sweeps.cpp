// SPDX-License-Identifier: BSD-3-Clause
// How the executor runs a sweep: blocks of bands, each by the worker that comes first.
#include "ansatz/run/executor.hpp"

namespace ansatz::run {

namespace {

/// Blocks that each worker can have, about, so that none waits long for another.
constexpr std::int64_t blocks_each = 4;

Division divide(const plan::Sweep& sweep, int workers) {
  Division division{sweep.rows, sweep.band, 1};
  const std::int64_t most = workers == 1 ? 1 : blocks_each * workers;
  while (division.blocks() / 2 >= most) division.bands_per_block *= 2;
  return division;
}

}  // namespace

void Executor::add_sweep(std::size_t number) {
  const plan::Sweep& sweep = plan_.sweeps[number];
  const Division division = divide(sweep, team_.workers());
  const std::size_t first = swept_tasks_.size();
  double work = 0.0;
  std::vector<Task> totals;
  for (std::size_t i = sweep.first; i < sweep.last; ++i) {
    if (const auto* product = std::get_if<plan::Product>(&plan_.entries[i].work)) {
      const std::size_t index = add_product(i, division);
      // What every band reads is packed before; the rows of a band are, with the band.
      if (const auto pack = pack_of(index, i)) (product->transpose_a ? swept_tasks_ : tasks_).push_back(*pack);
      for (const Task& task : product_tasks_of(index, i)) swept_tasks_.push_back(task);
      const auto elements = static_cast<double>(product->m) * static_cast<double>(product->n);
      if (product->transpose_a)
        totals.push_back(task_of(Task::What::totals, index, i, elements * static_cast<double>(division.blocks()),
                                 static_cast<double>(product->m)));
      work += elements * static_cast<double>(product->k);
    } else {
      swept_tasks_.push_back(add_simple(i));
      work += plan::work_of(plan_.entries[i]).bytes;
    }
  }
  sweeps_.push_back({number, first, swept_tasks_.size(), division});
  tasks_.push_back(
      task_of(Task::What::sweep, sweeps_.size() - 1, sweep.first, work, static_cast<double>(division.blocks())));
  tasks_.insert(tasks_.end(), totals.begin(), totals.end());
}

void Executor::run_sweep(const SweptTasks& sweep, const Share& mine) {
  const Division& division = sweep.division;
  std::atomic<std::int64_t>& next = next_block_[static_cast<std::size_t>(&sweep - sweeps_.data())];
  const Share alone{mine.worker, 0, 1};
  for (std::int64_t block = 0; (block = next.fetch_add(1, std::memory_order_relaxed)) < division.blocks();) {
    const std::int64_t first = block * division.bands_per_block;
    for (Band band{division, first}; band.number < std::min(division.bands(), first + division.bands_per_block);
         ++band.number) {
      if (failed_.load(std::memory_order_relaxed)) return;
      move_to(sweep, band, mine.worker);
      for (std::size_t i = sweep.first; i < sweep.last; ++i) run_task(swept_tasks_[i], tasks_.size() + i, alone, &band);
    }
  }
}

void Executor::move_to(const SweptTasks& sweep, const Band& band, int worker) {
  std::vector<std::byte*>& bases = swept_bases_[static_cast<std::size_t>(worker)];
  std::copy(bases_.begin(), bases_.end(), bases.begin());
  const auto first = static_cast<std::size_t>(plan_.first_swept_base());
  for (std::size_t i = 0; i < plan_.swept_values.size(); ++i) {
    const plan::SweptValue& value = plan_.swept_values[i];
    if (value.sweep != sweep.number) continue;
    const std::byte* memory = swept_memory_[static_cast<std::size_t>(worker)].data() + value.offset;
    const auto before = static_cast<std::uintptr_t>(band.rows().begin * value.bytes_per_row);
    const std::uintptr_t base = reinterpret_cast<std::uintptr_t>(memory) - before;  // of row 0, which is not there
    bases[first + i] = reinterpret_cast<std::byte*>(base);                          // NOLINT(performance-no-int-to-ptr)
  }
}

}  // namespace ansatz::run
