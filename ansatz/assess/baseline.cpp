// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/assess/baseline.hpp"

#include <algorithm>
#include <cmath>

#include "ansatz/base/random.hpp"

namespace ansatz::assess {

const Family<Baseline>& family() {
  static const Family<Baseline> baselines(
      "baseline",
      {member<Baseline, NoOptions>("constant", [](const NoOptions&) { return constant(); }, "the best constant",
                                   {"mean", "majority"}),
       member<Baseline, LinearOptions>("linear", linear, "linear, logistic, … regression", {"logistic"}),
       member<Baseline, NeighboursOptions>("neighbours", neighbours, "the k nearest training rows", {"knn"}),
       member<Baseline, FeaturesOptions>("random_features", random_features,
                                         "a linear model of random cosines: a Gaussian kernel", {"rbf"})});
  return baselines;
}

namespace {

/// At most `count` of the rows, in their order.
std::vector<std::int64_t> some_of(std::vector<std::int64_t> rows, std::int64_t count) {
  if (std::ssize(rows) <= count) return rows;
  RandomStream random(0, Purpose::bootstrap, 3);
  shuffle(rows, random);
  rows.resize(static_cast<std::size_t>(count));
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace

std::vector<Comparison> compare_with_baselines(const model::Model& model, const data::Parts& parts,
                                               const std::vector<std::int64_t>& rows, const BaselineOptions& options) {
  std::vector<Comparison> comparisons;
  if (rows.empty() || parts.train.empty() || options.which.empty()) return comparisons;
  const data::Encoding& encoding = model.encoding();
  const std::int64_t most = std::max<std::int64_t>(100, options.most_numbers / (encoding.features() + model.outputs()));
  const data::Dataset train = data::encode(encoding, parts.table, some_of(parts.train, most)),
                      asked = data::encode(encoding, parts.table, some_of(rows, options.most_asked));
  const Question question{encoding, model.head(), train, asked};
  const std::vector<double> of_model = model.predict_encoded(asked.inputs);
  for (const Baseline& baseline : options.which) {
    const std::vector<double> said = baseline.predict(question);
    const auto finite = [](double value) { return std::isfinite(value); };
    if (said.empty() || !std::all_of(said.begin(), said.end(), finite)) continue;
    const head::Metrics metrics = head::measure(model.head(), encoding.targets, asked, said, {}, 0.0);
    comparisons.push_back({baseline.label, metrics.scores.front(),
                           head::difference(model.head(), encoding.targets, asked, of_model, said, {}), asked.rows});
  }
  return comparisons;
}

}  // namespace ansatz::assess
