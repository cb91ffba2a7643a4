// SPDX-License-Identifier: BSD-3-Clause
// Baselines that are one dense layer, trained to their optimum: constant, linear, random_features.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "ansatz/assess/baseline.hpp"
#include "ansatz/base/random.hpp"
#include "ansatz/model/predictor.hpp"
#include "ansatz/nn/layers/basic.hpp"
#include "ansatz/train/session.hpp"

namespace ansatz::assess {

namespace {

/// Other inputs for the same targets.
data::Dataset with_inputs(const data::Dataset& rows, std::int64_t features, std::vector<double> inputs) {
  return {.rows = rows.rows,
          .features = features,
          .inputs = std::move(inputs),
          .targets = rows.targets,
          .labels = rows.labels};
}

/// What a dense layer on the inputs says after L-BFGS, in units.
std::vector<double> fitted(const Question& question, const data::Dataset& train, const data::Dataset& asked,
                           double l2) {
  const head::Head& head = question.head;
  const nn::Network network =
      nn::sequential({train.features}, {nn::layer::dense({.units = head.outputs(question.encoding.targets)})});
  const train::Learner learner{.network = network,
                               .head = head,
                               .cost = head.default_cost,
                               .dtype = Dtype::f64,
                               .target_columns = static_cast<std::int64_t>(question.encoding.targets.size())};
  const train::Samples samples = train::samples_of(learner, question.encoding, train), none{};
  train::FitOptions options;
  options.method =
      std::make_shared<train::MethodChoice>(train::lbfgs({.gradient_tolerance = 1e-6, .cost_tolerance = 1e-9}));
  options.l2 = l2;
  options.epochs = 300;
  train::Session session(learner, samples, none, options, 0);
  session.begin_with(Tensor(Dtype::f64, {network.parameters()}), Tensor(Dtype::f64, {0}));
  session.run();
  std::vector<double> said(static_cast<std::size_t>(asked.rows * network.output_shape().elements()));
  model::Predictor(network, head, session.best_parameters(), Tensor(Dtype::f64, {0})).run(asked.inputs, said);
  head::put_in_units(head, question.encoding.targets, said);
  return said;
}

double squared_distance(const double* a, const double* b, std::int64_t n) {
  double sum = 0.0;
  for (std::int64_t i = 0; i < n; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

/// The median distance of 200 pairs of rows; 1 where they are all alike.
double median_distance(const data::Dataset& rows) {
  RandomStream random(0, Purpose::bootstrap, 1);
  std::vector<double> distances;
  const auto any = [&] {
    return rows.inputs.data() +
           static_cast<std::int64_t>(random.below(static_cast<std::uint32_t>(rows.rows))) * rows.features;
  };
  for (int i = 0; i < 200; ++i) {
    const double* const one = any();
    distances.push_back(std::sqrt(squared_distance(one, any(), rows.features)));
  }
  std::nth_element(distances.begin(), distances.begin() + 100, distances.end());
  return distances[100] > 0.0 ? distances[100] : 1.0;
}

/// √(2 / features) cos(w·x + b) of each row.
data::Dataset features_of(const data::Dataset& rows, const std::vector<double>& w, const std::vector<double>& b) {
  const auto n = static_cast<std::int64_t>(b.size());
  std::vector<double> inputs;
  inputs.reserve(static_cast<std::size_t>(rows.rows) * b.size());
  for (std::int64_t row = 0; row < rows.rows; ++row)
    for (std::int64_t k = 0; k < n; ++k) {
      double sum = b[static_cast<std::size_t>(k)];
      for (std::int64_t i = 0; i < rows.features; ++i)
        sum += w[static_cast<std::size_t>(k * rows.features + i)] *
               rows.inputs[static_cast<std::size_t>(row * rows.features + i)];
      inputs.push_back(std::sqrt(2.0 / static_cast<double>(n)) * std::cos(sum));
    }
  return with_inputs(rows, n, std::move(inputs));
}

}  // namespace

Baseline constant() {
  return {.named = {"constant"}, .label = "constant", .predict = [](const Question& question) {
            const auto zeros = [](const data::Dataset& rows) {
              return with_inputs(rows, 1, std::vector<double>(static_cast<std::size_t>(rows.rows), 0.0));
            };
            return fitted(question, zeros(question.train), zeros(question.asked), 0.0);
          }};
}

Baseline linear(LinearOptions o) {
  return {.named = named("linear", o), .label = "linear model", .predict = [o](const Question& question) {
            return fitted(question, question.train, question.asked, o.l2);
          }};
}

Baseline random_features(FeaturesOptions o) {
  return {.named = named("random_features", o), .label = "kernel", .predict = [o](const Question& question) {
            const double width = o.width > 0.0 ? o.width : median_distance(question.train);
            RandomStream random(0, Purpose::bootstrap, 2);
            std::vector<double> w, b;
            for (std::int64_t k = 0; k < o.features; ++k) {
              for (std::int64_t i = 0; i < question.train.features; ++i)  // Box and Muller
                w.push_back(std::sqrt(-2.0 * std::log(1.0 - random.uniform())) *
                            std::cos(2.0 * std::numbers::pi * random.uniform()) / width);
              b.push_back(2.0 * std::numbers::pi * random.uniform());
            }
            return fitted(question, features_of(question.train, w, b), features_of(question.asked, w, b), o.l2);
          }};
}

}  // namespace ansatz::assess
