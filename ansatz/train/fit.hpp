// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Training: batches, epochs, validation, early stopping, the best weights.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ansatz/data/split.hpp"
#include "ansatz/model/model.hpp"
#include "ansatz/nn/ffnn.hpp"
#include "ansatz/optim/optimizer.hpp"
#include "ansatz/optim/schedule.hpp"
#include "ansatz/train/history.hpp"
#include "ansatz/train/metrics.hpp"
#include "ansatz/train/stop_reason.hpp"

namespace ansatz::train {

struct FitOptions {
  optim::Optimizer optimizer = optim::adam();
  schedule::Schedule schedule = schedule::constant();
  std::optional<cost::Cost> cost = {};  ///< default: as the output asks
  std::int64_t epochs = 200;            ///< at most
  std::int64_t batch_size = 32;         ///< 0: all training rows at once
  double l1 = 0.0;                      ///< adds l1 · Σ|w| over weights, not biases
  double l2 = 0.0;                      ///< adds l2 · ½ Σ w² over weights, not biases
  double clip_norm = 0.0;               ///< limit on the gradient's norm; 0: none
  double clip_value = 0.0;              ///< limit on each element of the gradient; 0: none
  /// Stop after so many epochs without a lower validation cost; 0: never. The best weights are returned in any case.
  std::int64_t patience = 30;
  std::vector<double> sample_weights = {};          ///< one a row of the table, ≥ 0; empty: all 1
  data::EncodingOptions encoding = {};              ///< standardising, imputing
  std::optional<std::uint64_t> seed = {};           ///< of the permutations; default: the network's
  int threads = 1;                                  ///< at most; used where they pay. Results do not depend on it
  std::function<void(const Epoch&)> progress = {};  ///< called after each epoch
  const std::atomic<bool>* stop = nullptr;          ///< set it to end after the current step
};

struct Result {
  model::Model model;  ///< with the best weights
  History history;
  Metrics train, validation, test;
  std::int64_t best_epoch =
      0;  ///< epoch whose weights the model has: lowest validation cost, or the last one; 0: initial
  std::int64_t steps = 0;
  double seconds = 0.0;      ///< of training: steps, validation, bookkeeping
  double us_per_step = 0.0;  ///< seconds / steps, in microseconds
  StopReason reason = StopReason::all_epochs;
  std::string message;  ///< in words, e.g. which operation was not finite, in which step
};

/// Trains `network` on the rows parts.train. The network's output is set from the task unless it was chosen. Columns
/// are encoded with what the training rows tell (means, deviations, categories). A cost that is not finite ends
/// training with the best weights of the epochs before. @throws ArgumentError, DataError, ShapeError.
Result fit(nn::FFNN network, const data::Parts& parts, const FitOptions& options = {});

/// The initial parameters of a network: what fit begins with.
Tensor initial_parameters(const nn::FFNN& network);

}  // namespace ansatz::train
