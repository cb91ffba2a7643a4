// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// grad, value_and_grad, elementwise_grad, jvp and vjp: functions in, functions out. They nest to any order, and the
/// functions may capture Vars of the trace around them. Each argument that is differentiated gets a fresh identity, so
/// that ∂/∂y (x·y) at y = x is x, and d/dx of that is 1: perturbations are never confused.
///
/// Example: auto f = [](Var x, Var y) { return sin(x * y) + exp(x); };
///          auto d2f = grad(grad(f, 0), 1);          // ∂²f/∂x∂y
#pragma once

#include <tuple>
#include <utility>
#include <vector>

#include "ansatz/autodiff/tree.hpp"
#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace autodiff {

/// Fresh identities of `xs`.
std::vector<Var> fresh(const std::vector<Var>& xs);
/// Brings what `ys` compute from node `since` on into stable forms.
std::vector<Var> stable(const std::vector<Var>& ys, NodeId since);
/// ∂y/∂xs for a scalar y; zeros where y does not depend on x. @throws ShapeError, DtypeError unless y is a real scalar.
std::vector<Var> gradients(const Var& y, const std::vector<Var>& xs);
/// Σ cotangents · ∂ys/∂xs, zeros where independent. @throws ShapeError when cotangents do not match ys.
std::vector<Var> pull_back(const std::vector<Var>& ys, const std::vector<Var>& cotangents, const std::vector<Var>& xs);
/// Σ ∂ys/∂xs · tangents, zeros where independent. @throws ShapeError when tangents do not match xs.
std::vector<Var> push_forward(const std::vector<Var>& ys, const std::vector<Var>& xs, const std::vector<Var>& tangents);
/// 1 in y's shape.
Var ones(const Var& y);
/// The first node after the ones recorded so far.
NodeId mark();

/// f(arguments…) on fresh copies of the leaves of those arguments that selected(arguments, visit) visits, in stable
/// form: (result, leaves).
template <class F, class Selected, class Arguments>
auto traced(const F& f, Selected selected, Arguments arguments) {
  const NodeId since = mark();
  std::vector<Var> xs;
  selected(arguments, [&](auto& argument) {
    const std::vector<Var> mine = fresh(tree::leaves(argument));
    argument = tree::with_leaves(argument, mine);
    xs.insert(xs.end(), mine.begin(), mine.end());
  });
  auto y = std::apply(f, arguments);
  y = tree::with_leaves(y, stable(tree::leaves(y), since));
  return std::pair(std::move(y), std::move(xs));
}

/// Visits element `index` of a tuple of arguments. @throws ArgumentError when there is none.
template <class Arguments, class Visit>
void visit_argument(Arguments& arguments, int index, Visit&& visit) {
  bool found = false;
  const auto one = [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((static_cast<int>(I) == index ? (visit(std::get<I>(arguments)), found = true) : false), ...);
  };
  one(std::make_index_sequence<std::tuple_size_v<Arguments>>{});
  if (!found)
    throw ArgumentError("the derivative in argument {} was asked for; the function was called with {} (from 0)", index,
                        std::tuple_size_v<Arguments>);
}

template <std::size_t I, class F>
auto value_and_grad_at(F f) {
  return [f = std::move(f)](const auto&... args) {
    auto [y, xs] = traced(
        f, [](auto& arguments, auto&& visit) { visit(std::get<I>(arguments)); }, std::make_tuple(args...));
    const std::vector<Var> gradient = gradients(tree::leaves(y).at(0), xs);
    return std::pair(std::move(y), tree::with_leaves(std::get<I>(std::make_tuple(args...)), gradient));
  };
}

}  // namespace autodiff

/// (f, ∂f/∂argument I) as a function of f's arguments; the gradient has the argument's structure.
template <std::size_t I = 0, class F>
auto value_and_grad(F f) {
  return autodiff::value_and_grad_at<I>(std::move(f));
}

/// ∂f/∂argument I as a function of f's arguments.
template <std::size_t I, class F>
auto grad(F f) {
  return [g = autodiff::value_and_grad_at<I>(std::move(f))](const auto&... args) { return g(args...).second; };
}

/// (f, ∂f/∂argument) for functions whose arguments are all Vars. @throws ArgumentError when there is no such argument.
template <class F>
auto value_and_grad(F f, int argument) {
  return [f = std::move(f), argument](const auto&... args) {
    auto [y, xs] = autodiff::traced(
        f, [argument](auto& arguments, auto&& visit) { autodiff::visit_argument(arguments, argument, visit); },
        std::make_tuple(args...));
    const std::vector<Var> gradient = autodiff::gradients(tree::leaves(y).at(0), xs);
    return std::pair(std::move(y), gradient.at(0));
  };
}

/// ∂f/∂argument for functions whose arguments are all Vars.
template <class F>
auto grad(F f, int argument) {
  return [g = value_and_grad(std::move(f), argument)](const auto&... args) { return g(args...).second; };
}

/// ∂f/∂(first argument), of any structure.
template <class F>
auto grad(F f) {
  return grad<0>(std::move(f));
}

/// For f that acts elementwise: its derivative at each element.
template <class F>
auto elementwise_grad(F f) {
  return [f = std::move(f)](const Var& x) {
    auto [y, xs] = autodiff::traced(
        f, [](auto& arguments, auto&& visit) { visit(std::get<0>(arguments)); }, std::tuple(x));
    return autodiff::pull_back({y}, {autodiff::ones(y)}, xs).at(0);
  };
}

/// (f(x…), Σ ∂f/∂x · ẋ): forward mode. Primals and tangents are tuples of the same structure.
template <class F, class... Args>
auto jvp(const F& f, const std::tuple<Args...>& primals, const std::tuple<Args...>& tangents) {
  auto [y, xs] = autodiff::traced(
      f,
      [](auto& arguments, auto&& visit) { std::apply([&](auto&... argument) { (visit(argument), ...); }, arguments); },
      primals);
  auto tangent = tree::with_leaves(y, autodiff::push_forward(tree::leaves(y), xs, tree::leaves(tangents)));
  return std::pair(std::move(y), std::move(tangent));
}

/// (f(x…), ȳ ↦ the tuple of x̄ = ȳ · ∂f/∂x): reverse mode. The second is a function of a cotangent of y's structure.
template <class F, class... Args>
auto vjp(const F& f, const Args&... args) {
  auto [y, xs] = autodiff::traced(
      f,
      [](auto& arguments, auto&& visit) { std::apply([&](auto&... argument) { (visit(argument), ...); }, arguments); },
      std::make_tuple(args...));
  auto pull = [y = y, xs = xs, structure = std::make_tuple(args...)](const std::decay_t<decltype(y)>& cotangent) {
    return tree::with_leaves(structure, autodiff::pull_back(tree::leaves(y), tree::leaves(cotangent), xs));
  };
  return std::pair(std::move(y), std::move(pull));
}

}  // namespace ansatz
