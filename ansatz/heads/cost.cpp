// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/heads/cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ansatz/base/error.hpp"
#include "ansatz/expr/expression.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::cost {

namespace {

/// Targets in the shape of outputs [batch, outputs]; targets [batch] belong to a single output.
Var as_outputs(const Var& outputs, const Var& targets) {
  const Shape& shape = outputs.shape();
  if (shape.rank() != 2)
    throw ShapeError("a cost was given outputs {}; [batch, outputs] is expected", to_string(shape));
  const bool single = targets.shape().rank() == 1 && shape[1] == 1;
  const Var t = single ? reshape(targets, shape) : targets;
  if (t.shape() != shape)
    throw ShapeError("outputs are {}, targets {}; they must agree", to_string(shape), to_string(targets.shape()));
  return t;
}

Var residual(const Var& outputs, const Var& targets) { return outputs - as_outputs(outputs, targets); }

/// Mean over the outputs of each row.
Var mean_of_outputs(const Var& x) {
  if (x.shape()[1] == 1) return reshape(x, {x.shape()[0]});
  return ansatz::mean(x, {1});
}

Var columns(const Var& x, std::int64_t from, std::int64_t to) { return slice(x, {0, from}, {x.shape()[0], to}); }

}  // namespace

Cost on_response(std::string name, std::function<Var(const Var&, const Var&)> of_rows) {
  return {std::move(name), std::move(of_rows), Sees::response};
}

Cost on_outputs(std::string name, std::function<Var(const Var&, const Var&)> of_rows) {
  return {std::move(name), std::move(of_rows), Sees::outputs};
}

Cost formula(const std::string& text) {
  const expr::Expression expression = expr::parse(text);
  for (const std::string& variable : expression.variables())
    if (variable != "a" && variable != "y")
      throw ArgumentError(
          "the cost \"{}\" has the variable {}; a (what the network says) and y (the target) are expected", text,
          variable);
  if (const auto& used = expression.variables(); std::find(used.begin(), used.end(), "a") == used.end())
    throw ArgumentError("the cost \"{}\" does not depend on a, what the network says: nothing could be learnt", text);
  return on_response(text, [expression](const Var& a, const Var& targets) {
    return mean_of_outputs(broadcast_to(expression.build({{"a", a}, {"y", as_outputs(a, targets)}}), a.shape()));
  });
}

Cost squared_error() {
  return on_response("squared_error",
                     [](const Var& y, const Var& t) { return mean_of_outputs(square(residual(y, t))); });
}

Cost absolute() {
  return on_response("absolute", [](const Var& y, const Var& t) { return mean_of_outputs(abs(residual(y, t))); });
}

Cost huber(double delta) {
  Cost cost = on_response("huber", [delta](const Var& y, const Var& t) {
    const Var e = residual(y, t), size = abs(e);
    return mean_of_outputs(where(size <= delta, 0.5 * square(e), delta * (size - 0.5 * delta)));
  });
  cost.named = named("huber", HuberOptions{delta});
  return cost;
}

Cost binary_cross_entropy() {
  return on_outputs("binary_cross_entropy", [](const Var& outputs, const Var& targets) {
    const auto of_logits = [](const Var& z, const Var& t) {
      const Var positive = z > 0.0;
      return z * where(positive, 1.0 - t, -t) + softplus(where(positive, -z, z));
    };
    if (outputs.shape().rank() == 2 && outputs.shape()[1] == 1 && targets.shape().rank() == 1)
      return of_logits(reshape(outputs, {outputs.shape()[0]}), targets);
    return mean_of_outputs(of_logits(outputs, as_outputs(outputs, targets)));
  });
}

Cost cross_entropy() {
  return on_outputs("cross_entropy", [](const Var& z, const Var& targets) {
    if (z.shape().rank() != 2)
      throw ShapeError("cross entropy was given outputs {}; [batch, classes] is expected", to_string(z.shape()));
    // Relative to the largest logit everything is of moderate size, and the difference is exact enough.
    const Var s = z - stop_gradient(max(z, {1}, Keep::yes));
    if (targets.dtype() == Dtype::i32)
      return log(sum(exp(s), {1})) - sum(one_hot(targets, z.shape()[1], z.dtype()) * s, {1});
    const Var t = as_outputs(z, targets);
    return log(sum(exp(s), {1})) * sum(t, {1}) - sum(t * s, {1});
  });
}

Cost poisson() {
  return on_outputs(
      "poisson", [](const Var& z, const Var& targets) { return mean_of_outputs(exp(z) - as_outputs(z, targets) * z); });
}

Cost gaussian() {
  return on_outputs("gaussian", [](const Var& outputs, const Var& targets) {
    const std::int64_t k = outputs.shape()[1] / 2;
    const Var mean = columns(outputs, 0, k), log_deviation = columns(outputs, k, 2 * k);
    const Var z = residual(mean, targets) * exp(-log_deviation);
    return mean_of_outputs(0.5 * square(z) + log_deviation) + 0.5 * std::log(2.0 * std::numbers::pi);
  });
}

Cost pinball(const std::vector<double>& given) {
  const std::vector<double> levels = given.empty() ? std::vector<double>{0.5} : given;
  Cost cost = on_response("pinball", [levels](const Var& quantiles, const Var& targets) {
    const std::int64_t batch = quantiles.shape()[0], n = static_cast<std::int64_t>(levels.size());
    const std::int64_t k = quantiles.shape()[1] / n;
    if (targets.shape().elements() * n != quantiles.shape().elements())
      throw ShapeError(
          "the cost pinball of levels {} was given outputs {} for targets {}; one for each target and level is "
          "expected, "
          "as the head quantiles has",
          fmt::join(levels, ","), to_string(quantiles.shape()), to_string(targets.shape()));
    const Var each = broadcast_to(reshape(targets, {batch, k, 1}), {batch, k, n});
    const Var e = each - reshape(quantiles, {batch, k, n});
    const Var alpha = broadcast_to(constant(levels, quantiles.dtype(), {n}), {batch, k, n});
    return mean_of_outputs(reshape(max(alpha * e, (alpha - 1.0) * e), {batch, k * n}));
  });
  cost.named = named("pinball", PinballOptions{given});
  return cost;
}

namespace {

Member<Cost> row(Cost (*make)(), std::string help, std::vector<std::string> aliases = {}) {
  return member<Cost, NoOptions>(
      make().name, [make](const NoOptions&) { return make(); }, std::move(help), std::move(aliases));
}

Cost huber_of(HuberOptions options) { return huber(options.delta); }
Cost pinball_of(PinballOptions options) { return pinball(options.levels); }

const Family<Cost>& family() {
  static const Family<Cost> costs(
      "cost", {row(squared_error, "mean of (a − y)²", {"CostOLS", "mse"}), row(absolute, "mean of |a − y|", {"mae"}),
               member<Cost, HuberOptions>("huber", huber_of, "square near 0, then linear"),
               row(binary_cross_entropy, "−y ln a − (1 − y) ln(1 − a)", {"CostLogReg"}),
               row(cross_entropy, "−ln of the true class's probability", {"CostCrossEntropy"}),
               row(poisson, "rate − y ln rate"), row(gaussian, "−ln of a normal density"),
               member<Cost, PinballOptions>("pinball", pinball_of, "of quantiles; of a quantity its median")});
  return costs;
}

}  // namespace

std::vector<std::string> names() { return family().names(); }

Cost find(std::string_view text) {
  // A name begins a text of the family; anything that computes is a formula.
  const bool computes =
      text.find_first_of("()+-*/^") != std::string_view::npos && text.find('=') == std::string_view::npos;
  return computes ? formula(std::string(text)) : family().make(text);
}

Var mean(const Var& of_rows, const std::optional<Var>& weights) {
  if (!weights) return ansatz::mean(of_rows);
  if (weights->shape() != of_rows.shape())
    throw ShapeError("{} sample weights were given for costs {}", to_string(weights->shape()),
                     to_string(of_rows.shape()));
  const Var total = sum(*weights);
  return sum(*weights * of_rows) / where(total > 0.0, total, 1.0);
}

}  // namespace ansatz::cost
