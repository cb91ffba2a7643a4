// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Functions with a derivative of their own, in the spirit of JAX's custom_jvp and custom_vjp: where the rule of the
/// chain would be wrong, unstable or wasteful (solutions of equations, tables, straight-through estimators).
#pragma once

#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace autodiff {

/// ẏ from all x, y, and all ẋ (zeros where absent).
using JvpRule = std::function<Var(const std::vector<Var>& x, const Var& y, const std::vector<Var>& tangents)>;
/// All x̄ from all x, y, and ȳ.
using VjpRule = std::function<std::vector<Var>(const std::vector<Var>& x, const Var& y, const Var& cotangent)>;

/// x as constants: what f is called with.
std::vector<Var> constants(const std::vector<Var>& x);
/// `value`, whose derivative in x is given by a rule.
Var with_jvp(const Var& value, const std::vector<Var>& x, const JvpRule& rule);
Var with_vjp(const Var& value, const std::vector<Var>& x, const VjpRule& rule);

template <class F, class Attach>
auto with_rule(F f, Attach attach) {
  return [f = std::move(f), attach = std::move(attach)](const auto&... args) {
    static_assert((std::is_same_v<std::decay_t<decltype(args)>, Var> && ...),
                  "a function with its own derivative takes single Vars; others can be captured");
    const std::vector<Var> x{args...}, held = constants(x);
    const auto call = [&]<std::size_t... I>(std::index_sequence<I...>) { return f(held[I]...); };
    return attach(call(std::make_index_sequence<sizeof...(args)>{}), x);
  };
}

}  // namespace autodiff

/// f, a function of Vars to one Var, with its own derivative: rule(x, y, ẋ) gives ẏ, linear in the tangents ẋ. Forward
/// mode uses it, reverse mode its transpose, which is found automatically; higher derivatives differentiate the rule.
/// What f captures is differentiated as usual. @throws ShapeError when the rule's result has not y's type.
/// Example: // log(1 + eˣ), had we not got it already
///   auto f = with_derivative([](Var x) { return log(1.0 + exp(x)); },
///                            [](const auto& x, const Var&, const auto& dx) { return dx[0] * sigmoid(x[0]); });
template <class F>
auto with_derivative(F f, autodiff::JvpRule rule) {
  return autodiff::with_rule(std::move(f), [rule = std::move(rule)](const Var& value, const std::vector<Var>& x) {
    return autodiff::with_jvp(value, x, rule);
  });
}

/// The same by reverse mode: rule(x, y, ȳ) gives the x̄ of all arguments, linear in ȳ; forward mode uses its transpose.
/// @throws ArgumentError unless there is one x̄ an argument, ShapeError when it has not its type.
template <class F>
auto with_vjp(F f, autodiff::VjpRule rule) {
  return autodiff::with_rule(std::move(f), [rule = std::move(rule)](const Var& value, const std::vector<Var>& x) {
    return autodiff::with_vjp(value, x, rule);
  });
}

}  // namespace ansatz
