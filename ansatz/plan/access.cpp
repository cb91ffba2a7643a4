// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/plan/access.hpp"

#include <algorithm>

#include "ansatz/ops/ops.hpp"

namespace ansatz::plan {

namespace {

/// Rows (of a chain of one row: elements) that can be computed one after the other; 0: none.
std::int64_t rows_of(const Chain& chain) {
  if (!std::all_of(chain.loads.begin(), chain.loads.end(), [](const Load& load) { return load.row.plain(); })) return 0;
  if (chain.rows > 1) return chain.rows;
  return is_flat(chain) ? chain.columns : 0;
}

std::int64_t rows_of(const Product& product) {
  if (product.convolution) return 0;  // a row reads those around it
  if (product.transpose_a) return product.transpose_b ? 0 : product.k;
  if (product.epilogue && rows_of(*product.epilogue) != product.m) return 0;
  return product.m;
}

std::int64_t rows_of(const Generic& generic) {
  const Shape& result = generic.node.type.shape;
  return generic.node.op == &rows::gather && result.rank() > 0 ? result[0] : 0;
}

std::int64_t rows_of(const Copy&) { return 0; }

/// `by_rows`: with what belongs to each row.
void add(Accesses& accesses, const Chain& chain, bool by_rows) {
  const auto access = [&](const Location& at, Dtype dtype, Spread spread, bool writes) {
    const auto size = static_cast<std::int64_t>(size_of(dtype));
    const bool one_row = chain.rows == 1;  // its elements are the rows
    switch (spread) {
      case Spread::dense: {
        const std::int64_t per_row = one_row ? size : chain.columns * size;
        accesses.push_back({at, chain.rows * chain.columns * size, by_rows ? per_row : 0, writes});
        break;
      }
      case Spread::column: accesses.push_back({at, chain.rows * size, by_rows && !one_row ? size : 0, writes}); break;
      case Spread::row: accesses.push_back({at, chain.columns * size, 0, writes}); break;
      case Spread::scalar: accesses.push_back({at, size, 0, writes}); break;
    }
  };
  for (const Load& load : chain.loads)
    if (!load.literal) access(load.at, load.dtype, load.spread, false);
  for (const Store& store : chain.stores) access(store.at, store.dtype, store.spread, true);
}

void add(Accesses& accesses, const Product& product, bool by_rows) {
  const auto size = static_cast<std::int64_t>(size_of(product.dtype));
  const std::int64_t a_row = (product.transpose_a ? product.m : product.k) * size, b_row = product.n * size;
  const bool sums = product.transpose_a;  // over the rows of A and B
  const auto per_row = [&](std::int64_t bytes, bool has_rows) { return by_rows && has_rows ? bytes : 0; };
  accesses.push_back({product.a, product.elements_of_a() * size, per_row(a_row, true), false});
  accesses.push_back({product.b, product.elements_of_b() * size, per_row(b_row, sums), false});
  accesses.push_back({product.c, product.m * product.n * size, per_row(product.n * size, !sums), true});
  if (product.packed)
    accesses.push_back({*product.packed, product.packed_bytes(),
                        per_row(product.elements(packed_elements(1, product.n)), sums), true, false, by_rows && sums});
  if (product.column_sums) accesses.push_back({*product.column_sums, product.n * size, 0, true});
  if (product.epilogue) add(accesses, *product.epilogue, by_rows && !sums);
}

void add(Accesses& accesses, const Generic& generic, bool by_rows) {
  const auto per_row = [&](const Type& type) {
    return by_rows ? static_cast<std::int64_t>(type.bytes()) / type.shape[0] : 0;
  };
  for (std::size_t i = 0; i < generic.operands.size(); ++i) {
    const Type& type = generic.operand_types[i];
    const bool table = i == 0;  // of a gather
    accesses.push_back(
        {generic.operands[i], static_cast<std::int64_t>(type.bytes()), table ? 0 : per_row(type), false, true});
  }
  const Type& type = generic.node.type;
  accesses.push_back({generic.result, static_cast<std::int64_t>(type.bytes()), per_row(type), true});
}

void add(Accesses& accesses, const Copy& copy, bool) {
  accesses.push_back({copy.from, copy.bytes, 0, false});
  accesses.push_back({copy.to, copy.bytes, 0, true});
}

}  // namespace

bool is_flat(const Chain& chain) {
  return !chain.along_rows && std::all_of(chain.loads.begin(), chain.loads.end(), [](const Load& load) {
    return (load.spread == Spread::dense || load.spread == Spread::scalar) && load.row.plain();
  });
}

std::int64_t rows_of(const Entry& entry) {
  if (entry.commits) return 0;
  return std::visit([](const auto& work) { return rows_of(work); }, entry.work);
}

Accesses accesses_of(const Entry& entry, bool by_rows) {
  Accesses accesses;
  std::visit([&](const auto& work) { add(accesses, work, by_rows); }, entry.work);
  return accesses;
}

}  // namespace ansatz::plan
