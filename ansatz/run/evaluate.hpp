// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// From a function of Vars to numbers, in one call: trace, optimise, plan, run.
#pragma once

#include <tuple>
#include <utility>
#include <vector>

#include "ansatz/autodiff/tree.hpp"
#include "ansatz/base/tensor.hpp"
#include "ansatz/graph/var.hpp"
#include "ansatz/passes/passes.hpp"

namespace ansatz {

namespace run {

/// The passes' options with this library's kernels for constant folding.
passes::Options default_passes();
/// Runs `graph` once on `inputs`. @throws ArgumentError, ShapeError when the inputs do not match the graph's.
std::vector<Tensor> execute(Graph graph, const std::vector<Tensor>& inputs);

}  // namespace run

/// The graph of f(x₀, …, x_{N−1}) for arguments of the given types, as recorded (passes::optimise shortens it).
/// Example: Graph graph = trace(grad(f, 0), {Type{Dtype::f64, {}}, Type{Dtype::f64, {}}});
template <class F, std::size_t N>
Graph trace(const F& f, const Type (&types)[N]) {
  Trace trace;
  std::vector<Var> xs;
  for (const Type& type : types) xs.push_back(trace.input(type));
  const auto call = [&]<std::size_t... I>(std::index_sequence<I...>) { return f(xs[I]...); };
  const auto result = call(std::make_index_sequence<N>{});
  tree::for_each(result, [&](const Var& y) { trace.output(y); });
  return trace.finish();
}

/// The value of f(arguments…): numbers are f64 scalars, tensors what they are. A function that returns one Var gives a
/// Tensor (which converts to double when it is a number); others give their Vars' values in order.
/// Example: double v = evaluate([](Var x, Var y) { return sin(x * y); }, 0.3, 1.2);
template <class F, class... Arguments>
auto evaluate(const F& f, const Arguments&... arguments) {
  std::vector<Tensor> inputs{Tensor(arguments)...};
  Trace trace;
  std::vector<Var> xs;
  for (const Tensor& input : inputs) xs.push_back(trace.input({input.dtype(), input.shape()}));
  const auto call = [&]<std::size_t... I>(std::index_sequence<I...>) { return f(xs[I]...); };
  const auto result = call(std::make_index_sequence<sizeof...(Arguments)>{});
  tree::for_each(result, [&](const Var& y) { trace.output(y); });
  std::vector<Tensor> values = run::execute(trace.finish(), inputs);
  if constexpr (std::is_same_v<std::decay_t<decltype(result)>, Var>)
    return std::move(values.at(0));
  else
    return values;
}

}  // namespace ansatz
