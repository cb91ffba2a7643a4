// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/comparison.hpp"

#include "ansatz/base/error.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/ops/reduction.hpp"
#include "ansatz/ops/stack.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

namespace {

Type where_type(std::span<const Type> inputs, const Attributes& attributes) {
  if (inputs[0].dtype != Dtype::boolean)
    throw DtypeError("[where] the condition is {}; bool is expected", to_string(inputs[0]));
  if (inputs[0].shape != inputs[1].shape)
    throw ShapeError("[where] the condition is {}, the branches {}; shapes must agree", to_string(inputs[0]),
                     to_string(inputs[1]));
  return same_type(inputs.subspan(1), attributes);
}

Type boolean_scalar(std::span<const Type>, const Attributes&) { return {Dtype::boolean, {}}; }

/// A sample is finite where it has no element that is not.
Var stack_all_finite(const Stack& stack) {
  const Var x = ansatz::reshape(stack.inputs[0], {stack.extent, sample_shape(stack.inputs[0]).elements()});
  const Var wrong = ansatz::sum(ansatz::cast(!ansatz::is_finite(x), Dtype::i32), {1});
  return ansatz::equal(wrong, full_like(wrong, 0.0));
}

}  // namespace

ANSATZ_ROW(less){.name = "less",
                 .arity = 2,
                 .accepts = Accepts::numeric,
                 .type = same_type_to_boolean,
                 .elementwise = true,
                 .symbol = "<",
                 .onnx = "Less"};
ANSATZ_ROW(less_equal){.name = "less_equal",
                       .arity = 2,
                       .accepts = Accepts::numeric,
                       .type = same_type_to_boolean,
                       .elementwise = true,
                       .symbol = "<=",
                       .onnx = "LessOrEqual"};
ANSATZ_ROW(equal){.name = "equal",
                  .arity = 2,
                  .accepts = Accepts::numeric,
                  .type = same_type_to_boolean,
                  .commutative = true,
                  .elementwise = true,
                  .symbol = "==",
                  .onnx = "Equal"};
ANSATZ_ROW(not_equal){.name = "not_equal",
                      .arity = 2,
                      .accepts = Accepts::numeric,
                      .type = same_type_to_boolean,
                      .commutative = true,
                      .elementwise = true,
                      .symbol = "!="};
ANSATZ_ROW(logical_and){.name = "logical_and",
                        .arity = 2,
                        .accepts = Accepts::boolean,
                        .type = same_type,
                        .commutative = true,
                        .elementwise = true,
                        .symbol = "&&",
                        .onnx = "And"};
ANSATZ_ROW(logical_or){.name = "logical_or",
                       .arity = 2,
                       .accepts = Accepts::boolean,
                       .type = same_type,
                       .commutative = true,
                       .elementwise = true,
                       .symbol = "||",
                       .onnx = "Or"};
ANSATZ_ROW(logical_not){.name = "logical_not",
                        .arity = 1,
                        .accepts = Accepts::boolean,
                        .type = same_type,
                        .elementwise = true,
                        .symbol = "!",
                        .onnx = "Not"};
ANSATZ_ROW(is_finite){
    .name = "is_finite", .arity = 1, .accepts = Accepts::floating, .type = same_type_to_boolean, .elementwise = true};
ANSATZ_ROW(all_finite){
    .name = "all_finite", .arity = 1, .accepts = Accepts::floating, .type = boolean_scalar, .stack = stack_all_finite};

ANSATZ_ROW(where){.name = "where",
                  .arity = 3,
                  .kind = Kind::linear,
                  .accepts = Accepts::any,
                  .type = where_type,
                  .transpose =
                      [](const Call& call, const Var& cotangent, int i) {
                        const Var zero = full_like(cotangent, 0.0);
                        return i == 1 ? ansatz::where(call.input(0), cotangent, zero)
                                      : ansatz::where(call.input(0), zero, cotangent);
                      },
                  .linear_in = 6,
                  .elementwise = true,
                  .selects = true,
                  .onnx = "Where"};

}  // namespace rows

Var less(const Var& a, const Var& b) { return apply_broadcast(rows::less, a, b); }
Var less_equal(const Var& a, const Var& b) { return apply_broadcast(rows::less_equal, a, b); }
Var equal(const Var& a, const Var& b) { return apply_broadcast(rows::equal, a, b); }
Var not_equal(const Var& a, const Var& b) { return apply_broadcast(rows::not_equal, a, b); }
Var operator&&(const Var& a, const Var& b) { return apply_broadcast(rows::logical_and, a, b); }
Var operator||(const Var& a, const Var& b) { return apply_broadcast(rows::logical_or, a, b); }
Var operator!(const Var& a) { return apply(rows::logical_not, {a}); }
Var is_finite(const Var& x) { return apply(rows::is_finite, {x}); }
Var all_finite(const Var& x) { return apply(rows::all_finite, {x}); }

Var where(const Var& condition, const Var& a, const Var& b) {
  if (a.dtype() != b.dtype())
    throw DtypeError("[where] the branches are {} and {}; dtypes are never mixed silently (use cast)",
                     to_string(a.type()), to_string(b.type()));
  const Shape shape = common_shape(rows::where, condition.shape(), common_shape(rows::where, a.shape(), b.shape()));
  return apply(rows::where, {broadcast_to(condition, shape), broadcast_to(a, shape), broadcast_to(b, shape)});
}

}  // namespace ansatz
