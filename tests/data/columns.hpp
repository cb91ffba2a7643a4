// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Columns of tables made by tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ansatz/data/table.hpp"

namespace ansatz::data {

inline Column numbers(const std::string& name, std::vector<double> values) {
  return {.name = name, .numbers = std::move(values)};
}

inline Column texts(const std::string& name, std::vector<std::string> values) {
  return {.name = name, .kind = ColumnKind::text, .texts = std::move(values)};
}

}  // namespace ansatz::data
