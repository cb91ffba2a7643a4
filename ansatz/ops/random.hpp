// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Counter-based random tensors: pure functions of (seed, stream, site, element), Philox4x32-10.
#pragma once

#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace rows {
extern const Op random_uniform, random_normal, keep_mask;
}

/// Uniform in [0, 1). `key`: i32[4] = (seed low, seed high, epoch, step); `site` tells uses under one key apart. A
/// tensor of keys [..., 4] gives one tensor of `shape` a key: [...] + shape.
Var random_uniform(const Var& key, const Shape& shape, Dtype dtype, std::int64_t site);
/// Standard normal (Box–Muller).
Var random_normal(const Var& key, const Shape& shape, Dtype dtype, std::int64_t site);
/// true with probability p (a scalar).
Var random_bernoulli(const Var& key, const Var& p, const Shape& shape, std::int64_t site);

/// Dropout's mask: 1 where an element is kept, 0 where it is dropped, with probability `p` in [0, 1]: f64, and an
/// input, so that it can change from run to run. `shape` is [rows, …]: a part of a whole batch, which begins at its row
/// `first_row` (i32); row r has the same numbers whatever part it is computed in. Dropout is
/// x · keep_mask(key, first_row, p, shape, …) · 1 / (1 − p).
/// A tensor of keys [..., 4] gives one mask a key, `first_row` and `p` then one number a key too.
/// @throws DtypeError, ShapeError; ArgumentError when it runs, for a p that is no probability and rows below 0.
Var keep_mask(const Var& key, const Var& first_row, const Var& p, const Shape& shape, Dtype dtype, std::int64_t site);

}  // namespace ansatz
