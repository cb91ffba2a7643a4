// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A training run that can be stepped, stopped, kept and gone on with. It owns and sequences; the method computes.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "ansatz/train/evaluator.hpp"
#include "ansatz/train/fit_options.hpp"
#include "ansatz/train/history.hpp"
#include "ansatz/train/method.hpp"
#include "ansatz/train/stop_reason.hpp"

namespace ansatz::train {

/// Where a run is between two steps; with the run's options and data, all that is needed to go on to the same bits.
struct Progress {
  Place place;
  double cost_sum = 0.0;                                    ///< of the epoch's steps so far: Σ cost · rows
  std::int64_t cost_rows = 0;                               ///< Σ rows
  double learning_rate = 0.0;                               ///< of the last step
  std::int64_t best_epoch = 0;                              ///< whose numbers are kept; 0: the initial ones
  double lowest = std::numeric_limits<double>::infinity();  ///< validation cost then
  StopReason reason = StopReason::all_epochs;
  std::string message;   ///< why it ended, in words; empty while it goes on
  double seconds = 0.0;  ///< of training so far
  History history;
};

/// A run as a value.
struct Snapshot {
  Progress progress;
  std::map<std::string, Tensor, std::less<>> state;  ///< all slots: parameters, buffers, moments
  Tensor best_parameters, best_buffers;
};

class Session {
 public:
  /// The samples must outlive the session. `seed`: of the initial weights, and of permutations and dropout unless
  /// options.seed is given. @throws ArgumentError, ShapeError.
  Session(Learner learner, const Samples& train, const Samples& validation, FitOptions options, std::uint64_t seed);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// One step, and what ends an epoch after its last: validation, the best numbers, options.progress. Returns whether
  /// there is another step to do.
  bool step();
  /// Steps until the epoch is over, or the run. Returns whether there is another step to do.
  bool run_epoch();
  /// Steps until the run is over.
  void run();
  bool ended() const { return !progress_.message.empty(); }

  /// All that is needed to go on. The order of calls of snapshot() does not change a run.
  Snapshot snapshot() const;
  /// Goes on from a snapshot of a run with the same learner, samples and options, but for epochs and threads.
  /// @throws ArgumentError when it is of another network or method.
  void resume(const Snapshot& snapshot);
  /// Begins with other numbers than the initial ones: before the first step. @throws ShapeError.
  void begin_with(const Tensor& parameters, const Tensor& buffers);

  const Progress& progress() const { return progress_; }
  const Learner& learner() const { return learner_; }
  const FitOptions& options() const { return options_; }
  const Tensor& best_parameters() const { return best_parameters_; }
  const Tensor& best_buffers() const { return best_buffers_; }
  run::State& state() { return state_; }
  /// The mean cost on samples with the best numbers; leaves the state with these.
  double cost_with_best(const Samples& samples);

 private:
  using Clock = std::chrono::steady_clock;
  std::int64_t total_steps() const { return method_->steps_per_epoch() * options_.epochs; }
  void end(StopReason reason, std::string message);
  void end_epoch(bool complete);
  void keep_best();
  void set(std::string_view slot, const Tensor& values);

  Learner learner_;
  FitOptions options_;
  const Samples& train_;
  run::State state_;
  std::unique_ptr<Method> method_;
  Evaluator validator_;
  const bool has_validation_;
  Progress progress_;
  std::vector<double> epoch_costs_;  // of the complete epochs, for the schedule
  Clock::time_point begin_ = Clock::now();
  Tensor best_parameters_, best_buffers_;
};

}  // namespace ansatz::train
