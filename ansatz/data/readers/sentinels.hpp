// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Numbers that may stand for missing values. @internal
#pragma once

#include <string>

#include "ansatz/data/table.hpp"

namespace ansatz::data {

/// A sentence about numbers like -9999, 999 or netCDF's fill values that lie far from all others of a column, and about
/// zeros where nothing else is near; empty when there are none.
std::string suspected_sentinels(const Column& column);

}  // namespace ansatz::data
