// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What is trained, and on what: a network, what its outputs mean, what is minimised; and samples as arrays.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ansatz/base/tensor.hpp"
#include "ansatz/data/encoding.hpp"
#include "ansatz/heads/head.hpp"
#include "ansatz/nn/network.hpp"
#include "ansatz/run/state.hpp"

namespace ansatz::train {

/// A network with its head and cost, in the dtype of a run.
struct Learner {
  nn::Network network;
  head::Head head;
  cost::Cost cost;
  Dtype dtype = Dtype::f32;
  std::int64_t target_columns = 1;

  std::int64_t outputs() const { return network.output_shape().elements(); }
  /// Of targets of so many rows: i32 labels or numbers [rows], numbers [rows, columns] of several targets.
  Type target_type(std::int64_t rows) const;
  /// The network's outputs [rows, outputs] for x, on the parameters and buffers of a state.
  Var outputs_on(Trace& trace, const Var& x) const;
};

using nn::buffers_slot;
using nn::parameters_slot;

/// Samples as a plan reads them.
struct Samples {
  std::int64_t rows = 0;
  Tensor x;                              ///< [rows, …], in the network's dtype
  Tensor targets;                        ///< Learner::target_type(rows)
  Tensor weights = {};                   ///< [rows]; empty without sample weights
  std::vector<double> weights_f64 = {};  ///< the same, for metrics; empty without sample weights
  bool weighted() const { return !weights_f64.empty(); }
};

/// The rows of a table, encoded; `weights`: one of each row of the table, or none. @throws DataError for targets that
/// the head cannot have, with their row.
Samples samples_of(const Learner& learner, const data::Encoding& encoding, const data::Table& table,
                   std::span<const std::int64_t> rows, std::span<const double> weights = {});

/// Rows that are encoded already, their inputs and their targets. @throws as above, naming rows by their place.
Samples samples_of(const Learner& learner, const data::Encoding& encoding, const data::Dataset& rows);

/// Initial parameters and buffers, a vector each, for a seed.
Tensor initial_parameters(const nn::Network& network, Dtype dtype, std::uint64_t seed);
Tensor initial_buffers(const nn::Network& network, Dtype dtype);

}  // namespace ansatz::train
