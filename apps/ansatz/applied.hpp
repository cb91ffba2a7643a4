// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A model applied to the rows of a file: what predict, evaluate and compare share.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ansatz/data/encoding.hpp"
#include "ansatz/data/table.hpp"
#include "ansatz/heads/metrics.hpp"
#include "ansatz/model/model.hpp"

namespace ansatz::cli {

/// A table for a model, and how it is read.
struct TableArguments {
  std::string data;
  std::vector<std::string> missing = {}, as = {};
  std::string header = {}, delimiter = {}, decimal = {}, skip_until = {}, fixed = {};
  std::int64_t skip = 0;
  data::Unseen unseen = data::Unseen::refuse;
};
void add_table_options(CLI::App& command, TableArguments& a);

/// Rows of a file with what a model says of each, [rows, outputs].
struct Applied {
  data::Table table = {};
  std::vector<double> predictions = {};
};
/// `file`: what a.data is on disk. @throws DataError, IoError.
Applied apply(const TableArguments& a, const model::Model& model, const std::string& file);

/// The rows that have a target, and how good the predictions for them are.
struct Scored {
  std::vector<std::int64_t> rows = {};
  data::Dataset targets = {};
  std::vector<double> predictions = {};
  head::Metrics metrics = {};
};
/// Nothing where the file has no target columns. @throws DataError where they hold something else.
std::optional<Scored> score(const TableArguments& a, const model::Model& model, const std::string& file,
                            const Applied& applied);
/// "these 120 rows", "the 97 of 120 rows with a target"
std::string rows_with_targets(const Scored& scored, const data::Table& table);

}  // namespace ansatz::cli
