// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Loops over the numbers of tensors of either floating dtype.
#pragma once

#include <utility>

#include "ansatz/base/dtype.hpp"

namespace ansatz::train {

/// Calls f with a zero of the type that a floating dtype means.
template <class F>
decltype(auto) with_floating(Dtype dtype, F&& f) {
  return dtype == Dtype::f64 ? std::forward<F>(f)(double{}) : std::forward<F>(f)(float{});
}

}  // namespace ansatz::train
