// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Where functions are asked: bit patterns of f32, or random numbers of any type.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "ansatz/base/random.hpp"
#include "bench/ulp/functions.hpp"

namespace ansatz::ulp {

template <class T>
using Bits = std::conditional_t<std::is_same_v<T, float>, std::uint32_t, std::uint64_t>;

/// Random numbers of type T for function arguments.
template <class T>
class Draws {
 public:
  explicit Draws(std::uint32_t block) : stream_(1, Purpose::data, 1, block) {}

  T evenly(Interval range) { return static_cast<T>(range.low + (range.high - range.low) * stream_.uniform()); }

  /// Any pattern of bits between low and high, each as likely as another: evenly spread logarithms.
  T pattern(Interval range) {
    const T low = clamped(range.low), high = clamped(range.high);
    const bool negative = low < T(0) && (high <= T(0) || stream_.next_word() % 2 == 0);
    const T nearest = negative ? std::max(T(0), -high) : std::max(T(0), low), farthest = negative ? -low : high;
    const auto from = std::bit_cast<Bits<T>>(nearest), to = std::bit_cast<Bits<T>>(farthest);
    const double length = static_cast<double>(to - from) + 1.0;
    const auto step = static_cast<Bits<T>>(length * stream_.uniform());
    const T value = std::bit_cast<T>(static_cast<Bits<T>>(from + std::min<Bits<T>>(step, to - from)));
    return negative ? -value : value;
  }

  std::uint32_t below(std::uint32_t n) { return stream_.below(n); }

 private:
  static T clamped(double value) {
    constexpr T most = std::numeric_limits<T>::max();
    return static_cast<T>(std::clamp(value, -static_cast<double>(most), static_cast<double>(most)));
  }
  RandomStream stream_;
};

/// Argument i of a block: half are patterns of bits over the function's domain, a quarter is spread evenly where the
/// function varies, a quarter where networks ask it.
template <class T>
T draw(Draws<T>& draws, std::size_t i, Interval domain, Interval range) {
  const Interval networks{std::max(-20.0, domain.low), std::min(20.0, domain.high)};
  return i % 2 == 0 ? draws.pattern(domain) : draws.evenly(i % 4 == 1 ? range : networks);
}

/// A pair (x, y) for operations of two operands: independent patterns of bits, or both moderate.
template <class T>
void draw_pair(Draws<T>& draws, std::size_t i, T& x, T& y) {
  constexpr Interval all{-infinity, infinity}, moderate{-20.0, 20.0};
  x = i % 2 == 0 ? draws.pattern(all) : draws.evenly(moderate);
  y = i % 2 == 0 ? draws.pattern(all) : draws.evenly(moderate);
}

/// A base and an exponent whose power is mostly finite: bases of all sizes, bases near 1, moderate ones, and negative
/// bases with integer exponents.
template <class T>
void draw_power(Draws<T>& draws, std::size_t i, T& x, T& y) {
  constexpr double largest = std::numeric_limits<T>::max_exponent + std::numeric_limits<T>::digits;
  const Interval logarithms{-largest * 0.6931471805599453, largest * 0.6931471805599453};
  switch (i % 4) {
    case 0: x = draws.pattern({0.0, infinity}); break;
    case 1: x = T(1) + draws.pattern({-0.25, 0.25}); break;
    case 2: x = draws.evenly({0.0, 20.0}); break;
    default: x = draws.evenly({-20.0, 0.0}); break;
  }
  y = i % 4 == 2 ? draws.evenly({-20.0, 20.0}) : draws.evenly(logarithms) / std::log(std::abs(x));
  if (i % 4 == 3) y = std::nearbyint(y);
}

}  // namespace ansatz::ulp
