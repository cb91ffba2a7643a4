// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/chain_runner.hpp"

#include <algorithm>
#include <cstring>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/plan/access.hpp"

namespace ansatz::run {

using plan::Load;
using plan::Spread;
using plan::Step;
using plan::Store;

namespace {

bool is_reduction(const Op* op) { return op == &rows::sum || op == &rows::reduce_max || op == &rows::reduce_min; }

/// One stored number in lanes: bool as 0 or all ones; a number rounded once to the lane's type.
template <class T>
T lane_value(const std::byte* at, Dtype dtype) {
  T lane{};
  switch (dtype) {
    case Dtype::f64: lane = static_cast<T>(*reinterpret_cast<const double*>(at)); break;
    case Dtype::f32: lane = static_cast<T>(*reinterpret_cast<const float*>(at)); break;
    case Dtype::i32:
      if constexpr (sizeof(T) == 4)
        std::memcpy(&lane, at, 4);
      else
        lane = static_cast<T>(*reinterpret_cast<const std::int32_t*>(at));
      break;
    case Dtype::boolean: std::memset(&lane, *reinterpret_cast<const std::uint8_t*>(at) != 0 ? 0xFF : 0, sizeof lane);
  }
  return lane;
}

template <class T>
void store_lane(std::byte* at, T lane, Dtype dtype) {
  if (dtype == Dtype::boolean) {
    std::uint8_t bytes[sizeof lane];
    std::memcpy(bytes, &lane, sizeof lane);
    *reinterpret_cast<std::uint8_t*>(at) = bytes[0] != 0;  // all ones or all zeros
  } else {
    std::memcpy(at, &lane, sizeof lane);
  }
}

/// Whether elements lie in memory as they do in lanes.
bool as_stored(Dtype dtype, Dtype lanes) { return dtype == lanes || (dtype == Dtype::i32 && lanes == Dtype::f32); }

template <class F>
void with_lane(Dtype lanes, F&& f) {
  lanes == Dtype::f64 ? f(double{}) : f(float{});
}

}  // namespace

ChainRunner::ChainRunner(plan::Chain chain, const kernels::KernelSet& kernels) : chain_(std::move(chain)) {
  if (registers() > most) throw GraphError("a chain has {} values; a runner holds {}", registers(), most);
  lane_bytes_ = size_of(chain_.lanes);
  flat_ = plan::is_flat(chain_);
  for (const Load& load : chain_.loads) mapped_ = mapped_ || !load.row.plain();
  for (const Step& step : chain_.steps) {
    const bool special = is_reduction(step.op) || step.op == &rows::one_hot;
    steps_.push_back(special ? nullptr : kernels.step(*step.op, chain_.lanes, step.operand_dtype));
    if (!special && steps_.back() == nullptr)
      throw GraphError("[{}] has no kernel that can be part of a chain", step.op->name);
    parameters_.push_back(step.parameter);
  }
  add_ = kernels.step(rows::add, chain_.lanes, chain_.lanes);
  maximum_ = kernels.step(rows::maximum, chain_.lanes, chain_.lanes);
  minimum_ = kernels.step(rows::minimum, chain_.lanes, chain_.lanes);
  // Compiled chains along rows read one value a row side by side.
  if (kernels.compiled != nullptr && !(mapped_ && chain_.along_rows)) {
    compiled_ = kernels.compiled(plan::key_of(chain_));
    multiplying_ = kernels.compiled(plan::key_of(chain_, true));
  }

  for (const Store& store : chain_.stores) direct_store_.push_back(may_store_directly(store));
  const std::int64_t elements = chain_.along_rows ? block * std::max<std::int64_t>(chain_.columns, 1)
                                                  : std::max(strip, std::min<std::int64_t>(chain_.columns, strip));
  slot_bytes_ = (static_cast<std::size_t>(elements) * lane_bytes_ + 63) / 64 * 64;
  // Along rows, every register has a second slot: one value a row spread over the columns.
  scratch_bytes_ = slot_bytes_ * registers() * (chain_.along_rows ? 2 : 1) + 64;
}

/// A step may write its place itself unless something that is still to be read lies there.
bool ChainRunner::may_store_directly(const Store& store) const {
  const auto loads = static_cast<std::int16_t>(chain_.loads.size());
  if (store.value < loads || store.spread == Spread::column || store.dtype == Dtype::boolean ||
      !as_stored(store.dtype, chain_.lanes))
    return false;
  const auto stores_of_value = std::count_if(chain_.stores.begin(), chain_.stores.end(),
                                             [&](const Store& other) { return other.value == store.value; });
  if (stores_of_value != 1) return false;
  const auto bytes = [&](Spread spread, Dtype dtype) {
    const std::int64_t n = spread == Spread::dense    ? chain_.rows * chain_.columns
                           : spread == Spread::row    ? chain_.columns
                           : spread == Spread::column ? chain_.rows
                                                      : 1;
    return n * static_cast<std::int64_t>(size_of(dtype));
  };
  for (std::int16_t i = 0; i < loads; ++i) {
    const Load& load = chain_.loads[static_cast<std::size_t>(i)];
    if (load.literal || load.at.base != store.at.base) continue;
    if (load.at.offset >= store.at.offset + bytes(store.spread, store.dtype) ||
        store.at.offset >= load.at.offset + bytes(load.spread, load.dtype))
      continue;
    if (!(load.at == store.at) || load.spread != store.spread || load.dtype != store.dtype || !load.row.plain())
      return false;
    for (std::size_t later = static_cast<std::size_t>(store.value - loads) + 1; later < chain_.steps.size(); ++later)
      for (std::int16_t operand : chain_.steps[later].operands)
        if (operand == i) return false;
  }
  return true;
}

double ChainRunner::work() const {
  return static_cast<double>(chain_.rows) * static_cast<double>(chain_.columns) *
         static_cast<double>(chain_.steps.size() + 1);
}

void ChainRunner::run(Bases bases, std::int64_t begin, std::int64_t end, std::byte* scratch) const {
  if (begin >= end) return;
  if (compiled_ != nullptr)
    run_compiled(bases, {begin, end}, nullptr, scratch);
  else if (chain_.along_rows)
    run_blocks(bases, begin, end, scratch);
  else
    run_strips(bases, begin, end, scratch);
}

// -- compiled chains
// ----------------------------------------------------------------------------------------------------

std::int64_t ChainRunner::even_rows(std::int64_t row, std::int64_t end) const {
  std::int64_t stop = end;
  for (const Load& load : chain_.loads) {
    const auto [repeat, period] = load.row;
    if (repeat > 1)
      stop = std::min(stop, (row / repeat + 1) * repeat);
    else if (period > 0)
      stop = std::min(stop, (row / period + 1) * period);
  }
  return stop - row;
}

void ChainRunner::run_multiplying(Bases bases, Range rows, const Factors& factors, std::byte* scratch) const {
  run_compiled(bases, rows, &factors, scratch);
}

void ChainRunner::run_compiled(Bases bases, Range range, const Factors* factors, std::byte* scratch) const {
  for (std::int64_t begin = range.begin, count = 0; begin < range.end; begin += count) {
    count = mapped_ ? even_rows(begin, range.end) : range.end - begin;
    run_evenly(bases, {begin, begin + count}, factors, scratch);
  }
}

void ChainRunner::run_evenly(Bases bases, Range range, const Factors* factors, std::byte* scratch) const {
  const auto [begin, end] = range;
  const bool flat = flat_ && factors == nullptr;
  const void* loads[most];
  std::int64_t load_strides[most];
  void* stores[most];
  std::int64_t store_strides[most];
  const std::int64_t rows_begin = flat ? 0 : begin;
  const std::int64_t columns = flat ? end - begin : chain_.columns;
  const std::int64_t offset = flat ? begin : begin * chain_.columns;
  with_lane(chain_.lanes, [&](auto lane) {
    using T = decltype(lane);
    for (std::size_t i = 0; i < chain_.loads.size(); ++i) {
      const Load& load = chain_.loads[i];
      load_strides[i] = load.row.repeat > 1             ? 0
                        : load.spread == Spread::dense  ? chain_.columns
                        : load.spread == Spread::column ? 1
                                                        : 0;
      if (load.spread == Spread::scalar) {
        T* value = reinterpret_cast<T*>(slot(scratch, i));
        *value = load.literal ? static_cast<T>(*load.literal) : lane_value<T>(address(bases, load.at), load.dtype);
        loads[i] = value;
        continue;
      }
      const std::int64_t row = load.row(rows_begin);
      const std::int64_t first = load.spread == Spread::dense    ? (flat ? offset : row * chain_.columns)
                                 : load.spread == Spread::column ? row
                                                                 : 0;
      loads[i] = address(bases, load.at) + static_cast<std::size_t>(first) * size_of(load.dtype);
    }
  });
  for (std::size_t i = 0; i < chain_.stores.size(); ++i) {
    const Store& store = chain_.stores[i];
    const bool of_row = store.spread == Spread::column;
    stores[i] = address(bases, store.at) + static_cast<std::size_t>(of_row ? begin : offset) * size_of(store.dtype);
    store_strides[i] = of_row ? 1 : chain_.columns;
  }
  kernels::CompiledChainArguments arguments{
      loads, load_strides, stores, store_strides, parameters_.data(), flat ? 1 : end - begin, columns};
  if (factors == nullptr) {
    compiled_(arguments);
    return;
  }
  arguments.a = factors->a + begin * factors->terms * static_cast<std::int64_t>(lane_bytes_);
  arguments.b = factors->b;
  arguments.terms = factors->terms;
  multiplying_(arguments);
}

// -- strips: elementwise over contiguous elements
// -----------------------------------------------------------------------

/// Scalars for `elements` elements, and row operands for as many whole rows as a strip holds.
void ChainRunner::fill_constants(Bases bases, std::byte* scratch, std::int64_t elements,
                                 std::int64_t repeat_rows) const {
  with_lane(chain_.lanes, [&](auto lane) {
    using T = decltype(lane);
    for (std::size_t i = 0; i < chain_.loads.size(); ++i) {
      const Load& load = chain_.loads[i];
      T* values = reinterpret_cast<T*>(slot(scratch, i));
      if (load.spread == Spread::scalar) {
        const T value =
            load.literal ? static_cast<T>(*load.literal) : lane_value<T>(address(bases, load.at), load.dtype);
        std::fill_n(values, elements, value);
      } else if (load.spread == Spread::row && repeat_rows > 0) {
        const std::byte* from = address(bases, load.at);
        for (std::int64_t r = 0; r < repeat_rows; ++r)
          for (std::int64_t c = 0; c < chain_.columns; ++c)
            values[r * chain_.columns + c] =
                lane_value<T>(from + static_cast<std::size_t>(c) * size_of(load.dtype), load.dtype);
      }
    }
  });
}

void ChainRunner::run_strips(Bases bases, std::int64_t begin, std::int64_t end, std::byte* scratch) const {
  if (flat_) {
    fill_constants(bases, scratch, std::min(strip, end - begin), 0);
    for (std::int64_t at = begin; at < end; at += strip)
      run_segment(bases, {0, 1, at, std::min(strip, end - at)}, scratch);
    return;
  }
  const std::int64_t rows_at_once = chain_.columns <= strip / 2 ? strip / std::max<std::int64_t>(1, chain_.columns) : 0;
  const std::int64_t rows = std::min(rows_at_once, end - begin);
  fill_constants(bases, scratch, std::min(strip, std::max<std::int64_t>(rows, 1) * chain_.columns), rows);
  if (rows_at_once > 0) {
    for (std::int64_t row = begin; row < end; row += rows_at_once)
      run_segment(bases, {row, std::min(rows_at_once, end - row), 0, chain_.columns}, scratch);
    return;
  }
  for (std::int64_t row = begin; row < end; ++row)
    for (std::int64_t column = 0; column < chain_.columns; column += strip)
      run_segment(bases, {row, 1, column, std::min(strip, chain_.columns - column)}, scratch);
}

void ChainRunner::run_segment(Bases bases, const Segment& segment, std::byte* scratch) const {
  std::byte* at[most];
  const std::int64_t first = segment.row * chain_.columns + segment.column;
  const std::int64_t n = segment.n();
  const auto element = [&](const plan::Location& location, Dtype dtype, std::int64_t i) {
    return address(bases, location) + static_cast<std::size_t>(i) * size_of(dtype);
  };
  with_lane(chain_.lanes, [&](auto lane) {
    using T = decltype(lane);
    for (std::size_t i = 0; i < chain_.loads.size(); ++i) {
      const Load& load = chain_.loads[i];
      at[i] = slot(scratch, i);
      T* values = reinterpret_cast<T*>(at[i]);
      const bool one_row = segment.rows == 1 || (load.spread == Spread::dense && load.row.plain());
      if (load.spread == Spread::dense || (load.spread == Spread::row && segment.rows == 1)) {
        const auto begin = [&](std::int64_t row) {  // of what a row of the segment reads
          return segment.column + (load.spread == Spread::dense ? load.row(row) * chain_.columns : 0);
        };
        if (one_row && as_stored(load.dtype, chain_.lanes)) {
          at[i] = element(load.at, load.dtype, begin(segment.row));
          continue;
        }
        for (std::int64_t r = 0; r < (one_row ? 1 : segment.rows); ++r) {
          const std::int64_t count = one_row ? n : segment.columns;
          const std::byte* from = element(load.at, load.dtype, begin(segment.row + r));
          if (as_stored(load.dtype, chain_.lanes))
            std::memcpy(values + r * count, from, static_cast<std::size_t>(count) * sizeof(T));
          else
            for (std::int64_t k = 0; k < count; ++k)
              values[r * count + k] =
                  lane_value<T>(from + static_cast<std::size_t>(k) * size_of(load.dtype), load.dtype);
        }
      } else if (load.spread == Spread::column) {
        for (std::int64_t r = 0; r < segment.rows; ++r)
          std::fill_n(values + r * segment.columns, segment.columns,
                      lane_value<T>(element(load.at, load.dtype, load.row(segment.row + r)), load.dtype));
      }
    }
  });
  const std::size_t loads = chain_.loads.size();
  for (std::size_t s = 0; s < chain_.steps.size(); ++s) at[loads + s] = slot(scratch, loads + s);
  for (std::size_t i = 0; i < chain_.stores.size(); ++i)
    if (direct_store_[i])
      at[static_cast<std::size_t>(chain_.stores[i].value)] =
          element(chain_.stores[i].at, chain_.stores[i].dtype, first);
  for (std::size_t s = 0; s < chain_.steps.size(); ++s) {
    const auto& operands = chain_.steps[s].operands;
    const auto operand = [&](std::size_t i) {
      return operands[i] < 0 ? nullptr : at[static_cast<std::size_t>(operands[i])];
    };
    steps_[s](at[loads + s], operand(0), operand(1), operand(2), n, parameters_[s]);
  }
  for (std::size_t i = 0; i < chain_.stores.size(); ++i) {
    if (direct_store_[i]) continue;
    const Store& store = chain_.stores[i];
    const std::byte* from = at[static_cast<std::size_t>(store.value)];
    std::byte* to = element(store.at, store.dtype, first);
    if (store.dtype != Dtype::boolean) {
      std::memcpy(to, from, static_cast<std::size_t>(n) * lane_bytes_);
    } else {
      with_lane(chain_.lanes, [&](auto lane) {
        using T = decltype(lane);
        for (std::int64_t k = 0; k < n; ++k) store_lane(to + k, reinterpret_cast<const T*>(from)[k], store.dtype);
      });
    }
  }
}

// -- blocks: chains along rows, transposed so that a lane is a row
// ------------------------------------------------------

void ChainRunner::run_blocks(Bases bases, std::int64_t begin, std::int64_t end, std::byte* scratch) const {
  with_lane(chain_.lanes, [&](auto lane) {
    for (std::int64_t row = begin; row < end; row += block)
      run_block<decltype(lane)>(bases, row, std::min(block, end - row), scratch);
  });
}

/// Rows [row, row + valid): registers hold element (r, c) at c · block + r; rows beyond repeat the last one.
template <class T>
void ChainRunner::run_block(Bases bases, std::int64_t row, std::int64_t valid, std::byte* scratch) const {
  const std::int64_t columns = chain_.columns;
  const std::size_t loads = chain_.loads.size();
  bool per_row[most], spread_out[most] = {};
  const auto values = [&](std::size_t reg) { return reinterpret_cast<T*>(slot(scratch, reg)); };
  const auto stored = [&](const plan::Location& location, Dtype dtype, std::int64_t i) {
    return address(bases, location) + static_cast<std::size_t>(i) * size_of(dtype);
  };
  for (std::size_t i = 0; i < loads; ++i) {
    const Load& load = chain_.loads[i];
    T* to = values(i);
    per_row[i] = load.spread == Spread::column || load.spread == Spread::scalar;
    switch (load.spread) {
      case Spread::scalar: {
        std::fill_n(to, block,
                    load.literal ? static_cast<T>(*load.literal) : lane_value<T>(address(bases, load.at), load.dtype));
        break;
      }
      case Spread::column:
        for (std::int64_t r = 0; r < block; ++r)
          to[r] = lane_value<T>(stored(load.at, load.dtype, load.row(row + std::min(r, valid - 1))), load.dtype);
        break;
      case Spread::row:
        for (std::int64_t c = 0; c < columns; ++c)
          std::fill_n(to + c * block, block, lane_value<T>(stored(load.at, load.dtype, c), load.dtype));
        break;
      case Spread::dense:
        for (std::int64_t r = 0; r < block; ++r) {
          const std::int64_t first = load.row(row + std::min(r, valid - 1)) * columns;
          if (load.dtype == chain_.lanes) {
            const T* from = reinterpret_cast<const T*>(stored(load.at, load.dtype, first));
            for (std::int64_t c = 0; c < columns; ++c) to[c * block + r] = from[c];
          } else {
            for (std::int64_t c = 0; c < columns; ++c)
              to[c * block + r] = lane_value<T>(stored(load.at, load.dtype, first + c), load.dtype);
          }
        }
        break;
    }
  }
  /// A register as a full block: one value a row is spread over the columns, once.
  const auto full = [&](std::size_t reg) -> const T* {
    if (!per_row[reg]) return values(reg);
    T* wide = values(registers() + reg);
    if (!spread_out[reg]) {
      for (std::int64_t c = 0; c < columns; ++c) std::copy_n(values(reg), block, wide + c * block);
      spread_out[reg] = true;
    }
    return wide;
  };
  for (std::size_t s = 0; s < chain_.steps.size(); ++s) {
    const Step& step = chain_.steps[s];
    T* to = values(loads + s);
    per_row[loads + s] = step.per_row;
    const auto reg = [&](std::size_t i) { return static_cast<std::size_t>(step.operands[i]); };
    if (is_reduction(step.op)) {
      const T* x = full(reg(0));
      if (step.op == &rows::sum) {
        std::fill_n(to, block, T(0));
        for (std::int64_t c = 0; c < columns; ++c) add_(to, to, x + c * block, nullptr, block, 0.0);
      } else {
        const auto fold = step.op == &rows::reduce_max ? maximum_ : minimum_;
        std::copy_n(x, block, to);
        for (std::int64_t c = 1; c < columns; ++c) fold(to, to, x + c * block, nullptr, block, 0.0);
      }
    } else if (step.op == &rows::one_hot) {
      const T* labels = values(reg(0));
      for (std::int64_t c = 0; c < columns; ++c)
        for (std::int64_t r = 0; r < block; ++r) {
          std::int32_t label = 0;
          if constexpr (sizeof(T) == 4)
            std::memcpy(&label, labels + r, 4);
          else
            label = static_cast<std::int32_t>(labels[r]);
          to[c * block + r] = label == c ? T(1) : T(0);
        }
    } else {
      const void* operands[3] = {};
      for (std::size_t i = 0; i < 3; ++i)
        if (step.operands[i] >= 0) operands[i] = step.per_row ? values(reg(i)) : full(reg(i));
      steps_[s](to, operands[0], operands[1], operands[2], step.per_row ? block : block * columns, parameters_[s]);
    }
  }
  for (const Store& store : chain_.stores) {
    const auto reg = static_cast<std::size_t>(store.value);
    if (store.spread == Spread::column) {
      for (std::int64_t r = 0; r < valid; ++r)
        store_lane(stored(store.at, store.dtype, row + r), values(reg)[r], store.dtype);
      continue;
    }
    const T* from = full(reg);
    for (std::int64_t r = 0; r < valid; ++r)
      for (std::int64_t c = 0; c < columns; ++c)
        store_lane(stored(store.at, store.dtype, (row + r) * columns + c), from[c * block + r], store.dtype);
  }
}

}  // namespace ansatz::run
