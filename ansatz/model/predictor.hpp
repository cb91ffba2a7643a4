// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Runs a network on blocks of rows, from any number of threads at a time.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "ansatz/base/tensor.hpp"
#include "ansatz/heads/head.hpp"
#include "ansatz/nn/network.hpp"
#include "ansatz/run/program.hpp"

namespace ansatz::model {

/// The prediction plans of one network: fixed blocks of rows with a padded remainder, and single rows. By the contract
/// of the bits (docs/numbers.md) a row's result does not depend on the block it is in.
class Predictor {
 public:
  Predictor(nn::Network network, head::Head head, const Tensor& parameters, const Tensor& buffers);

  /// Responses [rows, outputs] for x [rows, inputs]; rounded to the network's dtype on the way in.
  void run(std::span<const double> x, std::span<double> responses) const;
  void run(std::span<const float> x, std::span<double> responses) const;

 private:
  /// A plan with its own arena and staging memory; used by one caller at a time.
  struct Unit {
    Unit(Graph graph, run::State& state, std::int64_t rows);
    std::int64_t rows;
    Tensor x;
    run::Program program;
  };
  template <class T>
  void run_blocks(std::span<const T> x, std::span<double> responses) const;
  Graph graph_of(std::int64_t rows) const;
  std::unique_ptr<Unit> take(std::int64_t rows) const;
  void give_back(std::unique_ptr<Unit> unit) const;

  nn::Network network_;
  head::Head head_;
  Dtype dtype_;
  mutable run::State state_;  // parameters and buffers; plans for prediction only read it
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Unit>> idle_;
};

}  // namespace ansatz::model
