// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Cost and accuracy of the present parameters on resident rows, in fixed blocks.
#pragma once

#include <cstdint>
#include <memory>

#include "ansatz/data/encoding.hpp"
#include "ansatz/nn/ffnn.hpp"
#include "ansatz/run/executor.hpp"

namespace ansatz::train {

/// Encoded rows in the network's dtype, where plans read them.
struct Resident {
  Resident(const nn::FFNN& network, const data::Dataset& data, std::vector<double> sample_weights);
  /// Rows that are as the network reads them.
  Resident(Tensor inputs, Tensor of_targets);

  std::int64_t rows = 0;
  Tensor x;                         ///< [rows, inputs]
  Tensor targets;                   ///< [rows]: numbers, or i32 labels of a softmax output
  Tensor weights;                   ///< [rows]; empty without sample weights
  std::vector<double> weights_f64;  ///< the same, for metrics; empty without sample weights
  bool weighted() const { return !weights_f64.empty(); }
};

/// Sums over rows: of the cost (weighted), of the weights, of correct rows (weighted).
struct Score {
  double cost = 0.0, accuracy = 0.0;
};

class Evaluator {
 public:
  Evaluator(const nn::FFNN& network, const cost::Cost& cost, const Resident& data, run::State& state,
            const run::ExecutorOptions& executor);
  /// Mean cost (without penalties) and, for classes, accuracy with the state's parameters.
  Score score();

 private:
  void score_block(run::Executor& executor, std::int64_t first);

  const Resident& data_;
  std::int64_t block_;
  std::unique_ptr<run::Executor> whole_, rest_;
  std::size_t x_row_bytes_;
  Score sums_;
  double weight_ = 0.0;
};

}  // namespace ansatz::train
