// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/autodiff/vmap.hpp"

#include <algorithm>

#include "ansatz/autodiff/modes.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/ops/stack.hpp"

namespace ansatz::autodiff {

namespace {

std::int64_t extent_of(const std::vector<Var>& stacks) {
  if (stacks.empty()) throw ShapeError("[vmap] no arguments were given; stacks of samples are expected");
  for (const Var& x : stacks) {
    if (x.shape().rank() == 0)
      throw ShapeError("[vmap] an argument is {}; a leading axis of samples is expected (capture what has none)",
                       to_string(x.type()));
    if (x.shape()[0] != stacks[0].shape()[0])
      throw ShapeError("[vmap] arguments {} and {} hold {} and {} samples; as many are expected",
                       to_string(stacks[0].type()), to_string(x.type()), stacks[0].shape()[0], x.shape()[0]);
  }
  return stacks[0].shape()[0];
}

Var map(const std::function<Var(const std::vector<Var>&)>& f, const std::vector<Var>& stacks) {
  const std::vector<Var> samples = samples_of(stacks);
  return stack({f(samples)}, samples, stacks).at(0);
}

}  // namespace

Var apply_stacked(const Op& op, const Attributes& attributes, std::vector<Var> inputs, std::vector<bool> stacked,
                  std::int64_t extent) {
  const Stack stack{op, attributes, std::move(inputs), std::move(stacked), extent, map};
  if (op.stack != nullptr) return op.stack(stack);
  if (op.elementwise) return rows::stack_elementwise(stack);
  throw GraphError("[vmap] the operation {} has no rule for stacks of samples", op.name);
}

std::vector<Var> samples_of(const std::vector<Var>& stacks) {
  extent_of(stacks);
  std::vector<Var> samples;
  for (const Var& x : stacks)
    samples.push_back(identity(broadcast_to(constant(0.0, x.dtype()), rows::sample_shape(x))));
  return samples;
}

std::vector<Var> stack(const std::vector<Var>& ys, const std::vector<Var>& samples, const std::vector<Var>& stacks) {
  const std::shared_ptr<Graph>& graph = Trace::current().graph();
  check_trace(ys, "the result of a function that is mapped");
  const std::int64_t extent = extent_of(stacks);
  std::vector<std::optional<Var>> stacked(static_cast<std::size_t>(graph->size()));
  const auto at = [&](NodeId id) -> std::optional<Var>& { return stacked[static_cast<std::size_t>(id)]; };
  NodeId first = graph->size();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    at(samples[i].id()) = stacks[i];
    first = std::min(first, samples[i].id());
  }

  std::vector<NodeId> roots;
  for (const Var& y : ys) roots.push_back(y.id());
  for (NodeId id : order_of_use(*graph, roots, first)) {
    if (at(id)) continue;
    const Node& node = (*graph)[id];
    std::vector<Var> inputs;
    std::vector<bool> is_stack;
    for (NodeId input : node.inputs) {
      is_stack.push_back(at(input).has_value());
      inputs.push_back(at(input).value_or(Var(graph, input)));
    }
    if (std::find(is_stack.begin(), is_stack.end(), true) != is_stack.end()) {
      const Var result = apply_stacked(*node.op, node.attributes, std::move(inputs), std::move(is_stack), extent);
      at(id) = node.label.empty() ? result : result.labelled(node.label);
    } else if (node.op->random) {
      throw ArgumentError(
          "[vmap] {} inside a mapped function has one key for all samples: each would get the same "
          "numbers; pass a key a sample, or draw outside and pass the numbers",
          node.op->name);
    }
  }

  std::vector<Var> results;
  for (const Var& y : ys) {
    const auto& result = at(y.id());
    results.push_back(result ? *result : broadcast_to(y, y.shape().inserted(0, extent)));
  }
  return results;
}

}  // namespace ansatz::autodiff
