// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A head says what a network's outputs mean, once: what the target is, how many outputs it takes, what they say, which
/// costs it may be trained with, how a row is scored, what a prediction prints. A head knows no layer and no loop.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/family.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/heads/cost.hpp"
#include "ansatz/heads/metrics.hpp"

namespace ansatz::head {

using Targets = std::span<const data::TargetColumn>;

struct Head {
  Named named;
  data::TargetSpec target;
  Interval range = {};             ///< of numbers that are targets
  std::string says;                ///< the response in a word: "linear", "sigmoid", "softmax", …
  bool labels_as_numbers = false;  ///< labels 0 and 1 are numbers to the network, [rows]

  /// How many outputs a network has for these targets.
  std::function<std::int64_t(Targets)> outputs;
  /// What the outputs [batch, outputs] say, [batch, outputs].
  std::function<Var(const Var& outputs)> response = {};  ///< absent: the outputs themselves
  /// The costs it may be trained with, by name; the first is the default.
  std::vector<std::string> costs;
  cost::Cost default_cost;
  /// 1 for each row that is right, else 0, [batch]; absent where no row is right or wrong.
  std::function<Var(const Var& outputs, const Var& targets)> correct = {};
  /// A row's response in the targets' units, in place.
  std::function<void(Targets, std::span<double> row)> to_units = {};  ///< absent: as it is
  /// What the columns of a table of predictions are called, and a row's cells (numbers unquoted).
  std::function<std::vector<std::string>(Targets)> columns;
  std::function<std::vector<std::string>(Targets, std::span<const double> row)> cells;
  /// Scores of predictions in units, [rows, outputs]; `weights` may be empty.
  std::function<void(Metrics&, Targets, const data::Dataset&, std::span<const double> predictions,
                     std::span<const double> weights)>
      measure;

  bool is_linear() const { return !response; }
  Var respond(const Var& of) const { return response ? response(of) : of; }
};

/// k quantities: outputs as they are, in the targets' standardised units.
Head regression();
/// Yes or no: σ(z) is the probability of the second class.
Head binary();
/// Several yes or no, each σ(z).
Head multilabel();
/// One of several classes: softmax(z).
Head multiclass();
/// k probabilities that are the target themselves (soft yes or no), each σ(z).
Head probability();
/// Soft labels: k columns that sum to 1, softmax(z).
Head distribution();
/// Counts: the output is the logarithm of their rate.
Head poisson();
/// Mean and standard deviation of a normal distribution, for each target: outputs μ and ln σ.
Head gaussian();

struct QuantilesOptions {
  std::vector<double> levels = {0.05, 0.5, 0.95};
};
/// Quantiles at ascending levels, which never cross: q_1 = z_1, q_j = q_{j−1} + softplus(z_j).
/// @throws ArgumentError unless the levels ascend within (0, 1).
Head quantiles(QuantilesOptions options = {});

/// The head that a text means, "quantiles levels=0.1,0.9". @throws ArgumentError listing the names there are.
Head find(std::string_view text);
std::vector<std::string> names();
const Family<Head>& family();
/// The head of a task.
Head of_task(data::Task task);

/// The cost a head is trained with: the given one, or its own. @throws ArgumentError when the head cannot have it,
/// listing those that it can.
cost::Cost cost_of(const Head& head, const std::optional<cost::Cost>& cost);

/// Costs of rows from a network's outputs: the cost sees what it is made for. @throws ShapeError for a cost that is
/// neither one number a row nor, without sample weights, one for all.
Var cost_of_rows(const Head& head, const cost::Cost& cost, const Var& outputs, const Var& targets, bool weighted);

/// Responses [rows, outputs] in the targets' units, in place.
void put_in_units(const Head& head, Targets targets, std::vector<double>& responses);

/// All scores of predictions in units. `cost` is passed through.
Metrics measure(const Head& head, Targets targets, const data::Dataset& data, std::span<const double> predictions,
                std::span<const double> weights, double cost);

}  // namespace ansatz::head

namespace ansatz {
template <>
inline constexpr auto option_rows<head::QuantilesOptions> = std::to_array<Option<head::QuantilesOptions>>(
    {{"levels",
      &head::QuantilesOptions::levels,
      "ascending, within 0 and 1",
      {.low = 0, .high = 1, .low_excluded = true, .high_excluded = true}}});
}  // namespace ansatz
