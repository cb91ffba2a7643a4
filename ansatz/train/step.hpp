// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// One training step as one graph: gather the batch, forward, cost, backward, clipping, optimizer, metrics.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "ansatz/optim/optimizer.hpp"
#include "ansatz/run/program.hpp"
#include "ansatz/train/learner.hpp"

namespace ansatz::train {

struct StepOptions {
  std::int64_t rows = 0;        ///< of the resident data
  std::int64_t batch = 0;       ///< of one step
  bool weights = false;         ///< sample weights are given
  bool l1 = false, l2 = false;  ///< penalties on weights, not biases
  bool clip_norm = false, clip_value = false;
  bool max_norm = false;          ///< a limit on the norm of each unit's incoming weights
  bool accuracy = false;          ///< also count correct rows of the batch
  bool accumulates = false;       ///< adds the gradient to a sum instead of an update, see update_graph
  std::vector<bool> frozen = {};  ///< of each of the network's tensors: held as it is; empty: none
};

/// The optimizer's update of θ, the state in parameters_slot, whose slots become state beside it: "adam.first_moment",
/// ….
void assign_update(Trace& trace, const optim::Optimizer& optimizer, const Var& theta, const Var& gradient,
                   const Var& learning_rate);

/// The mean cost plus l1 Σ|w| + l2 ½ Σ w² over the network's weights; `parameters`: its tensors that are no buffers.
Var penalised(const Learner& learner, const Var& mean, const std::vector<Var>& parameters, const std::optional<Var>& l1,
              const std::optional<Var>& l2);

/// Builds the graph. Inputs: x [rows, …], targets (Learner::target_type), weights [rows] if asked for, index
/// i32[batch], the f64 scalar learning_rate, the f64 scalars l1, l2, clip_norm, clip_value, max_norm where asked for,
/// and key i32[4] where the network draws random numbers. Outputs: cost (with penalties), and the number of correct
/// rows if asked for. State: parameters, buffers and the optimizer's slots. State is written only if the cost, every
/// element of the gradient and every new buffer are finite.
Graph step_graph(const Learner& learner, const optim::Optimizer& optimizer, const StepOptions& options);

/// The update after steps that accumulate. They add W · gradient, W · cost and W to slots, W the batch's rows or its
/// sum of weights: for costs that are means, Σ W · gradient / Σ W is the gradient of the batches taken as one. Inputs:
/// learning_rate, and clip_norm, clip_value, max_norm where asked for. Output: Σ W · cost / Σ W. It empties the slots.
Graph update_graph(const Learner& learner, const optim::Optimizer& optimizer, const StepOptions& options);

/// One training step, ready to run.
class TrainingStep {
 public:
  TrainingStep(const Learner& learner, const optim::Optimizer& optimizer, const StepOptions& options, run::State& state,
               const run::ExecutorOptions& executor);

  /// Binds the resident data; `weights` may be null where none are expected.
  void bind_data(const void* x, const void* targets, const void* weights);
  /// The numbers a step reads; they must stay in place.
  struct Scalars {
    double learning_rate = 0.0, l1 = 0.0, l2 = 0.0, clip_norm = 0.0, clip_value = 0.0, max_norm = 0.0;
    std::array<std::int32_t, 4> key{};  ///< of random layers: seed (two words), epoch, step
  };
  void bind_scalars(const Scalars& scalars) { bind(scalars, program_); }
  /// Those of them that a program reads.
  static void bind(const Scalars& scalars, run::Program& program);

  /// A step on rows index[0..batch). Returns false when the cost or the gradient was not finite: nothing was written.
  bool run(const std::int32_t* index) {
    program_.bind(index_input_, index);
    return program_.run();
  }
  /// The same, and what each worker did when.
  bool run(const std::int32_t* index, std::vector<run::Span>& spans) {
    program_.bind(index_input_, index);
    return program_.run(spans);
  }
  double cost() const { return program_.number(0); }
  /// Correct rows of the last batch.
  double correct() const { return program_.number(1); }

  const run::Executor& executor() const { return program_.executor(); }
  const Graph& graph() const { return program_.graph(); }
  /// The first operation of the last step whose output was not finite, found by running it again unfused.
  std::string first_non_finite() const { return program_.first_non_finite(); }

 private:
  run::Program program_;
  std::size_t index_input_;
};

}  // namespace ansatz::train
