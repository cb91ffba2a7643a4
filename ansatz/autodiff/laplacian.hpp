// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The Laplacian, in one sweep and without a Hessian: forward Laplacian. Beside each value it carries the value's
/// gradient and Laplacian in x, from node to node (R. Li et al., "A computational framework for neural network-based
/// variational Monte Carlo with Forward Laplacian", Nature Machine Intelligence 6, 2024, arXiv:2307.08214).
#pragma once

#include <cstddef>
#include <utility>

#include "ansatz/autodiff/jacobian.hpp"

namespace ansatz {

/// f, its gradient (shape f.shape + x.shape) and its Laplacian (f's shape) at one point.
struct ValueGradientLaplacian {
  Var value, gradient, laplacian;
};

namespace autodiff {

/// Of y, a function of x: with y = g(x₁, …) for values xᵢ that carry gradients ∇xᵢ and Laplacians Δxᵢ,
/// ∇y = Σᵢ ∂ᵢg ∇xᵢ and Δy = Σᵢ ∂ᵢg Δxᵢ + Σᵢⱼ ∂ᵢ∂ⱼg ∇xᵢ·∇xⱼ. Gradients are stacked along a leading axis of x.elements().
ValueGradientLaplacian forward_laplacian(const Var& y, const Var& x);

}  // namespace autodiff

/// (f, ∇f, Δf) in argument I as a function of f's arguments: for physics that needs Δ log ψ + |∇ log ψ|². f and
/// argument I are single Vars, the other arguments anything. About x.elements() + 2 times the time of f; the memory of
/// the widest layer's gradient, since each dies when the next one is there. It nests in grad, jvp, vmap and itself.
/// @throws DtypeError unless both are floating.
template <std::size_t I = 0, class F>
auto value_gradient_laplacian(F f) {
  return [f = std::move(f)](const auto&... args) {
    const auto [y, x] = autodiff::traced_in_var<I>(f, args...);
    autodiff::check_real("laplacian", y, x);
    return autodiff::forward_laplacian(y, x);
  };
}

/// Δf = Σ_i ∂²f/∂x_i² over all elements of argument I, for each element of f. See value_gradient_laplacian.
/// Example: auto poisson = [](Var x) { return laplacian(u)(x) + source(x); };   // 0 where Δu = −source
template <std::size_t I = 0, class F>
auto laplacian(F f) {
  return [f = value_gradient_laplacian<I>(std::move(f))](const auto&... args) { return f(args...).laplacian; };
}

}  // namespace ansatz
