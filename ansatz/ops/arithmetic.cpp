// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/arithmetic.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include "ansatz/base/error.hpp"
#include "ansatz/graph/source.hpp"
#include "ansatz/ops/comparison.hpp"
#include "ansatz/ops/elementary.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

namespace {

Var same_cotangent(const Call&, const Var& cotangent, int) { return cotangent; }

/// 1 where input i is chosen over the other one, ½ where they are equal.
Var chosen(const Call& call, int i, bool larger) {
  const Var mine = call.input(i), other = call.input(1 - i);
  const Var wins = larger ? ansatz::less(other, mine) : ansatz::less(mine, other);
  return ansatz::where(wins, full_like(mine, 1.0),
                       ansatz::where(ansatz::equal(mine, other), full_like(mine, 0.5), full_like(mine, 0.0)));
}

}  // namespace

ANSATZ_ROW(add){.name = "add",
                .arity = 2,
                .kind = Kind::linear,
                .accepts = Accepts::numeric,
                .type = same_type,
                .transpose = same_cotangent,
                .linear_in = 3,
                .commutative = true,
                .elementwise = true,
                .flops = 1,
                .symbol = "+",
                .onnx = "Add"};

ANSATZ_ROW(sub){.name = "sub",
                .arity = 2,
                .kind = Kind::linear,
                .accepts = Accepts::numeric,
                .type = same_type,
                .transpose = [](const Call&, const Var& cotangent, int i) { return i == 0 ? cotangent : -cotangent; },
                .linear_in = 3,
                .elementwise = true,
                .flops = 1,
                .symbol = "-",
                .onnx = "Sub"};

ANSATZ_ROW(mul){
    .name = "mul",
    .arity = 2,
    .kind = Kind::multilinear,
    .accepts = Accepts::numeric,
    .type = same_type,
    .transpose = [](const Call& call, const Var& cotangent, int i) { return cotangent * call.input(1 - i); },
    .linear_in = 3,
    .commutative = true,
    .elementwise = true,
    .flops = 1,
    .symbol = "*",
    .onnx = "Mul"};

ANSATZ_ROW(div){.name = "div",
                .arity = 2,
                .kind = Kind::elementwise,
                .type = same_type,
                .partial = [](const Call& call, int i) -> std::optional<Var> {
                  if (i == 0) return 1.0 / call.input(1);
                  return -(call.output() / call.input(1));
                },
                .elementwise = true,
                .flops = 1,
                .symbol = "/",
                .onnx = "Div"};

ANSATZ_ROW(neg){.name = "neg",
                .arity = 1,
                .kind = Kind::linear,
                .accepts = Accepts::numeric,
                .type = same_type,
                .transpose = [](const Call&, const Var& cotangent, int) { return -cotangent; },
                .linear_in = 1,
                .elementwise = true,
                .flops = 1,
                .symbol = "-",
                .onnx = "Neg"};

ANSATZ_ROW(pow){.name = "pow",
                .arity = 2,
                .kind = Kind::elementwise,
                .type = same_type,
                .partial = [](const Call& call, int i) -> std::optional<Var> {
                  const Var base = call.input(0), exponent = call.input(1);
                  if (i == 0) return exponent * ansatz::pow(base, exponent - 1.0);
                  return call.output() * ansatz::log(base);
                },
                .elementwise = true,
                .flops = 1,
                .symbol = "^",
                .onnx = "Pow"};

// ints[0]: the exponent n. Expanded into products before it runs.
ANSATZ_ROW(integer_pow){.name = "integer_pow",
                        .arity = 1,
                        .kind = Kind::elementwise,
                        .type = same_type,
                        .partial = [](const Call& call, int) -> std::optional<Var> {
                          const auto n = static_cast<double>(call.attributes().ints.at(0));
                          return n * ansatz::pow(call.input(0), n - 1.0);
                        },
                        .elementwise = true,
                        .flops = 1,
                        .onnx = "Pow"};

ANSATZ_ROW(sqrt){.name = "sqrt",
                 .arity = 1,
                 .kind = Kind::elementwise,
                 .type = same_type,
                 .partial = [](const Call& call, int) -> std::optional<Var> { return 0.5 / call.output(); },
                 .elementwise = true,
                 .flops = 1,
                 .onnx = "Sqrt"};

ANSATZ_ROW(abs){.name = "abs",
                .arity = 1,
                .kind = Kind::elementwise,
                .accepts = Accepts::numeric,
                .type = same_type,
                .partial = [](const Call& call, int) -> std::optional<Var> { return ansatz::sign(call.input(0)); },
                .elementwise = true,
                .flops = 1,
                .onnx = "Abs",
                .kinks = kink_at_zero};

ANSATZ_ROW(sign){.name = "sign",
                 .arity = 1,
                 .kind = Kind::opaque,
                 .accepts = Accepts::numeric,
                 .type = same_type,
                 .elementwise = true,
                 .flops = 1,
                 .onnx = "Sign",
                 .kinks = kink_at_zero};

ANSATZ_ROW(maximum){.name = "maximum",
                    .arity = 2,
                    .kind = Kind::elementwise,
                    .accepts = Accepts::numeric,
                    .type = same_type,
                    .partial = [](const Call& call, int i) -> std::optional<Var> { return chosen(call, i, true); },
                    .commutative = true,
                    .elementwise = true,
                    .flops = 1,
                    .onnx = "Max",
                    .kinks = kink_at_zero};

ANSATZ_ROW(minimum){.name = "minimum",
                    .arity = 2,
                    .kind = Kind::elementwise,
                    .accepts = Accepts::numeric,
                    .type = same_type,
                    .partial = [](const Call& call, int i) -> std::optional<Var> { return chosen(call, i, false); },
                    .commutative = true,
                    .elementwise = true,
                    .flops = 1,
                    .onnx = "Min",
                    .kinks = kink_at_zero};

}  // namespace rows

Var constant(double value, Dtype dtype, const Shape& shape) {
  const bool integral = value == std::nearbyint(value) && std::abs(value) <= std::numeric_limits<std::int32_t>::max();
  if (dtype == Dtype::i32 && !integral)
    throw DtypeError("the literal {} cannot be an i32; an integer is expected (use cast on its partner)", value);
  if (dtype == Dtype::boolean && value != 0.0 && value != 1.0)
    throw DtypeError("the literal {} cannot be a bool; 0 or 1 is expected", value);
  Attributes attributes;
  attributes.reals = {value};
  attributes.dtype = dtype;
  attributes.shape = shape;
  return apply(rows::constant, {}, std::move(attributes));
}

Var constant(std::span<const double> values, Dtype dtype, const Shape& shape) {
  if (static_cast<std::int64_t>(values.size()) != shape.elements())
    throw ShapeError("{} values were given for a constant of shape {}", values.size(), to_string(shape));
  auto data = std::make_shared<AlignedBuffer>(values.size() * size_of(dtype));
  for (std::size_t i = 0; i < values.size(); ++i) {
    switch (dtype) {
      case Dtype::f64: data->as<double>()[i] = values[i]; break;
      case Dtype::f32: data->as<float>()[i] = static_cast<float>(values[i]); break;
      case Dtype::i32: data->as<std::int32_t>()[i] = static_cast<std::int32_t>(values[i]); break;
      case Dtype::boolean: data->as<std::uint8_t>()[i] = values[i] != 0.0; break;
    }
  }
  Attributes attributes;
  attributes.dtype = dtype;
  attributes.shape = shape;
  attributes.data = std::move(data);
  return apply(rows::constant, {}, std::move(attributes));
}

Var full_like(const Var& x, double value) { return broadcast_to(constant(value, x.dtype()), x.shape()); }

Shape common_shape(const Op& op, const Shape& a, const Shape& b) {
  try {
    return broadcast_shapes(a, b);
  } catch (const ShapeError& error) {
    throw ShapeError("[{}] {}", op.name, error.what());
  }
}

Var apply_broadcast(const Op& op, const Var& a, const Var& b) {
  if (a.dtype() != b.dtype())
    throw DtypeError("[{}] operands are {} and {}; dtypes are never mixed silently (use cast)", op.name,
                     to_string(a.type()), to_string(b.type()));
  const Shape shape = common_shape(op, a.shape(), b.shape());
  return apply(op, {broadcast_to(a, shape), broadcast_to(b, shape)});
}

Var apply_broadcast(const Op& op, const Var& a, double b) { return apply(op, {a, full_like(a, b)}); }
Var apply_broadcast(const Op& op, double a, const Var& b) { return apply(op, {full_like(b, a), b}); }

Var operator+(const Var& a, const Var& b) { return apply_broadcast(rows::add, a, b); }
Var operator-(const Var& a, const Var& b) { return apply_broadcast(rows::sub, a, b); }
Var operator*(const Var& a, const Var& b) { return apply_broadcast(rows::mul, a, b); }
Var operator/(const Var& a, const Var& b) { return apply_broadcast(rows::div, a, b); }
Var operator-(const Var& a) { return apply(rows::neg, {a}); }
Var max(const Var& a, const Var& b) { return apply_broadcast(rows::maximum, a, b); }
Var min(const Var& a, const Var& b) { return apply_broadcast(rows::minimum, a, b); }
Var pow(const Var& base, const Var& exponent) { return apply_broadcast(rows::pow, base, exponent); }

Var pow(const Var& base, double exponent) {
  if (exponent == 0.5) return sqrt(base);
  if (exponent == 1.0) return base;
  if (exponent == std::nearbyint(exponent) && std::abs(exponent) <= 64) {
    if (exponent == 0.0) return full_like(base, 1.0);
    Attributes attributes;
    attributes.ints = {static_cast<std::int64_t>(exponent)};
    return apply(rows::integer_pow, {base}, std::move(attributes));
  }
  return apply_broadcast(rows::pow, base, exponent);
}

Var sqrt(const Var& x) { return apply(rows::sqrt, {x}); }
Var abs(const Var& x) { return apply(rows::abs, {x}); }
Var sign(const Var& x) { return apply(rows::sign, {x}); }
Var square(const Var& x) { return x * x; }

}  // namespace ansatz
