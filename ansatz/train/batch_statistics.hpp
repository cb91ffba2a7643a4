// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Running statistics of batch normalisation, computed for given weights.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "ansatz/run/program.hpp"
#include "ansatz/train/fit_options.hpp"
#include "ansatz/train/learner.hpp"

namespace ansatz::train {

/// The buffers of a state become the mean of what they are on each batch of the training rows, in the order of the
/// rows, for the state's parameters: the k-th batch moves them by 1/k (update_bn of PyTorch). Random layers draw as
/// while training.
class BatchStatistics {
 public:
  /// `samples` and `state` must outlive it.
  BatchStatistics(const Learner& learner, const Samples& samples, const FitOptions& options, std::uint64_t seed,
                  run::State& state);
  void compute();

 private:
  void run(run::Program& program, std::int64_t first);

  std::int64_t rows_, batch_;
  std::vector<std::int32_t> order_;
  double rate_ = 1.0;
  std::array<std::int32_t, 4> key_;
  std::unique_ptr<run::Program> whole_, rest_;
};

}  // namespace ansatz::train
