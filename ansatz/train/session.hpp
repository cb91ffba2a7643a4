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

#include "ansatz/train/batch_statistics.hpp"
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
  /// Of the stages (train/stage.hpp): which it is, from 0, its first epoch, the steps before it, and how those before
  /// it ended, in words.
  std::int64_t stage = 0, first_epoch = 1, steps_before = 0;
  std::string earlier;
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

  /// What the last step said.
  const Method::Outcome& last() const { return last_; }
  /// The first operation of the last step whose output was not finite.
  std::string first_non_finite() const { return method_->first_non_finite(); }

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
  const Stage& stage() const { return stages_[static_cast<std::size_t>(progress_.stage)]; }
  std::int64_t last_epoch() const { return progress_.first_epoch + stage().epochs - 1; }
  void make_method();
  double rate_of_step() const;
  void end(StopReason reason, std::string message);
  void end_stage(StopReason reason, std::string message);
  /// Whether the costs are finite; else the run is over.
  bool end_epoch(bool complete);
  void average_weights(bool epoch_ended);
  void keep_best();
  void set(run::State& state, std::string_view slot, const Tensor& values);

  Learner learner_;
  FitOptions options_;
  const Samples& train_;
  const std::uint64_t seed_;
  const std::vector<Stage> stages_;
  run::State state_;
  run::State averaged_;  // where weights are averaged, parameters and buffers that are validated and kept
  run::State& shown_;    // averaged_, or state_
  std::unique_ptr<Method> method_;
  std::unique_ptr<BatchStatistics> statistics_;  // of averaged weights
  Evaluator validator_;
  const bool has_validation_;
  Progress progress_;
  Method::Outcome last_;
  double rate_ = 0.0;                // of the stage, before the schedule
  std::vector<double> epoch_costs_;  // of the complete epochs, for the schedule
  Clock::time_point begin_ = Clock::now();
  Tensor best_parameters_, best_buffers_;
};

}  // namespace ansatz::train
