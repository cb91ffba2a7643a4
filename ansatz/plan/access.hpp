// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What memory the entries of a plan read and write.
#pragma once

#include <vector>

#include "ansatz/plan/plan.hpp"

namespace ansatz::plan {

/// Memory that an entry reads or writes: of each row so many bytes, one row after the other; or all of it at once.
struct Access {
  Location at;
  std::int64_t bytes = 0;
  std::int64_t per_row = 0;  ///< 0: all at once; of scratch: room for each row of a band
  bool writes = false;
  bool looked_up_once = false;  ///< its address is taken once a run, not row by row
  bool scratch = false;         ///< needed only while the entry, or a band of it, is computed
};
using Accesses = std::vector<Access>;

/// Whether all elements of a chain are alike, so that its rows do not matter.
bool is_flat(const Chain& chain);

/// Rows (of a chain of one row: elements) of an entry that can be computed one after the other, or summed up to its
/// result; 0: none.
std::int64_t rows_of(const Entry& entry);

/// All that an entry reads and writes. `by_rows`: with what belongs to each of rows_of(entry), which are not 0.
Accesses accesses_of(const Entry& entry, bool by_rows);

/// Replaces every location in an entry by move(location).
template <class Move>
void move_locations(Entry& entry, Move&& move) {
  const auto chain = [&](Chain& it) {
    for (Load& load : it.loads)
      if (!load.literal) load.at = move(load.at);
    for (Store& store : it.stores) store.at = move(store.at);
  };
  if (auto* it = std::get_if<Chain>(&entry.work)) {
    chain(*it);
  } else if (auto* product = std::get_if<Product>(&entry.work)) {
    for (Location* at : {&product->a, &product->b, &product->c}) *at = move(*at);
    if (product->packed) product->packed = move(*product->packed);
    if (product->column_sums) product->column_sums = move(*product->column_sums);
    if (product->epilogue) chain(*product->epilogue);
  } else if (auto* generic = std::get_if<Generic>(&entry.work)) {
    for (Location& at : generic->operands) at = move(at);
    generic->result = move(generic->result);
  } else {
    auto& copy = std::get<Copy>(entry.work);
    copy.from = move(copy.from);
    copy.to = move(copy.to);
  }
}

}  // namespace ansatz::plan
