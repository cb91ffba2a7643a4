// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/expr/expression.hpp"
#include "ansatz/graph/source.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/passes/pattern.hpp"
#include "ansatz/run/evaluate.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/console.hpp"

namespace ansatz::cli {

namespace {

struct CountArguments {
  std::string expression, derivative;
  bool json = false;
};

/// The program of a scalar graph, one assignment a line, in a reader's notation.
std::vector<std::string> program(const Graph& graph, const std::vector<std::string>& results) {
  std::vector<std::string> lines;
  std::map<NodeId, std::string> names;
  const std::vector<bool> live = graph.live();
  int next = 1;
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (!live[static_cast<std::size_t>(id)]) continue;
    const Node& node = graph[id];
    if (node.op == &rows::input) {
      names[id] = node.attributes.name;
      continue;
    }
    if (node.op == &rows::constant) {
      names[id] = fmt::format("{}", node.attributes.reals.empty() ? 0.0 : node.attributes.reals[0]);
      continue;
    }
    std::vector<std::string> operands;
    for (NodeId input : node.inputs) operands.push_back(names[input]);
    if (!node.attributes.reals.empty()) operands.push_back(fmt::format("{}", node.attributes.reals[0]));
    std::string text;
    if (!node.op->symbol.empty() && operands.size() == 2)
      text = fmt::format("{} {} {}", operands[0], node.op->symbol, operands[1]);
    else if (!node.op->symbol.empty() && operands.size() == 1)
      text = fmt::format("{}{}", node.op->symbol, operands[0]);
    else
      text = fmt::format("{}({})", node.op->name, fmt::join(operands, ", "));
    names[id] = fmt::format("v{}", next++);
    lines.push_back(fmt::format("{} = {}", names[id], text));
  }
  for (std::size_t i = 0; i < results.size(); ++i)
    lines.push_back(fmt::format("{} = {}", results[i], names[graph.outputs[i]]));
  return lines;
}

int count_command(const CountArguments& a) {
  const expr::Expression expression = expr::parse(a.expression);
  const auto& variables = expression.variables();
  if (!a.derivative.empty() && std::find(variables.begin(), variables.end(), a.derivative) == variables.end())
    throw MismatchError("the derivative in {} was asked for; the variables are {}", a.derivative,
                        fmt::join(variables, ", "));
  Trace trace;
  std::map<std::string, Var> values;
  for (const std::string& name : variables) values[name] = trace.input({Dtype::f64, {}}, name);
  std::vector<std::string> results = {"f"};
  if (a.derivative.empty()) {
    trace.output(expression.build(values));
  } else {
    const auto f = [&](const Var& x) {
      auto all = values;
      all[a.derivative] = x;
      return expression.build(all);
    };
    const auto [value, derivative] = value_and_grad(f)(values.at(a.derivative));
    trace.output(value);
    trace.output(derivative);
    results.push_back("df/d" + a.derivative);
  }
  passes::Options options = run::default_passes();
  options.cancel = true;  // formulas stand for real numbers here
  const Graph graph = passes::optimise(trace.finish(), options);
  const std::int64_t operations = passes::operation_count(graph);
  const std::vector<std::string> lines = program(graph, results);
  if (a.json) {
    say("{}\n",
        nlohmann::json{
            {"expression", a.expression}, {"derivative", a.derivative}, {"program", lines}, {"operations", operations}}
            .dump());
    return success;
  }
  for (const std::string& line : lines) say("{}\n", line);
  say("{} floating-point operations\n", operations);
  return success;
}

}  // namespace

void add_count(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("count", "Show the optimised program of a formula and count its operations");
  const auto a = std::make_shared<CountArguments>();
  command->add_option("expression", a->expression, "Formula, e.g. \"sqrt(x^2 + exp(x^2))\"")->required();
  command->add_option("--derivative", a->derivative, "Variable: value and derivative together");
  command->add_flag("--json", a->json, "Print one JSON object");
  command->footer(
      "Examples:\n  ansatz count \"exp(x^2)\" --derivative x\n  ansatz count \"4*e*((s/r)^12 - (s/r)^6)\" --derivative "
      "r");
  command->callback([a, &action] { action = [a] { return count_command(*a); }; });
}

}  // namespace ansatz::cli
