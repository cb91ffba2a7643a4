// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Arguments and results with more than one Var: tuples, pairs, arrays, vectors, and plain structs (aggregates of up to
/// eight members), nested at will. A leaf is a Var; everything that is neither is passed through untouched.
#pragma once

#include <array>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz::tree {

namespace detail {

struct Anything {
  template <class T>
  operator T() const;  // NOLINT: never defined, used to count members
};

template <class T, class... Fill>
constexpr std::size_t member_count() {
  if constexpr (requires { T{std::declval<Fill>()..., Anything{}}; })
    return member_count<T, Fill..., Anything>();
  else
    return sizeof...(Fill);
}

template <class T>
struct IsTupleLike : std::false_type {};
template <class... T>
struct IsTupleLike<std::tuple<T...>> : std::true_type {};
template <class A, class B>
struct IsTupleLike<std::pair<A, B>> : std::true_type {};

template <class T>
concept Range = requires(T& t) {
  t.begin();
  t.end();
  typename T::value_type;
};

/// The members of an aggregate as a tuple of references.
template <class T>
auto members(T& value) {
  constexpr std::size_t n = member_count<std::remove_const_t<T>>();
  static_assert(n <= 8, "a struct of Vars has at most eight members; use a vector or nested structs for more");
  if constexpr (n == 0) {
    return std::tie();
  } else if constexpr (n == 1) {
    auto& [a] = value;
    return std::tie(a);
  } else if constexpr (n == 2) {
    auto& [a, b] = value;
    return std::tie(a, b);
  } else if constexpr (n == 3) {
    auto& [a, b, c] = value;
    return std::tie(a, b, c);
  } else if constexpr (n == 4) {
    auto& [a, b, c, d] = value;
    return std::tie(a, b, c, d);
  } else if constexpr (n == 5) {
    auto& [a, b, c, d, e] = value;
    return std::tie(a, b, c, d, e);
  } else if constexpr (n == 6) {
    auto& [a, b, c, d, e, f] = value;
    return std::tie(a, b, c, d, e, f);
  } else if constexpr (n == 7) {
    auto& [a, b, c, d, e, f, g] = value;
    return std::tie(a, b, c, d, e, f, g);
  } else {
    auto& [a, b, c, d, e, f, g, h] = value;
    return std::tie(a, b, c, d, e, f, g, h);
  }
}

}  // namespace detail

/// Calls visit(Var&) for every leaf of `value`, in order.
template <class T, class Visit>
void for_each(T& value, Visit&& visit) {
  using Plain = std::remove_const_t<T>;
  if constexpr (std::is_same_v<Plain, Var>) {
    visit(value);
  } else if constexpr (detail::IsTupleLike<Plain>::value) {
    std::apply([&](auto&... member) { (for_each(member, visit), ...); }, value);
  } else if constexpr (detail::Range<Plain>) {
    if constexpr (!std::is_arithmetic_v<typename Plain::value_type>)
      for (auto& member : value) for_each(member, visit);
  } else if constexpr (std::is_aggregate_v<Plain> && std::is_class_v<Plain>) {
    auto tied = detail::members(value);
    std::apply([&](auto&... member) { (for_each(member, visit), ...); }, tied);
  }
}

/// All leaves, in order.
template <class T>
std::vector<Var> leaves(const T& value) {
  std::vector<Var> result;
  for_each(value, [&](const Var& leaf) { result.push_back(leaf); });
  return result;
}

/// A copy of `value` with its leaves replaced, in order.
template <class T>
T with_leaves(T value, const std::vector<Var>& replacements) {
  std::size_t next = 0;
  for_each(value, [&](Var& leaf) { leaf = replacements[next++]; });
  return value;
}

}  // namespace ansatz::tree
