// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "ansatz/model/model.hpp"
#include "ansatz/optim/optimizer.hpp"
#include "ansatz/train/step.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

struct InspectArguments {
  std::string model, optimizer = "adam";
  std::int64_t batch = 32;
  bool plan = false, graph = false, dot = false, json = false;
};

void describe(const model::Model& model) {
  fmt::print("network      {}\n", model.network().describe());
  const auto& layers = model.network().layers();
  for (std::size_t l = 1; l < layers.size(); ++l) {
    const bool last = l + 1 == layers.size();
    fmt::print("  layer {}    W{} [{}, {}], b{} [{}], {}\n", l, l, layers[l - 1], layers[l], l, layers[l],
               last ? nn::name_of(model.network().output().value_or(nn::Output::linear))
                    : model.network().activations()[l - 1].named.text());
  }
  const data::Encoding& encoding = model.encoding();
  fmt::print("target       '{}' ({})\n", encoding.target.name, data::name_of(encoding.target.task));
  if (!encoding.target.classes.empty())
    fmt::print("classes      {}\n", fmt::join(encoding.target.classes, ", "));
  else
    fmt::print("scaling      mean {:.6g}, standard deviation {:.6g}\n", encoding.target.mean, encoding.target.scale);
  fmt::print("inputs       {} columns, {} features\n", encoding.inputs.size(), encoding.features());
  for (const data::InputColumn& input : encoding.inputs) {
    if (input.kind == data::ColumnKind::numeric)
      fmt::print("  {:<20} mean {:.6g}, scale {:.6g}\n", input.name, input.mean, input.scale);
    else
      fmt::print("  {:<20} one of {}\n", input.name, fmt::join(input.categories, ", "));
  }
  fmt::print("record\n");
  for (const auto& [name, value] : model.record()) fmt::print("  {:<20} {}\n", name, value);
  fmt::print("weights      SHA-256 {}\n", model.weights_sha256());
}

int inspect_command(const InspectArguments& a) {
  const model::Model model = model::Model::load(a.model);
  if (a.plan || a.graph || a.dot) {
    const nn::FFNN& network = model.network();
    run::State state;
    const train::TrainingStep step(network, nn::default_cost(network.output().value_or(nn::Output::linear)),
                                   optim::find(a.optimizer), {.rows = 10 * a.batch, .batch = a.batch}, state, {});
    if (a.dot)
      fmt::print("{}", to_dot(step.graph()));
    else if (a.graph)
      fmt::print("{}", to_text(step.graph()));
    if (a.plan) fmt::print("{}", plan::to_text(step.executor().plan()));
    return success;
  }
  if (!a.json) {
    describe(model);
    return success;
  }
  nlohmann::json json = {{"layers", model.network().layers()},
                         {"parameters", model.network().parameters()},
                         {"dtype", name_of(model.network().dtype())},
                         {"target", model.encoding().target.name},
                         {"task", data::name_of(model.encoding().target.task)},
                         {"classes", model.encoding().target.classes},
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
