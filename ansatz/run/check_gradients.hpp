// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// check_gradients: whether the derivatives of a user's function are what finite differences say.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ansatz/autodiff/tree.hpp"
#include "ansatz/base/tensor.hpp"
#include "ansatz/graph/var.hpp"

namespace ansatz {

struct GradientCheckOptions {
  int directions = 3;         ///< random ones in each argument
  double step = 1e-3;         ///< of the finite differences, times 1 + the argument's largest element
  double tolerance = 1e-6;    ///< largest relative error that passes
  bool second_order = false;  ///< also H v of a random combination of the outputs, against differences of its gradient
  bool throws = false;        ///< NumericError with the report unless the check is passed
  std::uint64_t seed = 0;     ///< of the directions
};

/// What was found. `to_string` prints it.
struct GradientCheck {
  /// The largest error of one kind of derivative, and where. Reverse mode and second order are of Σ w f with random w:
  /// reverse mode has no element, second order is the gradient's element in `of_argument`.
  struct Worst {
    std::string kind;  ///< "forward mode", "reverse mode", "second order"
    double error = 0.0;
    int argument = -1;  ///< in which the direction is
    int output = -1, of_argument = -1;
    std::int64_t element = -1;
    double derivative = 0.0, difference = 0.0;
  };
  std::vector<Worst> worst;
  std::vector<std::string> remarks;  ///< kinks; values that are not finite
  double largest_error = 0.0;        ///< relative; infinite where a derivative is not finite and the difference is
  bool passed = true;
};

std::string to_string(const GradientCheck& check);

namespace run {
using Function = std::function<std::vector<Var>(const std::vector<Var>&)>;
GradientCheck check_gradients(const Function& f, const std::vector<Tensor>& at, const GradientCheckOptions& options);
}  // namespace run

/// Compares f's derivatives at a point, in forward and in reverse mode, with central finite differences (two steps, one
/// Richardson extrapolation) along random directions in each f64 argument. Errors are relative to the largest
/// difference of the same output. At a kink, where the slopes from left and right differ, any derivative between them
/// passes and a remark says so. f takes Vars, one an argument, and returns any structure of them; arguments of other
/// dtypes stay as they are.
/// Example: fmt::print("{}", to_string(check_gradients(f, {0.3, x}, {.second_order = true})));
/// @throws DtypeError where an argument or a result is f32: give f64; ArgumentError without an f64 argument;
/// NumericError if options.throws and the check fails.
template <class F, std::size_t N>
GradientCheck check_gradients(const F& f, const Tensor (&at)[N], const GradientCheckOptions& options = {}) {
  const auto call = [&]<std::size_t... I>(const std::vector<Var>& xs, std::index_sequence<I...>) {
    return tree::leaves(f(xs[I]...));
  };
  return run::check_gradients([&](const std::vector<Var>& xs) { return call(xs, std::make_index_sequence<N>{}); },
                              std::vector<Tensor>(at, at + N), options);
}

}  // namespace ansatz
