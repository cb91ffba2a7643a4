// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Mean and standard deviation of columns. @internal
#pragma once

#include <cstdint>
#include <span>

#include "ansatz/data/table.hpp"

namespace ansatz::data {

struct Moments {
  double mean = 0;
  double deviation = 1;    ///< over n, not n − 1; 1 for a column that is constant but for rounding
  std::int64_t count = 0;  ///< of numbers that are not missing
};

/// Of all numbers of a numeric or array column in `rows`, missing ones left out. The sums of bytes are exact, those of
/// numbers compensated (Neumaier); squares neither overflow nor vanish.
Moments moments(const Column& column, std::span<const std::int64_t> rows);

/// Whether numbers from `low` to `high` differ by rounding alone; they count as a constant.
bool is_constant_up_to_rounding(double low, double high);

}  // namespace ansatz::data
