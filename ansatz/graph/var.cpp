// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/graph/var.hpp"

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/graph/source.hpp"

namespace ansatz {

namespace {
thread_local Trace* current_trace = nullptr;
}

Graph& Var::graph() const {
  if (!graph_) throw GraphError("an empty Var was used; a Var comes from a trace or from an operation on Vars");
  return *graph_;
}

Node& Var::mutable_node() const {
  if (id_ >= graph().size())
    throw GraphError("a Var was used after its trace had ended; a Var lives only inside the function that is traced");
  return graph()[id_];
}

Var Var::labelled(std::string label) const {
  mutable_node().label = std::move(label);
  return *this;
}

Var apply(const Op& op, const std::vector<Var>& inputs, Attributes attributes) {
  return Trace::current().apply(op, inputs, std::move(attributes));
}

Trace::Trace(Equal equal) : graph_(std::make_shared<Graph>()), outer_(current_trace) {
  if (equal == Equal::shared) equal_.emplace();
  current_trace = this;
}

Trace::~Trace() { current_trace = outer_; }

Trace& Trace::current() {
  if (current_trace == nullptr)
    throw GraphError("no trace is running; operations on Var are recorded inside trace, grad or evaluate");
  return *current_trace;
}

bool Trace::active() { return current_trace != nullptr; }

Var Trace::apply(const Op& op, const std::vector<Var>& operands, Attributes attributes) {
  std::vector<NodeId> ids;
  ids.reserve(operands.size());
  for (const Var& operand : operands) {
    if (&operand.graph() != graph_.get())
      throw GraphError("[{}] an operand belongs to another trace; only values of the current trace can be used",
                       op.name);
    ids.push_back(operand.id());
  }
  if (equal_)
    if (const auto same = equal_->find(*graph_, op, ids, attributes)) return {graph_, *same};
  const NodeId id = graph_->append(op, std::move(ids), std::move(attributes));
  if (equal_) equal_->add(*graph_, id);
  return {graph_, id};
}

Var Trace::input(Type type, std::string name) {
  Attributes attributes;
  attributes.ints = {static_cast<std::int64_t>(graph_->inputs.size())};
  attributes.dtype = type.dtype;
  attributes.shape = type.shape;
  attributes.name = name;
  const NodeId id = graph_->append(rows::input, {}, std::move(attributes));
  (*graph_)[id].label = std::move(name);
  graph_->inputs.push_back(id);
  return {graph_, id};
}

Var Trace::state(Type type, std::string name) {
  for (const StateSlot& slot : graph_->state)
    if (slot.name == name) throw GraphError("state \"{}\" is declared twice in one graph", name);
  Attributes attributes;
  attributes.ints = {static_cast<std::int64_t>(graph_->state.size())};
  attributes.dtype = type.dtype;
  attributes.shape = type.shape;
  attributes.name = name;
  const NodeId id = graph_->append(rows::state, {}, std::move(attributes));
  (*graph_)[id].label = name;
  graph_->state.push_back({std::move(name), type, id, std::nullopt});
  return {graph_, id};
}

void Trace::assign(const std::string& name, const Var& value) {
  const auto slot =
      std::find_if(graph_->state.begin(), graph_->state.end(), [&](const StateSlot& s) { return s.name == name; });
  if (slot == graph_->state.end()) throw GraphError("state \"{}\" is assigned but was not declared", name);
  if (slot->write) throw GraphError("state \"{}\" is assigned twice; one value a run is expected", name);
  if (value.dtype() != slot->type.dtype)
    throw DtypeError("state \"{}\" is {}, but {} is assigned", name, to_string(slot->type), to_string(value.type()));
  if (value.shape() != slot->type.shape)
    throw ShapeError("state \"{}\" is {}, but {} is assigned", name, to_string(slot->type), to_string(value.type()));
  slot->write = own(value, "a value assigned to the state");
}

NodeId Trace::own(const Var& value, std::string_view what) const {
  if (&value.graph() != graph_.get()) throw GraphError("{} belongs to another trace", what);
  return value.id();
}

void Trace::commit_if(const Var& condition) { graph_->commit_if = own(condition, "the commit condition"); }

void Trace::output(const Var& value) { graph_->outputs.push_back(own(value, "the result of a traced function")); }

Graph Trace::finish() { return std::move(*graph_); }

}  // namespace ansatz
