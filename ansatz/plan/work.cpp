// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "ansatz/ops/ops.hpp"
#include "ansatz/plan/plan.hpp"

namespace ansatz::plan {

namespace {

double elements(const Chain& chain, Spread spread, const RowMap& row = {}) {
  const std::int64_t read = row.period > 0 ? row.period : chain.rows / row.repeat;
  const double rows = static_cast<double>(read), columns = static_cast<double>(chain.columns);
  switch (spread) {
    case Spread::dense: return rows * columns;
    case Spread::row: return columns;
    case Spread::column: return rows;
    case Spread::scalar: return 1.0;
  }
  return 0.0;
}

/// `first`: number of the first load that is not in a cache because it was just computed.
Work work_of_chain(const Chain& chain, std::size_t first = 0) {
  Work work;
  for (const Step& step : chain.steps)
    work.flops += elements(chain, step.per_row ? Spread::column : Spread::dense) * std::max(1, step.op->flops);
  for (std::size_t i = first; i < chain.loads.size(); ++i)
    if (const Load& load = chain.loads[i]; !load.literal)
      work.bytes += elements(chain, load.spread, load.row) * static_cast<double>(size_of(load.dtype));
  for (const Store& store : chain.stores)
    work.bytes += elements(chain, store.spread) * static_cast<double>(size_of(store.dtype));
  return work;
}

Work work_of_product(const Product& product) {
  const double m = static_cast<double>(product.m), n = static_cast<double>(product.n),
               k = static_cast<double>(product.k);
  const double size = static_cast<double>(size_of(product.dtype));
  const auto operands = static_cast<double>(product.elements_of_a() + product.elements_of_b());
  Work work{2.0 * static_cast<double>(product.multiplications()), (operands + m * n) * size};
  if (product.column_sums) work.flops += k * n, work.bytes += n * size;
  if (product.epilogue) {
    const Work more = work_of_chain(*product.epilogue, 1);
    work.flops += more.flops;
    work.bytes += more.bytes;
  }
  return work;
}

Work work_of_generic(const Generic& generic) {
  const Op* op = generic.node.op;
  Work work{0.0, static_cast<double>(generic.node.type.bytes())};
  for (std::size_t i = 0; i < generic.operand_types.size(); ++i) {
    const bool looked_up = op == &rows::gather && i == 0;  // as much of it as the result holds
    work.bytes += static_cast<double>(looked_up ? generic.node.type.bytes() : generic.operand_types[i].bytes());
    work.flops = std::max(work.flops, static_cast<double>(generic.operand_types[i].shape.elements()) * op->flops);
  }
  return work;
}

}  // namespace

Work work_of(const Entry& entry) {
  if (const auto* chain = std::get_if<Chain>(&entry.work)) return work_of_chain(*chain);
  if (const auto* product = std::get_if<Product>(&entry.work)) return work_of_product(*product);
  if (const auto* generic = std::get_if<Generic>(&entry.work)) return work_of_generic(*generic);
  return {0.0, 2.0 * static_cast<double>(std::get<Copy>(entry.work).bytes)};
}

}  // namespace ansatz::plan
