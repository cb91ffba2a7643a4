// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/heads/head.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::head {

namespace {

Member<Head> row(Head (*make)(), std::string help, std::vector<std::string> aliases = {}) {
  return member<Head, NoOptions>(
      make().named.name, [make](const NoOptions&) { return make(); }, std::move(help), std::move(aliases));
}

}  // namespace

const Family<Head>& family() {
  static const Family<Head> heads(
      "head", {row(regression, "quantities", {"linear"}), row(binary, "yes or no", {"sigmoid"}),
               row(multilabel, "several yes or no"), row(multiclass, "one of several classes", {"softmax", "classes"}),
               row(probability, "a target that is a probability"),
               row(distribution, "several columns that are the classes' probabilities"),
               row(poisson, "counts", {"counts"}), row(gaussian, "a quantity with its uncertainty"),
               member<Head, QuantilesOptions>("quantiles", quantiles, "quantiles of a quantity")});
  return heads;
}

Head find(std::string_view text) { return family().make(text); }
std::vector<std::string> names() { return family().names(); }
Head of_task(data::Task task) { return find(data::name_of(task)); }

cost::Cost cost_of(const Head& head, const std::optional<cost::Cost>& cost) {
  if (!cost) return head.default_cost;
  const std::vector<std::string> shipped = cost::names();
  if (std::find(shipped.begin(), shipped.end(), cost->name) != shipped.end()) {
    if (std::find(head.costs.begin(), head.costs.end(), cost->name) != head.costs.end()) {
      const Named &given = cost->named, &own = head.default_cost.named;
      const bool by_name_alone = std::all_of(given.arguments.begin(), given.arguments.end(),
                                             [](const Argument& argument) { return argument.is_default; });
      if (given.name == own.name && by_name_alone) return head.default_cost;
      if (head.costs.size() == 1 && given != own)
        throw MismatchError("the cost {} was given for the head {}, whose cost is {}", given.text(), head.named.text(),
                            own.text());
      return *cost;
    }
    std::vector<std::string> with_it;
    for (const Member<Head>& member : family().members()) {
      const Head other = member.make({member.name, {}, {}});
      if (std::find(other.costs.begin(), other.costs.end(), cost->name) != other.costs.end())
        with_it.push_back(member.name);
    }
    throw MismatchError("the cost {} does not belong to the head {}, which can have {}; it belongs to {}", cost->name,
                        head.named.name, fmt::join(head.costs, ", "), fmt::join(with_it, ", "));
  }
  if (cost->sees == cost::Sees::either && !head.is_linear())
    throw MismatchError(
        "the cost '{}' does not say what it sees: of the head {}, the outputs and what they say ({}) differ; make it "
        "with cost::on_outputs or cost::on_response",
        cost->name, head.named.name, head.says);
  return *cost;
}

Var cost_of_rows(const Head& head, const cost::Cost& cost, const Var& outputs, const Var& targets, bool weighted) {
  const bool of_response = cost.sees == cost::Sees::response;
  const bool labels = of_response && targets.dtype() == Dtype::i32;
  const Var rows = cost.of_rows(of_response ? head.respond(outputs) : outputs,
                                labels ? one_hot(targets, outputs.shape()[1], outputs.dtype()) : targets);
  const Shape each{outputs.shape()[0]};
  if (rows.shape() == each || (rows.shape().rank() == 0 && !weighted)) return rows;
  throw ShapeError("the cost '{}' of outputs {} and targets {} is {}; {} is expected, a number for each row{}",
                   cost.name, to_string(outputs.shape()), to_string(targets.shape()), to_string(rows.shape()),
                   to_string(each),
                   rows.shape().rank() > 1 ? " (reshape the outputs as the targets, sum over columns)" : "");
}

void put_in_units(const Head& head, Targets targets, std::vector<double>& responses) {
  if (!head.to_units) return;
  const auto width = static_cast<std::size_t>(head.outputs(targets));
  for (std::size_t at = 0; at < responses.size(); at += width)
    head.to_units(targets, std::span(responses).subspan(at, width));
}

Metrics measure(const Head& head, Targets targets, const data::Dataset& data, std::span<const double> predictions,
                std::span<const double> weights, double cost) {
  Metrics metrics;
  metrics.rows = data.rows;
  metrics.cost = cost;
  if (data.rows > 0) head.measure(metrics, targets, data, predictions, weights);
  return metrics;
}

}  // namespace ansatz::head
