// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/evaluator.hpp"

#include <algorithm>
#include <cmath>

#include "ansatz/ops/ops.hpp"

namespace ansatz::train {

namespace {

constexpr std::int64_t block_of_rows = 256;

/// Outputs: Σ w c, and Σ w [correct] where the head has that, over rows that lie one after the other.
Graph score_graph(const Learner& learner, bool weighted, std::int64_t rows) {
  Trace trace;
  const Var x = trace.input({learner.dtype, learner.network.inputs().at(0).inserted(0, rows)}, "x");
  const Var targets = trace.input(learner.target_type(rows), "targets");
  std::optional<Var> weights;
  if (weighted) weights = trace.input({learner.dtype, {rows}}, "weights");
  const Var outputs = learner.outputs_on(trace, x);
  Var costs = head::cost_of_rows(learner.head, learner.cost, outputs, targets, weighted);
  if (costs.shape().rank() == 0) costs = broadcast_to(costs, {rows});
  const auto total = [&](const Var& of_rows) { return sum(weights ? *weights * of_rows : of_rows); };
  trace.output(total(costs));
  if (learner.head.correct) trace.output(total(learner.head.correct(outputs, targets)));
  return trace.finish();
}

/// Where row `first` of a tensor begins.
const std::byte* row_of(const Tensor& tensor, std::int64_t first) {
  return tensor.data() +
         static_cast<std::size_t>(first) * (tensor.bytes() / static_cast<std::size_t>(tensor.shape()[0]));
}

}  // namespace

Evaluator::Evaluator(const Learner& learner, const Samples& samples, run::State& state,
                     const run::ExecutorOptions& executor)
    : samples_(samples), block_(std::min(block_of_rows, samples.rows)) {
  if (samples.rows == 0) return;
  whole_ = std::make_unique<run::Program>(score_graph(learner, samples.weighted(), block_), state, executor);
  if (const std::int64_t rest = samples.rows % block_; rest != 0)
    rest_ = std::make_unique<run::Program>(score_graph(learner, samples.weighted(), rest), state, executor);
  for (std::int64_t i = 0; i < samples.rows; ++i)
    weight_ += samples.weighted() ? samples.weights_f64[static_cast<std::size_t>(i)] : 1.0;
}

void Evaluator::run(run::Program& program, std::int64_t first) const {
  program.bind("x", row_of(samples_.x, first));
  program.bind("targets", row_of(samples_.targets, first));
  if (samples_.weighted()) program.bind("weights", row_of(samples_.weights, first));
  program.run();
}

void Evaluator::score_block(run::Program& program, std::int64_t first) {
  run(program, first);
  sums_.cost += program.number(0);
  if (not_finite_ < 0 && !std::isfinite(sums_.cost)) not_finite_ = first;
  if (program.outputs() > 1) sums_.accuracy += program.number(1);
}

Evaluator::Score Evaluator::score() {
  sums_ = {};
  not_finite_ = -1;
  if (samples_.rows == 0) return sums_;
  std::int64_t first = 0;
  for (; first + block_ <= samples_.rows; first += block_) score_block(*whole_, first);
  if (first < samples_.rows) score_block(*rest_, first);
  return {sums_.cost / weight_, sums_.accuracy / weight_};
}

std::string Evaluator::first_non_finite() const {
  if (not_finite_ < 0) return "no operation";
  run::Program& program = not_finite_ + block_ <= samples_.rows ? *whole_ : *rest_;
  run(program, not_finite_);
  return program.first_non_finite();
}

}  // namespace ansatz::train
