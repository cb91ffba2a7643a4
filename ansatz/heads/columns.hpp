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

/// A fraction of the rows, with one standard deviation of the binomial distribution.
inline Score fraction(std::string name, std::string label, double value, std::int64_t rows) {
  return {.name = std::move(name),
          .label = std::move(label),
          .value = value,
          .uncertainty = std::sqrt(value * (1.0 - value) / static_cast<double>(rows)),
          .fraction = true};
}

}  // namespace ansatz::head
