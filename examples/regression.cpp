// SPDX-License-Identifier: BSD-3-Clause
// The lectures' exercise in regression: y = x0^2 + 3 x0 x1 + x1^2 + 5 from 100 points with a little noise, without and
// with a hidden layer.
#include <fmt/format.h>

#include <ansatz/ansatz.hpp>
#include <ansatz/base/random.hpp>

using namespace ansatz;

double truth(double x0, double x1) { return x0 * x0 + 3 * x0 * x1 + x1 * x1 + 5; }

int main() {
  data::Column x0{.name = "x0"}, x1{.name = "x1"}, y{.name = "y"};
  RandomStream random(1, Purpose::data);
  for (int i = 0; i < 100; ++i) {
    x0.numbers.push_back(2 * random.uniform() - 1);
    x1.numbers.push_back(2 * random.uniform() - 1);
    y.numbers.push_back(truth(x0.numbers.back(), x1.numbers.back()) + 0.02 * (random.uniform() - 0.5));
  }
  const data::Table table({x0, x1, y}, {.target = "y"});
  const data::Parts parts = data::split(table, {.validation = 0.15, .test = 0.15, .seed = 1});

  for (const std::vector<std::int64_t>& layers : {std::vector<std::int64_t>{2, 1}, {2, 20, 1}}) {
    const nn::FFNN network(layers, {.hidden = act::tanh, .seed = 1, .dtype = Dtype::f64});
    const train::Result result = train::fit(network, parts,
                                            {.optimizer = optim::adam({.learning_rate = 1e-2}),
                                             .schedule = schedule::cosine(),
                                             .epochs = 1500,
                                             .batch_size = 10,
                                             .patience = 0});
    fmt::print("{:<7} best epoch {:>4}, test: {}\n", fmt::format("{}", fmt::join(layers, "-")), result.best_epoch,
               result.test);
    for (double x : {-0.5, 0.0, 0.5})
      fmt::print("        y({:>4}, 0.5) = {:.3f}, truth {:.3f}\n", x,
                 result.model.predict(std::vector<double>{x, 0.5}).front(), truth(x, 0.5));
  }
  return 0;
}
