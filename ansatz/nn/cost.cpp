// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/cost.hpp"

#include <fmt/format.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::cost {

namespace {

/// Outputs − targets, [batch, outputs]; targets [batch] belong to a single output.
Var residual(const Var& outputs, const Var& targets) {
  const Shape& shape = outputs.shape();
  if (shape.rank() != 2)
    throw ShapeError("a cost was given outputs {}; [batch, outputs] is expected", to_string(shape));
  const bool single = targets.shape().rank() == 1 && shape[1] == 1;
  const Var t = single ? reshape(targets, shape) : targets;
  if (t.shape() != shape)
    throw ShapeError("outputs are {}, targets {}; they must agree", to_string(shape), to_string(targets.shape()));
  return outputs - t;
}

/// Mean over the outputs of each row.
Var mean_of_outputs(const Var& x) {
  if (x.shape()[1] == 1) return reshape(x, {x.shape()[0]});
  return ansatz::mean(x, {1});
}

}  // namespace

Cost squared_error() {
  return {"squared_error", [](const Var& y, const Var& t) { return mean_of_outputs(square(residual(y, t))); }};
}

Cost absolute() {
  return {"absolute", [](const Var& y, const Var& t) { return mean_of_outputs(abs(residual(y, t))); }};
}

Cost huber(double delta) {
  if (!(delta > 0.0) || !std::isfinite(delta))
    throw ArgumentError("the Huber cost was given δ = {}; a positive number is expected", delta);
  return {"huber", [delta](const Var& y, const Var& t) {
            const Var e = residual(y, t), size = abs(e);
            return mean_of_outputs(where(size <= delta, 0.5 * square(e), delta * (size - 0.5 * delta)));
          }};
}

Cost binary_cross_entropy() {
  return {"binary_cross_entropy", [](const Var& outputs, const Var& t) {
            if (outputs.shape().rank() != 2 || outputs.shape()[1] != 1)
              throw ShapeError("binary cross entropy was given outputs {}; [batch, 1] is expected",
                               to_string(outputs.shape()));
            const Var z = reshape(outputs, {outputs.shape()[0]});
            const Var positive = z > 0.0;
            return z * where(positive, 1.0 - t, -t) + softplus(where(positive, -z, z));
          }};
}

Cost cross_entropy() {
  return {"cross_entropy", [](const Var& z, const Var& labels) {
            if (z.shape().rank() != 2)
              throw ShapeError("cross entropy was given outputs {}; [batch, classes] is expected",
                               to_string(z.shape()));
            // Relative to the largest logit everything is of moderate size, and the difference is exact enough.
            const Var s = z - stop_gradient(max(z, {1}, Keep::yes));
            const Var chosen = sum(one_hot(labels, z.shape()[1], z.dtype()) * s, {1});
            return log(sum(exp(s), {1})) - chosen;
          }};
}

namespace {

std::vector<Cost> all() { return {squared_error(), absolute(), huber(), binary_cross_entropy(), cross_entropy()}; }

}  // namespace

std::vector<std::string> names() {
  std::vector<std::string> result;
  for (const Cost& cost : all()) result.push_back(cost.name);
  return result;
}

Cost find(std::string_view name) {
  for (Cost& cost : all())
    if (cost.name == name) return std::move(cost);
  throw ArgumentError("there is no cost \"{}\"; there are {}", name, fmt::join(names(), ", "));
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
