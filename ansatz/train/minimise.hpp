// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// minimise: any function of parameters by a gradient-descent method or L-BFGS. For what is no table of rows:
/// differential equations, variational energies, fits with a cost of your own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ansatz/base/tensor.hpp"
#include "ansatz/graph/var.hpp"
#include "ansatz/optim/optimizer.hpp"
#include "ansatz/optim/schedule.hpp"
#include "ansatz/train/history.hpp"
#include "ansatz/train/method.hpp"
#include "ansatz/train/stop_reason.hpp"

namespace ansatz::train {

struct MinimiseOptions {
  optim::Optimizer optimizer = optim::adam();
  schedule::Schedule schedule = schedule::constant();
  /// Instead of descent with the optimizer: lbfgs() of method.hpp.
  std::optional<MethodChoice> method = {};
  std::int64_t steps = 1000;  ///< at most; iterations of a method
  double clip_norm = 0.0;     ///< limit on the gradient's norm; 0: none
  int threads = 1;            ///< at most; used where they pay. Results do not depend on it
  /// Called with t and the cost after t steps, from t = 0 on.
  std::function<void(std::int64_t step, double cost)> progress = {};
};

struct Minimum {
  std::vector<Tensor> parameters;  ///< those with the lowest cost that was met, as they were given
  double cost = 0.0;               ///< theirs; infinite if none was finite
  std::vector<double> costs;       ///< [steps + 1]: after t steps
  std::int64_t best_step = 0;      ///< costs[best_step] is the lowest
  std::int64_t steps = 0;          ///< that were done
  double seconds = 0.0;            ///< of all steps, without compiling the first
  double us_per_step = 0.0;        ///< seconds / steps, in microseconds
  StopReason reason = StopReason::all_steps;
  History history;      ///< a line a step: the cost that it met
  std::string message;  ///< in words, e.g. why a method stopped, or which operation was not finite, in which step
};

/// A real number from Vars of the parameters' types.
using Objective = std::function<Var(const std::vector<Var>&)>;
Minimum minimise(const Objective& f, const std::vector<Tensor>& start, const MinimiseOptions& options = {});

/// Minimises f(θ₀, θ₁, …), a function from one Var for each tensor of `start` to a real number; data and derivatives in
/// x, such as laplacian, stand inside f. It is a session (train/session.hpp) of one row whose cost is f. With an
/// optimizer, cost, gradient and update are one plan; all parameters are one vector with one
/// state of the optimizer. A cost that is not finite, or a gradient, ends it; `reason` and `message` say so.
/// Example: const nn::FFNN network({1, 10, 1}, {.hidden = act::tanh, .seed = 1, .dtype = Dtype::f64});
///          auto cost = [&](Var theta) { return mean(square(network.logits(network.unpack(theta), x) - y)); };
///          auto found = minimise(cost, {initial_parameters(network)}, {.steps = 3000});
///          auto finer = minimise(cost, {found.parameters[0]}, {.method = lbfgs()});
/// @throws DtypeError unless all of `start` are f64 or all are f32; ShapeError, DtypeError unless f gives a real
/// number; ArgumentError for options out of range.
template <class F, std::size_t N>
Minimum minimise(const F& f, const Tensor (&start)[N], const MinimiseOptions& options = {}) {
  const auto call = [&]<std::size_t... I>(const std::vector<Var>& xs, std::index_sequence<I...>)->Var {
    return f(xs[I]...);
  };
  return minimise(Objective([&](const std::vector<Var>& xs) { return call(xs, std::make_index_sequence<N>{}); }),
                  std::vector<Tensor>(start, start + N), options);
}

}  // namespace ansatz::train
