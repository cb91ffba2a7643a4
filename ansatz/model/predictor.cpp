// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/model/predictor.hpp"

#include <algorithm>
#include <cstring>

#include "ansatz/ops/ops.hpp"

namespace ansatz::model {

namespace {

constexpr std::int64_t block = 128;

template <class To, class From>
void convert(const From* from, To* to, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<To>(from[i]);
}

}  // namespace

Graph Predictor::graph_of(std::int64_t rows) const {
  Trace trace;
  const Var x = trace.input({dtype_, network_.inputs()[0].inserted(0, rows)}, "x");
  const std::vector<Var> tensors = network_.unpack(network_.slots_in(trace, dtype_));
  trace.output(head_.respond(network_.apply(tensors, {x}).outputs[0]));
  return trace.finish();
}

Predictor::Unit::Unit(Graph graph, run::State& state, std::int64_t rows_of_block)
    : rows(rows_of_block),
      x(graph[graph.inputs[0]].type.dtype, graph[graph.inputs[0]].type.shape),
      program(std::move(graph), state) {
  program.bind("x", x);
}

Predictor::Predictor(nn::Network network, head::Head head, const Tensor& parameters, const Tensor& buffers)
    : network_(std::move(network)), head_(std::move(head)), dtype_(parameters.dtype()) {
  const auto set = [&](std::string_view slot, const Tensor& values) {
    Tensor& mine = state_.slot(std::string(slot), values.dtype(), values.shape());
    if (values.bytes() != 0) std::memcpy(mine.data(), values.data(), values.bytes());
  };
  set(nn::parameters_slot, parameters);
  if (network_.buffers() > 0) set(nn::buffers_slot, buffers);
}

std::unique_ptr<Predictor::Unit> Predictor::take(std::int64_t rows) const {
  const std::scoped_lock lock(mutex_);
  const auto found = std::find_if(idle_.begin(), idle_.end(), [&](const auto& unit) { return unit->rows == rows; });
  if (found == idle_.end()) return std::make_unique<Unit>(graph_of(rows), state_, rows);
  std::unique_ptr<Unit> unit = std::move(*found);
  idle_.erase(found);
  return unit;
}

void Predictor::give_back(std::unique_ptr<Unit> unit) const {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(unit));
}

void Predictor::run(std::span<const double> x, std::span<double> responses) const { run_blocks(x, responses); }
void Predictor::run(std::span<const float> x, std::span<double> responses) const { run_blocks(x, responses); }

template <class T>
void Predictor::run_blocks(std::span<const T> x, std::span<double> responses) const {
  const std::int64_t width = network_.inputs()[0].elements(), outputs = network_.output_shape().elements();
  const auto rows = static_cast<std::int64_t>(x.size()) / width;
  const bool f64 = dtype_ == Dtype::f64;
  const auto run_block = [&](Unit& unit, std::int64_t first, std::int64_t n) {
    if (f64)
      convert(x.data() + first * width, unit.x.template as<double>().data(), n * width);
    else
      convert(x.data() + first * width, unit.x.template as<float>().data(), n * width);
    unit.program.run();
    const std::byte* y = unit.program.data(0);
    if (f64)
      convert(reinterpret_cast<const double*>(y), responses.data() + first * outputs, n * outputs);
    else
      convert(reinterpret_cast<const float*>(y), responses.data() + first * outputs, n * outputs);
  };
  const std::int64_t few = 4;  // so few rows are quicker one by one than in a padded block
  const std::int64_t whole = rows % block <= few ? rows - rows % block : rows;
  if (whole > 0) {
    auto unit = take(block);
    for (std::int64_t first = 0; first < whole; first += block) run_block(*unit, first, std::min(block, whole - first));
    give_back(std::move(unit));
  }
  if (whole < rows) {
    auto unit = take(1);
    for (std::int64_t first = whole; first < rows; ++first) run_block(*unit, first, 1);
    give_back(std::move(unit));
  }
}

}  // namespace ansatz::model
