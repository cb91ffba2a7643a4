// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Cost and accuracy of the present parameters on resident rows, in fixed blocks.
#pragma once

#include <cstdint>
#include <memory>

#include "ansatz/run/program.hpp"
#include "ansatz/train/learner.hpp"

namespace ansatz::train {

class Evaluator {
 public:
  Evaluator(const Learner& learner, const Samples& samples, run::State& state, const run::ExecutorOptions& executor);

  struct Score {
    double cost = 0.0;      ///< weighted mean, without penalties
    double accuracy = 0.0;  ///< weighted mean of right rows, where the head has such
  };
  /// With the state's parameters and buffers; zeros without rows.
  Score score();

 private:
  void score_block(run::Program& program, std::int64_t first);

  const Samples& samples_;
  std::int64_t block_;
  std::unique_ptr<run::Program> whole_, rest_;
  Score sums_;
  double weight_ = 0.0;
};

}  // namespace ansatz::train
