// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Everything a user's program needs.
#pragma once

#include "ansatz/autodiff/gradient.hpp"         // IWYU pragma: export
#include "ansatz/autodiff/laplacian.hpp"        // IWYU pragma: export
#include "ansatz/autodiff/vmap.hpp"             // IWYU pragma: export
#include "ansatz/autodiff/with_derivative.hpp"  // IWYU pragma: export
#include "ansatz/data/csv.hpp"                  // IWYU pragma: export
#include "ansatz/data/join.hpp"                 // IWYU pragma: export
#include "ansatz/data/read.hpp"                 // IWYU pragma: export
#include "ansatz/data/split.hpp"                // IWYU pragma: export
#include "ansatz/data/where.hpp"                // IWYU pragma: export
#include "ansatz/model/model.hpp"               // IWYU pragma: export
#include "ansatz/nn/ffnn.hpp"                   // IWYU pragma: export
#include "ansatz/ops/ops.hpp"                   // IWYU pragma: export
#include "ansatz/run/check_gradients.hpp"       // IWYU pragma: export
#include "ansatz/run/evaluate.hpp"              // IWYU pragma: export
#include "ansatz/train/fit.hpp"                 // IWYU pragma: export
#include "ansatz/train/minimise.hpp"            // IWYU pragma: export
