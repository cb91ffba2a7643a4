// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/custom.hpp"

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/arithmetic.hpp"
#include "ansatz/ops/layout.hpp"
#include "ansatz/ops/stack.hpp"
#include "ansatz/ops/table.hpp"

namespace ansatz {

namespace rows {

namespace {

std::vector<Var> inputs_of(const Call& call, int first) {
  std::vector<Var> x;
  for (int i = first; i < call.arity(); ++i) x.push_back(call.input(i));
  return x;
}

/// What the user's rule returned has to be of the result's type.
Var checked(const Var& found, const Type& expected, const std::string& name) {
  if (found.type() != expected)
    throw ShapeError("[{}] its derivative is {}; {}, the type of the result, is expected", name,
                     to_string(found.type()), to_string(expected));
  return found;
}

std::optional<Var> custom_partial(const Call& call, int i) {
  const Custom& custom = *call.attributes().custom;
  return checked(custom.partial(inputs_of(call, 0), call.output(), i), call.output().type(), custom.name);
}

Type first_type(std::span<const Type> inputs, const Attributes&) {
  for (const Type& type : inputs)
    if (type.dtype != inputs[0].dtype)
      throw DtypeError("[with_derivative] a result {} of an argument {}; dtypes must agree (use cast outside)",
                       to_string(inputs[0]), to_string(type));
  return inputs[0];
}

Var custom_tangent(const Call& call, std::span<const std::optional<Var>> tangents) {
  const Custom& custom = *call.attributes().custom;
  const auto of_arguments = tangents.subspan(1);
  std::optional<Var> result = tangents[0];
  if (std::any_of(of_arguments.begin(), of_arguments.end(), [](const auto& t) { return t.has_value(); })) {
    const Var tangent =
        checked(custom.tangent(inputs_of(call, 1), call.output(), of_arguments), call.output().type(), custom.name);
    result = result ? *result + tangent : tangent;
  }
  return *result;
}

/// The rule for stacks calls the user's rule on one sample, and stacks what it recorded.
Var stack_custom_derivative(const Stack& stack) {
  std::vector<Var> inputs = stack.inputs;
  inputs[0] = stacked_input(stack, 0);
  auto custom = std::make_shared<Custom>(*stack.attributes.custom);
  custom->tangent = [rule = stack.attributes.custom, stacked = stack.stacked, map = stack.map](
                        std::span<const Var> x, const Var& y, std::span<const std::optional<Var>> tangents) {
    std::vector<Var> stacks{y};
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!stacked[i + 1]) continue;
      stacks.push_back(x[i]);
      if (tangents[i]) stacks.push_back(*tangents[i]);
    }
    return map(
        [&](const std::vector<Var>& samples) {
          std::vector<Var> xs(x.begin(), x.end());
          std::vector<std::optional<Var>> ts(tangents.begin(), tangents.end());
          std::size_t next = 1;
          for (std::size_t i = 0; i < xs.size(); ++i) {
            if (!stacked[i + 1]) continue;
            xs[i] = samples[next++];
            if (ts[i]) ts[i] = samples[next++];
          }
          return rule->tangent(xs, samples[0], ts);
        },
        stacks);
  };
  Attributes attributes = stack.attributes;
  attributes.custom = std::move(custom);
  return apply(rows::custom_derivative, inputs, std::move(attributes));
}

}  // namespace

// custom: kernel and partial.
ANSATZ_ROW(custom_elementwise){.name = "custom_elementwise",
                               .arity = Op::variadic,
                               .kind = Kind::elementwise,
                               .type = same_type,
                               .partial = custom_partial,
                               .elementwise = true,
                               .flops = 1};

// The first input, whose derivative in the others is custom's tangent (in the first, 1).
ANSATZ_ROW(custom_derivative){.name = "custom_derivative",
                              .arity = Op::variadic,
                              .kind = Kind::general,
                              .type = first_type,
                              .tangent = custom_tangent,
                              .stack = stack_custom_derivative,
                              .view = true};

}  // namespace rows

Var CustomOp::operator()(const std::vector<Var>& x) const {
  if (static_cast<int>(x.size()) != arity_)
    throw ArgumentError("[{}] {} operands were given; {} are expected, one a partial derivative", custom_->name,
                        x.size(), arity_);
  Shape shape;
  for (const Var& operand : x) shape = common_shape(rows::custom_elementwise, shape, operand.shape());
  std::vector<Var> operands;
  for (const Var& operand : x) operands.push_back(broadcast_to(operand, shape));
  Attributes attributes;
  attributes.custom = custom_;
  return apply(rows::custom_elementwise, operands, std::move(attributes)).labelled(custom_->name);
}

}  // namespace ansatz
