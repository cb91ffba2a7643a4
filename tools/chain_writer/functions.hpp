// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Chains as C++.
#pragma once

#include <string>

#include "ansatz/plan/plan.hpp"

namespace ansatz::chain_writer {

/// Whether the writer can express a chain: numbers of the lane's type in memory (and integer labels of rows).
bool writable(const plan::Chain& chain);

/// `static void NAME(const CompiledChainArguments& c) {…}`: a row at a time, whole vectors and a masked rest.
std::string elementwise_function(const plan::Chain& chain, const std::string& name);

/// The same for a chain that computes its load 0 as a product with few terms on the way.
std::string multiplying_function(const plan::Chain& chain, const std::string& name);

/// The same for a chain with reductions along its rows: as many rows at a time as a vector has lanes, a lane a row.
std::string row_function(const plan::Chain& chain, const std::string& name);

/// "    const V v7 = lanes::op_exp(d, v3);\n": step s, which is no reduction, of operands in v0, v1, …
std::string statement(const plan::Chain& chain, std::size_t s);

/// What both begin with: types, and scalars and parameters in vectors.
std::string preamble(const plan::Chain& chain, const std::string& name);

}  // namespace ansatz::chain_writer
