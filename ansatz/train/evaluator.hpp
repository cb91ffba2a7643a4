// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Cost and accuracy of the present parameters on resident rows, in fixed blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

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
  /// The first operation whose output was not finite in the first block of rows with a cost that was not finite, in the
  /// last score().
  std::string first_non_finite() const;

 private:
  void run(run::Program& program, std::int64_t first) const;
  void score_block(run::Program& program, std::int64_t first);

  const Samples& samples_;
  std::int64_t block_;
  std::unique_ptr<run::Program> whole_, rest_;
  Score sums_;
  std::int64_t not_finite_ = -1;  // first row of that block
  double weight_ = 0.0;
};

}  // namespace ansatz::train
