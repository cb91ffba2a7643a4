// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A traced graph, compiled once and run by name: optimise, plan, executor, in one place.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/run/executor.hpp"

namespace ansatz::run {

/// Inputs are bound and outputs are read by the names they have in the graph. Names are resolved when they are asked
/// for; a loop keeps the number that input() gives.
class Program {
 public:
  /// The state must outlive the program. @throws GraphError.
  Program(Graph traced, State& state, const ExecutorOptions& options = {});

  /// The number of the input called `name`. @throws ArgumentError listing the names there are.
  std::size_t input(std::string_view name) const;
  bool has_input(std::string_view name) const;
  /// Memory that is read at each run, of the input's type; it must stay in place.
  void bind(std::size_t input, const void* data) {
    executor_.bind(input, data);
    bound_[input] = data;
  }
  void bind(std::string_view name, const void* data) { bind(input(name), data); }
  /// The same with a check of dtype and shape. @throws ShapeError.
  void bind(std::string_view name, const Tensor& tensor);

  /// One run; whether the state was written (Executor::run). @throws what an operation throws.
  bool run() { return executor_.run(); }
  bool run(std::vector<Span>& spans) { return executor_.run(spans); }

  /// Output `i` of the graph, or the one labelled so, as a number. @throws ArgumentError when there is none.
  double number(std::size_t i) const;
  std::size_t output(std::string_view name) const;
  const std::byte* data(std::size_t output) const { return executor_.output(output); }
  const Type& type(std::size_t output) const { return executor_.plan().outputs[output]; }
  std::size_t outputs() const { return executor_.plan().outputs.size(); }

  const Graph& graph() const { return graph_; }  ///< optimised
  const Executor& executor() const { return executor_; }
  /// The first operation of the last run whose output was not finite, found by running it again unfused.
  std::string first_non_finite() const;

 private:
  Graph graph_;
  std::vector<std::string> output_names_;
  State& state_;
  Executor executor_;
  std::vector<const void*> bound_;
};

/// A floating number of any dtype.
double number_at(const std::byte* data, Dtype dtype);

}  // namespace ansatz::run
