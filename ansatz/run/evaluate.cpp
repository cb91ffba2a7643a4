// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/evaluate.hpp"

#include <cstring>

#include "ansatz/base/error.hpp"
#include "ansatz/kernels/reference.hpp"
#include "ansatz/run/executor.hpp"

namespace ansatz::run {

passes::Options default_passes() {
  passes::Options options;
  options.evaluate = [](const Node& node, const std::vector<Tensor>& inputs) { return kernels::compute(node, inputs); };
  return options;
}

std::vector<Tensor> execute(Graph graph, const std::vector<Tensor>& inputs) {
  if (inputs.size() != graph.inputs.size())
    throw ArgumentError("{} arguments were given; the graph expects {}", inputs.size(), graph.inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Type type{inputs[i].dtype(), inputs[i].shape()}, expected = graph[graph.inputs[i]].type;
    if (type != expected)
      throw ShapeError("argument {} is {}; the graph expects {}", i, to_string(type), to_string(expected));
  }
  graph = passes::optimise(std::move(graph), default_passes());
  State state;
  Executor executor(plan::build(graph), state);
  for (std::size_t i = 0; i < inputs.size(); ++i) executor.bind(i, inputs[i].data());
  executor.run();
  std::vector<Tensor> results;
  for (std::size_t i = 0; i < executor.plan().outputs.size(); ++i) {
    const Type& type = executor.plan().outputs[i];
    Tensor& result = results.emplace_back(type.dtype, type.shape);
    if (type.bytes() != 0) std::memcpy(result.data(), executor.output(i), type.bytes());
  }
  return results;
}

}  // namespace ansatz::run
