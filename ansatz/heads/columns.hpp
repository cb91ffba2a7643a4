// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What heads share.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ansatz/heads/head.hpp"

namespace ansatz::head {

inline std::int64_t one_each(Targets targets) { return static_cast<std::int64_t>(targets.size()); }

inline std::vector<std::string> names_of(Targets targets) {
  std::vector<std::string> result;
  for (const data::TargetColumn& target : targets) result.push_back(target.name);
  return result;
}

inline std::vector<std::string> numbers_of(Targets, std::span<const double> row) {
  std::vector<std::string> cells;
  for (double value : row) cells.push_back(fmt::format("{}", value));
  return cells;
}

/// A fraction of rows, with Wilson's interval; `rows`: of equal weight (effective_rows).
inline Score fraction(std::string name, std::string label, double value, double rows, bool brief = true) {
  return {.name = std::move(name),
          .label = std::move(label),
          .value = value,
          .bounds = wilson(value, rows),
          .fraction = true,
          .brief = brief};
}

}  // namespace ansatz::head
