// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// One training step as one graph: gather the batch, forward, cost, backward, clipping, optimizer, metrics.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "ansatz/nn/ffnn.hpp"
#include "ansatz/optim/optimizer.hpp"
#include "ansatz/run/executor.hpp"

namespace ansatz::train {

struct StepOptions {
  std::int64_t rows = 0;        ///< of the resident data
  std::int64_t batch = 0;       ///< of one step
  bool weights = false;         ///< sample weights are given
  bool l1 = false, l2 = false;  ///< penalties on weights, not biases
  bool clip_norm = false, clip_value = false;
  bool accuracy = false;            ///< also count correct rows of the batch
  std::int64_t target_columns = 1;  ///< of a regression with several outputs
};

/// The state slot of a network's parameters.
inline constexpr std::string_view parameters_slot = "parameters";

/// The optimizer's update of θ, the state in parameters_slot, whose slots become state beside it: "adam.first_moment",
/// ….
void assign_update(Trace& trace, const optim::Optimizer& optimizer, const Var& theta, const Var& gradient,
                   const Var& learning_rate);

/// Builds the graph. Inputs, in order: x [rows, inputs], targets ([rows] numbers, i32 labels, or [rows, outputs]),
/// weights [rows] if asked for, index i32[batch], then f64 scalars: learning_rate, and l1, l2, clip_norm, clip_value
/// where asked for. Outputs: cost, and the number of correct rows if asked for. State: parameters and the optimizer's
/// slots. State is written only if the cost and every element of the gradient are finite.
Graph step_graph(const nn::FFNN& network, const cost::Cost& cost, const optim::Optimizer& optimizer,
                 const StepOptions& options);

/// The cost of each row, or of all where there are no sample weights. @throws ShapeError for any other shape: numbers
/// [batch, 1] and [batch] broadcast to [batch, batch], whose mean would mean nothing.
Var cost_of_rows(const cost::Cost& cost, const Var& outputs, const Var& targets, bool weighted);

/// 1 for each row that a classifier has right, else 0: [batch].
Var correct_rows(const nn::FFNN& network, const Var& logits, const Var& targets);

/// One training step, ready to run.
class TrainingStep {
 public:
  TrainingStep(const nn::FFNN& network, const cost::Cost& cost, const optim::Optimizer& optimizer,
               const StepOptions& options, run::State& state, const run::ExecutorOptions& executor);

  /// Binds the resident data; `weights` may be null where none are expected.
  void bind_data(const void* x, const void* targets, const void* weights);
  /// The numbers a step reads; they must stay in place.
  struct Scalars {
    double learning_rate = 0.0, l1 = 0.0, l2 = 0.0, clip_norm = 0.0, clip_value = 0.0;
  };
  void bind_scalars(const Scalars& scalars);

  /// A step on rows index[0..batch). Returns false when the cost or the gradient was not finite: nothing was written.
  bool run(const std::int32_t* index) {
    executor_.bind(index_input_, index);
    bound_[index_input_] = index;
    return executor_.run();
  }
  /// The same, and what each worker did when.
  bool run(const std::int32_t* index, std::vector<run::Span>& spans) {
    executor_.bind(index_input_, index);
    bound_[index_input_] = index;
    return executor_.run(spans);
  }
  double cost() const;
  /// Correct rows of the last batch.
  double correct() const;

  const run::Executor& executor() const { return executor_; }
  const Graph& graph() const { return graph_; }
  /// The first operation of the last step whose output was not finite, found by running it again unfused.
  std::string first_non_finite() const;

 private:
  double output(std::size_t i) const;

  Graph graph_;  // optimised
  StepOptions options_;
  run::State& state_;
  run::Executor executor_;
  std::size_t index_input_ = 0;
  std::vector<const void*> bound_;
};

}  // namespace ansatz::train
