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

/// The task that the targets of a table suggest: of a single one as above; several are all binary (flags) when each of
/// them is, else quantities. @throws DataError as above, and without target.
Task deduce_task(const Table& table, std::string* why = nullptr);

/// What the targets of a row are.
///
/// * numbers: a number for each target column. Soft labels are such numbers, probabilities that are not standardised.
/// * labels: the position of its class, in one column.
/// * flags: for each column which of its two values it is, 0 or 1 (yes or no, multi-label).
enum class TargetKind : std::uint8_t { numbers, labels, flags };

/// "numbers", "labels" or "flags".
std::string_view name_of(TargetKind kind);

/// The kind called `name`. @throws ArgumentError for any other text.
TargetKind target_kind_from_name(std::string_view name);

/// The targets that a network is to be given.
struct TargetSpec {
  TargetKind kind = TargetKind::numbers;
  bool standardise = true;  ///< numbers to mean 0 and deviation 1 over the training rows
};

/// The kind of targets that a task with so many target columns has: regression has numbers, binary labels (several
/// columns: flags), multiclass labels. @throws ArgumentError for several columns of classes.
TargetKind kind_of(Task task, std::size_t columns);

}  // namespace ansatz::data
