// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What happened in each epoch; the same for every optimizer.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace ansatz::train {

struct Epoch {
  std::int64_t epoch = 0;    ///< from 1
  std::int64_t step = 0;     ///< steps done by its end
  double learning_rate = 0;  ///< of its last step
  double train_cost = 0;     ///< mean over the epoch's batches, as they were trained on (with penalties)
  double validation_cost = std::numeric_limits<double>::quiet_NaN();      ///< after the epoch; NaN without validation
  double validation_accuracy = std::numeric_limits<double>::quiet_NaN();  ///< NaN for regression
  double seconds = 0;                                                     ///< since the beginning of training
};

struct History {
  std::vector<Epoch> epochs;
};

/// One line an epoch, with a header; numbers to full precision, absent ones empty.
std::string to_csv(const History& history);
/// An object of arrays, one a column; absent numbers null.
std::string to_json(const History& history);

}  // namespace ansatz::train
