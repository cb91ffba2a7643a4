// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Whether a cost of the user's own can be trained with: its derivative against differences of its values.
#pragma once

#include "ansatz/train/learner.hpp"

namespace ansatz::train {

/// Compares the derivatives of a cost that is none of the shipped ones with central differences, in f64, at the targets
/// of the first training rows and outputs spread over −3 … 3. Where the cost is not finite, or has a kink, nothing is
/// compared; a cost that is written for f32 alone, or for one number of rows, is not compared at all.
/// @throws NumericError for a cost whose derivative is not that of its values (an operation or function with a wrong
/// derivative of its own), and for one whose derivative is 0 at every place.
void check_derivative(const Learner& learner, const Samples& train);

}  // namespace ansatz::train
