// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/step.hpp"

#include <numeric>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::train {

namespace {

/// Σ over the network's weights of f(w); `tensors`: those that are no buffers.
template <class F>
Var over_weights(const nn::Network& network, const std::vector<Var>& tensors, F&& f) {
  std::optional<Var> total;
  std::size_t i = 0;
  for (const nn::Placed& placed : network.tensors()) {
    if (placed.is_buffer()) continue;
    const Var& tensor = tensors[i++];
    if (placed.declared.role != nn::Role::weight) continue;
    const Var part = sum(f(tensor));
    total = total ? *total + part : part;
  }
  return total ? *total : constant(0.0, tensors.front().dtype());
}

/// w · min(1, limit / ‖w_unit‖), where w_unit are the incoming weights of one unit: all axes but the last (N.
/// Srivastava et al., JMLR 15, 1929 (2014)).
Var limited(const Var& weights, const Var& limit) {
  std::vector<int> axes(static_cast<std::size_t>(weights.shape().rank() - 1));
  std::iota(axes.begin(), axes.end(), 0);
  const Var norm = sqrt(sum(square(weights), axes, Keep::yes));
  const Var ceiling = broadcast_to(cast(limit, weights.dtype()), norm.shape());
  const Var factor = where(norm > ceiling, ceiling / norm, full_like(norm, 1.0));
  return weights * broadcast_to(factor, weights.shape());
}

/// θ after the update within its limits: weights of bounded norm, frozen tensors as they were.
Var constrained(const nn::Network& network, const StepOptions& options, const std::optional<Var>& max_norm,
                const Var& before, Var after) {
  if (max_norm) {
    std::vector<Var> parts;
    for (const nn::Placed& placed : network.tensors()) {
      if (placed.is_buffer()) continue;
      const Shape& shape = placed.declared.shape;
      const Var part = slice(after, {placed.offset}, {placed.offset + shape.elements()});
      const bool limits = placed.declared.role == nn::Role::weight && shape.rank() > 1;
      parts.push_back(limits ? limited(reshape(part, shape), *max_norm) : part);
    }
    after = nn::Network::pack(parts);
  }
  if (!options.frozen.empty()) {
    std::vector<double> held;
    for (std::size_t i = 0; i < network.tensors().size(); ++i)
      if (const nn::Placed& placed = network.tensors()[i]; !placed.is_buffer())
        held.insert(held.end(), static_cast<std::size_t>(placed.declared.shape.elements()),
                    options.frozen[i] ? 1.0 : 0.0);
    after = where(constant(held, Dtype::boolean, before.shape()), before, after);
  }
  return after;
}

using Constrain = std::function<Var(const Var& before, const Var& after)>;

void assign(Trace& trace, const optim::Optimizer& optimizer, const Var& theta, const Var& gradient,
            const Var& learning_rate, const Constrain& constrain) {
  optim::Step step{theta, gradient, learning_rate, {}};
  for (const optim::Slot& slot : optimizer.slots)
    step.slots.push_back(
        trace.state(slot.scalar ? Type{Dtype::f64, {}} : theta.type(), optimizer.named.name + "." + slot.name));
  const optim::Updated updated = optimizer.update(step);
  const Var after = constrain ? constrain(theta, updated.theta) : updated.theta;
  trace.assign(std::string(parameters_slot), after.labelled("theta"));
  for (std::size_t i = 0; i < optimizer.slots.size(); ++i)
    trace.assign(optimizer.named.name + "." + optimizer.slots[i].name, updated.slots[i]);
}

/// The scalars of an update that are asked for, as inputs.
struct Limits {
  std::optional<Var> clip_norm, clip_value, max_norm;
};
std::optional<Var> scalar_if(Trace& trace, bool wanted, const char* name) {
  return wanted ? std::optional(trace.input({Dtype::f64, {}}, name)) : std::nullopt;
}
Limits limits_in(Trace& trace, const StepOptions& options) {
  Limits limits;
  limits.clip_norm = scalar_if(trace, options.clip_norm, "clip_norm");
  limits.clip_value = scalar_if(trace, options.clip_value, "clip_value");
  limits.max_norm = scalar_if(trace, options.max_norm, "max_norm");
  return limits;
}

/// θ after a step along the gradient within its limits.
void update(Trace& trace, const Learner& learner, const optim::Optimizer& optimizer, const StepOptions& options,
            const Limits& limits, const Var& theta, Var gradient, const Var& learning_rate) {
  if (limits.clip_norm) gradient = optim::clip_by_norm(gradient, *limits.clip_norm);
  if (limits.clip_value) gradient = optim::clip_by_value(gradient, *limits.clip_value);
  const bool constrains = options.max_norm || !options.frozen.empty();
  assign(trace, optimizer, theta, gradient, learning_rate,
         constrains ? Constrain([&](const Var& before, const Var& after) {
           return constrained(learner.network, options, limits.max_norm, before, after);
         })
                    : Constrain());
}

/// What steps add up until the update.
struct Sums {
  static constexpr const char *gradient_slot = "accumulated.gradient", *cost_slot = "accumulated.cost",
                              *weight_slot = "accumulated.weight";
  Var gradient, cost, weight;

  Sums(Trace& trace, const Type& theta)
      : gradient(trace.state(theta, gradient_slot)),
        cost(trace.state({Dtype::f64, {}}, cost_slot)),
        weight(trace.state({Dtype::f64, {}}, weight_slot)) {}
  static void assign(Trace& trace, const Var& gradient, const Var& cost, const Var& weight) {
    trace.assign(gradient_slot, gradient);
    trace.assign(cost_slot, cost);
    trace.assign(weight_slot, weight);
  }
};

}  // namespace

void assign_update(Trace& trace, const optim::Optimizer& optimizer, const Var& theta, const Var& gradient,
                   const Var& learning_rate) {
  assign(trace, optimizer, theta, gradient, learning_rate, {});
}

Var penalised(const Learner& learner, const Var& mean, const std::vector<Var>& parameters, const std::optional<Var>& l1,
              const std::optional<Var>& l2) {
  const auto over = [&](auto f) { return over_weights(learner.network, parameters, f); };
  Var total = mean.labelled("cost");
  if (l2) total = total + 0.5 * cast(*l2, learner.dtype) * over([](const Var& w) { return square(w); });
  if (l1) total = total + cast(*l1, learner.dtype) * over([](const Var& w) { return abs(w); });
  return total;
}

Graph step_graph(const Learner& learner, const optim::Optimizer& optimizer, const StepOptions& options) {
  const nn::Network& network = learner.network;
  const Dtype dtype = learner.dtype;
  Trace trace;
  const Var x = trace.input({dtype, network.inputs().at(0).inserted(0, options.rows)}, "x");
  const Var targets = trace.input(learner.target_type(options.rows), "targets");
  std::optional<Var> weights;
  if (options.weights) weights = trace.input({dtype, {options.rows}}, "weights");
  const Var index = trace.input({Dtype::i32, {options.batch}}, "index");
  const auto learning_rate = scalar_if(trace, !options.accumulates, "learning_rate");
  const auto l1 = scalar_if(trace, options.l1, "l1"), l2 = scalar_if(trace, options.l2, "l2");
  const Limits limits = options.accumulates ? Limits() : limits_in(trace, options);
  nn::Context context{.training = true};
  if (network.random()) context.key = trace.input({Dtype::i32, {4}}, "key");
  const nn::Network::Slots slots = network.slots_in(trace, dtype);
  const Var& theta = slots.parameters;

  const Var batch_x = gather(x, index).labelled("x_batch"), batch_t = gather(targets, index).labelled("t_batch");
  const auto batch_w = weights ? std::optional(gather(*weights, index)) : std::nullopt;

  const std::vector<Var> tensors = network.unpack(slots);
  Var outputs;
  std::optional<Var> new_buffers;
  const auto objective = [&](const std::vector<Var>& parameters) {
    std::vector<Var> all = tensors;
    std::size_t next = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!network.tensors()[i].is_buffer()) {
        all[i] = parameters[next++];
        if (!options.frozen.empty() && options.frozen[i]) all[i] = stop_gradient(all[i]);
      }
    const nn::Network::Result result = network.apply(all, {batch_x}, context);
    outputs = result.outputs.at(0);
    new_buffers = result.buffers;
    const Var rows = head::cost_of_rows(learner.head, learner.cost, outputs, batch_t, options.weights);
    const Var mean = rows.shape().rank() == 0 ? rows : cost::mean(rows, batch_w);
    return penalised(learner, mean, parameters, l1, l2);
  };
  auto [total, gradients] = value_and_grad(objective)(network.select(tensors, false));
  Var gradient = nn::Network::pack(gradients).labelled("gradient");
  Var finite = is_finite(total) && all_finite(gradient);
  if (new_buffers) finite = finite && all_finite(*new_buffers);
  trace.commit_if(finite);
  if (options.accumulates) {
    const Sums sums(trace, theta.type());
    const Var weight =
        batch_w ? cast(sum(*batch_w), Dtype::f64) : constant(static_cast<double>(options.batch), Dtype::f64);
    Sums::assign(trace, sums.gradient + broadcast_to(cast(weight, dtype), theta.shape()) * gradient,
                 sums.cost + weight * cast(total, Dtype::f64), sums.weight + weight);
  } else {
    update(trace, learner, optimizer, options, limits, theta, gradient, *learning_rate);
  }
  if (new_buffers) trace.assign(std::string(buffers_slot), *new_buffers);

  trace.output(total);
  if (options.accuracy) trace.output(sum(learner.head.correct(outputs, batch_t)));
  return trace.finish();
}

Graph update_graph(const Learner& learner, const optim::Optimizer& optimizer, const StepOptions& options) {
  Trace trace;
  const Var learning_rate = trace.input({Dtype::f64, {}}, "learning_rate");
  const Limits limits = limits_in(trace, options);
  const Var theta = learner.network.slots_in(trace, learner.dtype).parameters;
  const Sums sums(trace, theta.type());
  // A sum of weights of 0 is that of batches whose cost and gradient are 0.
  const Var weight = where(sums.weight > 0.0, sums.weight, full_like(sums.weight, 1.0));
  const Var gradient = sums.gradient / broadcast_to(cast(weight, learner.dtype), theta.shape());
  trace.commit_if(all_finite(gradient));
  update(trace, learner, optimizer, options, limits, theta, gradient, learning_rate);
  Sums::assign(trace, full_like(sums.gradient, 0.0), full_like(sums.cost, 0.0), full_like(sums.weight, 0.0));
  trace.output(sums.cost / weight);
  return trace.finish();
}

TrainingStep::TrainingStep(const Learner& learner, const optim::Optimizer& optimizer, const StepOptions& options,
                           run::State& state, const run::ExecutorOptions& executor)
    : program_(step_graph(learner, optimizer, options), state, executor), index_input_(program_.input("index")) {}

void TrainingStep::bind_data(const void* x, const void* targets, const void* weights) {
  program_.bind("x", x);
  program_.bind("targets", targets);
  if (program_.has_input("weights")) program_.bind("weights", weights);
}

void TrainingStep::bind(const Scalars& scalars, run::Program& program) {
  const auto bind = [&](std::string_view name, const void* value) {
    if (program.has_input(name)) program.bind(name, value);
  };
  bind("learning_rate", &scalars.learning_rate);
  bind("l1", &scalars.l1);
  bind("l2", &scalars.l2);
  bind("clip_norm", &scalars.clip_norm);
  bind("clip_value", &scalars.clip_value);
  bind("max_norm", &scalars.max_norm);
  bind("key", scalars.key.data());
}

}  // namespace ansatz::train
