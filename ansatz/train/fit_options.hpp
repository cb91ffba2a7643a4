// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// How a network is trained.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ansatz/data/encoding.hpp"
#include "ansatz/heads/head.hpp"
#include "ansatz/nn/network.hpp"
#include "ansatz/optim/optimizer.hpp"
#include "ansatz/optim/schedule.hpp"
#include "ansatz/train/average.hpp"
#include "ansatz/train/history.hpp"
#include "ansatz/train/stage.hpp"

namespace ansatz::model {
class Model;
}

namespace ansatz::train {

struct Snapshot;

struct FitOptions {
  optim::Optimizer optimizer = optim::adam();
  std::shared_ptr<const MethodChoice> method = {};  ///< instead of descent with the optimizer: lbfgs() of method.hpp
  std::vector<Stage> stages = {};                   ///< one after the other, instead of optimizer, method and epochs
  schedule::Schedule schedule = schedule::constant();
  std::optional<head::Head> head = {};  ///< default: as the task asks
  std::optional<cost::Cost> cost = {};  ///< default: as the head asks
  bool check_cost = true;               ///< compare the derivative of a cost of your own with differences, before
  std::int64_t epochs = 200;            ///< at most
  std::int64_t batch_size = 32;         ///< 0: all training rows at once
  std::int64_t accumulate = 1;          ///< batches of a step: their gradients are averaged
  double l1 = 0.0;                      ///< adds l1 · Σ|w| over weights, not biases
  double l2 = 0.0;                      ///< adds l2 · ½ Σ w² over weights, not biases
  double clip_norm = 0.0;               ///< limit on the gradient's norm; 0: none
  double clip_value = 0.0;              ///< limit on each element of the gradient; 0: none
  double max_norm = 0.0;                ///< limit on the norm of each unit's incoming weights; 0: none
  std::optional<Average> average = {};  ///< what is validated and kept is an average of weights
  /// Layers whose tensors stay as they are: by number (of the layers that have tensors, from 1) or name, "conv*".
  std::vector<std::string> freeze = {};
  /// Stop after so many epochs without a lower validation cost; 0: never. The best weights are returned in any case.
  std::int64_t patience = 30;
  std::vector<double> sample_weights = {};          ///< one a row of the table, ≥ 0; empty: all 1
  data::EncodingOptions encoding = {};              ///< standardising, imputing
  std::optional<std::uint64_t> seed = {};           ///< of permutations and dropout; default: the network's
  int threads = 1;                                  ///< at most; used where they pay. Results do not depend on it
  std::function<void(const Epoch&)> progress = {};  ///< called after each epoch
  const std::atomic<bool>* stop = nullptr;          ///< set it to end after the current step
  /// Initial parameters and buffers, instead of random ones, as vectors of the network's layout.
  std::shared_ptr<const std::pair<Tensor, Tensor>> from = {};
  /// Called after each step with whether an epoch has just ended: whether a snapshot is wanted now.
  std::function<bool(bool epoch_ended)> wants_snapshot = {};
  std::function<void(Snapshot)> keep_snapshot = {};
  /// Given the model as soon as training has ended, before the metrics of its parts are computed, which may take long;
  /// its record lacks them.
  std::function<void(const model::Model&)> keep_model = {};
  std::shared_ptr<const Snapshot> resume = {};     ///< goes on from it
  std::map<std::string, std::string> record = {};  ///< further entries of the model's record
};

/// @throws ArgumentError for what is out of range.
void check(const FitOptions& options);

/// For each tensor of the network whether `freeze` holds it; empty where nothing is frozen. @throws ArgumentError for a
/// number or name that means no layer with tensors, listing those there are.
std::vector<bool> frozen_tensors(const nn::Network& network, const std::vector<std::string>& freeze);

}  // namespace ansatz::train
