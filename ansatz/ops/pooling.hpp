// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Pooling over windows of any number of spatial axes, channel by channel: x [n, spatial…, c] → [n, windows…, c].
#pragma once

#include "ansatz/ops/windows.hpp"

namespace ansatz {

namespace rows {
extern const Op max_pool, max_pool_pick, max_pool_place, average_pool, average_pool_input;
}

/// The first of the largest elements of each window, NaN if there is one; padding is never chosen. The derivative goes
/// to that element, as in PyTorch. The stride is the window unless given; each window has to reach an element.
/// @throws ShapeError, DtypeError, ArgumentError.
Var max_pool(const Var& x, const std::vector<std::int64_t>& window, const Sliding& sliding = {});
/// Of each window the element of `values` that lies where max_pool finds x's.
Var max_pool_pick(const Var& x, const Var& values, const std::vector<std::int64_t>& window,
                  const Sliding& sliding = {});

/// What the sum over a window is divided by: its taps, padding included, or its elements alone.
enum class Divisor : std::uint8_t { taps, elements };

/// The mean of each window, padding counted as zeros: (Σ over the window, row-major) · (1 / divisor). PyTorch's
/// count_include_pad is Divisor::taps. @throws as max_pool.
Var average_pool(const Var& x, const std::vector<std::int64_t>& window, const Sliding& sliding = {},
                 Divisor divisor = Divisor::taps);

/// The same for images, x [n, h, w, c], and windows [ky, kx]. @throws as above, ShapeError for another number of axes.
Var max_pool2d(const Var& x, const std::vector<std::int64_t>& window, const Sliding& sliding = {});
Var avg_pool2d(const Var& x, const std::vector<std::int64_t>& window, const Sliding& sliding = {},
               Divisor divisor = Divisor::taps);

}  // namespace ansatz
