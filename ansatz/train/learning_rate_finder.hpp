// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A range test: which learning rate to begin with.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ansatz/train/fit_options.hpp"
#include "ansatz/train/learner.hpp"

namespace ansatz::train {

struct RateRange {
  double lowest = 1e-7, highest = 10.0;
  std::int64_t steps = 100;  ///< at most
};

/// A step of the test.
struct RateTried {
  double learning_rate = 0.0;
  double cost = 0.0;      ///< before the step
  double smoothed = 0.0;  ///< Σ 0.9^(t−i) cost_i / Σ 0.9^(t−i)
};

struct RateFound {
  std::vector<RateTried> tried;
  /// Where the smoothed cost falls most steeply against the logarithm of the rate, over 11 steps of which the first 10
  /// of the test are none; absent where it never falls.
  std::optional<double> suggestion;
};

/// L. N. Smith's range test (arXiv:1506.01186): a step with each of `steps` rates that grow geometrically, from the
/// initial weights; it ends where the smoothed cost is 4 times its lowest, or not finite. Batches, penalties and the
/// optimizer are those of the options. Nothing of the run is kept. @throws ArgumentError for a method without a
/// learning rate, several stages, or a range that does not grow.
RateFound find_learning_rate(const Learner& learner, const Samples& samples, FitOptions options, std::uint64_t seed,
                             const RateRange& range = {});

}  // namespace ansatz::train
