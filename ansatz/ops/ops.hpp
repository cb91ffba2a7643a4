// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// All operations on Vars.
#pragma once

#include "ansatz/ops/arithmetic.hpp"   // IWYU pragma: export
#include "ansatz/ops/comparison.hpp"   // IWYU pragma: export
#include "ansatz/ops/convolution.hpp"  // IWYU pragma: export
#include "ansatz/ops/custom.hpp"       // IWYU pragma: export
#include "ansatz/ops/elementary.hpp"   // IWYU pragma: export
#include "ansatz/ops/layout.hpp"       // IWYU pragma: export
#include "ansatz/ops/matmul.hpp"       // IWYU pragma: export
#include "ansatz/ops/pooling.hpp"      // IWYU pragma: export
#include "ansatz/ops/random.hpp"       // IWYU pragma: export
#include "ansatz/ops/reduction.hpp"    // IWYU pragma: export
