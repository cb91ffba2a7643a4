// SPDX-License-Identifier: BSD-3-Clause
// The lectures' example of learning-rate methods: a 3 x 3 array of ones is changed ten times by random gradients. An
// optimizer needs no network: it is a function that builds graph, usable on any array.
#include <fmt/format.h>

#include <ansatz/ansatz.hpp>
#include <ansatz/base/random.hpp>
#include <ansatz/run/executor.hpp>

using namespace ansatz;

/// A graph of one update: the gradient comes in, the weights and the optimizer's slots are state.
Graph update_graph(const optim::Optimizer& optimizer, const Type& type) {
  Trace trace;
  const Var gradient = trace.input(type, "gradient");
  const Var rate = trace.input({Dtype::f64, {}}, "learning_rate");
  optim::Step step{trace.state(type, "weights"), gradient, rate, {}};
  for (const optim::Slot& slot : optimizer.slots)
    step.slots.push_back(trace.state(slot.scalar ? Type{Dtype::f64, {}} : type, slot.name));
  const optim::Updated updated = optimizer.update(step);
  trace.assign("weights", updated.theta);
  for (std::size_t i = 0; i < optimizer.slots.size(); ++i) trace.assign(optimizer.slots[i].name, updated.slots[i]);
  return trace.finish();
}

int main() {
  const Type matrix{Dtype::f64, {3, 3}};
  for (const optim::Optimizer& optimizer :
       {optim::sgd({.learning_rate = 1e-3}), optim::momentum({.learning_rate = 1e-3, .momentum = 0.9}),
        optim::adagrad({.learning_rate = 1e-3}), optim::adagrad_momentum({.learning_rate = 1e-3, .momentum = 0.9}),
        optim::rmsprop({.learning_rate = 1e-3, .decay = 0.9}),
        optim::adam({.learning_rate = 1e-3, .beta1 = 0.9, .beta2 = 0.999})}) {
    run::State state;
    run::Executor executor(plan::build(passes::optimise(update_graph(optimizer, matrix), run::default_passes())),
                           state);
    Tensor gradient(Dtype::f64, {3, 3});
    executor.bind(0, gradient.data());
    executor.bind(1, &optimizer.learning_rate);
    const auto weights = state.at("weights").as<double>();
    std::ranges::fill(weights, 1.0);

    RandomStream random(2024, Purpose::data);  // the same gradients for every optimizer
    for (int epoch = 0; epoch < 10; ++epoch) {
      for (double& element : gradient.as<double>()) element = random.uniform();
      executor.run();
    }
    fmt::print("{:<17}", optimizer.named.name);
    for (double weight : weights) fmt::print(" {:.6f}", weight);
    fmt::print("\n");
  }
  return 0;
}
