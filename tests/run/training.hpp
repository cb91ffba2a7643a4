// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Whole training runs, made of TrainingSteps on random data, and the checksum of what they learn.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <ostream>
#include <string>
#include <vector>

#include "ansatz/io/sha256.hpp"
#include "ansatz/train/fit.hpp"
#include "ansatz/train/step.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {

/// The bytes of all slots, parameters and moments, by name.
inline std::string sha256_of(const run::State& state) {
  io::Sha256 sum;
  for (const auto& [name, tensor] : state.slots())
    sum.update(std::span(tensor.data(), Type{tensor.dtype(), tensor.shape()}.bytes()));
  return sum.hex();
}

struct Experiment {
  std::string name;
  std::vector<std::int64_t> layers;
  act::Activation activation;
  head::Head (*head)() = head::multiclass;
  std::string optimizer = "adam";
  Dtype dtype = Dtype::f32;
  std::int64_t rows = 200, batch = 33;
  int steps = effort(50, 6);
  bool weights = false, penalties = false, clip = false;
};
inline void PrintTo(const Experiment& experiment, std::ostream* out) { *out << experiment.name; }

inline train::Learner learner_of(const nn::FFNN& network, const head::Head& head) {
  return {.network = network, .head = head, .cost = head.default_cost, .dtype = network.dtype()};
}

/// An experiment's network, state and data, and its step.
class Training {
 public:
  explicit Training(const Experiment& experiment, const run::ExecutorOptions& options = {})
      : experiment_(experiment),
        network_(experiment.layers, {.hidden = experiment.activation, .seed = 7, .dtype = experiment.dtype}),
        step_(learner_of(network_, experiment.head()), optim::find(experiment.optimizer),
              {.rows = experiment.rows,
               .batch = experiment.batch,
               .weights = experiment.weights,
               .l1 = experiment.penalties,
               .l2 = experiment.penalties,
               .clip_norm = experiment.clip,
               .clip_value = experiment.clip,
               .accuracy = experiment.head().correct != nullptr},
              state_, options) {
    std::mt19937 random(11);
    const std::int64_t rows = experiment.rows, width = network_.inputs();
    const std::vector<double> numbers = random_numbers(rows * width, random, -2.0, 2.0);  // those of x: f32 holds them
    x = tensor_of(experiment.dtype, {rows, width}, numbers);
    std::vector<double> t(static_cast<std::size_t>(rows));
    for (std::size_t i = 0; i < t.size(); ++i) {
      const double first = numbers[i * static_cast<std::size_t>(width)];
      if (experiment.head == head::regression) t[i] = first * first - 0.5;
      if (experiment.head == head::binary) t[i] = first > 0.3 ? 1.0 : 0.0;
      if (experiment.head == head::multiclass)
        t[i] = static_cast<double>(i % static_cast<std::size_t>(network_.outputs()));
    }
    targets = tensor_of(experiment.head == head::multiclass ? Dtype::i32 : experiment.dtype, {rows}, t);
    weights = tensor_of(experiment.dtype, {rows}, random_numbers(rows, random, 0.5, 1.5));
    set_parameters(train::initial_parameters(network_));
    step_.bind_data(x.data(), targets.data(), experiment.weights ? weights.data() : nullptr);
    step_.bind_scalars(scalars);
    index.resize(static_cast<std::size_t>(experiment.batch));
  }

  /// The rows of step number `s`.
  void choose(int s) {
    for (std::size_t i = 0; i < index.size(); ++i)
      index[i] = static_cast<std::int32_t>(
          (static_cast<std::int64_t>(s) * experiment_.batch + static_cast<std::int64_t>(i) * 7) % experiment_.rows);
  }
  bool step(int s) {
    choose(s);
    return step_.run(index.data());
  }
  /// All steps; the checksum of the state then.
  std::string run() {
    for (int s = 0; s < experiment_.steps; ++s)
      if (!step(s)) throw NumericError("step {}: {}", s, step_.first_non_finite());
    return sha256_of(state_);
  }

  run::State& state() { return state_; }
  Tensor& parameters() { return state_.at(train::parameters_slot); }
  /// Copies: the step is bound to the slot's memory.
  void set_parameters(const Tensor& values) {
    std::memcpy(parameters().data(), values.data(), Type{values.dtype(), values.shape()}.bytes());
  }
  const train::TrainingStep& training_step() const { return step_; }
  train::TrainingStep& training_step() { return step_; }

  Tensor x, targets, weights;
  std::vector<std::int32_t> index;
  train::TrainingStep::Scalars scalars{
      .learning_rate = 1e-2, .l1 = 1e-4, .l2 = 1e-3, .clip_norm = 2.0, .clip_value = 0.5};

 private:
  Experiment experiment_;
  run::State state_;
  nn::FFNN network_;
  train::TrainingStep step_;
};

}  // namespace ansatz::test
