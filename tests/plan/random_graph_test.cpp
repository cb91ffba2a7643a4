// SPDX-License-Identifier: BSD-3-Clause
// Hundreds of random graphs, each run by its plan and node after node: the same bits in every output and every slot.
#include "tests/plan/random_graph.hpp"

#include <gtest/gtest.h>

#include "tests/support/effort.hpp"

namespace ansatz {
namespace {

class RandomGraphs : public testing::TestWithParam<int> {};

TEST_P(RandomGraphs, HaveThePlansResultsBitForBit) {
  constexpr int graphs = test::effort(40, 8);
  for (int i = 0; i < graphs; ++i)
    for (Dtype dtype : {Dtype::f32, Dtype::f64}) {
      const int seed = GetParam() * graphs + i;
      const test::RandomGraph random(static_cast<std::uint32_t>(seed), dtype);
      SCOPED_TRACE(fmt::format("seed {}, {}", seed, name_of(dtype)));
      test::check_plan(random.graph, random.inputs, random.state);
      if (HasFailure()) return;
    }
}

INSTANTIATE_TEST_SUITE_P(Block, RandomGraphs, testing::Range(0, 10));

}  // namespace
}  // namespace ansatz
