// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Errors in units of the last place.
#pragma once

#include <cmath>
#include <limits>

namespace ansatz::ulp {

/// |found − exact| / ulp(exact), where ulp(x) = 2^(max(e, e_min) − p + 1) for 2^e ≤ |x| < 2^(e+1): Goldberg's unit for
/// real numbers (ACM Computing Surveys 23, 5 (1991), doi:10.1145/103162.103163), as SLEEF counts. Below the normal
/// numbers it is the distance of denormals. ±∞ counts as ±2^(e_max + 1), and so does whatever lies beyond that. A NaN
/// in the wrong place, or none in the right one, is an infinite error.
/// The exact value may have more bits than Wide holds: `rest` is what lacks.
template <class T, class Wide>
double error(T found, Wide exact, Wide rest = 0) {
  using L = std::numeric_limits<T>;
  if (std::isnan(found) || std::isnan(exact))
    return std::isnan(found) && std::isnan(exact) ? 0.0 : std::numeric_limits<double>::infinity();
  const Wide beyond = std::ldexp(Wide(1), L::max_exponent);
  const Wide y = std::isinf(found) ? std::copysign(beyond, static_cast<Wide>(found)) : static_cast<Wide>(found);
  if (std::fabs(exact) > beyond) exact = std::copysign(beyond, exact), rest = 0;
  const int exponent = exact == 0 ? L::min_exponent : std::ilogb(exact) + 1;  // numeric_limits count from ½ ≤ m < 1
  return static_cast<double>(std::ldexp(std::fabs(y - exact - rest), L::digits - std::max(exponent, L::min_exponent)));
}

}  // namespace ansatz::ulp
