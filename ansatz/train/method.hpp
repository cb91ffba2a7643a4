// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A method advances the state of a run, one step at a time. It knows what is minimised and nothing of files, tables or
/// epochs; a session calls it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "ansatz/optim/lbfgs.hpp"
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
    bool before = false;     ///< the cost is that of the numbers before the step, else after it
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

/// What makes a method, by name and arguments.
struct MethodChoice {
  Named named;
  std::function<std::unique_ptr<Method>(const Learner&, const Samples&, const FitOptions&, run::State&)> make;
  std::optional<double> learning_rate = {};  ///< that it multiplies by the schedule's factor, where it has one
};

/// L-BFGS on all rows at once (optim/lbfgs.hpp); an epoch is one iteration. Costs and gradients are summed in the
/// network's dtype and minimised in f64. @throws ArgumentError for a network that draws random numbers or has buffers:
/// its cost would not be a function of its parameters.
MethodChoice lbfgs(optim::LbfgsOptions options = {});
struct PerceptronOptions {
  double learning_rate = 1.0;
};
/// F. Rosenblatt's rule (Psychol. Rev. 65, 386 (1958)) for one dense layer with the activation `step`: for each row in
/// its order w ← w + η (t − y) x and b ← b + η (t − y). An epoch is one step, its cost the fraction of answers that
/// were wrong. It ends after an epoch without a wrong answer, which comes where a plane separates the classes, and when
/// the weights are those of an earlier epoch: then they come back for ever. @throws ArgumentError for another network,
/// targets other than 0 and 1, sample weights, penalties and limits.
MethodChoice perceptron(PerceptronOptions options = {});
/// The methods beside gradient descent.
const Family<MethodChoice>& methods();

/// Whether a last batch of `rest` rows is left out: one row alone has no batch statistics.
inline bool skips_rest(const nn::Network& network, std::int64_t rest) { return rest == 1 && network.buffers() > 0; }

/// Gradient descent on batches: each epoch all rows in a fresh order (that of the epoch's number and the seed).
/// `learner`, `samples` and `state` must outlive it.
std::unique_ptr<Method> make_descent(const Learner& learner, const Samples& samples, const FitOptions& options,
                                     std::uint64_t seed, run::State& state);

}  // namespace ansatz::train

namespace ansatz {
template <>
inline constexpr auto option_rows<train::PerceptronOptions> = std::to_array<Option<train::PerceptronOptions>>(
    {{"learning_rate", &train::PerceptronOptions::learning_rate, "η", above(0)}});
}  // namespace ansatz
