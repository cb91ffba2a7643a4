// SPDX-License-Identifier: BSD-3-Clause
// The lectures' logic gates. A network without a hidden layer is logistic regression: it learns AND and OR, and cannot
// learn XOR, whose classes no straight line separates (all its probabilities become ½, whatever the accuracy says). The
// last lines show why the lectures' program seems to learn it all the same: it trains on rows that are drawn with
// replacement.
#include <fmt/format.h>

#include <ansatz/ansatz.hpp>
#include <ansatz/base/random.hpp>

using namespace ansatz;

data::Parts gate(const std::vector<double>& outputs) {
  const data::Table table({{.name = "x1", .numbers = {0, 0, 1, 1}},
                           {.name = "x2", .numbers = {0, 1, 0, 1}},
                           {.name = "y", .numbers = outputs}},
                          {.target = "y"});
  return data::split(table, {.validation = 0.0, .test = 0.0});  // all four rows are for training
}

void learn(const char* name, const data::Parts& parts, const std::vector<std::int64_t>& layers) {
  const nn::FFNN network(layers, {.hidden = act::tanh, .seed = 1, .dtype = Dtype::f64});
  const train::Result result = train::fit(network, parts,
                                          {.optimizer = optim::adam({.learning_rate = 1e-1}),
                                           .epochs = 1000,
                                           .batch_size = 0,
                                           .encoding = {.standardise = false}});
  const std::vector<double> p = result.model.predict(std::vector<double>{0, 0, 0, 1, 1, 0, 1, 1});
  fmt::print("{:<32} {:<6} accuracy {:.2f}, cost {:.4f}   p(1) = {:.3f} {:.3f} {:.3f} {:.3f}\n", name,
             fmt::format("{}", fmt::join(layers, "-")), result.train.score("accuracy"), result.train.cost, p[0], p[1],
             p[2], p[3]);
}

int main() {
  learn("AND", gate({0, 0, 0, 1}), {2, 1});
  learn("OR", gate({0, 1, 1, 1}), {2, 1});
  learn("XOR, no hidden layer", gate({0, 1, 1, 0}), {2, 1});
  learn("XOR, one hidden layer", gate({0, 1, 1, 0}), {2, 4, 1});

  // Four draws with replacement lack at least one of the four rows with probability 1 - 4!/4^4 = 91 %; what is left of
  // XOR can be separated, so that its "accuracy" is 1.
  data::Parts drawn = gate({0, 1, 1, 0});
  RandomStream random(0, Purpose::data);
  for (std::int64_t& row : drawn.train) row = random.below(4);
  learn(fmt::format("XOR, rows {} drawn", fmt::join(drawn.train, ",")).c_str(), drawn, {2, 1});
  return 0;
}
