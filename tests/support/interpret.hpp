// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Runs a graph with the plain reference kernels, node after node: no passes, no plan, no tuned kernel. Kernels are
/// found by the operation's name, so that a graph may hold changed copies of rows.
#pragma once

#include <utility>
#include <vector>

#include "ansatz/base/error.hpp"
#include "ansatz/graph/graph.hpp"
#include "ansatz/graph/source.hpp"
#include "ansatz/graph/var.hpp"
#include "ansatz/kernels/reference.hpp"
#include "ansatz/ops/table.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {

inline Tensor value_of_constant(const Attributes& attributes) {
  Tensor value(attributes.dtype, attributes.shape);
  if (attributes.data) {
    std::copy_n(attributes.data->data(), Type{attributes.dtype, attributes.shape}.bytes(), value.data());
    return value;
  }
  const std::vector<double> copies(static_cast<std::size_t>(attributes.shape.elements()), attributes.reals.at(0));
  return tensor_of(attributes.dtype, attributes.shape, copies);
}

/// The graph's outputs for `inputs`.
inline std::vector<Tensor> interpret(const Graph& graph, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> values(static_cast<std::size_t>(graph.size()));
  const std::vector<bool> live = graph.live();
  for (NodeId id = 0; id < graph.size(); ++id) {
    const auto at = static_cast<std::size_t>(id);
    const Node& node = graph[id];
    if (!live[at]) continue;
    if (node.op == &rows::input) {
      values[at] = inputs.at(static_cast<std::size_t>(node.attributes.ints.at(0)));
    } else if (node.op == &rows::constant) {
      values[at] = value_of_constant(node.attributes);
    } else {
      Node plain = node;
      plain.op = find_op(node.op->name);
      if (plain.op == nullptr) throw GraphError("no operation is called {}", node.op->name);
      std::vector<kernels::View> operands;
      for (NodeId input : node.inputs)
        operands.push_back({values[static_cast<std::size_t>(input)].data(), graph[input].type});
      values[at] = Tensor(node.type.dtype, node.type.shape);
      kernels::compute(plain, operands, values[at].data());
    }
  }
  std::vector<Tensor> results;
  for (NodeId output : graph.outputs) results.push_back(values[static_cast<std::size_t>(output)]);
  return results;
}

/// f(arguments…) by the plain kernels: f is traced with Vars of the arguments' types and returns one.
template <class F, class... Arguments>
Tensor plainly(const F& f, const Arguments&... arguments) {
  const std::vector<Tensor> inputs{Tensor(arguments)...};
  Trace trace;
  std::vector<Var> xs;
  for (const Tensor& input : inputs) xs.push_back(trace.input({input.dtype(), input.shape()}));
  const auto call = [&]<std::size_t... I>(std::index_sequence<I...>) { return f(xs[I]...); };
  trace.output(call(std::make_index_sequence<sizeof...(Arguments)>{}));
  return interpret(trace.finish(), inputs).at(0);
}

}  // namespace ansatz::test
