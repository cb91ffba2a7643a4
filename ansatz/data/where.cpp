// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/where.hpp"

#include <fmt/format.h>

#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/data/condition.hpp"

namespace ansatz::data {

std::vector<std::int64_t> rows_where(const Table& table, std::string_view condition, std::int64_t* unknown) {
  const RowTruth truth = parse_condition(condition, table);
  std::vector<std::int64_t> rows;
  std::int64_t unknown_rows = 0;
  for (std::int64_t row = 0; row < table.rows(); ++row) {
    const Truth of_row = truth(row);
    if (of_row == Truth::yes) rows.push_back(row);
    unknown_rows += of_row == Truth::unknown ? 1 : 0;
  }
  if (unknown != nullptr) *unknown = unknown_rows;
  return rows;
}

Table where(const Table& table, std::string_view condition) {
  std::int64_t unknown = 0;
  const std::vector<std::int64_t> rows = rows_where(table, condition, &unknown);
  if (rows.empty()) throw DataError("{}: none of the {} rows has {}", table.source(), table.rows(), condition);
  std::string note = fmt::format("{} of {} rows are used: {}", rows.size(), table.rows(), condition);
  if (unknown > 0) note += fmt::format(" ({} are left out since a cell is missing)", unknown);
  return table.with_rows(rows, std::move(note));
}

}  // namespace ansatz::data
