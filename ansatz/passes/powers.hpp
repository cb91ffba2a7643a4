// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Powers with integer exponents as products.
#pragma once

#include <cstdint>
#include <vector>

namespace ansatz::passes {

/// One product of an addition chain: x^sum = x^a · x^b.
struct ChainLink {
  std::int64_t sum, a, b;
};

/// The products that make all of x^n, n in `exponents` (each ≥ 1), in order: the fewest for small exponents, few for
/// large ones.
std::vector<ChainLink> addition_chain(std::vector<std::int64_t> exponents);

}  // namespace ansatz::passes
