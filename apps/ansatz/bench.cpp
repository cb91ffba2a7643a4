// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "ansatz/base/random.hpp"
#include "ansatz/train/fit.hpp"
#include "ansatz/train/step.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

using Clock = std::chrono::steady_clock;

struct StepArguments {
  std::string layers = "64,100,30,10", optimizer = "adam", dtype = "f32", activation = "leaky_relu";
  std::int64_t batch = 32;
  int threads = 1;
  double seconds = 1.5;
};

/// Standard normal-like inputs (sums of uniforms) and random targets; their values do not matter to the time.
Tensor random_tensor(Dtype dtype, const Shape& shape, RandomStream& random, std::uint32_t classes) {
  Tensor tensor(dtype, shape);
  const auto fill = [&](auto span) {
    using T = typename decltype(span)::value_type;
    for (T& value : span)
      value = classes > 0 ? static_cast<T>(random.below(classes))
                          : static_cast<T>(2.0 * (random.uniform() + random.uniform()) - 2.0);
  };
  if (dtype == Dtype::f64)
    fill(tensor.as<double>());
  else if (dtype == Dtype::f32)
    fill(tensor.as<float>());
  else
    fill(tensor.as<std::int32_t>());
  return tensor;
}

/// Microseconds a step: median and minimum over samples of about 0.1 s, each of whole passes over resident data.
int bench_step(const StepArguments& a) {
  const std::vector<std::int64_t> layers = widths(a.layers);
  if (layers.size() < 2)
    throw ArgumentError("layers = {} was given; inputs and outputs, at least, are expected", a.layers);
  if (a.batch < 1 || a.threads < 1) throw ArgumentError("batch and threads must be 1 or more");
  const Dtype dtype = dtype_from_name(a.dtype);
  const bool binary = layers.back() == 1;
  const nn::FFNN network(layers, {.hidden = act::find(a.activation),
                                  .output = binary ? nn::Output::sigmoid : nn::Output::softmax,
                                  .dtype = dtype});
  const std::int64_t rows = std::max(4 * a.batch, 1437 / a.batch * a.batch), steps = rows / a.batch;

  run::State state;
  train::TrainingStep step(network, nn::default_cost(*network.output()), optim::find(a.optimizer),
                           {.rows = rows, .batch = a.batch}, state, {.threads = a.threads});
  RandomStream random(0, Purpose::data);
  const Tensor x = random_tensor(dtype, {rows, layers.front()}, random, 0);
  const Tensor targets = random_tensor(binary ? dtype : Dtype::i32, {rows}, random,
                                       static_cast<std::uint32_t>(std::max<std::int64_t>(2, layers.back())));
  const Tensor initial = train::initial_parameters(network);
  std::memcpy(state.at(train::parameters_slot).data(), initial.data(),
              static_cast<std::size_t>(network.parameters()) * size_of(dtype));
  train::TrainingStep::Scalars scalars;
  scalars.learning_rate = 1e-3;
  step.bind_data(x.data(), targets.data(), nullptr);
  step.bind_scalars(scalars);
  std::vector<std::int32_t> order(static_cast<std::size_t>(rows));
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, random);

  const auto pass = [&] {
    for (std::int64_t s = 0; s < steps; ++s)
      if (!step.run(order.data() + s * a.batch)) throw NumericError("the cost was not finite in a benchmark");
  };
  const auto seconds = [](Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  for (int warm = 0; warm < 3; ++warm) pass();
  const auto begin = Clock::now();
  pass();
  const auto passes = std::max<std::int64_t>(1, static_cast<std::int64_t>(0.1 / seconds(begin)));
  std::vector<double> samples;
  const auto all = Clock::now();
  do {
    const auto start = Clock::now();
    for (std::int64_t p = 0; p < passes; ++p) pass();
    samples.push_back(seconds(start) / static_cast<double>(passes * steps) * 1e6);
  } while (seconds(all) < a.seconds || samples.size() < 5);
  std::sort(samples.begin(), samples.end());
  const double median = samples[samples.size() / 2];
  const auto rounded = [](double value) { return std::round(value * 100.0) / 100.0; };
  fmt::print("{}\n",
             nlohmann::json{{"us_per_step", rounded(median)},
                            {"min_us", rounded(samples.front())},
                            {"gflops", rounded(static_cast<double>(step.executor().plan().flops) / median * 1e-3)},
                            {"dtype", a.dtype},
                            {"threads", step.executor().threads()},
                            {"layers", layers},
                            {"batch", a.batch},
                            {"optimizer", a.optimizer},
                            {"activation", a.activation},
                            {"cpu", kernels::kernel_set().name}}
                 .dump());
  return success;
}

}  // namespace

void add_bench(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("bench", "Measure speed");
  command->require_subcommand(1);
  CLI::App* step = command->add_subcommand("step", "Time of one complete training step, as one JSON line");
  const auto a = std::make_shared<StepArguments>();
  step->add_option("--layers", a->layers,
                   "Widths of all layers; last 1: binary cross entropy, else softmax cross entropy")
      ->capture_default_str();
  step->add_option("--batch", a->batch, "Rows of a step")->capture_default_str();
  step->add_option("--optimizer", a->optimizer, "Optimizer")->capture_default_str();
  step->add_option("--activation", a->activation, "Activation of the hidden layers")->capture_default_str();
  step->add_option("--dtype", a->dtype, "f32 or f64")->capture_default_str();
  step->add_option("--threads", a->threads, "At most; small steps use one")->capture_default_str();
  step->add_option("--seconds", a->seconds, "About how long to measure")->capture_default_str();
  step->footer(
      "Example:\n  ansatz bench step --layers 64,100,30,10 --batch 32 --optimizer adam --dtype f32 --threads 1");
  step->callback([a, &action] { action = [a] { return bench_step(*a); }; });
}

}  // namespace ansatz::cli
