// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/program.hpp"

#include <fmt/format.h>

#include "ansatz/base/error.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/run/replay.hpp"

namespace ansatz::run {

namespace {

std::vector<std::string> labels_of(const Graph& graph, const std::vector<NodeId>& nodes) {
  std::vector<std::string> labels;
  for (NodeId node : nodes) labels.push_back(graph[node].label);
  return labels;
}

}  // namespace

double number_at(const std::byte* data, Dtype dtype) {
  return dtype == Dtype::f64 ? *reinterpret_cast<const double*>(data)
                             : static_cast<double>(*reinterpret_cast<const float*>(data));
}

Program::Program(Graph traced, State& state, const ExecutorOptions& options)
    : output_names_(labels_of(traced, traced.outputs)),
      state_(state),
      executor_(plan::build(graph_ = passes::optimise(std::move(traced), default_passes())), state, options),
      bound_(executor_.plan().inputs.size(), nullptr) {}

bool Program::has_input(std::string_view name) const {
  const auto& inputs = executor_.plan().inputs;
  return std::any_of(inputs.begin(), inputs.end(), [&](const plan::Binding& each) { return each.name == name; });
}

std::size_t Program::input(std::string_view name) const {
  const auto& inputs = executor_.plan().inputs;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].name == name) return i;
    names.push_back(inputs[i].name);
  }
  throw ArgumentError("a program has no input \"{}\"; there are {}", name, fmt::join(names, ", "));
}

void Program::bind(std::string_view name, const Tensor& tensor) {
  const std::size_t i = input(name);
  const Type given{tensor.dtype(), tensor.shape()};
  if (const Type& expected = executor_.plan().inputs[i].type; given != expected)
    throw ShapeError("the input \"{}\" was given {}; {} is expected", name, to_string(given), to_string(expected));
  bind(i, tensor.data());
}

double Program::number(std::size_t i) const { return number_at(executor_.output(i), type(i).dtype); }

std::size_t Program::output(std::string_view name) const {
  for (std::size_t i = 0; i < output_names_.size(); ++i)
    if (output_names_[i] == name) return i;
  throw ArgumentError("a program has no output \"{}\"; there are {}", name, fmt::join(output_names_, ", "));
}

std::string Program::first_non_finite() const { return run::first_non_finite(graph_, bound_, state_); }

}  // namespace ansatz::run
