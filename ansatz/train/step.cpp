// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/step.hpp"

#include <numeric>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/run/replay.hpp"

namespace ansatz::train {

namespace {

/// Σ over the layers' weights of f(w).
template <class F>
Var over_weights(const std::vector<nn::FFNN::Layer>& layers, F&& f) {
  std::optional<Var> total;
  for (const nn::FFNN::Layer& layer : layers) {
    const Var part = sum(f(layer.weights));
    total = total ? *total + part : part;
  }
  return *total;
}

}  // namespace

Var correct_rows(const nn::FFNN& network, const Var& logits, const Var& targets) {
  if (network.output() == nn::Output::softmax) {
    // Whether the label is the first largest logit, in operations that join the cost's pass over the rows: the class as
    // a number of the logits' dtype, not as argmax's integer.
    const std::int64_t classes = logits.shape()[1];
    std::vector<double> ascending(static_cast<std::size_t>(classes));
    std::iota(ascending.begin(), ascending.end(), 0.0);
    const Var number = broadcast_to(constant(ascending, logits.dtype(), {classes}), logits.shape());
    const Var largest = equal(logits, broadcast_to(max(logits, {1}, Keep::yes), logits.shape()));
    const Var first = min(where(largest, number, static_cast<double>(classes)), {1}, Keep::yes);
    const Var said = equal(number, broadcast_to(first, logits.shape()));
    return sum(where(said, one_hot(targets, classes, logits.dtype()), 0.0), {1});
  }
  const Var said = reshape(logits, {logits.shape()[0]}) > 0.0, is = targets > 0.5;
  return cast((said && is) || (!said && !is), logits.dtype());
}

Var cost_of_rows(const cost::Cost& cost, const Var& outputs, const Var& targets, bool weighted) {
  const Var rows = cost.of_rows(outputs, targets);
  const Shape each{outputs.shape()[0]};
  if (rows.shape() == each || (rows.shape().rank() == 0 && !weighted)) return rows;
  throw ShapeError("the cost '{}' of outputs {} and targets {} is {}; {} is expected, a number for each row{}",
                   cost.name, to_string(outputs.shape()), to_string(targets.shape()), to_string(rows.shape()),
                   to_string(each),
                   rows.shape().rank() > 1 ? " (reshape the outputs as the targets, sum over columns)" : "");
}

void assign_update(Trace& trace, const optim::Optimizer& optimizer, const Var& theta, const Var& gradient,
                   const Var& learning_rate) {
  optim::Step step{theta, gradient, learning_rate, {}};
  for (const optim::Slot& slot : optimizer.slots)
    step.slots.push_back(
        trace.state(slot.scalar ? Type{Dtype::f64, {}} : theta.type(), optimizer.named.name + "." + slot.name));
  const optim::Updated updated = optimizer.update(step);
  trace.assign(std::string(parameters_slot), updated.theta.labelled("theta"));
  for (std::size_t i = 0; i < optimizer.slots.size(); ++i)
    trace.assign(optimizer.named.name + "." + optimizer.slots[i].name, updated.slots[i]);
}

Graph step_graph(const nn::FFNN& network, const cost::Cost& cost, const optim::Optimizer& optimizer,
                 const StepOptions& options) {
  const Dtype dtype = network.dtype();
  const Type scalar{Dtype::f64, {}};
  Trace trace;
  const Var x = trace.input({dtype, {options.rows, network.inputs()}}, "x");
  const bool labels = network.output() == nn::Output::softmax;
  const Shape target_shape =
      options.target_columns > 1 ? Shape{options.rows, options.target_columns} : Shape{options.rows};
  const Var targets = trace.input({labels ? Dtype::i32 : dtype, target_shape}, "targets");
  std::optional<Var> weights;
  if (options.weights) weights = trace.input({dtype, {options.rows}}, "weights");
  const Var index = trace.input({Dtype::i32, {options.batch}}, "index");
  const auto scalar_if = [&](bool wanted, const char* name) {
    return wanted ? std::optional(trace.input(scalar, name)) : std::nullopt;
  };
  const Var learning_rate = trace.input(scalar, "learning_rate");
  const auto l1 = scalar_if(options.l1, "l1"), l2 = scalar_if(options.l2, "l2");
  const auto clip_norm = scalar_if(options.clip_norm, "clip_norm"),
             clip_value = scalar_if(options.clip_value, "clip_value");
  const Var theta = trace.state({dtype, {network.parameters()}}, std::string(parameters_slot));

  const Var batch_x = gather(x, index).labelled("x_batch"), batch_t = gather(targets, index).labelled("t_batch");
  const auto batch_w = weights ? std::optional(gather(*weights, index)) : std::nullopt;

  Var logits;
  const auto objective = [&](const std::vector<nn::FFNN::Layer>& layers) {
    logits = network.logits(layers, batch_x);
    const Var rows = cost_of_rows(cost, logits, batch_t, options.weights);
    const Var mean = rows.shape().rank() == 0 ? rows : cost::mean(rows, batch_w);
    Var total = mean.labelled("cost");
    if (l2) total = total + 0.5 * cast(*l2, dtype) * over_weights(layers, [](const Var& w) { return square(w); });
    if (l1) total = total + cast(*l1, dtype) * over_weights(layers, [](const Var& w) { return abs(w); });
    return total;
  };
  auto [total, gradients] = value_and_grad(objective)(network.unpack(theta));
  Var gradient = nn::FFNN::pack(gradients).labelled("gradient");
  trace.commit_if(is_finite(total) && all_finite(gradient));
  if (clip_norm) gradient = optim::clip_by_norm(gradient, *clip_norm);
  if (clip_value) gradient = optim::clip_by_value(gradient, *clip_value);

  assign_update(trace, optimizer, theta, gradient, learning_rate);

  trace.output(total);
  if (options.accuracy) trace.output(sum(correct_rows(network, logits, batch_t)));
  return trace.finish();
}

TrainingStep::TrainingStep(const nn::FFNN& network, const cost::Cost& cost, const optim::Optimizer& optimizer,
                           const StepOptions& options, run::State& state, const run::ExecutorOptions& executor)
    : graph_(passes::optimise(step_graph(network, cost, optimizer, options), run::default_passes())),
      options_(options),
      state_(state),
      executor_(plan::build(graph_), state, executor),
      index_input_(options.weights ? 3 : 2),
      bound_(graph_.inputs.size(), nullptr) {}

void TrainingStep::bind_data(const void* x, const void* targets, const void* weights) {
  const void* const data[] = {x, targets, weights};
  for (std::size_t i = 0; i < index_input_; ++i) {
    executor_.bind(i, data[i]);
    bound_[i] = data[i];
  }
}

void TrainingStep::bind_scalars(const Scalars& scalars) {
  std::size_t input = index_input_ + 1;
  const auto bind = [&](bool wanted, const double& value) {
    if (!wanted) return;
    bound_[input] = &value;
    executor_.bind(input++, &value);
  };
  bind(true, scalars.learning_rate);
  bind(options_.l1, scalars.l1);
  bind(options_.l2, scalars.l2);
  bind(options_.clip_norm, scalars.clip_norm);
  bind(options_.clip_value, scalars.clip_value);
}

double TrainingStep::output(std::size_t i) const {
  const std::byte* at = executor_.output(i);
  return executor_.plan().outputs[i].dtype == Dtype::f64 ? *reinterpret_cast<const double*>(at)
                                                         : static_cast<double>(*reinterpret_cast<const float*>(at));
}

double TrainingStep::cost() const { return output(0); }
double TrainingStep::correct() const { return output(1); }

std::string TrainingStep::first_non_finite() const { return run::first_non_finite(graph_, bound_, state_); }

}  // namespace ansatz::train
