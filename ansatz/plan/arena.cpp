// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/plan/arena.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "ansatz/plan/access.hpp"

namespace ansatz::plan {

std::int64_t lay_out(std::vector<Lifetime>& buffers) {
  constexpr std::int64_t alignment = 64;
  const auto padded = [](std::int64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; };
  std::vector<std::size_t> by_size(buffers.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](std::size_t a, std::size_t b) { return buffers[a].bytes > buffers[b].bytes; });

  std::vector<std::size_t> placed;  // ascending offset
  std::int64_t total = 0;
  for (std::size_t current : by_size) {
    Lifetime& buffer = buffers[current];
    std::int64_t offset = 0;
    for (std::size_t other : placed) {
      const Lifetime& theirs = buffers[other];
      if (theirs.last < buffer.first || theirs.first > buffer.last) continue;
      if (theirs.offset >= offset + padded(buffer.bytes)) break;
      offset = std::max(offset, theirs.offset + padded(theirs.bytes));
    }
    buffer.offset = offset;
    total = std::max(total, offset + padded(buffer.bytes));
    placed.insert(std::upper_bound(placed.begin(), placed.end(), current,
                                   [&](std::size_t a, std::size_t b) { return buffers[a].offset < buffers[b].offset; }),
                  current);
  }
  return total;
}

std::int64_t Buffers::add(std::int64_t bytes) {
  offsets_.push_back(end_);
  bytes_.push_back(bytes);
  end_ += bytes + 1;  // so that each has an offset of its own
  return offsets_.back();
}

std::size_t Buffers::at(std::int64_t offset) const {
  return static_cast<std::size_t>(std::upper_bound(offsets_.begin(), offsets_.end(), offset) - offsets_.begin()) - 1;
}

namespace {

/// What is known of a buffer from the entries that touch it.
struct Use {
  std::optional<std::size_t> sweep;  ///< where its entries alone touch it, row by row, or as scratch
  std::int64_t first = -1, last = -1, per_row = 0;
  bool scratch = false;
  bool touched() const { return last >= 0; }
};

std::vector<Use> uses_of(const Plan& plan, const Buffers& buffers) {
  std::vector<Use> uses(buffers.size());
  const auto touch = [&](std::size_t i, std::int64_t first, std::int64_t last) -> Use& {
    Use& use = uses[i];
    use.first = use.touched() ? std::min(use.first, first) : first;
    use.last = std::max(use.last, last);
    return use;
  };
  for (std::size_t e = 0; e < plan.entries.size(); ++e) {
    const auto sweep = plan.sweep_of(e);
    const auto first = static_cast<std::int64_t>(sweep ? plan.sweeps[*sweep].first : e);
    const auto last = static_cast<std::int64_t>(sweep ? plan.sweeps[*sweep].last - 1 : e);
    for (const Access& access : accesses_of(plan.entries[e], sweep.has_value())) {
      if (access.at.base != arena_base) continue;
      const std::size_t i = buffers.at(access.at.offset);
      const bool is_new = !uses[i].touched();
      Use& use = touch(i, first, last);
      if (access.scratch) {
        use.sweep = sweep, use.per_row = access.per_row, use.scratch = true;
        continue;
      }
      const bool by_rows = sweep && access.per_row > 0 && !access.looked_up_once &&
                           access.at.offset == buffers.offset(i) &&
                           access.per_row * plan.sweeps[*sweep].rows == buffers.bytes(i);
      if (by_rows && is_new)
        use.sweep = sweep, use.per_row = access.per_row;
      else if (!by_rows || use.sweep != sweep || use.per_row != access.per_row)
        use.sweep.reset(), use.per_row = 0;
    }
  }
  const auto keep = [&](const Location& at) {
    if (at.base != arena_base) return;
    const auto end = static_cast<std::int64_t>(plan.entries.size());
    touch(buffers.at(at.offset), end, end).sweep.reset();
  };
  for (const Location& at : plan.output_locations) keep(at);
  if (plan.commit_condition) keep(*plan.commit_condition);
  return uses;
}

}  // namespace

void place_in_arena(Plan& plan, const Buffers& buffers) {
  const std::vector<Use> uses = uses_of(plan, buffers);
  std::vector<Location> moved(buffers.size());
  std::vector<Lifetime> lifetimes;
  std::vector<std::size_t> lasting;  // buffers, as in lifetimes
  std::vector<std::int64_t> swept_bytes(plan.sweeps.size(), 0);
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const Use& use = uses[i];
    if (!use.touched()) continue;
    if (!use.sweep) {
      lasting.push_back(i);
      lifetimes.push_back({buffers.bytes(i), use.first, use.last, -1});
      continue;
    }
    const Sweep& sweep = plan.sweeps[*use.sweep];
    std::int64_t& end = swept_bytes[*use.sweep];
    moved[i] = {plan.first_swept_base() + static_cast<std::int32_t>(plan.swept_values.size()), 0};
    plan.swept_values.push_back({*use.sweep, end, use.scratch ? 0 : use.per_row});
    end += (use.per_row * sweep.band + 63) / 64 * 64;
    plan.swept_bytes = std::max(plan.swept_bytes, end);
  }
  plan.arena_bytes = lay_out(lifetimes);
  for (std::size_t l = 0; l < lasting.size(); ++l) moved[lasting[l]] = {arena_base, lifetimes[l].offset};

  const auto move = [&](const Location& at) -> Location {
    if (at.base != arena_base) return at;
    const std::size_t i = buffers.at(at.offset);
    return {moved[i].base, moved[i].offset + at.offset - buffers.offset(i)};
  };
  for (Entry& entry : plan.entries) move_locations(entry, move);
  for (Location& at : plan.output_locations) at = move(at);
  if (plan.commit_condition) plan.commit_condition = move(*plan.commit_condition);
}

}  // namespace ansatz::plan
