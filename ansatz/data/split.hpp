// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Splitting a table into rows for training, validation and test.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ansatz/data/table.hpp"
#include "ansatz/data/task.hpp"

namespace ansatz::data {

struct SplitOptions {
  double validation = 0.15;  ///< fraction of the rows
  double test = 0.15;        ///< fraction of the rows
  std::uint64_t seed = 0;
  std::optional<bool> stratify = {};  ///< keep the classes' proportions in each part; left out: if there are labels
  std::optional<Task> task = {};      ///< left out: deduce_task
};

/// A table and which of its rows are for what: each row is in exactly one part, each part in ascending order.
struct Parts {
  Table table = {};
  Task task = Task::regression;
  std::string why = {};  ///< why it is that task, as a sentence
  std::uint64_t seed = 0;
  bool stratified = false;
  std::vector<std::int64_t> train = {};
  std::vector<std::int64_t> validation = {};
  std::vector<std::int64_t> test = {};

  TargetKind target_kind() const { return kind_of(task, table.targets().size()); }
};

/// Splits at random; equal table, options and seed give equal parts. A part holds its fraction of the rows, rounded,
/// and at least one row unless the fraction is 0; the training part gets the rest.
///
/// Stratified, each class is spread over the parts in their proportion, rounded so that the sizes of the parts stay the
/// same (largest remainders); of each class at least one row is for training.
///
/// Rows that the table gives to validation or test itself (Table::parts) stay there, and these parts get no others; the
/// fractions are of the rest.
///
/// @throws DataError for a table without target or with missing targets, and too few rows for the parts (or for the
/// classes); ArgumentError for fractions outside [0, 1) or that leave nothing for training, and when
/// something else than labels is to be stratified, or several targets are to be multiclass.
Parts split(const Table& table, const SplitOptions& options = {});

}  // namespace ansatz::data
