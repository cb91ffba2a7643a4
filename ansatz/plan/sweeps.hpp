// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Which entries of a plan can be computed for some rows after the other.
#pragma once

#include "ansatz/plan/plan.hpp"

namespace ansatz::plan {

/// Finds the sweeps of a plan, and brings their entries together: what lies between them and depends on none of them
/// comes before, what depends on them after. No entry reads or writes anything else than it did.
void find_sweeps(Plan& plan);

}  // namespace ansatz::plan
