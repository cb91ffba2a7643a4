// SPDX-License-Identifier: BSD-3-Clause
// A training step of a small convolutional network, built of operations alone.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/nn/cost.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/optim/optimizer.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/run/executor.hpp"
#include "ansatz/train/step.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/measure.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

struct ConvArguments {
  std::string dtype = "f32";
  std::int64_t batch = 128;
  int threads = 1;
  double seconds = 2.0;
  bool profile = false;
};

constexpr std::int64_t side = 28, classes = 10;

/// Weights and biases of two convolutions and two dense layers, as parts of one vector.
const std::vector<Shape>& parameter_shapes() {
  static const std::vector<Shape> shapes = {{3, 3, 1, 16}, {16},  {3, 3, 16, 32}, {32},
                                            {1568, 128},   {128}, {128, 10},      {10}};
  return shapes;
}

std::int64_t parameters() {
  return std::accumulate(parameter_shapes().begin(), parameter_shapes().end(), std::int64_t{0},
                         [](std::int64_t n, const Shape& shape) { return n + shape.elements(); });
}

std::vector<Var> unpack(const Var& theta) {
  std::vector<Var> parts;
  std::int64_t at = 0;
  for (const Shape& shape : parameter_shapes()) {
    parts.push_back(reshape(slice(theta, {at}, {at + shape.elements()}), shape));
    at += shape.elements();
  }
  return parts;
}

/// conv 16 3×3, relu, max-pool 2, conv 32 3×3, relu, max-pool 2, dense 128, relu, dense 10; padding "same".
Var logits(const std::vector<Var>& p, const Var& images) {
  const ConvolutionOptions same{{.before = {1, 1}, .after = {1, 1}}};
  Var x = max_pool2d(relu(conv2d(images, p[0], same) + p[1]), {2, 2});
  x = max_pool2d(relu(conv2d(x, p[2], same) + p[3]), {2, 2});
  x = reshape(x, {images.shape()[0], x.shape().elements() / images.shape()[0]});
  return matmul(relu(matmul(x, p[4]) + p[5]), p[6]) + p[7];
}

Graph step_graph(Dtype dtype, std::int64_t rows, std::int64_t batch) {
  Trace trace;
  const Var x = trace.input({dtype, {rows, side, side, 1}}, "x"),
            targets = trace.input({Dtype::i32, {rows}}, "targets"), index = trace.input({Dtype::i32, {batch}}, "index"),
            rate = trace.input({Dtype::f64, {}}, "learning_rate");
  const Var theta = trace.state({dtype, {parameters()}}, std::string(train::parameters_slot));
  const Var images = gather(x, index).labelled("x_batch"), labels = gather(targets, index).labelled("t_batch");
  const auto cost = [&](const std::vector<Var>& p) {
    return cost::mean(cost::cross_entropy().of_rows(logits(p, images), labels)).labelled("cost");
  };
  const auto [value, gradients] = value_and_grad(cost)(unpack(theta));
  std::vector<Var> parts;
  for (const Var& part : gradients) parts.push_back(reshape(part, {part.shape().elements()}));
  const Var gradient = concatenate(parts).labelled("gradient");
  trace.commit_if(is_finite(value) && all_finite(gradient));
  train::assign_update(trace, optim::adam(), theta, gradient, rate);
  trace.output(value);
  return trace.finish();
}

/// Milliseconds a step, as one JSON line.
int bench_conv(const ConvArguments& a) {
  if (a.batch < 1 || a.threads < 1) throw ArgumentError("batch and threads must be 1 or more");
  const Dtype dtype = dtype_from_name(a.dtype);
  const std::int64_t steps = 8, rows = steps * a.batch;
  RandomStream random(0, Purpose::data);
  const Tensor x = random_tensor(dtype, {rows, side, side, 1}, random, 0);
  const Tensor targets = random_tensor(Dtype::i32, {rows}, random, classes);
  run::State state;
  run::Executor executor(plan::build(passes::optimise(step_graph(dtype, rows, a.batch), run::default_passes())), state,
                         {.threads = a.threads});
  const Tensor initial = random_tensor(dtype, {parameters()}, random, 0);
  Tensor& theta = state.at(train::parameters_slot);
  for (std::int64_t i = 0; i < parameters(); ++i)
    if (dtype == Dtype::f64)
      theta.as<double>()[static_cast<std::size_t>(i)] = 0.05 * initial.as<double>()[static_cast<std::size_t>(i)];
    else
      theta.as<float>()[static_cast<std::size_t>(i)] = 0.05F * initial.as<float>()[static_cast<std::size_t>(i)];
  std::vector<std::int32_t> order(static_cast<std::size_t>(rows));
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, random);
  const double learning_rate = 1e-3;
  executor.bind(0, x.data());
  executor.bind(1, targets.data());
  executor.bind(3, &learning_rate);
  const auto run = [&](std::int64_t step, auto&&... spans) {
    executor.bind(2, order.data() + step % steps * a.batch);
    if (!executor.run(spans...)) throw NumericError("the cost was not finite in a benchmark");
  };
  if (a.profile) {
    Spans runs(50);
    std::int64_t next = 0;
    for (auto& spans : runs) run(next++, spans);
    fmt::print("{}", profile_table(executor.plan(), runs, floor_of(executor.plan())));
  }
  const auto pass = [&] {
    for (std::int64_t s = 0; s < steps; ++s) run(s);
  };
  const Times times = measure(pass, steps, a.seconds);
  const auto flops = static_cast<double>(executor.plan().flops);
  fmt::print("{}\n", nlohmann::json{{"ms_per_step", rounded(times.median * 1e-3)},
                                    {"min_ms", rounded(times.least * 1e-3)},
                                    {"gflops", rounded(flops / times.median * 1e-3)},
                                    {"peak_gflops", rounded(peak_flops(dtype))},
                                    {"dtype", a.dtype},
                                    {"batch", a.batch},
                                    {"threads", executor.threads()},
                                    {"cpu", kernels::kernel_set().name}}
                         .dump());
  return success;
}

}  // namespace

void add_bench_conv(CLI::App& bench, Action& action) {
  CLI::App* command = bench.add_subcommand("conv",
                                           "Time of a training step of a small convolutional network on images of 28 x "
                                           "28 (bench/peers/cnn_step.py has it too), as one JSON line");
  const auto a = std::make_shared<ConvArguments>();
  command->add_option("--batch", a->batch, "Images of a step")->capture_default_str();
  command->add_option("--dtype", a->dtype, "f32 or f64")->capture_default_str();
  command->add_option("--threads", a->threads, "At most")->capture_default_str();
  command->add_option("--seconds", a->seconds, "About how long to measure")->capture_default_str();
  command->add_flag("--profile", a->profile, "Also print the time of each plan entry");
  command->footer("Example:\n  ansatz bench conv --batch 128 --threads 1");
  command->callback([a, &action] { action = [a] { return bench_conv(*a); }; });
}

}  // namespace ansatz::cli
