// SPDX-License-Identifier: BSD-3-Clause
// What a user's program waits for: the plan of a training step, and the prediction of a few rows.
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "ansatz/model/predictor.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/train/fit.hpp"
#include "ansatz/train/step.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/measure.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

struct WaitingArguments {
  std::string layers, dtype = "f32", activation, optimizer = "adam";
  std::int64_t rows = 1, batch = 32;
  double seconds = 0.5;
};

nlohmann::json described(const WaitingArguments& a) {
  return {{"layers", widths(a.layers)}, {"dtype", a.dtype}, {"activation", a.activation}};
}

/// Numbers in, numbers out, as a user's program calls it.
int bench_predict(const WaitingArguments& a) {
  if (a.rows < 1) throw ArgumentError("rows must be 1 or more");
  const nn::FFNN network = network_of(a.layers, a.activation, a.dtype);
  const model::Predictor predictor(network, classifier_of(network).head, train::initial_parameters(network),
                                   Tensor(network.dtype(), {0}));
  RandomStream random(0, Purpose::data);
  const Tensor x = random_tensor(Dtype::f64, network.network().inputs()[0].inserted(0, a.rows), random, 0);
  Tensor responses(Dtype::f64, network.network().output_shape().inserted(0, a.rows));
  const Times times = measure([&] { predictor.run(x.as<double>(), responses.as<double>()); }, 1, a.seconds);
  nlohmann::json result = described(a);
  result.update({{"us", rounded(times.median)}, {"min_us", rounded(times.least)}, {"rows", a.rows}});
  print_json(result);
  return success;
}

/// From a network's description to a step that is ready to run, and its parts.
int bench_plan(const WaitingArguments& a) {
  if (a.batch < 1) throw ArgumentError("batch must be 1 or more");
  const train::Learner learner = classifier_of(network_of(a.layers, a.activation, a.dtype));
  const optim::Optimizer optimizer = optim::find(a.optimizer);
  const train::StepOptions options{.rows = 10 * a.batch, .batch = a.batch};
  const auto traced = [&] { return train::step_graph(learner, optimizer, options); };
  const Graph graph = traced(), optimised = passes::optimise(graph, run::default_passes());
  const plan::Plan plan = plan::build(optimised);

  run::State state;
  const auto us = [&](const std::function<void()>& part) { return rounded(measure(part, 1, a.seconds).least); };
  nlohmann::json result = described(a);
  result.update({{"batch", a.batch},
                 {"optimizer", a.optimizer},
                 {"entries", plan.entries.size()},
                 {"trace_min_us", us([&] { traced(); })},
                 {"optimise_min_us", us([&] { passes::optimise(graph, run::default_passes()); })},
                 {"plan_min_us", us([&] { plan::build(optimised); })},
                 {"executor_min_us", us([&] { run::Executor(plan, state); })},
                 {"min_us", us([&] { train::TrainingStep(learner, optimizer, options, state, {}); })}});
  print_json(result);
  return success;
}

}  // namespace

void add_bench_waiting(CLI::App& bench, Action& action) {
  const auto common = [](CLI::App& command, WaitingArguments& a) {
    command.add_option("--layers", a.layers, "Widths of all layers; last 1: sigmoid, else softmax")
        ->capture_default_str();
    command.add_option("--activation", a.activation, "Activation of the hidden layers")->capture_default_str();
    command.add_option("--dtype", a.dtype, "f32 or f64")->capture_default_str();
    command.add_option("--seconds", a.seconds, "About how long to measure")->capture_default_str();
  };
  const auto p = std::make_shared<WaitingArguments>();
  p->layers = "18,300,300,300,1", p->activation = "relu";
  CLI::App* predict = bench.add_subcommand("predict", "Time of a prediction, as one JSON line");
  common(*predict, *p);
  predict->add_option("--rows", p->rows, "Rows of a call")->capture_default_str();
  predict->footer("Example:\n  ansatz bench predict --layers 18,300,300,300,1 --rows 1");
  predict->callback([p, &action] { action = [p] { return bench_predict(*p); }; });

  const auto s = std::make_shared<WaitingArguments>();
  s->layers = "64,100,30,10", s->activation = "leaky_relu";
  CLI::App* plan = bench.add_subcommand(
      "plan", "Time from a network to a training step that is ready to run, and its parts, as one JSON line");
  common(*plan, *s);
  plan->add_option("--batch", s->batch, "Rows of a step")->capture_default_str();
  plan->add_option("--optimizer", s->optimizer, "Optimizer")->capture_default_str();
  plan->footer("Example:\n  ansatz bench plan --layers 64,50,50,50,50,50,50,50,50,50,10");
  plan->callback([s, &action] { action = [s] { return bench_plan(*s); }; });
}

}  // namespace ansatz::cli
