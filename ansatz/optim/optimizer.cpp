// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/optim/optimizer.hpp"

#include "ansatz/ops/ops.hpp"

namespace ansatz::optim {

namespace {

Var rounded(const Var& scalar, const Var& like) { return cast(scalar, like.dtype()); }

}  // namespace

Optimizer sgd(SgdOptions o) {
  return {named("sgd", o), o.learning_rate, {}, [](const Step& step) -> Updated {
            return {step.theta - rounded(step.learning_rate, step.theta) * step.gradient, {}};
          }};
}

Optimizer momentum(MomentumOptions o) {
  return {named("momentum", o), o.learning_rate, {{"velocity"}}, [o](const Step& step) -> Updated {
            const Var velocity = o.momentum * step.slots[0] + step.gradient;
            return {step.theta - rounded(step.learning_rate, step.theta) * velocity, {velocity}};
          }};
}

Optimizer nesterov(MomentumOptions o) {
  return {named("nesterov", o), o.learning_rate, {{"velocity"}}, [o](const Step& step) -> Updated {
            const Var velocity = o.momentum * step.slots[0] + step.gradient;
            const Var ahead = step.gradient + o.momentum * velocity;
            return {step.theta - rounded(step.learning_rate, step.theta) * ahead, {velocity}};
          }};
}

Optimizer adagrad(AdagradOptions o) {
  return {named("adagrad", o), o.learning_rate, {{"sum_of_squares"}}, [o](const Step& step) -> Updated {
            const Var squares = step.slots[0] + square(step.gradient);
            const Var eta = rounded(step.learning_rate, step.theta);
            return {step.theta - eta * step.gradient / (sqrt(squares) + o.epsilon), {squares}};
          }};
}

Optimizer adagrad_momentum(AdagradMomentumOptions o) {
  return {named("adagrad_momentum", o),
          o.learning_rate,
          {{"sum_of_squares"}, {"change"}},
          [o](const Step& step) -> Updated {
            const Var squares = step.slots[0] + square(step.gradient);
            const Var eta = rounded(step.learning_rate, step.theta);
            const Var change = eta * step.gradient / (sqrt(squares) + o.epsilon) + o.momentum * step.slots[1];
            return {step.theta - change, {squares, change}};
          }};
}

Optimizer rmsprop(RmspropOptions o) {
  return {named("rmsprop", o), o.learning_rate, {{"mean_square"}}, [o](const Step& step) -> Updated {
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

std::vector<Slot> adam_slots() { return {{"first_moment"}, {"second_moment"}, {"t", true}}; }

}  // namespace

Optimizer adam(AdamOptions o) {
  return {named("adam", o), o.learning_rate, adam_slots(),
          [o](const Step& step) { return adam_update(step, o.beta1, o.beta2, o.epsilon, step.theta); }};
}

Optimizer adamw(AdamwOptions o) {
  return {named("adamw", o), o.learning_rate, adam_slots(), [o](const Step& step) {
            const Var kept = rounded(1.0 - step.learning_rate * o.weight_decay, step.theta);
            return adam_update(step, o.beta1, o.beta2, o.epsilon, kept * step.theta);
          }};
}

const Family<Optimizer>& family() {
  static const Family<Optimizer> all(
      "optimizer",
      {member("sgd", sgd, "gradient descent", {"constant", "gradient_descent"}),
       member("momentum", momentum, "gradient descent with momentum"),
       member("nesterov", nesterov, "Nesterov's momentum"),
       member("adagrad", adagrad, "rates divided by the root of the sum of squared gradients"),
       member("adagrad_momentum", adagrad_momentum, "AdaGrad with momentum"),
       member("rmsprop", rmsprop, "rates divided by the root of a moving mean of squared gradients"),
       member("adam", adam, "moving means of the gradient and of its square, corrected for their beginning"),
       member("adamw", adamw, "Adam with weights that decay")});
  return all;
}

std::vector<std::string> names() { return family().names(); }

Optimizer find(std::string_view text, std::optional<double> learning_rate) {
  Spec spec = parse_spec(text, "optimizer");
  if (learning_rate) spec.keyed.emplace_back("learning_rate", options::text_of(*learning_rate));
  return family().make(spec);
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
