// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Counter-based random tensors: pure functions of (seed, stream, site, element), Philox4x32-10.
#pragma once

#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace rows {
extern const Op random_uniform, random_normal;
}

/// Uniform in [0, 1). `key`: i32[4] = (seed low, seed high, epoch, step); `site` tells uses under one key apart. A
/// tensor of keys [..., 4] gives one tensor of `shape` a key: [...] + shape.
Var random_uniform(const Var& key, const Shape& shape, Dtype dtype, std::int64_t site);
/// Standard normal (Box–Muller).
Var random_normal(const Var& key, const Shape& shape, Dtype dtype, std::int64_t site);
/// true with probability p (a scalar).
Var random_bernoulli(const Var& key, const Var& p, const Shape& shape, std::int64_t site);

}  // namespace ansatz
