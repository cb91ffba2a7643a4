// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Var, the handle with which ordinary C++ functions record a graph, and trace, which runs them.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ansatz/graph/equal.hpp"
#include "ansatz/graph/graph.hpp"

namespace ansatz {

/// A value of the graph that is being traced. Calling an ordinary function with Vars records its operations. A Var is
/// valid only while its trace runs; using it elsewhere throws GraphError.
class Var {
 public:
  Var() = default;
  Var(std::shared_ptr<Graph> graph, NodeId id) : graph_(std::move(graph)), id_(id) {}

  const Type& type() const { return node().type; }
  const Shape& shape() const { return type().shape; }
  Dtype dtype() const { return type().dtype; }
  NodeId id() const { return id_; }
  Graph& graph() const;
  const std::shared_ptr<Graph>& shared_graph() const { return graph_; }
  const Node& node() const { return mutable_node(); }
  /// Names the value for printers and error messages; returns itself.
  Var labelled(std::string label) const;

 private:
  Node& mutable_node() const;

  std::shared_ptr<Graph> graph_;
  NodeId id_ = -1;
};

/// Records an operation on the graph of its inputs. @throws GraphError when they belong to different traces,
/// ShapeError and DtypeError from the operation's type rule.
Var apply(const Op& op, const std::vector<Var>& inputs, Attributes attributes = {});

/// A node as a derivative rule sees it.
class Call {
 public:
  Call(std::shared_ptr<Graph> graph, NodeId id) : graph_(std::move(graph)), id_(id) {}
  int arity() const { return static_cast<int>(node().inputs.size()); }
  Var input(int i) const { return {graph_, node().inputs[static_cast<std::size_t>(i)]}; }
  Var output() const { return {graph_, id_}; }
  const Attributes& attributes() const { return node().attributes; }
  const Op& op() const { return *node().op; }

 private:
  const Node& node() const { return (*graph_)[id_]; }
  std::shared_ptr<Graph> graph_;
  NodeId id_;
};

/// f on each sample of stacks, as vmap does it.
using StackMap = Var (*)(const std::function<Var(const std::vector<Var>&)>& f, const std::vector<Var>& stacks);

/// A stack of samples on which an operation acts, as its stack rule sees it: sample s of the result is the operation on
/// sample s of the stacked inputs and on the others as they are. At least one input is stacked.
struct Stack {
  const Op& op;
  const Attributes& attributes;
  std::vector<Var> inputs;    ///< with a leading axis of `extent` samples where `stacked` says so
  std::vector<bool> stacked;  ///< of each input
  std::int64_t extent = 0;
  StackMap map = nullptr;  ///< for a row whose rule holds a function
};

/// Whether a trace records an operation that it has recorded before, on the same operands, once more.
enum class Equal : std::uint8_t { recorded_again, shared };

/// A trace in progress. One trace is current for a thread at a time; traces nest as a stack.
class Trace {
 public:
  explicit Trace(Equal equal = Equal::recorded_again);
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  /// A new argument of the traced function.
  Var input(Type type, std::string name = {});
  /// A slot of the state, read before any write. Slot names are unique in a graph. @throws GraphError otherwise.
  Var state(Type type, std::string name);
  /// The value slot `name` has after a run. @throws GraphError when there is no such slot or it is written already,
  /// ShapeError and DtypeError when the type differs.
  void assign(const std::string& name, const Var& value);
  /// State is written only if `condition` (boolean scalar) holds.
  void commit_if(const Var& condition);
  void output(const Var& value);
  /// A new node, or the one there is where equal operations are shared. @throws as ansatz::apply.
  Var apply(const Op& op, const std::vector<Var>& operands, Attributes attributes);

  /// The graph recorded so far; the trace must not be used afterwards.
  Graph finish();
  const std::shared_ptr<Graph>& graph() const { return graph_; }
  /// The trace that is current on this thread. @throws GraphError when there is none.
  static Trace& current();
  static bool active();

 private:
  /// The node of a value of this trace. @throws GraphError saying what belongs to another one.
  NodeId own(const Var& value, std::string_view what) const;

  std::shared_ptr<Graph> graph_;
  std::optional<EqualNodes> equal_;
  Trace* outer_;
};

}  // namespace ansatz
