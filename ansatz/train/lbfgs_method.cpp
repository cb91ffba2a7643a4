// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstring>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/program.hpp"
#include "ansatz/train/method.hpp"
#include "ansatz/train/step.hpp"

namespace ansatz::train {

namespace {

/// Outputs: the cost in f64 and the gradient, of all rows. Inputs: x, targets, weights; l1 and l2 where asked for.
Graph objective_graph(const Learner& learner, const StepOptions& options) {
  Trace trace;
  const Var x = trace.input({learner.dtype, learner.network.inputs().at(0).inserted(0, options.rows)}, "x");
  const Var targets = trace.input(learner.target_type(options.rows), "targets");
  std::optional<Var> weights, l1, l2;
  if (options.weights) weights = trace.input({learner.dtype, {options.rows}}, "weights");
  if (options.l1) l1 = trace.input({Dtype::f64, {}}, "l1");
  if (options.l2) l2 = trace.input({Dtype::f64, {}}, "l2");
  const nn::Network::Slots slots = learner.network.slots_in(trace, learner.dtype);
  const auto objective = [&](const std::vector<Var>& tensors) {
    const Var outputs = learner.network.apply(tensors, {x}, {.training = true}).outputs.at(0);
    const Var rows = head::cost_of_rows(learner.head, learner.cost, outputs, targets, options.weights);
    return penalised(learner, rows.shape().rank() == 0 ? rows : cost::mean(rows, weights), tensors, l1, l2);
  };
  auto [cost, gradients] = value_and_grad(objective)(learner.network.unpack(slots));
  trace.output(cast(cost, Dtype::f64));
  trace.output(nn::Network::pack(gradients));
  return trace.finish();
}

void copy(const Tensor& from, std::span<double> to) {
  if (from.dtype() == Dtype::f64)
    std::ranges::copy(from.as<double>(), to.begin());
  else
    std::ranges::copy(from.as<float>(), to.begin());
}

void copy(std::span<const double> from, Tensor& to) {
  if (to.dtype() == Dtype::f64)
    std::ranges::copy(from, to.as<double>().begin());
  else
    std::ranges::transform(from, to.as<float>().begin(), [](double value) { return static_cast<float>(value); });
}

/// Costs of networks in f32 are told apart to 1e-7.
optim::LbfgsOptions with_rounding_of(Dtype dtype, optim::LbfgsOptions options) {
  if (dtype == Dtype::f32 && !options.cost_rounding) options.cost_rounding = 1e-7;
  return options;
}

class LbfgsMethod final : public Method {
 public:
  LbfgsMethod(const optim::LbfgsOptions& lbfgs, const Learner& learner, const Samples& samples,
              const FitOptions& options, run::State& state)
      : options_(with_rounding_of(learner.dtype, lbfgs)),
        samples_(samples),
        l1_(options.l1),
        l2_(options.l2),
        frozen_(frozen_tensors(learner.network, options.freeze)),
        network_(learner.network),
        state_(state),
        program_(objective_graph(
                     learner, {.rows = samples.rows, .weights = samples.weighted(), .l1 = l1_ > 0.0, .l2 = l2_ > 0.0}),
                 state, {.threads = options.threads}) {
    program_.bind("x", samples.x);
    program_.bind("targets", samples.targets);
    if (samples.weighted()) program_.bind("weights", samples.weights);
    if (l1_ > 0.0) program_.bind("l1", &l1_);
    if (l2_ > 0.0) program_.bind("l2", &l2_);
  }

  std::int64_t steps_per_epoch() const override { return 1; }

  Outcome step(const Place&) override {
    Tensor& theta = state_.at(parameters_slot);
    if (!minimiser_) {
      std::vector<double> start(static_cast<std::size_t>(theta.shape().elements()));
      copy(theta, start);
      minimiser_.emplace(options_, start);
    }
    const auto stop = minimiser_->advance([&](std::span<const double> x, std::span<double> gradient) {
      copy(x, theta);
      program_.run();
      const Type& type = program_.type(1);
      if (type.dtype == Dtype::f64)
        std::memcpy(gradient.data(), program_.data(1), type.bytes());
      else
        std::copy_n(reinterpret_cast<const float*>(program_.data(1)), gradient.size(), gradient.begin());
      hold_frozen(gradient);
      return program_.number(0);
    });
    copy(minimiser_->state().x, theta);
    if (stop == optim::LbfgsStop::not_finite) return {.finite = false};
    const optim::LbfgsState& now = minimiser_->state();
    Outcome outcome{.cost = now.cost, .rows = samples_.rows};
    if (stop) {
      double largest = 0.0;
      for (double g : now.gradient) largest = std::max(largest, std::abs(g));
      outcome.ended = fmt::format("L-BFGS: {} (cost {}, largest gradient {:.3g}, {} evaluations)", describe(*stop),
                                  now.cost, largest, now.evaluations);
    }
    return outcome;
  }

  std::string first_non_finite() const override { return program_.first_non_finite(); }

  void store(run::State& to) const override {
    if (!minimiser_) return;
    const optim::LbfgsState& s = minimiser_->state();
    const auto put = [&](const std::string& name, std::span<const double> values) {
      Tensor& slot = to.slot("lbfgs." + name, Dtype::f64, {static_cast<std::int64_t>(values.size())});
      std::ranges::copy(values, slot.as<double>().begin());
    };
    const double numbers[] = {s.cost, s.step_length, static_cast<double>(s.iterations),
                              static_cast<double>(s.evaluations), static_cast<double>(s.pairs.size())};
    put("numbers", numbers);
    put("x", s.x);
    put("gradient", s.gradient);
    for (std::size_t i = 0; i < s.pairs.size(); ++i) {
      put(fmt::format("s{}", i), s.pairs[i].s);
      put(fmt::format("y{}", i), s.pairs[i].y);
      put(fmt::format("sy{}", i), std::span(&s.pairs[i].sy, 1));
    }
  }

  void load(const run::State& from) override {
    if (!from.contains("lbfgs.numbers")) return;
    const auto get = [&](const std::string& name) {
      const auto values = from.at("lbfgs." + name).as<double>();
      return std::vector<double>(values.begin(), values.end());
    };
    const std::vector<double> numbers = get("numbers");
    optim::LbfgsState s{.x = get("x"), .cost = numbers.at(0), .gradient = get("gradient")};
    s.step_length = numbers.at(1);
    s.iterations = static_cast<std::int64_t>(numbers.at(2));
    s.evaluations = static_cast<std::int64_t>(numbers.at(3));
    for (std::size_t i = 0; i < static_cast<std::size_t>(numbers.at(4)); ++i)
      s.pairs.push_back({get(fmt::format("s{}", i)), get(fmt::format("y{}", i)), get(fmt::format("sy{}", i)).at(0)});
    minimiser_.emplace(options_, std::move(s));
  }

 private:
  /// Along a gradient of 0 nothing moves.
  void hold_frozen(std::span<double> gradient) const {
    if (frozen_.empty()) return;
    for (std::size_t i = 0; i < frozen_.size(); ++i)
      if (const nn::Placed& placed = network_.tensors()[i]; frozen_[i] && !placed.is_buffer())
        std::ranges::fill(gradient.subspan(static_cast<std::size_t>(placed.offset),
                                           static_cast<std::size_t>(placed.declared.shape.elements())),
                          0.0);
  }

  optim::LbfgsOptions options_;
  const Samples& samples_;
  double l1_, l2_;
  std::vector<bool> frozen_;
  const nn::Network& network_;
  run::State& state_;
  run::Program program_;
  std::optional<optim::Lbfgs> minimiser_;
};

}  // namespace

MethodChoice lbfgs(optim::LbfgsOptions options) {
  return {named("lbfgs", options),
          [options](const Learner& learner, const Samples& samples, const FitOptions& fit,
                    run::State& state) -> std::unique_ptr<Method> {
            if (learner.network.random() || learner.network.buffers() > 0)
              throw MismatchError(
                  "lbfgs minimises a function of the parameters alone; a network with dropout, noise or batch "
                  "normalisation has none: use a gradient-descent method");
            if (fit.clip_norm > 0.0 || fit.clip_value > 0.0 || fit.max_norm > 0.0)
              throw MismatchError(
                  "lbfgs needs the gradient as it is: clip_norm, clip_value and max_norm are for gradient descent");
            return std::make_unique<LbfgsMethod>(options, learner, samples, fit, state);
          }};
}

const Family<MethodChoice>& methods() {
  static const Family<MethodChoice> family(
      "method", {member<MethodChoice, optim::LbfgsOptions>("lbfgs", lbfgs, "quasi-Newton, all rows at once"),
                 member<MethodChoice, PerceptronOptions>("perceptron", perceptron, "Rosenblatt's rule, row by row")});
  return family;
}

}  // namespace ansatz::train
