// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/ops/table.hpp"

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/graph/source.hpp"

namespace ansatz {

namespace {

std::vector<const Op*>& registered() {
  static std::vector<const Op*> ops = {&rows::input, &rows::state, &rows::constant};
  return ops;
}

}  // namespace

namespace rows {

Registration::Registration(const Op& op) { registered().push_back(&op); }

Type same_type(std::span<const Type> inputs, const Attributes&) {
  for (const Type& type : inputs) {
    if (type.dtype != inputs[0].dtype)
      throw DtypeError("operands have dtypes {} and {}; they must agree (use cast)", name_of(inputs[0].dtype),
                       name_of(type.dtype));
    if (type.shape != inputs[0].shape)
      throw ShapeError("operands have shapes {} and {}; they must agree (use broadcast_to)", to_string(inputs[0].shape),
                       to_string(type.shape));
  }
  return inputs[0];
}

Type same_type_to_boolean(std::span<const Type> inputs, const Attributes& attributes) {
  return {Dtype::boolean, same_type(inputs, attributes).shape};
}

}  // namespace rows

const std::vector<const Op*>& all_ops() {
  static const std::vector<const Op*> sorted = [] {
    std::vector<const Op*> ops = registered();
    std::sort(ops.begin(), ops.end(), [](const Op* a, const Op* b) { return a->name < b->name; });
    return ops;
  }();
  return sorted;
}

const Op* find_op(std::string_view name) {
  const auto& ops = all_ops();
  const auto found =
      std::lower_bound(ops.begin(), ops.end(), name, [](const Op* op, std::string_view n) { return op->name < n; });
  return found != ops.end() && (*found)->name == name ? *found : nullptr;
}

}  // namespace ansatz
