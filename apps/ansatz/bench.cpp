// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "ansatz/base/random.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/train/fit.hpp"
#include "ansatz/train/step.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/measure.hpp"
#include "apps/ansatz/profile.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

struct StepArguments {
  std::string layers = "64,100,30,10", optimizer = "adam", dtype = "f32", activation = "leaky_relu";
  std::int64_t batch = 32;
  int threads = 1;
  double seconds = 1.5;
  bool profile = false;
  std::string trace = "step.trace.json";
};

struct GemmArguments {
  std::string shape = "32x100x64", dtype = "f32";
  bool transpose_a = false, transpose_b = false;
  int threads = 1;
  double seconds = 0.5;
};

/// Prints where the time goes in so many seconds or 2000 steps, and writes the last few steps as a trace.
void profile(const std::function<bool(std::vector<run::Span>&)>& step, const plan::Plan& plan, const std::string& trace,
             const Floor& floor, double seconds) {
  constexpr std::size_t most = 2000, kept = 20;
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  Spans runs;
  while (runs.size() < kept || (runs.size() < most && elapsed() < seconds))
    if (!step(runs.emplace_back())) throw NumericError("the cost was not finite in a benchmark");
  fmt::print("{}", profile_table(plan, runs, floor));
  runs.erase(runs.begin(), runs.end() - kept);
  write_trace(trace, plan, runs);
  fmt::print("the last {} steps, for https://ui.perfetto.dev: {}\n", kept, trace);
}

/// Microseconds a step: median and minimum over samples of about 0.1 s, each of whole passes over resident data.
int bench_step(const StepArguments& a) {
  if (a.batch < 1 || a.threads < 1) throw ArgumentError("batch and threads must be 1 or more");
  const nn::FFNN network = network_of(a.layers, a.activation, a.dtype);
  const Dtype dtype = network.dtype();
  const train::Learner learner = classifier_of(network);
  const std::int64_t rows = std::max(4 * a.batch, 1437 / a.batch * a.batch), steps = rows / a.batch;

  run::State state;
  train::TrainingStep step(learner, optim::find(a.optimizer), {.rows = rows, .batch = a.batch}, state,
                           {.threads = a.threads});
  RandomStream random(0, Purpose::data);
  const Tensor x = random_tensor(dtype, network.network().inputs()[0].inserted(0, rows), random, 0);
  const Tensor targets = random_tensor(learner.target_type(rows).dtype, {rows}, random,
                                       static_cast<std::uint32_t>(std::max<std::int64_t>(2, learner.outputs())));
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
  const Floor floor = floor_of(step.executor().plan());
  if (a.profile) {
    std::int64_t next = 0;
    profile([&](std::vector<run::Span>& spans) { return step.run(order.data() + next++ % steps * a.batch, spans); },
            step.executor().plan(), a.trace, floor, a.seconds);
  }
  const Times times = measure(pass, steps, a.seconds);
  fmt::print("{}\n", nlohmann::json{{"us_per_step", rounded(times.median)},
                                    {"floor_us", rounded(floor.us)},
                                    {"peak_gflops", rounded(floor.gflops)},
                                    {"gigabytes_per_s", rounded(floor.gigabytes)},
                                    {"min_us", rounded(times.least)},
                                    {"gflops",
                                     rounded(static_cast<double>(step.executor().plan().flops) / times.median * 1e-3)},
                                    {"dtype", a.dtype},
                                    {"threads", step.executor().threads()},
                                    {"layers", widths(a.layers)},
                                    {"batch", a.batch},
                                    {"optimizer", a.optimizer},
                                    {"activation", a.activation},
                                    {"cpu", kernels::kernel_set().name}}
                         .dump());
  return success;
}

/// A matrix product as the executor runs it, packing included.
int bench_gemm(const GemmArguments& a) {
  std::int64_t m = 0, n = 0, k = 0;
  if (char rest = 0; std::sscanf(a.shape.c_str(), "%" SCNd64 "x%" SCNd64 "x%" SCNd64 "%c", &m, &n, &k, &rest) != 3 ||
                     std::min({m, n, k}) < 1 || std::max({m, n, k}) > 1'000'000)
    throw ArgumentError("shape = {} was given; MxNxK is expected, as 32x100x64", a.shape);
  const Dtype dtype = dtype_from_name(a.dtype);
  RandomStream random(0, Purpose::data);
  const Tensor left = random_tensor(dtype, a.transpose_a ? Shape{k, m} : Shape{m, k}, random, 0);
  const Tensor right = random_tensor(dtype, a.transpose_b ? Shape{n, k} : Shape{k, n}, random, 0);
  Trace trace;
  const Var x = trace.input({dtype, left.shape()}, "a"), y = trace.input({dtype, right.shape()}, "b");
  trace.output(matmul(x, y, a.transpose_a, a.transpose_b));
  run::State state;
  run::Executor executor(plan::build(trace.finish()), state, {.threads = a.threads});
  executor.bind(0, left.data());
  executor.bind(1, right.data());
  const Times times = measure([&] { executor.run(); }, 1, a.seconds);
  const double flops = 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  fmt::print("{}\n", nlohmann::json{{"us", rounded(times.median)},
                                    {"min_us", rounded(times.least)},
                                    {"gflops", rounded(flops / times.median * 1e-3)},
                                    {"peak_gflops", rounded(peak_flops(dtype))},
                                    {"shape", {m, n, k}},
                                    {"transpose_a", a.transpose_a},
                                    {"transpose_b", a.transpose_b},
                                    {"dtype", a.dtype},
                                    {"threads", executor.threads()},
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
  step->add_flag("--profile", a->profile, "Also print the time of each plan entry, and write a trace for Perfetto");
  step->add_option("--trace", a->trace, "Where --profile writes the trace")->capture_default_str();
  step->footer(
      "Example:\n  ansatz bench step --layers 64,100,30,10 --batch 32 --optimizer adam --dtype f32 --threads 1");
  step->callback([a, &action] { action = [a] { return bench_step(*a); }; });

  CLI::App* gemm = command->add_subcommand("gemm", "Speed of one matrix product C = A B, as one JSON line");
  const auto g = std::make_shared<GemmArguments>();
  gemm->add_option("--shape", g->shape, "MxNxK: A is M x K, B is K x N")->capture_default_str();
  gemm->add_option("--dtype", g->dtype, "f32 or f64")->capture_default_str();
  gemm->add_flag("--transpose-a", g->transpose_a, "A is stored as K x M");
  gemm->add_flag("--transpose-b", g->transpose_b, "B is stored as N x K");
  gemm->add_option("--threads", g->threads, "At most; small products use one")->capture_default_str();
  gemm->add_option("--seconds", g->seconds, "About how long to measure")->capture_default_str();
  gemm->footer("Example:\n  ansatz bench gemm --shape 32x100x64 --dtype f32");
  gemm->callback([g, &action] { action = [g] { return bench_gemm(*g); }; });
  add_bench_mnist(*command, action);
  add_bench_conv(*command, action);
  add_bench_derivatives(*command, action);
  add_bench_waiting(*command, action);
}

}  // namespace ansatz::cli
