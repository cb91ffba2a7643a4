// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/evaluator.hpp"

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/train/step.hpp"

namespace ansatz::train {

Resident::Resident(const nn::FFNN& network, const data::Dataset& data, std::vector<double> sample_weights)
    : rows(data.rows), x(network.dtype(), {data.rows, data.features}), weights_f64(std::move(sample_weights)) {
  const auto copy = [](auto from, auto to) {
    using To = typename decltype(to)::value_type;
    std::transform(from.begin(), from.end(), to.begin(), [](auto value) { return static_cast<To>(value); });
  };
  const auto numbers = [&](const auto& from, Tensor& to) {
    if (to.dtype() == Dtype::f64)
      copy(std::span(from), to.as<double>());
    else
      copy(std::span(from), to.as<float>());
  };
  numbers(data.inputs, x);
  if (network.output() == nn::Output::softmax) {
    targets = Tensor(Dtype::i32, {rows});
    copy(std::span(data.labels), targets.as<std::int32_t>());
  } else {
    targets = Tensor(network.dtype(), {rows});
    if (network.output() == nn::Output::sigmoid)
      numbers(data.labels, targets);
    else
      numbers(data.targets, targets);
  }
  if (weighted()) {
    weights = Tensor(network.dtype(), {rows});
    numbers(weights_f64, weights);
  }
}

Resident::Resident(Tensor inputs, Tensor of_targets)
    : rows(inputs.shape()[0]), x(std::move(inputs)), targets(std::move(of_targets)) {}

namespace {

constexpr std::int64_t block_of_rows = 256;

/// Outputs: Σ w c, Σ w, Σ w [correct] over a block of rows that lie one after the other.
plan::Plan score_plan(const nn::FFNN& network, const cost::Cost& cost, const Resident& data, std::int64_t rows) {
  const Dtype dtype = network.dtype();
  Trace trace;
  const Var x = trace.input({dtype, {rows, network.inputs()}}, "x");
  const Var targets = trace.input({data.targets.dtype(), {rows}}, "targets");
  std::optional<Var> weights;
  if (data.weighted()) weights = trace.input({dtype, {rows}}, "weights");
  const Var theta = trace.state({dtype, {network.parameters()}}, std::string(parameters_slot));
  const Var logits = network.logits(network.unpack(theta), x);
  Var costs = cost_of_rows(cost, logits, targets, data.weighted());
  if (costs.shape().rank() == 0) costs = broadcast_to(costs, {rows});
  const auto total = [&](const Var& of_rows) { return sum(weights ? *weights * of_rows : of_rows); };
  trace.output(total(costs));
  if (network.output() != nn::Output::linear) trace.output(total(correct_rows(network, logits, targets)));
  return plan::build(passes::optimise(trace.finish(), run::default_passes()));
}

double number(const run::Executor& executor, std::size_t output) {
  const std::byte* at = executor.output(output);
  return executor.plan().outputs[output].dtype == Dtype::f64 ? *reinterpret_cast<const double*>(at)
                                                             : static_cast<double>(*reinterpret_cast<const float*>(at));
}

}  // namespace

Evaluator::Evaluator(const nn::FFNN& network, const cost::Cost& cost, const Resident& data, run::State& state,
                     const run::ExecutorOptions& executor)
    : data_(data),
      block_(std::min(block_of_rows, data.rows)),
      x_row_bytes_(static_cast<std::size_t>(network.inputs()) * size_of(network.dtype())) {
  if (data.rows == 0) return;
  whole_ = std::make_unique<run::Executor>(score_plan(network, cost, data, block_), state, executor);
  if (const std::int64_t rest = data.rows % block_; rest != 0)
    rest_ = std::make_unique<run::Executor>(score_plan(network, cost, data, rest), state, executor);
  for (std::int64_t i = 0; i < data.rows; ++i)
    weight_ += data.weighted() ? data.weights_f64[static_cast<std::size_t>(i)] : 1.0;
}

void Evaluator::score_block(run::Executor& executor, std::int64_t first) {
  const auto row = static_cast<std::size_t>(first);
  executor.bind(0, data_.x.data() + row * x_row_bytes_);
  executor.bind(1, data_.targets.data() + row * size_of(data_.targets.dtype()));
  if (data_.weighted()) executor.bind(2, data_.weights.data() + row * size_of(data_.weights.dtype()));
  executor.run();
  sums_.cost += number(executor, 0);
  if (executor.plan().outputs.size() > 1) sums_.accuracy += number(executor, 1);
}

Score Evaluator::score() {
  sums_ = {};
  if (data_.rows == 0) return sums_;
  std::int64_t first = 0;
  for (; first + block_ <= data_.rows; first += block_) score_block(*whole_, first);
  if (first < data_.rows) score_block(*rest_, first);
  return {sums_.cost / weight_, sums_.accuracy / weight_};
}

}  // namespace ansatz::train
