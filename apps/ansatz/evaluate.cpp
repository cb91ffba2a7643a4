// SPDX-License-Identifier: BSD-3-Clause
// `evaluate` and `compare`: models on rows whose targets are known.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "ansatz/base/error.hpp"
#include "ansatz/heads/intervals.hpp"
#include "apps/ansatz/applied.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/console.hpp"
#include "apps/ansatz/places.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

struct EvaluateArguments {
  std::string model, other;
  TableArguments table;
  bool json = false;
};

Scored scored(const EvaluateArguments& a, const model::Model& model, const std::string& name, const std::string& file) {
  const Applied applied = apply(a.table, model, file);
  std::optional<Scored> result = score(a.table, model, file, applied);
  if (!result) {
    std::vector<std::string> targets;
    for (const data::TargetColumn& target : model.encoding().targets) targets.push_back(target.name);
    throw DataError("{}: there is no column '{}', which {} predicts: without it nothing can be evaluated", a.table.data,
                    fmt::join(targets, "', '"), name);
  }
  return std::move(*result);
}

constexpr std::size_t most_classes_shown = 30;

int evaluate_command(const EvaluateArguments& a) {
  const model::Model model = model::Model::load(a.model);
  const Scored found = scored(a, model, a.model, input_file(a.table.data));
  say("{} on {} rows of {} (scores, with 95 % intervals)\n{}", a.model, found.metrics.rows, a.table.data,
      score_table(found.metrics));
  const std::size_t classes = found.metrics.class_names.size();
  if (classes > 0 && classes <= most_classes_shown) say("\n{}", head::confusion_table(found.metrics));
  if (a.json) {
    nlohmann::json json = to_json(found.metrics);
    json.erase("cost");
    print_json({{"model", a.model}, {"data", a.table.data}, {"metrics", json}});
  }
  return success;
}

/// Whether two models answer the same question, so that their answers can be compared.
void require_same_question(const EvaluateArguments& a, const model::Model& first, const model::Model& second) {
  const auto question = [](const model::Model& model) {
    std::string text = model.head().named.full_text();
    for (const data::TargetColumn& target : model.encoding().targets) {
      text += fmt::format(", '{}'", target.name);
      if (!target.classes.empty()) text += fmt::format(" ({})", fmt::join(target.classes, ", "));
    }
    return text;
  };
  if (question(first) != question(second))
    throw MismatchError("{} predicts {}; {} predicts {}: models of one question can be compared", a.model,
                        question(first), a.other, question(second));
}

int compare_command(const EvaluateArguments& a) {
  const model::Model first = model::Model::load(a.model), second = model::Model::load(a.other);
  require_same_question(a, first, second);
  const std::string file = input_file(a.table.data);
  const Scored of_first = scored(a, first, a.model, file), of_second = scored(a, second, a.other, file);
  // Targets of quantities are standardised by each model: the first one's units serve both.
  const std::vector<head::Difference> differences = head::differences(
      first.head(), first.encoding().targets, of_first.targets, of_first.predictions, of_second.predictions, {});
  say("A = {}, B = {}, on {} rows of {}\n", a.model, a.other, of_first.metrics.rows, a.table.data);
  nlohmann::json json = nlohmann::json::object();
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const head::Score &in_a = of_first.metrics.scores[i], &in_b = of_second.metrics.scores[i];
    const head::Difference& d = differences[i];
    const std::string_view verdict = std::isnan(d.bounds.low) ? ""
                                     : d.bounds.low > 0.0     ? "A is better"
                                     : d.bounds.high < 0.0    ? "B is better"
                                                              : "no difference beyond the uncertainty";
    say("{}: A {:.4g}, B {:.4g}, A is better by {:.3g} [{:.3g}, {:.3g}]: {}\n", in_a.label, in_a.value, in_b.value,
        d.value, d.bounds.low, d.bounds.high, verdict);
    json[in_a.name] = {
        {"a", in_a.value}, {"b", in_b.value}, {"better_by", d.value}, {"interval", {d.bounds.low, d.bounds.high}}};
  }
  if (a.json)
    print_json(
        {{"a", a.model}, {"b", a.other}, {"data", a.table.data}, {"rows", of_first.metrics.rows}, {"scores", json}});
  return success;
}

}  // namespace

void add_evaluate(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("evaluate", "Score a model on rows whose targets are known");
  const auto a = std::make_shared<EvaluateArguments>();
  command->add_option("model", a->model, "Model file")->required();
  add_table_options(*command, a->table);
  command->add_flag("--json", a->json, "Print one JSON object on the last line");
  command->footer("Example:\n  ansatz evaluate digits.ansatz checked_digits.csv");
  command->callback([a, &action] { action = [a] { return evaluate_command(*a); }; });
}

void add_compare(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("compare", "Which of two models is better on the same rows, and how surely");
  const auto a = std::make_shared<EvaluateArguments>();
  command->add_option("model", a->model, "Model file A")->required();
  command->add_option("other", a->other, "Model file B")->required();
  add_table_options(*command, a->table);
  command->add_flag("--json", a->json, "Print one JSON object on the last line");
  command->footer("Example:\n  ansatz compare small.ansatz large.ansatz checked.csv");
  command->callback([a, &action] { action = [a] { return compare_command(*a); }; });
}

}  // namespace ansatz::cli
