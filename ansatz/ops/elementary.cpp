// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/elementary.hpp"

#include <cmath>
#include <numbers>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/arithmetic.hpp"
#include "ansatz/ops/comparison.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

ANSATZ_ROW(exp){.name = "exp",
                .kind = Kind::elementwise,
                .type = same_type,
                .partial = [](const Call& call, int) -> std::optional<Var> { return call.output(); },
                .elementwise = true,
                .flops = 1,
                .onnx = "Exp"};

ANSATZ_ROW(log){.name = "log",
                .kind = Kind::elementwise,
                .type = same_type,
                .partial = [](const Call& call, int) -> std::optional<Var> { return 1.0 / call.input(0); },
                .elementwise = true,
                .flops = 1,
                .onnx = "Log"};

ANSATZ_ROW(log1p){.name = "log1p",
                  .kind = Kind::elementwise,
                  .type = same_type,
                  .partial = [](const Call& call, int) -> std::optional<Var> { return 1.0 / (call.input(0) + 1.0); },
                  .elementwise = true,
                  .flops = 1};

ANSATZ_ROW(expm1){.name = "expm1",
                  .kind = Kind::elementwise,
                  .type = same_type,
                  .partial = [](const Call& call, int) -> std::optional<Var> { return call.output() + 1.0; },
                  .elementwise = true,
                  .flops = 1};

ANSATZ_ROW(sin){.name = "sin",
                .kind = Kind::elementwise,
                .type = same_type,
                .partial = [](const Call& call, int) -> std::optional<Var> { return ansatz::cos(call.input(0)); },
                .elementwise = true,
                .flops = 1,
                .onnx = "Sin"};

ANSATZ_ROW(cos){.name = "cos",
                .kind = Kind::elementwise,
                .type = same_type,
                .partial = [](const Call& call, int) -> std::optional<Var> { return -ansatz::sin(call.input(0)); },
                .elementwise = true,
                .flops = 1,
                .onnx = "Cos"};

ANSATZ_ROW(tanh){.name = "tanh",
                 .kind = Kind::elementwise,
                 .type = same_type,
                 .partial = [](const Call& call, int) -> std::optional<Var> { return 1.0 - square(call.output()); },
                 .elementwise = true,
                 .flops = 1,
                 .onnx = "Tanh"};

ANSATZ_ROW(erf){.name = "erf",
                .kind = Kind::elementwise,
                .type = same_type,
                .partial = [](const Call& call, int) -> std::optional<Var> {
                  return 2.0 * std::numbers::inv_sqrtpi * ansatz::exp(-square(call.input(0)));
                },
                .elementwise = true,
                .flops = 1,
                .onnx = "Erf"};

ANSATZ_ROW(normal_cdf){.name = "normal_cdf",
                       .kind = Kind::elementwise,
                       .type = same_type,
                       .partial = [](const Call& call, int) -> std::optional<Var> {
                         const double density_at_0 = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
                         return density_at_0 * ansatz::exp(-0.5 * square(call.input(0)));
                       },
                       .elementwise = true,
                       .flops = 1};

ANSATZ_ROW(sigmoid){
    .name = "sigmoid",
    .kind = Kind::elementwise,
    .type = same_type,
    .partial = [](const Call& call, int) -> std::optional<Var> { return call.output() * (1.0 - call.output()); },
    .elementwise = true,
    .flops = 1,
    .onnx = "Sigmoid"};

ANSATZ_ROW(softplus){
    .name = "softplus",
    .kind = Kind::elementwise,
    .type = same_type,
    .partial = [](const Call& call, int) -> std::optional<Var> { return ansatz::sigmoid(call.input(0)); },
    .elementwise = true,
    .flops = 1,
    .onnx = "Softplus"};

ANSATZ_ROW(relu){.name = "relu",
                 .kind = Kind::elementwise,
                 .type = same_type,
                 .partial = [](const Call& call, int) -> std::optional<Var> {
                   const Var y = call.output();
                   return ansatz::where(ansatz::less_equal(y, full_like(y, 0.0)), full_like(y, 0.0), full_like(y, 1.0));
                 },
                 .elementwise = true,
                 .flops = 1,
                 .onnx = "Relu",
                 .kinks = kink_at_zero};

// reals[0]: the slope for x ≤ 0.
ANSATZ_ROW(leaky_relu){.name = "leaky_relu",
                       .kind = Kind::elementwise,
                       .type = same_type,
                       .partial = [](const Call& call, int) -> std::optional<Var> {
                         const Var y = call.output();  // y ≤ 0 exactly where x ≤ 0, since the slope is positive
                         return ansatz::where(ansatz::less_equal(y, full_like(y, 0.0)),
                                              full_like(y, call.attributes().reals.at(0)), full_like(y, 1.0));
                       },
                       .elementwise = true,
                       .flops = 1,
                       .onnx = "LeakyRelu",
                       .kinks = kink_at_zero};

ANSATZ_ROW(elu){.name = "elu",
                .kind = Kind::elementwise,
                .type = same_type,
                .partial = [](const Call& call, int) -> std::optional<Var> {
                  const Var y = call.output();  // eˣ = y + 1
                  return ansatz::where(ansatz::less(full_like(y, 0.0), y), full_like(y, 1.0), y + 1.0);
                },
                .elementwise = true,
                .flops = 1,
                .onnx = "Elu",
                .kinks = kink_at_zero};

}  // namespace rows

Var exp(const Var& x) { return apply(rows::exp, {x}); }
Var log(const Var& x) { return apply(rows::log, {x}); }
Var log1p(const Var& x) { return apply(rows::log1p, {x}); }
Var expm1(const Var& x) { return apply(rows::expm1, {x}); }
Var sin(const Var& x) { return apply(rows::sin, {x}); }
Var cos(const Var& x) { return apply(rows::cos, {x}); }
Var tanh(const Var& x) { return apply(rows::tanh, {x}); }
Var erf(const Var& x) { return apply(rows::erf, {x}); }
Var normal_cdf(const Var& x) { return apply(rows::normal_cdf, {x}); }
Var sigmoid(const Var& x) { return apply(rows::sigmoid, {x}); }
Var softplus(const Var& x) { return apply(rows::softplus, {x}); }
Var relu(const Var& x) { return apply(rows::relu, {x}); }
Var elu(const Var& x) { return apply(rows::elu, {x}); }

Var leaky_relu(const Var& x, double slope) {
  if (!(slope > 0.0) || !std::isfinite(slope))
    throw ArgumentError("leaky_relu was given the slope {}; a positive number is expected (use relu for 0)", slope);
  Attributes attributes;
  attributes.reals = {slope};
  return apply(rows::leaky_relu, {x}, std::move(attributes));
}

}  // namespace ansatz
