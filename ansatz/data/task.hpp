// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What there is to learn: a quantity or classes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ansatz/data/table.hpp"

namespace ansatz::data {

enum class Task : std::uint8_t { regression, binary, multiclass };

/// "regression", "binary" or "multiclass".
std::string_view name_of(Task task);

/// The task called `name`. @throws ArgumentError for any other text.
Task task_from_name(std::string_view name);

/// The task that a target suggests; the reason goes to `why`, as a sentence for users, if it is given.
///
/// * Texts are classes: 2 are binary, more are multiclass.
/// * Numbers are a quantity (regression), except
///   - exactly two whole values (0 and 1, -1 and 1, 1 and 2, ...), in at least 4 rows unless they are 0 and 1: binary;
///   - 3 to 20 whole values that follow each other without a gap (0 to 9, 1 to 3), each in 5 rows on average:
///     multiclass.
/// So pixels' digits, wine's cultivars and a quality from 3 to 9 are classes; abalone's 28 numbers of rings, doses of
/// 10, 20 and 40, and anything with a fraction are quantities. Missing values are left out.
///
/// @throws DataError when all values are equal or missing: nothing can be learnt from them.
Task deduce_task(const Column& target, std::string* why = nullptr);

}  // namespace ansatz::data
