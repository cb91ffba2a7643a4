// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// From normal forms to programs.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "ansatz/passes/forms.hpp"
#include "ansatz/passes/program.hpp"

namespace ansatz::passes {

/// Writes `outputs` as a program and returns their values, in order. Products that several outputs, sums or powers
/// share, or parts of them, become one value. `flipped`: whether the sum that came from a member is written the other
/// way round.
std::vector<Program::Id> emit(const Forms& forms, std::span<const Product> outputs, Program& program,
                              const std::function<bool(int member)>& flipped);

}  // namespace ansatz::passes
