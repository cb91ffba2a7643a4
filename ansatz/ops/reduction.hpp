// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Reductions along axes. `axes` empty means all; reduced axes disappear unless keep is true.
#pragma once

#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace rows {
extern const Op sum, reduce_max, reduce_min, argmax;
}  // namespace rows

/// Whether reduced axes stay, with extent 1.
enum class Keep : bool { no, yes };

/// Σ, in the order of the contract: ascending in chunks of 512, chunks combined pairwise (docs/numbers.md).
Var sum(const Var& x, std::vector<int> axes);
Var sum(const Var& x, std::vector<int> axes, Keep keep);
Var sum(const Var& x);
/// Σ / n.
Var mean(const Var& x, std::vector<int> axes, Keep keep = Keep::no);
Var mean(const Var& x);
/// The largest element; NaN if any is; the derivative is shared equally among ties. @throws ShapeError for no elements.
Var max(const Var& x, std::vector<int> axes, Keep keep = Keep::no);
Var min(const Var& x, std::vector<int> axes, Keep keep = Keep::no);
/// Position of the first largest element along `axis` (of the first NaN, if there is one): i32.
Var argmax(const Var& x, int axis);
/// ln Σ eˣ along the axes, without overflow.
Var logsumexp(const Var& x, std::vector<int> axes, Keep keep = Keep::no);
/// eˣ / Σ eˣ along `axis`, without overflow.
Var softmax(const Var& x, int axis = -1);
/// ln softmax(x), finite for any finite x.
Var log_softmax(const Var& x, int axis = -1);

}  // namespace ansatz
