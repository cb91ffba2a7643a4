// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The layers there are. One file a family beside this; layer_family() (family.cpp) has a row for each.
#pragma once

#include "ansatz/nn/layers/augmentation.hpp"  // IWYU pragma: export
#include "ansatz/nn/layers/basic.hpp"         // IWYU pragma: export
#include "ansatz/nn/layers/convolution.hpp"   // IWYU pragma: export
#include "ansatz/nn/layers/noise.hpp"         // IWYU pragma: export
#include "ansatz/nn/layers/norm.hpp"          // IWYU pragma: export
#include "ansatz/nn/layers/shape.hpp"         // IWYU pragma: export
