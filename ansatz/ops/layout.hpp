// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Moving elements: broadcasting (always explicit), reshaping, slicing, joining, indexing; and changes of dtype.
#pragma once

#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace rows {
extern const Op broadcast, reshape, transpose, slice, pad, concatenate, gather, scatter_add, one_hot, cast,
    stop_gradient, identity;
}  // namespace rows

/// NumPy's broadcast of x to `shape`. Returns x itself where nothing changes. @throws ShapeError.
Var broadcast_to(const Var& x, const Shape& shape);
/// x in a new shape whose axis a is x's axis axes[a], or new where axes[a] = −1. @throws ShapeError.
Var broadcast_in(const Var& x, const Shape& shape, std::vector<std::int64_t> axes);
/// The same elements, row-major, in another shape. @throws ShapeError when the number of elements differs.
Var reshape(const Var& x, const Shape& shape);
/// Axes in reverse order, or in the order given: result axis a is x's axis order[a].
Var transpose(const Var& x);
Var transpose(const Var& x, std::vector<std::int64_t> order);
/// Elements start[a] ≤ i < stop[a] of every axis a. @throws ShapeError.
Var slice(const Var& x, std::vector<std::int64_t> start, const std::vector<std::int64_t>& stop);
/// Zeros around x: `before` and `after` elements on each axis.
Var pad(const Var& x, std::vector<std::int64_t> before, const std::vector<std::int64_t>& after);
/// Joins along `axis`; all other extents agree. @throws ShapeError, DtypeError.
Var concatenate(const std::vector<Var>& parts, int axis = 0);
/// Rows x[index[i], …]: shape index.shape + x.shape without its first axis. Indices outside x throw ArgumentError when
/// the plan runs.
Var gather(const Var& x, const Var& index);
/// A tensor of `rows` rows, zero but for values[i, …] added to row index[i], in ascending order of i.
Var scatter_add(const Var& values, const Var& index, std::int64_t rows);
/// 1 at [i, label[i]], else 0: shape label.shape + [classes]. A label outside gives a row of zeros.
Var one_hot(const Var& labels, std::int64_t classes, Dtype dtype);
/// x in another dtype: to nearest even; f → i32 towards zero, saturating, NaN to 0; to bool: x ≠ 0.
Var cast(const Var& x, Dtype dtype);
/// x, taken as a constant by differentiation.
Var stop_gradient(const Var& x);
/// x under a fresh identity.
Var identity(const Var& x);

}  // namespace ansatz
