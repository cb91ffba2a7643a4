// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The plain loops of convolutions and pooling: one loop over the result, one over the terms of the contract, in its
/// order (docs/numbers.md), for any number of spatial axes. Included by reference.cpp alone.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ansatz/base/contraction.hpp"
#include "ansatz/kernels/reference.hpp"
#include "ansatz/ops/pooling.hpp"
#include "ansatz/ops/windows.hpp"

namespace ansatz::kernels::plain {

using Operands = std::span<const View>;
using Index = std::array<std::int64_t, Windows::most_axes>;

/// The extents of some spatial axes, and numbers for their indices, row-major.
struct Grid {
  int axes = 0;
  Index extent{};

  static Grid of_taps(const Windows& windows) {
    Grid grid{windows.axes, {}};
    for (int a = 0; a < windows.axes; ++a) grid.extent[static_cast<std::size_t>(a)] = windows[a].taps;
    return grid;
  }
  /// Of [samples, spatial…, channels].
  static Grid of(const Shape& shape) {
    Grid grid{shape.rank() - 2, {}};
    for (int a = 0; a < grid.axes; ++a) grid.extent[static_cast<std::size_t>(a)] = shape[a + 1];
    return grid;
  }
  std::int64_t size() const {
    std::int64_t product = 1;
    for (int a = 0; a < axes; ++a) product *= extent[static_cast<std::size_t>(a)];
    return product;
  }
  Index at(std::int64_t number) const {
    Index index{};
    for (int a = axes - 1; a >= 0; --a) {
      const auto i = static_cast<std::size_t>(a);
      index[i] = number % extent[i];
      number /= extent[i];
    }
    return index;
  }
  /// Nothing where an index lies outside.
  std::optional<std::int64_t> number(const Index& index) const {
    std::int64_t result = 0;
    for (int a = 0; a < axes; ++a) {
      const auto i = static_cast<std::size_t>(a);
      if (index[i] < 0 || index[i] >= extent[i]) return std::nullopt;
      result = result * extent[i] + index[i];
    }
    return result;
  }
};

/// Where a tap of a window lies.
inline Index position(const Windows& windows, const Index& window, const Index& tap) {
  Index result{};
  for (int a = 0; a < windows.axes; ++a) {
    const auto i = static_cast<std::size_t>(a);
    result[i] = windows[a].position(window[i], tap[i]);
  }
  return result;
}

/// The window whose `tap` lies at `at`, if the stride leads to one; it may be outside of those that there are.
inline std::optional<Index> window_at(const Windows& windows, const Index& at, const Index& tap) {
  Index result{};
  for (int a = 0; a < windows.axes; ++a) {
    const auto i = static_cast<std::size_t>(a);
    const std::int64_t distance = at[i] + windows[a].before - tap[i] * windows[a].dilation;
    if (distance % windows[a].stride != 0) return std::nullopt;
    result[i] = distance / windows[a].stride;
  }
  return result;
}

/// x[number, channel] of a sample, 0 outside.
template <class T>
T element(const T* x, std::optional<std::int64_t> number, std::int64_t channels, std::int64_t channel) {
  return number ? x[*number * channels + channel] : T(0);
}

/// What the three rows of a convolution have in common.
struct Extents {
  Windows windows;
  Grid taps, x, y;
  std::int64_t samples, c_in, c_out, groups;
  std::int64_t in_each() const { return c_in / groups; }
  std::int64_t out_each() const { return c_out / groups; }

  Extents(const Attributes& attributes, const Shape& of_x, const Shape& of_y)
      : windows(windows_of(attributes)),
        taps(Grid::of_taps(windows)),
        x(Grid::of(of_x)),
        y(Grid::of(of_y)),
        samples(of_x[0]),
        c_in(of_x[of_x.rank() - 1]),
        c_out(of_y[of_y.rank() - 1]),
        groups(attributes.ints.back()) {}
};

template <class T>
void convolution(const Node& node, Operands in, T* y) {
  const Extents e(node.attributes, in[0].type.shape, node.type.shape);
  const T *x = in[0].as<T>(), *w = in[1].as<T>();
  for (std::int64_t n = 0; n < e.samples; ++n)
    for (std::int64_t o = 0; o < e.y.size(); ++o) {
      const Index window = e.y.at(o);
      for (std::int64_t j = 0; j < e.c_out; ++j, ++y)
        *y = contract<T>(e.taps.size() * e.in_each(), [&](T sum, std::int64_t l) {
          const std::int64_t tap = l / e.in_each(), c = l % e.in_each();
          const auto at = e.x.number(position(e.windows, window, e.taps.at(tap)));
          const std::int64_t channel = j / e.out_each() * e.in_each() + c;
          return std::fma(element(x + n * e.x.size() * e.c_in, at, e.c_in, channel),
                          w[(tap * e.in_each() + c) * e.c_out + j], sum);
        });
    }
}

template <class T>
void convolution_input(const Node& node, Operands in, T* x) {
  const Extents e(node.attributes, node.type.shape, in[0].type.shape);
  const T *y = in[0].as<T>(), *w = in[1].as<T>();
  for (std::int64_t n = 0; n < e.samples; ++n)
    for (std::int64_t i = 0; i < e.x.size(); ++i) {
      std::vector<std::int64_t> taps;  // whose windows the stride leads to
      for (std::int64_t tap = 0; tap < e.taps.size(); ++tap)
        if (window_at(e.windows, e.x.at(i), e.taps.at(tap))) taps.push_back(tap);
      for (std::int64_t c = 0; c < e.c_in; ++c, ++x)
        *x = contract<T>(static_cast<std::int64_t>(taps.size()) * e.out_each(), [&](T sum, std::int64_t l) {
          const std::int64_t tap = taps[static_cast<std::size_t>(l / e.out_each())];
          const std::int64_t j = c / e.in_each() * e.out_each() + l % e.out_each();
          const auto window = e.y.number(*window_at(e.windows, e.x.at(i), e.taps.at(tap)));
          return std::fma(element(y + n * e.y.size() * e.c_out, window, e.c_out, j),
                          w[(tap * e.in_each() + c % e.in_each()) * e.c_out + j], sum);
        });
    }
}

template <class T>
void convolution_weights(const Node& node, Operands in, T* w) {
  const Extents e(node.attributes, in[0].type.shape, in[1].type.shape);
  const T *x = in[0].as<T>(), *y = in[1].as<T>();
  for (std::int64_t tap = 0; tap < e.taps.size(); ++tap)
    for (std::int64_t c = 0; c < e.in_each(); ++c)
      for (std::int64_t j = 0; j < e.c_out; ++j, ++w)
        *w = contract<T>(e.samples * e.y.size(), [&](T sum, std::int64_t l) {
          const std::int64_t n = l / e.y.size(), o = l % e.y.size();
          const auto at = e.x.number(position(e.windows, e.y.at(o), e.taps.at(tap)));
          const std::int64_t channel = j / e.out_each() * e.in_each() + c;
          return std::fma(element(x + n * e.x.size() * e.c_in, at, e.c_in, channel), y[l * e.c_out + j], sum);
        });
}

/// f(place of a window's channel in the pooled tensor, place of its first largest element in x) for each of them.
template <class T, class F>
void for_each_largest(const Windows& windows, const View& x, const Shape& pooled, F&& f) {
  const Grid of_x = Grid::of(x.type.shape), of_y = Grid::of(pooled), taps = Grid::of_taps(windows);
  const std::int64_t channels = pooled[pooled.rank() - 1];
  for (std::int64_t n = 0; n < pooled[0]; ++n)
    for (std::int64_t o = 0; o < of_y.size(); ++o)
      for (std::int64_t c = 0; c < channels; ++c) {
        const T* sample = x.as<T>() + n * of_x.size() * channels + c;
        std::optional<std::int64_t> best;
        for (std::int64_t tap = 0; tap < taps.size(); ++tap)
          if (const auto at = of_x.number(position(windows, of_y.at(o), taps.at(tap)))) {
            const T value = sample[*at * channels];
            const bool better =
                !best || (!(value <= sample[*best * channels]) && !std::isnan(sample[*best * channels]));
            if (better) best = at;
          }
        f((n * of_y.size() + o) * channels + c, (n * of_x.size() + *best) * channels + c);
      }
}

template <class T>
void max_pool_pick(const Node& node, Operands in, T* out) {  // of max_pool: from x itself
  const T* values = in.back().as<T>();
  for_each_largest<T>(windows_of(node.attributes), in[0], node.type.shape,
                      [&](std::int64_t pooled, std::int64_t at) { out[pooled] = values[at]; });
}

template <class T>
void max_pool_place(const Node& node, Operands in, T* out) {
  for (std::int64_t i = 0; i < node.type.shape.elements(); ++i) out[i] = T(0);
  for_each_largest<T>(windows_of(node.attributes), in[0], in[1].type.shape,
                      [&](std::int64_t pooled, std::int64_t at) { out[at] = out[at] + in[1].as<T>()[pooled]; });
}

/// 1 / what the sum over a window is divided by.
template <class T>
T inverse_divisor(const Node& node, const Windows& windows, const Grid& x, const Index& window) {
  std::int64_t inside = 0;
  const Grid taps = Grid::of_taps(windows);
  for (std::int64_t tap = 0; tap < taps.size(); ++tap)
    inside += x.number(position(windows, window, taps.at(tap))).has_value() ? 1 : 0;
  const bool all = node.attributes.ints.back() == static_cast<std::int64_t>(Divisor::taps);
  return T(1) / static_cast<T>(all ? taps.size() : inside);
}

template <class T>
void average_pool(const Node& node, Operands in, T* y) {
  const Windows windows = windows_of(node.attributes);
  const Shape& shape = node.type.shape;
  const Grid of_x = Grid::of(in[0].type.shape), of_y = Grid::of(shape), taps = Grid::of_taps(windows);
  const std::int64_t channels = shape[shape.rank() - 1];
  for (std::int64_t n = 0; n < shape[0]; ++n)
    for (std::int64_t o = 0; o < of_y.size(); ++o) {
      const T inverse = inverse_divisor<T>(node, windows, of_x, of_y.at(o));
      for (std::int64_t c = 0; c < channels; ++c, ++y)
        *y = inverse * contract<T>(taps.size(), [&](T sum, std::int64_t tap) {
               const auto at = of_x.number(position(windows, of_y.at(o), taps.at(tap)));
               return sum + element(in[0].as<T>() + n * of_x.size() * channels, at, channels, c);
             });
    }
}

template <class T>
void average_pool_input(const Node& node, Operands in, T* x) {
  const Windows windows = windows_of(node.attributes);
  const Shape& shape = in[0].type.shape;
  const Grid of_x = Grid::of(node.type.shape), of_y = Grid::of(shape), taps = Grid::of_taps(windows);
  const std::int64_t channels = shape[shape.rank() - 1];
  for (std::int64_t i = 0; i < node.type.shape.elements(); ++i) x[i] = T(0);
  for (std::int64_t n = 0; n < shape[0]; ++n)
    for (std::int64_t o = 0; o < of_y.size(); ++o) {
      const T inverse = inverse_divisor<T>(node, windows, of_x, of_y.at(o));
      for (std::int64_t tap = 0; tap < taps.size(); ++tap)
        if (const auto at = of_x.number(position(windows, of_y.at(o), taps.at(tap))))
          for (std::int64_t c = 0; c < channels; ++c) {
            T& sum = x[(n * of_x.size() + *at) * channels + c];
            sum = sum + in[0].as<T>()[(n * of_y.size() + o) * channels + c] * inverse;
          }
    }
}

}  // namespace ansatz::kernels::plain
