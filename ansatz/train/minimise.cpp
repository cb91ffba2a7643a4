// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/minimise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/run/executor.hpp"
#include "ansatz/run/replay.hpp"
#include "ansatz/train/step.hpp"

namespace ansatz::train {

namespace {

using Clock = std::chrono::steady_clock;

void check(const std::vector<Tensor>& start, const MinimiseOptions& o) {
  if (o.steps < 0) throw ArgumentError("[minimise] steps = {} was given; 0 or more is expected", o.steps);
  if (!(o.clip_norm >= 0.0))
    throw ArgumentError("[minimise] clip_norm = {} was given; 0 or more is expected", o.clip_norm);
  if (o.threads < 1) throw ArgumentError("[minimise] threads = {} was given; 1 or more is expected", o.threads);
  for (const Tensor& tensor : start)
    if (!is_floating(tensor.dtype()) || tensor.dtype() != start.front().dtype())
      throw DtypeError("[minimise] the parameters are {} and {}; all f64 or all f32 is expected (data belong inside f)",
                       name_of(start.front().dtype()), name_of(tensor.dtype()));
  if (std::all_of(start.begin(), start.end(), [](const Tensor& tensor) { return tensor.shape().elements() == 0; }))
    throw ArgumentError("[minimise] {} tensors without an element were given; one parameter, at least, is expected",
                        start.size());
}

/// All of `tensors` in one vector, and back.
Tensor packed(const std::vector<Tensor>& tensors) {
  std::int64_t elements = 0;
  for (const Tensor& tensor : tensors) elements += tensor.shape().elements();
  Tensor result(tensors.front().dtype(), {elements});
  std::byte* at = result.data();
  for (const Tensor& tensor : tensors) {
    if (tensor.bytes() != 0) std::memcpy(at, tensor.data(), tensor.bytes());
    at += tensor.bytes();
  }
  return result;
}

std::vector<Tensor> unpacked(const Tensor& theta, std::vector<Tensor> like) {
  const std::byte* at = theta.data();
  for (Tensor& tensor : like) {
    if (tensor.bytes() != 0) std::memcpy(tensor.data(), at, tensor.bytes());
    at += tensor.bytes();
  }
  return like;
}

/// Inputs: learning rate, whether to write the state. Output: the cost.
Graph minimising_graph(const Objective& f, const std::vector<Tensor>& start, std::int64_t elements,
                       const MinimiseOptions& options) {
  Trace trace;
  const Var learning_rate = trace.input({Dtype::f64, {}}, "learning_rate");
  const Var update = trace.input({Dtype::boolean, {}}, "update");
  const Var theta = trace.state({start.front().dtype(), {elements}}, std::string(parameters_slot));

  std::vector<Var> parts;
  std::int64_t at = 0;
  for (const Tensor& tensor : start) {
    const std::int64_t end = at + tensor.shape().elements();
    parts.push_back(reshape(slice(theta, {at}, {end}), tensor.shape()));
    at = end;
  }
  auto [value, gradients] = value_and_grad(f)(parts);
  const Var cost = reshape(value, {});
  for (Var& part : gradients) part = reshape(part, {part.shape().elements()});
  Var gradient = concatenate(gradients).labelled("gradient");
  trace.commit_if(update && is_finite(cost) && all_finite(gradient));
  if (options.clip_norm > 0.0) gradient = optim::clip_by_norm(gradient, constant(options.clip_norm, Dtype::f64));
  assign_update(trace, options.optimizer, theta, gradient, learning_rate);
  trace.output(cast(cost, Dtype::f64));
  return trace.finish();
}

}  // namespace

Minimum minimise(const Objective& f, const std::vector<Tensor>& start, const MinimiseOptions& options) {
  check(start, options);
  Tensor best = packed(start), before = best;
  const Graph graph =
      passes::optimise(minimising_graph(f, start, best.shape().elements(), options), run::default_passes());
  run::State state;
  run::Executor executor(plan::build(graph), state, {.threads = options.threads});
  Tensor& theta = state.at(parameters_slot);
  std::memcpy(theta.data(), best.data(), best.bytes());

  double learning_rate = 0.0;
  bool update = true;
  const std::vector<const void*> inputs = {&learning_rate, &update};
  for (std::size_t i = 0; i < inputs.size(); ++i) executor.bind(i, inputs[i]);

  Minimum result;
  result.cost = std::numeric_limits<double>::infinity();
  const auto begin = Clock::now();
  for (std::int64_t t = 0;; ++t) {
    learning_rate = options.optimizer.learning_rate *
                    options.schedule.factor({.step = t, .total_steps = options.steps, .costs = result.costs});
    update = t < options.steps;  // the last run is for the cost
    std::memcpy(before.data(), theta.data(), theta.bytes());
    const bool updated = executor.run();
    const double cost = *reinterpret_cast<const double*>(executor.output(0));
    result.costs.push_back(cost);
    if (std::isfinite(cost) && cost < result.cost) {
      result.cost = cost;
      result.best_step = t;
      std::swap(best, before);
    }
    if (options.progress) options.progress(t, cost);
    if (!updated && (update || !std::isfinite(cost))) {
      result.reason = StopReason::not_finite;
      result.message = fmt::format(
          "after {} steps: the cost or its gradient was not finite, first in {}; the parameters after {} steps are "
          "kept",
          t, run::first_non_finite(graph, inputs, state), result.best_step);
    }
    if (!updated) break;
    ++result.steps;
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  result.us_per_step = result.steps > 0 ? result.seconds / static_cast<double>(result.steps) * 1e6 : 0.0;
  if (result.message.empty()) result.message = describe(result.reason);
  result.parameters = unpacked(best, start);
  return result;
}

}  // namespace ansatz::train
