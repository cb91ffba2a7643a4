// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The table of all operations, and the pieces the families' rows are made of.
#pragma once

#include <span>
#include <vector>

#include "ansatz/graph/op.hpp"

namespace ansatz {

/// Every registered operation, by name. Tests, the reference kernels and the documentation run over it.
const std::vector<const Op*>& all_ops();
/// The operation called `name`, or nullptr.
const Op* find_op(std::string_view name);

namespace rows {

/// Enters a row into the table when its family's file is loaded.
struct Registration {
  explicit Registration(const Op& op);
};

/// Declares the row `identifier` and registers it: ANSATZ_ROW(add){.name = "add", …};
#define ANSATZ_ROW(identifier)                                 \
  extern const Op identifier;                                  \
  namespace {                                                  \
  const Registration registration_of_##identifier{identifier}; \
  }                                                            \
  const Op identifier

/// All inputs have one type, which is the output's. @throws ShapeError, DtypeError.
Type same_type(std::span<const Type> inputs, const Attributes& attributes);
/// All inputs have one type; the output is boolean of the same shape.
Type same_type_to_boolean(std::span<const Type> inputs, const Attributes& attributes);

/// Op::kinks of what has a kink at 0.
inline constexpr double kink_at_zero[] = {0.0};

}  // namespace rows
}  // namespace ansatz
