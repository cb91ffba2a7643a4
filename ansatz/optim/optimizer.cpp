// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/optim/optimizer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::optim {

namespace {

/// @throws ArgumentError unless low ≤ value < high.
void require(std::string_view optimizer, std::string_view what, double value, double low, double high) {
  if (!(value >= low) || !(value < high))
    throw ArgumentError("[{}] {} = {} was given; {} ≤ {} < {} is expected", optimizer, what, value, low, what, high);
}

constexpr double infinity = HUGE_VAL;

Var rounded(const Var& scalar, const Var& like) { return cast(scalar, like.dtype()); }

}  // namespace

Optimizer sgd(SgdOptions o) {
  require("sgd", "learning_rate", o.learning_rate, 0.0, infinity);
  return {"sgd", o.learning_rate, {}, {}, [](const Step& step) -> Updated {
            return {step.theta - rounded(step.learning_rate, step.theta) * step.gradient, {}};
          }};
}

Optimizer momentum(MomentumOptions o) {
  require("momentum", "learning_rate", o.learning_rate, 0.0, infinity);
  require("momentum", "momentum", o.momentum, 0.0, 1.0);
  return {"momentum", o.learning_rate, {{"momentum", o.momentum}}, {{"velocity"}}, [o](const Step& step) -> Updated {
            const Var velocity = o.momentum * step.slots[0] + step.gradient;
            return {step.theta - rounded(step.learning_rate, step.theta) * velocity, {velocity}};
          }};
}

Optimizer nesterov(MomentumOptions o) {
  require("nesterov", "learning_rate", o.learning_rate, 0.0, infinity);
  require("nesterov", "momentum", o.momentum, 0.0, 1.0);
  return {"nesterov", o.learning_rate, {{"momentum", o.momentum}}, {{"velocity"}}, [o](const Step& step) -> Updated {
            const Var velocity = o.momentum * step.slots[0] + step.gradient;
            const Var ahead = step.gradient + o.momentum * velocity;
            return {step.theta - rounded(step.learning_rate, step.theta) * ahead, {velocity}};
          }};
}

Optimizer adagrad(AdagradOptions o) {
  require("adagrad", "learning_rate", o.learning_rate, 0.0, infinity);
  require("adagrad", "epsilon", o.epsilon, 0.0, infinity);
  return {"adagrad", o.learning_rate, {{"epsilon", o.epsilon}}, {{"sum_of_squares"}}, [o](const Step& step) -> Updated {
            const Var squares = step.slots[0] + square(step.gradient);
            const Var eta = rounded(step.learning_rate, step.theta);
            return {step.theta - eta * step.gradient / (sqrt(squares) + o.epsilon), {squares}};
          }};
}

Optimizer adagrad_momentum(AdagradMomentumOptions o) {
  require("adagrad_momentum", "learning_rate", o.learning_rate, 0.0, infinity);
  require("adagrad_momentum", "momentum", o.momentum, 0.0, 1.0);
  require("adagrad_momentum", "epsilon", o.epsilon, 0.0, infinity);
  return {"adagrad_momentum",
          o.learning_rate,
          {{"momentum", o.momentum}, {"epsilon", o.epsilon}},
          {{"sum_of_squares"}, {"change"}},
          [o](const Step& step) -> Updated {
            const Var squares = step.slots[0] + square(step.gradient);
            const Var eta = rounded(step.learning_rate, step.theta);
            const Var change = eta * step.gradient / (sqrt(squares) + o.epsilon) + o.momentum * step.slots[1];
            return {step.theta - change, {squares, change}};
          }};
}

Optimizer rmsprop(RmspropOptions o) {
  require("rmsprop", "learning_rate", o.learning_rate, 0.0, infinity);
  require("rmsprop", "decay", o.decay, 0.0, 1.0);
  require("rmsprop", "epsilon", o.epsilon, 0.0, infinity);
  return {"rmsprop",
          o.learning_rate,
          {{"decay", o.decay}, {"epsilon", o.epsilon}},
          {{"mean_square"}},
          [o](const Step& step) -> Updated {
            const Var mean_square = o.decay * step.slots[0] + (1.0 - o.decay) * square(step.gradient);
            const Var eta = rounded(step.learning_rate, step.theta);
            return {step.theta - eta * step.gradient / (sqrt(mean_square) + o.epsilon), {mean_square}};
          }};
}

namespace {

/// Adam's change of θ and its slots: first moment, second moment, t.
Updated adam_update(const Step& step, double beta1, double beta2, double epsilon, const Var& theta) {
  const Var& g = step.gradient;
  const Var m = beta1 * step.slots[0] + (1.0 - beta1) * g;
  const Var v = beta2 * step.slots[1] + (1.0 - beta2) * square(g);
  const Var t = step.slots[2] + 1.0;
  // η m̂ / (√v̂ + ε) = (η / (1 − β₁ᵗ)) m / (√v / √(1 − β₂ᵗ) + ε)
  const Var rate = rounded(step.learning_rate / (1.0 - pow(full_like(t, beta1), t)), g);
  const Var root = rounded(1.0 / sqrt(1.0 - pow(full_like(t, beta2), t)), g);
  return {theta - rate * m / (sqrt(v) * root + epsilon), {m, v, t}};
}

void require_adam(std::string_view name, double learning_rate, double beta1, double beta2, double epsilon) {
  require(name, "learning_rate", learning_rate, 0.0, infinity);
  require(name, "beta1", beta1, 0.0, 1.0);
  require(name, "beta2", beta2, 0.0, 1.0);
  require(name, "epsilon", epsilon, 0.0, infinity);
}

const std::vector<Slot> adam_slots = {{"first_moment"}, {"second_moment"}, {"t", true}};

}  // namespace

Optimizer adam(AdamOptions o) {
  require_adam("adam", o.learning_rate, o.beta1, o.beta2, o.epsilon);
  return {"adam",
          o.learning_rate,
          {{"beta1", o.beta1}, {"beta2", o.beta2}, {"epsilon", o.epsilon}},
          adam_slots,
          [o](const Step& step) { return adam_update(step, o.beta1, o.beta2, o.epsilon, step.theta); }};
}

Optimizer adamw(AdamwOptions o) {
  require_adam("adamw", o.learning_rate, o.beta1, o.beta2, o.epsilon);
  require("adamw", "weight_decay", o.weight_decay, 0.0, infinity);
  return {"adamw",
          o.learning_rate,
          {{"beta1", o.beta1}, {"beta2", o.beta2}, {"epsilon", o.epsilon}, {"weight_decay", o.weight_decay}},
          adam_slots,
          [o](const Step& step) {
            const Var kept = rounded(1.0 - step.learning_rate * o.weight_decay, step.theta);
            return adam_update(step, o.beta1, o.beta2, o.epsilon, kept * step.theta);
          }};
}

namespace {

/// The optimizer with its default options, but for the learning rate where one is given.
template <auto make, class Options>
Optimizer made(std::optional<double> learning_rate) {
  Options options;
  if (learning_rate) options.learning_rate = *learning_rate;
  return make(options);
}

constexpr Optimizer (*every[])(std::optional<double>) = {made<sgd, SgdOptions>,
                                                         made<momentum, MomentumOptions>,
                                                         made<nesterov, MomentumOptions>,
                                                         made<adagrad, AdagradOptions>,
                                                         made<adagrad_momentum, AdagradMomentumOptions>,
                                                         made<rmsprop, RmspropOptions>,
                                                         made<adam, AdamOptions>,
                                                         made<adamw, AdamwOptions>};

}  // namespace

std::vector<std::string> names() {
  std::vector<std::string> result;
  for (const auto& make : every) result.push_back(make({}).name);
  return result;
}

Optimizer find(std::string_view name, std::optional<double> learning_rate) {
  for (const auto& make : every)
    if (make({}).name == name) return make(learning_rate);
  throw ArgumentError("there is no optimizer \"{}\"; there are {}", name, fmt::join(names(), ", "));
}

Var clip_by_norm(const Var& gradient, const Var& limit) {
  const Var norm = sqrt(sum(square(gradient)));
  const Var ceiling = rounded(limit, gradient);
  return gradient * where(norm > ceiling, ceiling / norm, full_like(norm, 1.0));
}

Var clip_by_value(const Var& gradient, const Var& limit) {
  const Var bound = rounded(limit, gradient);
  return max(min(gradient, bound), -bound);
}

}  // namespace ansatz::optim
