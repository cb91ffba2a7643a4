// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/autodiff/modes.hpp"

#include "ansatz/autodiff/path.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::autodiff {

void check_trace(std::span<const Var> values, std::string_view what) {
  for (const Var& value : values)
    if (&value.graph() != Trace::current().graph().get())
      throw GraphError("{} belongs to another trace; only values of the current trace can be differentiated", what);
}

namespace {

/// A cotangent, and where it can be other than zero. The guard keeps 0 · ∞ out of the derivative of a branch that
/// `where` did not take; absent: everywhere.
struct Cotangent {
  Var value;
  std::optional<Var> guard;
};

void accumulate(std::optional<Cotangent>& sum, Cotangent term) {
  if (!sum) {
    sum = std::move(term);
    return;
  }
  sum->value = sum->value + term.value;
  if (sum->guard && term.guard)
    sum->guard = *sum->guard || *term.guard;
  else
    sum->guard.reset();
}

/// What the cotangent of a node's output contributes to that of input i.
std::optional<Cotangent> pull_back(const Call& call, const Cotangent& cotangent, int i) {
  const Op& op = call.op();
  const auto guarded = [&](Var value) -> Cotangent {
    if (!cotangent.guard) return {std::move(value), {}};
    return {where(*cotangent.guard, value, full_like(value, 0.0)), cotangent.guard};
  };
  if (op.kind == Kind::elementwise) {
    const std::optional<Var> partial = op.partial(call, i);
    if (!partial) return std::nullopt;
    return guarded(cotangent.value * *partial);
  }
  Var value = op.transpose(call, cotangent.value, i);
  if (op.kind == Kind::multilinear) {
    if (op.elementwise) return guarded(std::move(value));
    return Cotangent{std::move(value), {}};
  }
  if (!op.selects && !cotangent.guard) return Cotangent{std::move(value), {}};
  // A linear map moves zeros as it moves values: transpose the guard itself.
  const Var ones = cotangent.guard ? cast(*cotangent.guard, cotangent.value.dtype()) : full_like(cotangent.value, 1.0);
  const Var moved = op.transpose(call, ones, i);
  return Cotangent{std::move(value), not_equal(moved, full_like(moved, 0.0))};
}

/// Reverse mode on cotangents with guards.
std::vector<std::optional<Cotangent>> sweep_back(std::span<const Var> ys, std::span<const Cotangent> cotangents,
                                                 std::span<const Var> xs) {
  const std::shared_ptr<Graph>& graph = Trace::current().graph();
  const Path path(*graph, ys, xs);
  std::vector<std::optional<Cotangent>> cotangent(path.active.size());
  for (std::size_t j = 0; j < ys.size(); ++j)
    if (path.active[Path::index(ys[j].id())]) accumulate(cotangent[Path::index(ys[j].id())], cotangents[j]);

  for (auto id = path.nodes.rbegin(); id != path.nodes.rend(); ++id) {
    if (!cotangent[Path::index(*id)]) continue;
    const Cotangent of_output = *cotangent[Path::index(*id)];
    const Call call(graph, *id);
    const Node& node = (*graph)[*id];
    if (node.op->kind == Kind::general) {
      // Linearise at this point, then transpose the linear part.
      std::vector<std::optional<Var>> tangents(node.inputs.size());
      std::vector<Var> placeholders;
      for (int i = 0; i < call.arity(); ++i)
        if (path.flows(*graph, node, i)) {
          tangents[static_cast<std::size_t>(i)] = identity(full_like(call.input(i), 0.0));
          placeholders.push_back(*tangents[static_cast<std::size_t>(i)]);
        }
      const Var tangent = node.op->tangent(call, tangents);
      auto parts = sweep_back(std::span(&tangent, 1), std::span(&of_output, 1), placeholders);
      std::size_t next = 0;
      for (int i = 0; i < call.arity(); ++i)
        if (tangents[static_cast<std::size_t>(i)])
          if (auto& part = parts[next++])
            accumulate(cotangent[Path::index(node.inputs[static_cast<std::size_t>(i)])], std::move(*part));
      continue;
    }
    for (int i = 0; i < call.arity(); ++i)
      if (path.flows(*graph, node, i))
        if (auto part = pull_back(call, of_output, i))
          accumulate(cotangent[Path::index(node.inputs[static_cast<std::size_t>(i)])], std::move(*part));
  }

  std::vector<std::optional<Cotangent>> result;
  for (const Var& x : xs) result.push_back(cotangent[Path::index(x.id())]);
  return result;
}

}  // namespace

std::vector<std::optional<Var>> reverse(std::span<const Var> ys, std::span<const Var> cotangents,
                                        std::span<const Var> xs) {
  std::vector<Cotangent> unguarded;
  for (const Var& cotangent : cotangents) unguarded.push_back({cotangent, {}});
  std::vector<std::optional<Var>> result;
  for (const auto& of_x : sweep_back(ys, unguarded, xs))
    result.push_back(of_x ? std::optional(of_x->value) : std::nullopt);
  return result;
}

namespace {

/// The tangent of a node's output for those of its inputs.
std::optional<Var> push_forward(const Call& call, const std::vector<std::optional<Var>>& tangents) {
  const Op& op = call.op();
  std::optional<Var> sum;
  const auto add_term = [&](Var term) { sum = sum ? *sum + term : std::move(term); };
  switch (op.kind) {
    case Kind::elementwise:
      for (int i = 0; i < call.arity(); ++i)
        if (const auto& tangent = tangents[static_cast<std::size_t>(i)])
          if (const auto partial = op.partial(call, i)) add_term(*tangent * *partial);
      return sum;
    case Kind::linear: {
      std::vector<Var> operands;
      for (int i = 0; i < call.arity(); ++i) {
        const auto& tangent = tangents[static_cast<std::size_t>(i)];
        operands.push_back(!linear_in(op, i) ? call.input(i) : tangent ? *tangent : full_like(call.input(i), 0.0));
      }
      return apply(op, operands, call.attributes());
    }
    case Kind::multilinear:
      for (int i = 0; i < call.arity(); ++i)
        if (const auto& tangent = tangents[static_cast<std::size_t>(i)]) {
          std::vector<Var> operands;
          for (int k = 0; k < call.arity(); ++k) operands.push_back(k == i ? *tangent : call.input(k));
          add_term(apply(op, operands, call.attributes()));
        }
      return sum;
    case Kind::general: return op.tangent(call, tangents);
    case Kind::source:
    case Kind::opaque: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::optional<Var>> forward(std::span<const Var> ys, std::span<const Var> xs,
                                        std::span<const Var> tangents) {
  const std::shared_ptr<Graph>& graph = Trace::current().graph();
  const Path path(*graph, ys, xs);
  std::vector<std::optional<Var>> tangent(path.active.size());
  for (std::size_t i = 0; i < xs.size(); ++i) tangent[Path::index(xs[i].id())] = tangents[i];

  for (NodeId id : path.nodes) {
    const Call call(graph, id);
    const Node& node = (*graph)[id];
    std::vector<std::optional<Var>> of_inputs(node.inputs.size());
    bool any = false;
    for (int i = 0; i < call.arity(); ++i)
      if (path.flows(*graph, node, i)) {
        of_inputs[static_cast<std::size_t>(i)] = tangent[Path::index(node.inputs[static_cast<std::size_t>(i)])];
        any = any || of_inputs[static_cast<std::size_t>(i)];
      }
    if (any) tangent[Path::index(id)] = push_forward(call, of_inputs);
  }

  std::vector<std::optional<Var>> result;
  for (const Var& y : ys) result.push_back(tangent[Path::index(y.id())]);
  return result;
}

}  // namespace ansatz::autodiff
