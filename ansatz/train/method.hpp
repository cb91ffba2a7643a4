// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A method advances the state of a run, one step at a time. It knows what is minimised and nothing of files, tables or
/// epochs; a session calls it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "ansatz/run/state.hpp"
#include "ansatz/train/fit_options.hpp"
#include "ansatz/train/learner.hpp"

namespace ansatz::train {

/// Where a run is.
struct Place {
  std::int64_t epoch = 1;  ///< from 1
  std::int64_t step = 0;   ///< in the epoch, from 0
  std::int64_t steps = 0;  ///< done in all
  double learning_rate = 0.0;
};

class Method {
 public:
  virtual ~Method() = default;

  struct Outcome {
    bool finite = true;      ///< else nothing has changed
    double cost = 0.0;       ///< mean over the step's rows, as they were trained on (with penalties)
    std::int64_t rows = 0;   ///< of the step
    std::string ended = {};  ///< why it cannot go on, in words; empty: it can
  };
  /// One step at `place`, which is later than that of the last call, or where a snapshot was taken.
  virtual Outcome step(const Place& place) = 0;
  virtual std::int64_t steps_per_epoch() const = 0;
  /// The first operation of the last step whose output was not finite.
  virtual std::string first_non_finite() const = 0;
  /// Puts what it keeps outside of the state into slots of it, and takes it from there.
  virtual void store(run::State&) const {}
  virtual void load(const run::State&) {}
};

/// Gradient descent on batches: each epoch all rows in a fresh order (that of the epoch's number and the seed).
/// `learner`, `samples` and `state` must outlive it.
std::unique_ptr<Method> make_descent(const Learner& learner, const Samples& samples, const FitOptions& options,
                                     std::uint64_t seed, run::State& state);

}  // namespace ansatz::train
