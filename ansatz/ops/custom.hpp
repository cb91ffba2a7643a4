// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Operations of the user's own: an elementwise function with its own C++ kernel (custom_op, below), and a function of
/// Vars with its own derivative (with_derivative in ansatz/autodiff/with_derivative.hpp).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace rows {
extern const Op custom_elementwise, custom_derivative;
}  // namespace rows

/// What the user supplies with a node, in its attributes; each row uses its own part.
struct Custom {
  /// y[i] = f(x[0][i], x[1][i], …) for n elements (custom_elementwise).
  using Kernel = std::function<void(std::span<const double* const> x, double* y, std::int64_t n)>;
  /// ∂y/∂x_i (custom_elementwise).
  using Partial = std::function<Var(std::span<const Var> x, const Var& y, int i)>;
  /// ẏ for the ẋ that are not zero, linear in them (custom_derivative).
  using Tangent =
      std::function<Var(std::span<const Var> x, const Var& y, std::span<const std::optional<Var>> tangents)>;

  std::string name;
  Kernel kernel;
  Partial partial;
  Tangent tangent;
};

/// An elementwise function with a kernel of its own; called with as many Vars as it has partial derivatives.
class CustomOp {
 public:
  CustomOp(Custom custom, int arity) : custom_(std::make_shared<const Custom>(std::move(custom))), arity_(arity) {}
  /// Records the call; operands are broadcast as NumPy does. @throws ArgumentError for another number of operands,
  /// ShapeError, DtypeError.
  Var operator()(const std::vector<Var>& x) const;
  template <class... X>
  Var operator()(const Var& first, const X&... rest) const {
    return (*this)(std::vector<Var>{first, rest...});
  }

 private:
  std::shared_ptr<const Custom> custom_;
  int arity_;
};

/// An elementwise operation whose values are computed by `f`, a function of doubles, and whose derivatives are given as
/// graph: partials[i](x…, y) is ∂f/∂x_i from the operands and the result. It takes part in everything: both modes, any
/// order, vmap, laplacian, f32 (computed in f64, rounded once). What f computes is its own responsibility: the contract
/// of the bits (docs/numbers.md) holds as far as f gives the same bits for the same argument on every machine. f must
/// depend on its arguments alone; what it throws, the run throws.
/// Example: auto j0 = custom_op("bessel_j0", [](double x) { return std::cyl_bessel_j(0, x); },
///                              [](Var x, Var) { return -j1(x); });
///          Var y = j0(k * r);
template <class F, class... Partials>
CustomOp custom_op(std::string name, F f, Partials... partials) {
  static constexpr std::size_t arity = sizeof...(Partials);
  static_assert(arity >= 1, "one partial derivative an argument is expected after the function");
  const auto with_operands = [](const auto& g, const auto& x, auto... more) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) { return g(x[I]..., more...); }
    (std::make_index_sequence<arity>{});
  };
  Custom custom;
  custom.name = std::move(name);
  custom.kernel = [f = std::move(f), with_operands](std::span<const double* const> x, double* y, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) {
      double at[arity];
      for (std::size_t k = 0; k < arity; ++k) at[k] = x[k][i];
      y[i] = with_operands(f, at);
    }
  };
  custom.partial = [partials = std::tuple(std::move(partials)...), with_operands](std::span<const Var> x, const Var& y,
                                                                                  int wanted) {
    Var result;
    const auto choose = [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((static_cast<int>(I) == wanted ? void(result = with_operands(std::get<I>(partials), x, y)) : void()), ...);
    };
    choose(std::make_index_sequence<arity>{});
    return result;
  };
  return {std::move(custom), static_cast<int>(arity)};
}

}  // namespace ansatz
