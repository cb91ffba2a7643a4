// SPDX-License-Identifier: BSD-3-Clause
// Time to an accuracy on MNIST: training and evaluation, nothing else, beside what other programs take for the same.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "ansatz/base/random.hpp"
#include "ansatz/data/idx.hpp"
#include "ansatz/optim/schedule.hpp"
#include "ansatz/train/evaluator.hpp"
#include "ansatz/train/fit.hpp"
#include "ansatz/train/step.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

struct Arguments {
  std::string folder, hidden = "300,100";
  std::int64_t epochs = 3, batch = 128;
  double learning_rate = 1.5e-3;
  int threads = 1;
  std::uint64_t seed = 0;
};

/// Grey values [n, pixels], with the mean and the standard deviation that the training images have in all.
struct Scaling {
  double mean = 0.0, deviation = 1.0;
};

Scaling scaling_of(const data::Idx& images) {
  double sum = 0.0, squares = 0.0;  // of integers: exact
  for (std::uint8_t value : images.values) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const auto n = static_cast<double>(images.values.size());
  const double mean = sum / n;
  return {mean, std::sqrt(std::max(squares / n - mean * mean, 1e-12))};
}

train::Resident read(const std::filesystem::path& folder, const std::string& part, std::optional<Scaling>& scaling) {
  const auto file = [&](const std::string& what) {
    for (const char* suffix : {".gz", ""})
      if (auto path = folder / (part + what + suffix); std::filesystem::exists(path)) return path;
    throw DataError("{}: {}{}.gz is expected there", folder.string(), part, what);
  };
  const data::Idx images = data::read_idx(file("-images-idx3-ubyte")),
                  labels = data::read_idx(file("-labels-idx1-ubyte"));
  if (images.shape.rank() != 3 || labels.shape.rank() != 1 || images.shape[0] != labels.shape[0] ||
      images.values.empty())
    throw DataError("{}: {} has images {} and labels {}; one label an image is expected", folder.string(), part,
                    to_string(images.shape), to_string(labels.shape));
  if (!scaling) scaling = scaling_of(images);
  Tensor x(Dtype::f32, {images.shape[0], images.shape[1] * images.shape[2]}), t(Dtype::i32, {images.shape[0]});
  for (std::size_t i = 0; i < images.values.size(); ++i)
    x.as<float>()[i] = static_cast<float>((images.values[i] - scaling->mean) / scaling->deviation);
  for (std::size_t i = 0; i < labels.values.size(); ++i) {
    if (labels.values[i] > 9)
      throw DataError("{}: label {} of {} is {}; 0 to 9 are expected", folder.string(), i, part, labels.values[i]);
    t.as<std::int32_t>()[i] = labels.values[i];
  }
  return {std::move(x), std::move(t)};
}

int bench_mnist(const Arguments& a) {
  if (a.epochs < 1 || a.batch < 1 || a.threads < 1) throw ArgumentError("epochs, batch and threads must be 1 or more");
  std::optional<Scaling> scaling;
  const train::Resident data = read(a.folder, "train", scaling), test = read(a.folder, "t10k", scaling);
  if (data.x.shape()[1] != test.x.shape()[1] || data.rows < a.batch)
    throw DataError("{}: training images {} and test images {} of a batch of {} were found", a.folder,
                    to_string(data.x.shape()), to_string(test.x.shape()), a.batch);
  std::vector<std::int64_t> layers = widths(a.hidden);
  layers.insert(layers.begin(), data.x.shape()[1]);
  layers.push_back(10);
  const nn::FFNN network(layers, {.hidden = act::relu, .output = nn::Output::softmax, .seed = a.seed});

  const auto begin = std::chrono::steady_clock::now();
  run::State state;
  const run::ExecutorOptions executor{.threads = a.threads};
  const cost::Cost cost = nn::default_cost(nn::Output::softmax);
  train::TrainingStep step(network, cost, optim::adam(), {.rows = data.rows, .batch = a.batch}, state, executor);
  train::Evaluator evaluator(network, cost, test, state, executor);
  const Tensor initial = train::initial_parameters(network);
  std::memcpy(state.at(train::parameters_slot).data(), initial.data(), initial.as<float>().size_bytes());
  train::TrainingStep::Scalars scalars;
  step.bind_data(data.x.data(), data.targets.data(), nullptr);
  step.bind_scalars(scalars);
  std::vector<std::int32_t> order(static_cast<std::size_t>(data.rows));
  const std::int64_t steps = data.rows / a.batch;
  const schedule::Schedule schedule = schedule::cosine();
  for (std::int64_t epoch = 0; epoch < a.epochs; ++epoch) {
    std::iota(order.begin(), order.end(), 0);
    RandomStream random(a.seed, Purpose::permutation, 0, static_cast<std::uint32_t>(epoch + 1));
    shuffle(order, random);
    for (std::int64_t s = 0; s < steps; ++s) {
      scalars.learning_rate =
          a.learning_rate * schedule.factor({.step = epoch * steps + s, .total_steps = a.epochs * steps});
      if (!step.run(order.data() + s * a.batch)) throw NumericError("the cost was not finite in a benchmark");
    }
    const double accuracy = evaluator.score().accuracy;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    fmt::print("{}\n", nlohmann::json{{"epoch", epoch + 1},
                                      {"s", std::round(seconds * 1e3) / 1e3},
                                      {"test_accuracy", accuracy},
                                      {"threads", step.executor().threads()}}
                           .dump());
    std::fflush(stdout);
  }
  return success;
}

}  // namespace

void add_bench_mnist(CLI::App& bench, Action& action) {
  CLI::App* command =
      bench.add_subcommand("mnist", "Time and test accuracy on MNIST after each epoch, a JSON line each");
  const auto a = std::make_shared<Arguments>();
  command->add_option("DIR", a->folder, "Folder with the four IDX files, compressed or not")->required();
  command->add_option("--hidden", a->hidden, "Widths of the hidden layers")->capture_default_str();
  command->add_option("--epochs", a->epochs, "The learning rate falls to 0 in as many (cosine)")->capture_default_str();
  command->add_option("--batch", a->batch, "Rows of a step")->capture_default_str();
  command->add_option("--learning-rate", a->learning_rate, "Of Adam, at the beginning")->capture_default_str();
  command->add_option("--threads", a->threads, "At most")->capture_default_str();
  command->add_option("--seed", a->seed, "Of initial weights and permutations")->capture_default_str();
  command->footer(
      "Example:\n  ansatz bench mnist mnist/ --threads 2\nThe time is that of training and evaluation; reading the "
      "files comes before.");
  command->callback([a, &action] { action = [a] { return bench_mnist(*a); }; });
}

}  // namespace ansatz::cli
