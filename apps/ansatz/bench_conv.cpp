// SPDX-License-Identifier: BSD-3-Clause
// A training step of a small convolutional network.
#include <fmt/format.h>

#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

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

constexpr std::int64_t image_side = 28, image_classes = 10;
constexpr const char* benchmark_layers =
    "conv 16 3x3, relu, max_pool 2, conv 32 3x3, relu, max_pool 2, flatten, dense 128, relu, dense 10";

/// Milliseconds a step, as one JSON line.
int bench_conv(const ConvArguments& a) {
  if (a.batch < 1 || a.threads < 1) throw ArgumentError("batch and threads must be 1 or more");
  const Dtype dtype = dtype_from_name(a.dtype);
  const std::int64_t steps = 8, rows = steps * a.batch;
  RandomStream random(0, Purpose::data);
  const Tensor x = random_tensor(dtype, {rows, image_side, image_side, 1}, random, 0);
  const Tensor targets = random_tensor(Dtype::i32, {rows}, random, image_classes);
  const head::Head head = head::multiclass();
  const train::Learner learner{.network = nn::network_from_text({image_side, image_side, 1}, benchmark_layers),
                               .head = head,
                               .cost = head.default_cost,
                               .dtype = dtype};
  run::State state;
  train::TrainingStep step(learner, optim::adam(), {.rows = rows, .batch = a.batch}, state, {.threads = a.threads});
  const Tensor initial = train::initial_parameters(learner.network, dtype, 0);
  std::memcpy(state.at(train::parameters_slot).data(), initial.data(), initial.bytes());
  std::vector<std::int32_t> order(static_cast<std::size_t>(rows));
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, random);
  const train::TrainingStep::Scalars scalars{.learning_rate = 1e-3};
  step.bind_data(x.data(), targets.data(), nullptr);
  step.bind_scalars(scalars);
  const run::Executor& executor = step.executor();
  const auto run = [&](std::int64_t number, auto&... spans) {
    if (!step.run(order.data() + number % steps * a.batch, spans...))
      throw NumericError("the cost was not finite in a benchmark");
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
