// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/kernels/pooling.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "ansatz/ops/ops.hpp"

namespace ansatz::kernels {

namespace {

using Operands = std::span<const View>;

constexpr std::int64_t most_taps = 32;

/// What a node pools: x [samples, spatial…, channels].
struct Pool {
  Pooling what;
  Windows windows;
  Shape x;
  bool divides_by_taps;

  /// `first`: of the first operand.
  Pool(const Node& node, const Shape& first)
      : what(what_of(*node.op)),
        windows(windows_of(node.attributes)),
        x(spreads() ? node.type.shape : first),
        divides_by_taps(node.attributes.ints.back() == static_cast<std::int64_t>(Divisor::taps)) {}

  bool spreads() const { return what == Pooling::place_largest || what == Pooling::place_sum; }
  static Pooling what_of(const Op& op) {
    if (&op == &rows::max_pool_place) return Pooling::place_largest;
    if (&op == &rows::average_pool) return Pooling::sum;
    if (&op == &rows::average_pool_input) return Pooling::place_sum;
    if (&op == &rows::max_pool_pick) return Pooling::pick_largest;
    return Pooling::largest;
  }
  int last() const { return windows.axes - 1; }
  std::int64_t channels() const { return x[windows.axes + 1]; }
  std::int64_t windows_along(int axis) const { return windows[axis].windows(x[axis + 1]); }
  /// Lines of windows along the last axis, of a sample.
  std::int64_t lines() const {
    std::int64_t product = 1;
    for (int a = 0; a < last(); ++a) product *= windows_along(a);
    return product;
  }
  /// Whether each element belongs to one window, so that placing needs no sums.
  bool tiles() const {
    for (int a = 0; a < windows.axes; ++a) {
      const WindowAxis& axis = windows[a];
      if (axis.stride != axis.taps || axis.dilation != 1 || axis.before != 0 || axis.after != 0 ||
          x[a + 1] % axis.taps != 0)
        return false;
    }
    return true;
  }
};

/// The taps of a window that are no padding.
Range taps_inside(const WindowAxis& axis, std::int64_t window, std::int64_t extent) {
  const std::int64_t first = axis.position(window, 0);
  const std::int64_t begin = first >= 0 ? 0 : (-first + axis.dilation - 1) / axis.dilation;
  const std::int64_t end = (extent - 1 - first) / axis.dilation + 1;
  return {begin, std::min(axis.taps, end)};
}

/// Offsets of some taps of a window, row-major, in elements.
struct Taps {
  std::array<std::int64_t, most_taps> offsets{};  // the first `count` of them
  std::int64_t count = 1;

  explicit Taps(std::int64_t first) { offsets[0] = first; }

  /// Each offset becomes those of taps `inside` along one axis more, `distance` elements apart.
  void add_axis(const Range& inside, std::int64_t distance) {
    std::array<std::int64_t, most_taps> all{};
    std::size_t n = 0;
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int64_t tap = inside.begin; tap < inside.end; ++tap)
        all[n++] = offsets[static_cast<std::size_t>(i)] + tap * distance;
    std::copy_n(all.begin(), n, offsets.begin());
    count = static_cast<std::int64_t>(n);
  }
};

/// One line of windows of a sample: runs of windows whose taps lie alike.
void pool_line(const Pool& pool, std::int64_t line, Dtype dtype, PoolArguments p, const KernelSet& set) {
  const auto size = static_cast<std::int64_t>(size_of(dtype));
  const int last = pool.last();
  const WindowAxis& axis = pool.windows[last];
  const std::int64_t along = pool.windows_along(last), extent = pool.x[last + 1];
  std::array<Range, Windows::most_axes> inside{};
  std::array<std::int64_t, Windows::most_axes> distance{};                // of taps along each axis
  std::int64_t rest = line, begin = 0, pitch = pool.channels() * extent;  // begin: of the line's windows in x
  for (int a = last - 1; a >= 0; --a) {
    const std::int64_t window = rest % pool.windows_along(a);
    rest /= pool.windows_along(a);
    inside[static_cast<std::size_t>(a)] = taps_inside(pool.windows[a], window, pool.x[a + 1]);
    distance[static_cast<std::size_t>(a)] = pool.windows[a].dilation * pitch;
    begin += pool.windows[a].position(window, 0) * pitch;
    pitch *= pool.x[a + 1];
  }
  const auto moved = [&](const void* base, std::int64_t elements) {
    return static_cast<const std::byte*>(base) + elements * size;
  };
  const std::int64_t room = extent - 1 + axis.before - axis.dilation * (axis.taps - 1);
  const Range without_padding{(axis.before + axis.stride - 1) / axis.stride, room < 0 ? 0 : room / axis.stride + 1};
  for (std::int64_t window = 0; window < along;) {
    const Range taps = taps_inside(axis, window, extent);
    const bool whole = window >= without_padding.begin && window < without_padding.end;
    const std::int64_t end = whole ? without_padding.end : window + 1;
    Taps list(begin + axis.position(window, 0) * pool.channels());
    for (std::size_t a = 0; a < static_cast<std::size_t>(last); ++a) list.add_axis(inside[a], distance[a]);
    list.add_axis(taps, axis.dilation * pool.channels());
    PoolArguments run = p;
    run.offsets = list.offsets.data();
    run.taps = list.count;
    run.windows = end - window;
    run.step = axis.stride * pool.channels();
    run.channels = pool.channels();
    run.divisor = pool.divides_by_taps ? pool.windows.taps() : list.count;
    run.pooled = const_cast<std::byte*>(moved(p.pooled, (line * along + window) * pool.channels()));
    set.pool(dtype, pool.what, run);
    window = end;
  }
}

/// Parts are lines of windows.
void gather_windows(const Node& node, Operands in, std::byte* out, const KernelSet& set, Range part) {
  const Pool pool(node, in[0].type.shape);
  const auto size = static_cast<std::int64_t>(size_of(node.type.dtype));
  const std::int64_t lines = pool.lines();
  const std::int64_t of_x = pool.x.elements() / pool.x[0] * size;
  const std::int64_t of_pooled = node.type.shape.elements() / pool.x[0] * size;
  for (std::int64_t i = part.begin; i < part.end; ++i) {
    const std::int64_t sample = i / lines;
    PoolArguments p{};
    p.x = in[0].data + sample * of_x;
    p.values = in.back().data + sample * of_x;
    p.pooled = out + sample * of_pooled;
    pool_line(pool, i % lines, node.type.dtype, p, set);
  }
}

/// Parts are samples.
void spread_windows(const Node& node, Operands in, std::byte* out, const KernelSet& set, Range part) {
  const Pool pool(node, in[0].type.shape);
  const auto size = static_cast<std::int64_t>(size_of(node.type.dtype));
  const std::int64_t of_x = pool.x.elements() / pool.x[0] * size;
  const std::int64_t of_pooled = in.back().type.shape.elements() / pool.x[0] * size;
  for (std::int64_t sample = part.begin; sample < part.end; ++sample) {
    PoolArguments p{};
    if (pool.what == Pooling::place_largest) p.x = in[0].data + sample * of_x;
    p.spread = out + sample * of_x;
    p.pooled = const_cast<std::byte*>(in.back().data) + sample * of_pooled;
    p.adds = !pool.tiles();
    if (p.adds) std::memset(p.spread, 0, static_cast<std::size_t>(of_x));
    for (std::int64_t line = 0; line < pool.lines(); ++line) pool_line(pool, line, node.type.dtype, p, set);
  }
}

}  // namespace

std::optional<DenseKernel> find_pooling(const Node& node, std::span<const Type> operands) {
  const auto is = [&](std::initializer_list<const Op*> ops) {
    return std::find(ops.begin(), ops.end(), node.op) != ops.end();
  };
  if (!is({&rows::max_pool, &rows::max_pool_pick, &rows::max_pool_place, &rows::average_pool,
           &rows::average_pool_input}))
    return std::nullopt;
  const Pool pool(node, operands[0].shape);
  if (pool.windows.taps() > most_taps || node.type.shape.elements() == 0) return std::nullopt;
  if (pool.spreads()) return DenseKernel{spread_windows, pool.x[0]};
  return DenseKernel{gather_windows, pool.x[0] * pool.lines()};
}

}  // namespace ansatz::kernels
