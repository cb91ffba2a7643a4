// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/minimise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/train/session.hpp"

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

/// The function as what a session trains: a network of one layer, whose tensors are the parameters and whose output is
/// the value, and a cost that is its output.
Learner learner_of(const Objective& f, const std::vector<Tensor>& start) {
  nn::Layer layer{.named = {"function"}};
  layer.declare = [&start](std::span<const Shape>) -> nn::Declaration {
    nn::Declaration declared{{Shape{1}}};
    for (std::size_t i = 0; i < start.size(); ++i)
      declared.tensors.push_back({.name = std::to_string(i), .shape = start[i].shape()});
    return declared;
  };
  layer.apply = [f](const nn::Application& use) -> nn::Applied {
    const Var value = f({use.tensors.begin(), use.tensors.end()});
    if (!is_floating(value.dtype()))
      throw DtypeError("[minimise] the function returns {}; a real number is expected", to_string(value.type()));
    if (value.shape().elements() != 1)
      throw ShapeError("[minimise] the function returns {}; a scalar is expected", to_string(value.type()));
    return {{reshape(value, {1, 1})}};
  };
  head::Head head;
  head.named = {"value"};
  head.target = {data::TargetKind::numbers, false};
  return {.network = nn::sequential({1}, {std::move(layer)}),
          .head = std::move(head),
          .cost = cost::on_outputs("value", [](const Var& y, const Var&) { return reshape(y, {}); }),
          .dtype = start.front().dtype()};
}

}  // namespace

Minimum minimise(const Objective& f, const std::vector<Tensor>& start, const MinimiseOptions& options) {
  check(start, options);
  const Learner learner = learner_of(f, start);
  const Tensor from = packed(start);
  const Samples one{.rows = 1, .x = Tensor(learner.dtype, {1, 1}), .targets = Tensor(learner.dtype, {1})}, none;
  FitOptions fit{.optimizer = options.optimizer,
                 .schedule = options.schedule,
                 .epochs = options.steps,
                 .batch_size = 0,
                 .clip_norm = options.clip_norm,
                 .patience = 0,
                 .threads = options.threads};
  if (options.method) fit.method = std::make_shared<MethodChoice>(*options.method);
  fit.from = std::make_shared<std::pair<Tensor, Tensor>>(from, Tensor(learner.dtype, {0}));
  Session session(learner, one, none, fit, 0);
  Evaluator evaluator(learner, one, session.state(), {.threads = options.threads});

  Minimum result;
  Tensor best = from, before = from;
  const Tensor& theta = session.state().at(parameters_slot);
  result.cost = std::numeric_limits<double>::infinity();
  const auto begin = Clock::now();
  const auto meet = [&](double cost, const Tensor& at) {
    const auto t = static_cast<std::int64_t>(result.costs.size());
    result.costs.push_back(cost);
    if (std::isfinite(cost) && cost < result.cost) {
      result.cost = cost;
      result.best_step = t;
      std::memcpy(best.data(), at.data(), at.bytes());
    }
    if (options.progress) options.progress(t, cost);
  };
  if (options.method) meet(evaluator.score().cost, theta);  // its costs are those after its steps
  while (!session.ended()) {
    std::memcpy(before.data(), theta.data(), theta.bytes());
    session.step();
    if (session.last().finite) ++result.steps;
    meet(session.last().cost, session.last().before ? before : theta);
  }
  const Progress& progress = session.progress();
  std::string where;
  if (progress.reason == StopReason::not_finite) where = session.first_non_finite();
  if (where.empty() && static_cast<std::int64_t>(result.costs.size()) == result.steps) {
    meet(evaluator.score().cost, theta);  // of the numbers after the last step
    if (!std::isfinite(result.costs.back())) where = evaluator.first_non_finite();
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  result.us_per_step = result.steps > 0 ? result.seconds / static_cast<double>(result.steps) * 1e6 : 0.0;
  result.reason = !where.empty()                              ? StopReason::not_finite
                  : progress.reason == StopReason::all_epochs ? StopReason::all_steps
                                                              : progress.reason;
  result.message = result.reason == StopReason::converged ? progress.message : std::string(describe(result.reason));
  if (!where.empty())
    result.message = fmt::format(
        "after {} steps: the cost or its gradient was not finite, first in {}; the parameters after {} steps are kept",
        result.steps, where, result.best_step);
  result.history = progress.history;
  result.parameters = unpacked(best, start);
  return result;
}

}  // namespace ansatz::train
