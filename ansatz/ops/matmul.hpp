// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Matrix products.
#pragma once

#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace rows {
extern const Op matmul, batch_matmul;
}

/// C = op(A) · op(B), op(X) = Xᵀ where its flag is set: [m, k] · [k, n] → [m, n]. Vectors take the role of a row (left)
/// or a column (right), as in NumPy. c_ij = Σ_l a_il b_lj over l in the order of the contract (docs/numbers.md).
/// @throws ShapeError, DtypeError.
Var matmul(const Var& a, const Var& b, bool transpose_a = false, bool transpose_b = false);
/// D products at once, C_d = op(A_d) · op(B_d): [D, m, k] · [D, k, n] → [D, m, n], each as matmul computes it.
/// @throws ShapeError, DtypeError.
Var batch_matmul(const Var& a, const Var& b, bool transpose_a = false, bool transpose_b = false);

}  // namespace ansatz
