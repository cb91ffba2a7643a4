// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "ansatz/base/printable.hpp"
#include "ansatz/model/model.hpp"
#include "ansatz/optim/optimizer.hpp"
#include "ansatz/train/step.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/console.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

struct InspectArguments {
  std::string model, optimizer = "adam";
  std::int64_t batch = 32;
  bool plan = false, graph = false, dot = false, json = false;
};

std::string listed(const std::vector<std::string>& names) {
  return printable(fmt::format("{}", fmt::join(names, ", ")));
}

void describe(const model::Model& model) {
  say("network      {}\n", model.describe());
  const nn::Network& network = model.network();
  for (std::size_t i = 0; i < network.uses().size(); ++i) {
    const nn::Network::Use& use = network.uses()[i];
    const nn::Network::Named& named = network.layers()[use.layer];
    std::string tensors;
    for (const nn::Placed& tensor : network.tensors())
      if (tensor.layer == use.layer)
        tensors += fmt::format(", {} {}", tensor.declared.name, to_string(tensor.declared.shape));
    say("  {:<16} {} -> {}{}\n", named.name, named.layer.named.text(), to_string(network.shape(use.first_output)),
        tensors);
  }
  const data::Encoding& encoding = model.encoding();
  say("head         {} ({})\n", model.head().named.text(), model.head().says);
  for (const data::TargetColumn& target : encoding.targets) {
    if (target.classes.empty())
      say("target       '{}', mean {:.6g}, scale {:.6g}\n", printable(target.name), target.mean, target.scale);
    else
      say("target       '{}', classes {}\n", printable(target.name), listed(target.classes));
  }
  say("inputs       {} columns, {} features\n", encoding.inputs.size(), encoding.features());
  for (const data::InputColumn& input : encoding.inputs) {
    if (input.kind == data::ColumnKind::text)
      say("  {:<20} one of {}\n", printable(input.name), listed(input.categories));
    else
      say("  {:<20} {}{}mean {:.6g}, scale {:.6g}\n", printable(input.name),
          input.shape.rank() > 0 ? fmt::format("arrays {}, ", to_string(input.shape)) : "",
          input.cycles.empty() ? "" : fmt::format("cycles {}, ", fmt::join(input.cycles, ", ")), input.mean,
          input.scale);
  }
  say("record\n");
  for (const auto& [name, value] : model.record()) say("  {:<20} {}\n", printable(name), printable(value));
  say("weights      SHA-256 {}\n", model.weights_sha256());
}

/// The cost that the model was trained with; the head's own where it is not written down, or cannot be made here.
cost::Cost trained_cost(const model::Model& model) {
  const auto found = model.record().find("cost");
  if (found == model.record().end()) return model.head().default_cost;
  try {
    return head::cost_of(model.head(), cost::find(found->second));
  } catch (const Error&) {
    return model.head().default_cost;
  }
}

int inspect_command(const InspectArguments& a) {
  const model::Model model = model::Model::load(a.model);
  if (a.plan || a.graph || a.dot) {
    run::State state;
    const train::Learner learner{.network = model.network(),
                                 .head = model.head(),
                                 .cost = trained_cost(model),
                                 .dtype = model.dtype(),
                                 .target_columns = static_cast<std::int64_t>(model.encoding().targets.size())};
    const train::TrainingStep step(learner, optim::find(a.optimizer), {.rows = 10 * a.batch, .batch = a.batch}, state,
                                   {});
    if (a.dot)
      say("{}", to_dot(step.graph()));
    else if (a.graph)
      say("{}", to_text(step.graph()));
    if (a.plan) say("{}", plan::to_text(step.executor().plan()));
    return success;
  }
  if (!a.json) {
    describe(model);
    return success;
  }
  nlohmann::json targets = nlohmann::json::array();
  for (const data::TargetColumn& target : model.encoding().targets)
    targets.push_back({{"name", target.name}, {"classes", target.classes}});
  nlohmann::json json = {{"network", model.network().describe()},
                         {"parameters", model.network().parameters()},
                         {"dtype", name_of(model.dtype())},
                         {"head", model.head().named.full_text()},
                         {"targets", targets},
                         {"record", model.record()},
                         {"weights_sha256", model.weights_sha256()}};
  print_json(json);
  return success;
}

}  // namespace

void add_inspect(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("inspect", "Show what a model file holds, or the plan of its training step");
  const auto a = std::make_shared<InspectArguments>();
  command->add_option("model", a->model, "Model file")->required();
  command->add_flag("--plan", a->plan, "The entries of one training step");
  command->add_flag("--graph", a->graph, "The graph of one training step, as text");
  command->add_flag("--dot", a->dot, "The graph of one training step, for Graphviz");
  command->add_option("--batch", a->batch, "Rows of that step")->capture_default_str()->check(CLI::PositiveNumber);
  command->add_option("--optimizer", a->optimizer, "Optimizer of that step")->capture_default_str();
  command->add_flag("--json", a->json, "Print one JSON object");
  command->footer(
      "Examples:\n  ansatz inspect digits.ansatz\n  ansatz inspect digits.ansatz --plan\n  ansatz inspect "
      "digits.ansatz --dot | dot -Tsvg > step.svg");
  command->callback([a, &action] { action = [a] { return inspect_command(*a); }; });
}

}  // namespace ansatz::cli
