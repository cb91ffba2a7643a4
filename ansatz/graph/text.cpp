// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "ansatz/graph/graph.hpp"
#include "ansatz/graph/source.hpp"

namespace ansatz {

namespace {

std::string describe_constant(const Attributes& attributes) {
  if (!attributes.reals.empty()) return fmt::format("{}", attributes.reals[0]);
  return fmt::format("{} values", attributes.shape.elements());
}

std::string describe(const Node& node) {
  std::string text(node.op->name);
  if (node.op == &rows::constant) return text + " " + describe_constant(node.attributes);
  if (!node.attributes.name.empty()) text += fmt::format(" \"{}\"", node.attributes.name);
  if (node.op->kind != Kind::source && !node.attributes.ints.empty())
    text += fmt::format("<{}>", fmt::join(node.attributes.ints, ","));
  if (!node.attributes.reals.empty()) text += fmt::format("({})", fmt::join(node.attributes.reals, ","));
  return text;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

std::string to_text(const Graph& graph) {
  std::string text;
  const std::vector<bool> live = graph.live();
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (!live[static_cast<std::size_t>(id)]) continue;
    const Node& node = graph[id];
    std::vector<std::string> operands;
    for (NodeId input : node.inputs) operands.push_back(fmt::format("%{}", input));
    text += fmt::format("%{} {} = {}{}{}", id, to_string(node.type), describe(node), operands.empty() ? "" : " ",
                        fmt::join(operands, ", "));
    if (!node.label.empty()) text += fmt::format("    # {}", node.label);
    text += '\n';
  }
  for (NodeId output : graph.outputs) text += fmt::format("return %{}\n", output);
  for (const StateSlot& slot : graph.state)
    if (slot.write) text += fmt::format("state \"{}\" := %{}\n", slot.name, *slot.write);
  if (graph.commit_if) text += fmt::format("commit if %{}\n", *graph.commit_if);
  return text;
}

std::string to_dot(const Graph& graph) {
  std::string text = "digraph ansatz {\n  rankdir=TB;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  const std::vector<bool> live = graph.live();
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (!live[static_cast<std::size_t>(id)]) continue;
    const Node& node = graph[id];
    std::string label = describe(node) + "\n" + to_string(node.type);
    if (!node.label.empty() && node.label != node.attributes.name) label.insert(0, node.label + ": ");
    std::string lines;
    for (char c : escaped(label)) {
      if (c == '\n')
        lines += "\\n";
      else
        lines += c;
    }
    text += fmt::format("  n{} [label=\"{}\"{}];\n", id, lines, node.op->kind == Kind::source ? ", style=rounded" : "");
    for (NodeId input : node.inputs) text += fmt::format("  n{} -> n{};\n", input, id);
  }
  for (std::size_t i = 0; i < graph.outputs.size(); ++i)
    text += fmt::format("  out{0} [label=\"output {0}\", shape=plaintext];\n  n{1} -> out{0};\n", i, graph.outputs[i]);
  for (std::size_t i = 0; i < graph.state.size(); ++i)
    if (graph.state[i].write)
      text +=
          fmt::format("  n{} -> n{} [style=dashed, constraint=false];\n", *graph.state[i].write, graph.state[i].read);
  return text + "}\n";
}

std::vector<std::pair<std::string, int>> operation_counts(const Graph& graph) {
  std::map<std::string, int> counts;
  const std::vector<bool> live = graph.live();
  for (NodeId id = 0; id < graph.size(); ++id)
    if (live[static_cast<std::size_t>(id)]) ++counts[std::string(graph[id].op->name)];
  std::vector<std::pair<std::string, int>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return sorted;
}

}  // namespace ansatz
