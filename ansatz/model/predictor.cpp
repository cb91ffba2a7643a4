// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/model/predictor.hpp"

#include <algorithm>
#include <cstring>

#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"

namespace ansatz::model {

namespace {

constexpr std::int64_t block = 128;
constexpr const char* slot = "parameters";

plan::Plan prediction_plan(const nn::FFNN& network, std::int64_t rows) {
  Trace trace;
  const Var x = trace.input({network.dtype(), {rows, network.inputs()}}, "x");
  const Var theta = trace.state({network.dtype(), {network.parameters()}}, slot);
  trace.output(network.respond(network.logits(network.unpack(theta), x)));
  return plan::build(passes::optimise(trace.finish(), run::default_passes()));
}

template <class To, class From>
void convert(const From* from, To* to, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<To>(from[i]);
}

}  // namespace

Predictor::Unit::Unit(const nn::FFNN& network, run::State& state, std::int64_t rows_of_block)
    : rows(rows_of_block),
      x(network.dtype(), {rows_of_block, network.inputs()}),
      executor(prediction_plan(network, rows_of_block), state) {
  executor.bind(0, x.data());
}

Predictor::Predictor(nn::FFNN network, const Tensor& parameters) : network_(std::move(network)) {
  Tensor& mine = state_.slot(slot, network_.dtype(), {network_.parameters()});
  std::memcpy(mine.data(), parameters.data(),
              static_cast<std::size_t>(network_.parameters()) * size_of(network_.dtype()));
}

std::unique_ptr<Predictor::Unit> Predictor::take(std::int64_t rows) const {
  const std::scoped_lock lock(mutex_);
  const auto found = std::find_if(idle_.begin(), idle_.end(), [&](const auto& unit) { return unit->rows == rows; });
  if (found == idle_.end()) return std::make_unique<Unit>(network_, state_, rows);
  std::unique_ptr<Unit> unit = std::move(*found);
  idle_.erase(found);
  return unit;
}

void Predictor::give_back(std::unique_ptr<Unit> unit) const {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(unit));
}

void Predictor::run(std::span<const double> x, std::span<double> responses) const {
  const std::int64_t width = network_.inputs(), outputs = network_.outputs();
  const auto rows = static_cast<std::int64_t>(x.size()) / width;
  const bool f64 = network_.dtype() == Dtype::f64;
  const auto run_block = [&](Unit& unit, std::int64_t first, std::int64_t n) {
    if (f64)
      convert(x.data() + first * width, unit.x.as<double>().data(), n * width);
    else
      convert(x.data() + first * width, unit.x.as<float>().data(), n * width);
    unit.executor.run();
    const std::byte* y = unit.executor.output(0);
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
