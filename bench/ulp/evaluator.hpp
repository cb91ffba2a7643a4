// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A function of Vars, planned once and run on blocks of numbers by a kernel set; and the same by the plain kernel.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "ansatz/kernels/reference.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/run/executor.hpp"

namespace ansatz::ulp {

template <class T, std::size_t N>
class Evaluator {
 public:
  template <class F>
  Evaluator(const F& f, std::int64_t length, const kernels::KernelSet& set = kernels::kernel_set())
      : graph_(optimised(f, length)), executor_(plan::build(graph_), state_, {.kernels = &set}) {}

  /// f of each of the `length` arguments; valid until the next call.
  const T* operator()(const std::array<std::vector<T>, N>& x) {
    for (std::size_t k = 0; k < N; ++k) executor_.bind(k, x[k].data());
    executor_.run();
    return reinterpret_cast<const T*>(executor_.output(0));
  }

  /// Whether f is one operation, which the plain kernel defines; otherwise it is composed of such.
  bool has_definition() const { return graph_.size() == static_cast<NodeId>(N + 1); }
  Tensor by_definition(const std::array<std::vector<T>, N>& x) const {
    const Node& node = graph_[graph_.outputs.at(0)];
    Tensor result(node.type.dtype, node.type.shape);
    std::vector<kernels::View> operands;
    for (NodeId input : node.inputs) {
      std::size_t k = 0;
      while (graph_.inputs[k] != input) ++k;
      operands.push_back({reinterpret_cast<const std::byte*>(x[k].data()), graph_[input].type});
    }
    kernels::compute(node, operands, result.data());
    return result;
  }

 private:
  template <class F>
  static Graph optimised(const F& f, std::int64_t length) {
    Trace trace;
    std::array<Var, N> x;
    for (Var& each : x) each = trace.input({dtype_of<T>, {length}});
    trace.output(std::apply(f, x));
    return passes::optimise(trace.finish(), run::default_passes());
  }

  Graph graph_;
  run::State state_;
  run::Executor executor_;
};

}  // namespace ansatz::ulp
