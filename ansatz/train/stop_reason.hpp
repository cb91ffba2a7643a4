// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Why training or a minimisation ended.
#pragma once

#include <cstdint>
#include <string_view>

namespace ansatz::train {

enum class StopReason : std::uint8_t { all_epochs, all_steps, no_improvement, converged, interrupted, not_finite };
std::string_view describe(StopReason reason);

}  // namespace ansatz::train
