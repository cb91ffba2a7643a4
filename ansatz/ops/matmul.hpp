// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The matrix product.
#pragma once

#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace rows {
extern const Op matmul;
}

/// C = op(A) · op(B), op(X) = Xᵀ where its flag is set: [m, k] · [k, n] → [m, n]. Vectors take the role of a row (left)
/// or a column (right), as in NumPy. c_ij = Σ_l a_il b_lj over l in the order of the contract (docs/numbers.md).
/// @throws ShapeError, DtypeError.
Var matmul(const Var& a, const Var& b, bool transpose_a = false, bool transpose_b = false);

}  // namespace ansatz
