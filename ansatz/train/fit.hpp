// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Training on a table: encoding, a session, the metrics of each part, the model.
#pragma once

#include <cstdint>
#include <string>

#include "ansatz/data/split.hpp"
#include "ansatz/heads/metrics.hpp"
#include "ansatz/model/model.hpp"
#include "ansatz/nn/ffnn.hpp"
#include "ansatz/train/fit_options.hpp"
#include "ansatz/train/history.hpp"
#include "ansatz/train/learner.hpp"
#include "ansatz/train/stop_reason.hpp"

namespace ansatz::train {

using head::Metrics;

struct Result {
  model::Model model;  ///< with the best weights
  History history;
  Metrics train, validation, test;  ///< scores of the last two with intervals (heads/intervals.hpp)
  /// Epoch whose weights the model has: lowest validation cost, or the last one; 0: the initial weights, where no epoch
  /// was better.
  std::int64_t best_epoch = 0;
  std::int64_t steps = 0;
  double seconds = 0.0;      ///< of training: steps, validation, bookkeeping
  double us_per_step = 0.0;  ///< seconds / steps, in microseconds
  StopReason reason = StopReason::all_epochs;
  std::string message;  ///< in words, e.g. which operation was not finite, in which step
};

/// Trains `network` on the rows parts.train, in `dtype` and with initial weights from `seed`. The head is options.head,
/// or as the task asks. Columns are encoded with what the training rows tell (means, deviations, categories). A cost
/// that is not finite ends training with the best weights of the epochs before. @throws ArgumentError, DataError,
/// ShapeError.
Result fit(const nn::Network& network, Dtype dtype, std::uint64_t seed, const data::Parts& parts,
           const FitOptions& options = {});
/// The same with the dtype and the seed of `network`.
Result fit(const nn::FFNN& network, const data::Parts& parts, const FitOptions& options = {});

/// The initial parameters of a network: what fit begins with.
Tensor initial_parameters(const nn::FFNN& network);

/// The learner that fit trains: the network, the head, its cost. @throws ArgumentError when they do not fit the encoded
/// columns, naming the width that would.
Learner learner_of(const nn::Network& network, Dtype dtype, const data::Encoding& encoding, const head::Head& head,
                   const std::optional<cost::Cost>& cost);

/// The head that options and parts ask for, and the encoding of the training rows for it.
head::Head head_of(const data::Parts& parts, const FitOptions& options);
data::Encoding encoding_of(const data::Parts& parts, const head::Head& head, const FitOptions& options);

}  // namespace ansatz::train
