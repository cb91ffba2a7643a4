// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// jacobian, hessian and hvp: functions in, functions out, which nest with each other, with grad and with vmap.
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include "ansatz/autodiff/gradient.hpp"

namespace ansatz {

namespace autodiff {

/// The unit vectors of x's space along a leading axis: [x.elements()] + x.shape.
Var unit_vectors(const Var& x);
/// ∂y/∂x as [x.elements()] + y.shape (forward) or [y.elements()] + x.shape (reverse): the derivative for one unit
/// vector, stacked for all.
Var stacked_tangents(const Var& y, const Var& x);
Var stacked_cotangents(const Var& y, const Var& x);
/// [x.elements()] + y.shape as y.shape + x.shape.
Var with_argument_last(const Var& stacked, const Var& y, const Var& x);
/// [x.elements()] + x.shape as x.shape + x.shape: as it is, since H e_j is row j as well as column j.
Var symmetric(const Var& stacked, const Var& x);
/// ∂y/∂x, y.shape + x.shape, in the mode that takes fewer sweeps.
Var jacobian_of(const Var& y, const Var& x);
/// @throws DtypeError, naming `what`, unless the function and the argument are floating.
void check_real(const char* what, const Var& y, const Var& x);

/// f at args with argument I, a single Var, made fresh: (result, that argument).
template <std::size_t I, class F, class... Args>
auto traced_in_var(const F& f, const Args&... args) {
  static_assert(I < sizeof...(Args), "the function has no such argument (counted from 0)");
  static_assert(std::is_same_v<std::decay_t<std::tuple_element_t<I, std::tuple<Args...>>>, Var>,
                "this derivative is taken in an argument that is a single Var (join a structure with concatenate)");
  auto [y, xs] = traced(
      f, [](auto& arguments, auto&& visit) { visit(std::get<I>(arguments)); }, std::make_tuple(args...));
  static_assert(std::is_same_v<std::decay_t<decltype(y)>, Var>,
                "this derivative is that of a function to a single Var");
  return std::pair<Var, Var>(std::move(y), xs.at(0));
}

}  // namespace autodiff

/// J[o…, i…] = ∂f_o/∂x_i for argument I, as a function of f's arguments: shape f.shape + x.shape. One sweep of forward
/// mode for all elements of x together (vmap of jvp) where x has at most as many as f, else of reverse mode (vmap of
/// vjp). f and argument I are single Vars, the other arguments anything. @throws DtypeError unless both are floating.
template <std::size_t I = 0, class F>
auto jacobian(F f) {
  return [f = std::move(f)](const auto&... args) {
    const auto [y, x] = autodiff::traced_in_var<I>(f, args...);
    autodiff::check_real("jacobian", y, x);
    return autodiff::jacobian_of(y, x);
  };
}

/// H[i…, j…] = ∂²f/∂x_i∂x_j of a scalar f in argument I: shape x.shape + x.shape. Forward over reverse mode, as
/// vmap(hvp) over unit vectors (A. Griewank, A. Walther, "Evaluating Derivatives", 2nd ed., SIAM 2008, ch. 5).
/// @throws ShapeError, DtypeError unless f is a real scalar.
template <std::size_t I = 0, class F>
auto hessian(F f) {
  return [f = std::move(f)](const auto&... args) {
    const auto [y, x] = autodiff::traced_in_var<I>(f, args...);
    const Var gradient = autodiff::gradients(y, {x}).at(0);
    return autodiff::symmetric(autodiff::stacked_tangents(gradient, x), x);
  };
}

/// (x, v) ↦ H v for a scalar f, without H: forward over reverse mode, at about twice the cost of the gradient
/// (B. A. Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6, 1994). x and v have f's
/// argument's structure, whatever it is, and so has the result. @throws ShapeError, DtypeError.
template <class F>
auto hvp(F f) {
  return [f = std::move(f)](const auto& x, const std::decay_t<decltype(x)>& v) {
    auto [y, xs] = autodiff::traced(
        f, [](auto& arguments, auto&& visit) { visit(std::get<0>(arguments)); }, std::make_tuple(x));
    const std::vector<Var> gradient = autodiff::gradients(tree::leaves(y).at(0), xs);
    return tree::with_leaves(x, autodiff::push_forward(gradient, xs, tree::leaves(v)));
  };
}

}  // namespace ansatz
