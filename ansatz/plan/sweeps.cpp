// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/plan/sweeps.hpp"

#include <algorithm>
#include <set>

#include "ansatz/base/contraction.hpp"
#include "ansatz/plan/access.hpp"

namespace ansatz::plan {

namespace {

/// Fewer rows, or fewer bytes in all, stay in a cache from one entry to the next anyway.
constexpr std::int64_t least_rows = 1024, least_bytes = std::int64_t{1} << 20U;
/// What a band reads and writes fits a core's second cache; one that does not fit the third one brings nothing.
constexpr std::int64_t second_cache = std::int64_t{256} << 10U, third_cache = std::int64_t{4} << 20U;

bool overlap(const Access& a, const Access& b) {
  return a.at.base == b.at.base && a.at.offset < b.at.offset + b.bytes && b.at.offset < a.at.offset + a.bytes;
}

/// Whether two accesses must keep their order.
bool conflict(const Access& a, const Access& b) { return (a.writes || b.writes) && overlap(a, b); }

/// Whether a row of one concerns the same row of the other alone.
bool row_by_row(const Access& a, const Access& b) { return a.per_row > 0 && a.per_row == b.per_row && a.at == b.at; }

/// Whether any two accesses must keep their order; `but_row_by_row`: for more than the same row.
bool any_conflict(const Accesses& a, const Accesses& b, bool but_row_by_row = false) {
  return std::any_of(a.begin(), a.end(), [&](const Access& x) {
    return std::any_of(b.begin(), b.end(),
                       [&](const Access& y) { return conflict(x, y) && !(but_row_by_row && row_by_row(x, y)); });
  });
}

/// Entries from one on, as they could be ordered.
struct Order {
  std::vector<std::size_t> before, swept, after;
};

/// What can be swept together with entry `first`.
Order order_from(const std::vector<Entry>& entries, std::size_t first) {
  Order order{{}, {first}, {}};
  const std::int64_t rows = rows_of(entries[first]);
  Accesses swept = accesses_of(entries[first], true), after;
  Order present = order;
  for (std::size_t i = first + 1; i < entries.size() && !entries[i].commits; ++i) {
    const bool by_rows = rows_of(entries[i]) == rows;
    const Accesses mine = accesses_of(entries[i], by_rows);
    const auto append = [&](Accesses& to) { to.insert(to.end(), mine.begin(), mine.end()); };
    const bool follows = any_conflict(after, mine);
    if (by_rows && !follows && !any_conflict(swept, mine, true)) {
      present.swept.push_back(i);
      append(swept);
      order = present;  // what comes later may stay where it is
    } else if (follows || any_conflict(swept, mine)) {
      present.after.push_back(i);
      append(after);
    } else {
      present.before.push_back(i);
    }
  }
  return order;
}

/// Bytes of one row in all places that are read or written by rows.
std::int64_t bytes_per_row(const std::vector<Entry>& entries, const std::vector<std::size_t>& swept) {
  std::set<std::pair<std::int32_t, std::int64_t>> places;
  std::int64_t bytes = 0;
  for (std::size_t i : swept)
    for (const Access& access : accesses_of(entries[i], true))
      if (access.per_row > 0 && places.emplace(access.at.base, access.at.offset).second) bytes += access.per_row;
  return bytes;
}

/// Rows of a band: 2ʲ chunks, so that the sums of bands combine as those of chunks do. 0: not band by band.
std::int64_t band_of(std::int64_t rows, std::int64_t bytes_per_row) {
  if (rows * bytes_per_row < least_bytes || chunk_length * bytes_per_row > third_cache) return 0;
  std::int64_t band = chunk_length;
  while (2 * band * bytes_per_row <= second_cache && 2 * band <= std::min(most_rows_packed, rows / 2)) band *= 2;
  return band;
}

}  // namespace

void find_sweeps(Plan& plan) {
  std::vector<Entry>& entries = plan.entries;
  for (std::size_t first = 0; first < entries.size(); ++first) {
    const std::int64_t rows = rows_of(entries[first]);
    if (rows < least_rows) continue;
    const Order order = order_from(entries, first);
    const std::int64_t band = band_of(rows, bytes_per_row(entries, order.swept));
    if (order.swept.size() < 2 || band == 0) continue;
    std::vector<Entry> moved;
    for (const auto* part : {&order.before, &order.swept, &order.after})
      for (std::size_t i : *part) moved.push_back(std::move(entries[i]));
    std::move(moved.begin(), moved.end(), entries.begin() + static_cast<std::ptrdiff_t>(first));
    first += order.before.size();
    plan.sweeps.push_back({first, first + order.swept.size(), rows, band});
    first += order.swept.size() - 1;
  }
}

}  // namespace ansatz::plan
