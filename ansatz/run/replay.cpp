// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/replay.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "ansatz/graph/source.hpp"
#include "ansatz/kernels/reference.hpp"

namespace ansatz::run {

namespace {

double element(const std::byte* data, Dtype dtype, std::int64_t i) {
  return dtype == Dtype::f64 ? reinterpret_cast<const double*>(data)[i]
                             : static_cast<double>(reinterpret_cast<const float*>(data)[i]);
}

std::optional<std::int64_t> first_bad(const std::byte* data, const Type& type) {
  if (!is_floating(type.dtype)) return std::nullopt;
  for (std::int64_t i = 0; i < type.shape.elements(); ++i)
    if (!std::isfinite(element(data, type.dtype, i))) return i;
  return std::nullopt;
}

}  // namespace

std::string first_non_finite(const Graph& graph, std::span<const void* const> inputs, const State& state) {
  std::vector<AlignedBuffer> values(static_cast<std::size_t>(graph.size()));
  std::vector<const std::byte*> at(values.size(), nullptr);
  const std::vector<bool> live = graph.live();
  std::vector<bool> constant(values.size(), false);  // infinities that were written into the graph are meant
  for (NodeId id = 0; id < graph.size(); ++id) {
    const auto i = static_cast<std::size_t>(id);
    if (!live[i]) continue;
    const Node& node = graph[id];
    const auto number = node.attributes.ints.empty() ? 0 : static_cast<std::size_t>(node.attributes.ints[0]);
    if (node.op == &rows::input) {
      at[i] = static_cast<const std::byte*>(inputs[number]);
    } else if (node.op == &rows::state) {
      at[i] = state.at(node.attributes.name).data();
    } else if (node.op == &rows::constant && node.attributes.data) {
      at[i] = node.attributes.data->data();
    } else {
      values[i] = AlignedBuffer(node.type.bytes());
      at[i] = values[i].data();
      if (node.op == &rows::constant) {
        write_constant(node, values[i].data());
      } else {
        std::vector<kernels::View> operands;
        for (NodeId input : node.inputs) operands.push_back({at[static_cast<std::size_t>(input)], graph[input].type});
        kernels::compute(node, operands, values[i].data());
      }
    }
    constant[i] = node.op == &rows::constant ||
                  (!node.inputs.empty() && std::all_of(node.inputs.begin(), node.inputs.end(), [&](NodeId input) {
                    return constant[static_cast<std::size_t>(input)];
                  }));
    if (node.op->kind == Kind::source || constant[i]) continue;
    if (const auto bad = first_bad(at[i], node.type))
      return fmt::format("{} (%{}{}), element {} of {}: {}", node.op->name, id,
                         node.label.empty() ? "" : fmt::format(", \"{}\"", node.label), *bad, to_string(node.type),
                         element(at[i], node.type.dtype, *bad));
  }
  return "";
}

}  // namespace ansatz::run
