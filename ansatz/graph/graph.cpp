// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/graph/graph.hpp"

#include <array>
#include <cstring>

#include "ansatz/base/error.hpp"

namespace ansatz {

std::string to_string(const Type& type) { return fmt::format("{}{}", name_of(type.dtype), to_string(type.shape)); }

bool operator==(const Attributes& a, const Attributes& b) {
  const auto same_bits = [](const std::vector<double>& x, const std::vector<double>& y) {
    return x.size() == y.size() && (x.empty() || std::memcmp(x.data(), y.data(), x.size() * sizeof(double)) == 0);
  };
  const auto same_data = [](const auto& x, const auto& y) {
    if (x == y) return true;
    return x && y && x->size() == y->size() && std::memcmp(x->data(), y->data(), x->size()) == 0;
  };
  return a.ints == b.ints && same_bits(a.reals, b.reals) && a.dtype == b.dtype && a.shape == b.shape &&
         a.name == b.name && same_data(a.data, b.data) && a.custom == b.custom;
}

namespace {

bool accepts(Accepts what, Dtype dtype) {
  switch (what) {
    case Accepts::floating: return is_floating(dtype);
    case Accepts::numeric: return dtype != Dtype::boolean;
    case Accepts::boolean: return dtype == Dtype::boolean;
    case Accepts::any: return true;
  }
  return false;
}

std::string_view describe(Accepts what) {
  switch (what) {
    case Accepts::floating: return "f32 or f64";
    case Accepts::numeric: return "f32, f64 or i32";
    case Accepts::boolean: return "bool";
    case Accepts::any: return "any dtype";
  }
  return "?";
}

}  // namespace

NodeId Graph::append(const Op& op, std::vector<NodeId> operands, Attributes attributes) {
  if (op.arity != Op::variadic && static_cast<int>(operands.size()) != op.arity)
    throw GraphError("[{}] takes {} operands; {} were given", op.name, op.arity, operands.size());
  std::array<Type, 3> few;  // memory for most operations
  std::vector<Type> many(operands.size() > few.size() ? operands.size() : 0);
  const std::span<Type> types = many.empty() ? std::span(few).first(operands.size()) : std::span(many);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (operands[i] < 0 || operands[i] >= size())
      throw GraphError("[{}] operand {} is %{}, which is not a node of this graph", op.name, i, operands[i]);
    types[i] = (*this)[operands[i]].type;
    if (!accepts(op.accepts, types[i].dtype))
      throw DtypeError("[{}] operand {} has dtype {}; {} is expected (use cast)", op.name, i, name_of(types[i].dtype),
                       describe(op.accepts));
  }
  Node node{&op, std::move(operands), std::move(attributes), {}, {}};
  node.type = op.type(types, node.attributes);
  nodes_.push_back(std::move(node));
  return size() - 1;
}

std::vector<NodeId> Graph::roots() const {
  std::vector<NodeId> result = outputs;
  for (const StateSlot& slot : state)
    if (slot.write) result.push_back(*slot.write);
  if (commit_if) result.push_back(*commit_if);
  return result;
}

std::vector<bool> Graph::live() const {
  std::vector<bool> alive(static_cast<std::size_t>(size()), false);
  for (NodeId root : roots()) alive[static_cast<std::size_t>(root)] = true;
  for (NodeId id = size() - 1; id >= 0; --id)
    if (alive[static_cast<std::size_t>(id)])
      for (NodeId input : (*this)[id].inputs) alive[static_cast<std::size_t>(input)] = true;
  return alive;
}

std::vector<NodeId> order_of_use(const Graph& graph, std::span<const NodeId> roots, NodeId since) {
  std::vector<NodeId> order;
  std::vector<bool> seen(static_cast<std::size_t>(graph.size()), false);
  std::vector<std::pair<NodeId, std::size_t>> path;  // a node, and how many of its inputs are done
  const auto enter = [&](NodeId id) {
    if (id < since || seen[static_cast<std::size_t>(id)]) return;
    seen[static_cast<std::size_t>(id)] = true;
    path.emplace_back(id, 0);
  };
  for (NodeId root : roots)
    for (enter(root); !path.empty();) {
      auto& [id, done] = path.back();
      const std::vector<NodeId>& inputs = graph[id].inputs;
      if (done < inputs.size()) {
        enter(inputs[done++]);
      } else {
        order.push_back(id);
        path.pop_back();
      }
    }
  return order;
}

void verify(const Graph& graph) {
  const auto where = [&](NodeId id) {
    const Node& node = graph[id];
    return fmt::format("node %{} ({}{})", id, node.op ? node.op->name : "no operation",
                       node.label.empty() ? "" : fmt::format(" \"{}\"", node.label));
  };
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (node.op == nullptr) throw GraphError("{}: a node without an operation", where(id));
    std::vector<Type> types;
    for (NodeId input : node.inputs) {
      if (input < 0 || input >= id) throw GraphError("{}: uses %{}, which is not computed before it", where(id), input);
      types.push_back(graph[input].type);
    }
    if (node.op->arity != Op::variadic && static_cast<int>(node.inputs.size()) != node.op->arity)
      throw GraphError("{}: has {} operands; {} are expected", where(id), node.inputs.size(), node.op->arity);
    for (const Type& type : types)
      if (!accepts(node.op->accepts, type.dtype))
        throw GraphError("{}: an operand has dtype {}; {} is expected", where(id), name_of(type.dtype),
                         describe(node.op->accepts));
    Type type;
    try {
      type = node.op->type(types, node.attributes);
    } catch (const Error& error) {
      throw GraphError("{}: {}", where(id), error.what());
    }
    if (type != node.type)
      throw GraphError("{}: is recorded as {}, but its operands make {}", where(id), to_string(node.type),
                       to_string(type));
  }
  for (NodeId root : graph.roots())
    if (root < 0 || root >= graph.size()) throw GraphError("root %{} is not a node of this graph", root);
  for (const StateSlot& slot : graph.state) {
    if (slot.read < 0 || slot.read >= graph.size() || graph[slot.read].type != slot.type)
      throw GraphError("state \"{}\": its read node does not have type {}", slot.name, to_string(slot.type));
    if (slot.write && graph[*slot.write].type != slot.type)
      throw GraphError("state \"{}\": is {}, but {} is assigned by {}", slot.name, to_string(slot.type),
                       to_string(graph[*slot.write].type), where(*slot.write));
  }
  if (graph.commit_if && graph[*graph.commit_if].type != Type{Dtype::boolean, {}})
    throw GraphError("the commit condition, {}, is {}; bool[] is expected", where(*graph.commit_if),
                     to_string(graph[*graph.commit_if].type));
}

}  // namespace ansatz
