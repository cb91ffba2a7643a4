// SPDX-License-Identifier: BSD-3-Clause
// The order of sums.
#include "ansatz/base/contraction.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

TEST(ChunksSideBySide, GiveTheBitsOfOneAfterTheOther) {
  std::mt19937 random(5);
  for (std::int64_t n : {0, 1, 511, 512, 513, 2047, 2048, 2049, 4096, 5000, 20'000}) {
    Numbers x = random_numbers(n, random);
    for (double& element : x) element *= element * element;
    const auto term = [&](std::int64_t i) { return x[static_cast<std::size_t>(i)]; };
    const double one_by_one = contract<double>(n, [&](double sum, std::int64_t i) { return sum + term(i); });
    EXPECT_EQ((sum_terms<double, 4>(n, term)), one_by_one) << n;
    EXPECT_EQ((sum_terms<double, 8>(n, term)), one_by_one) << n;
    EXPECT_EQ(sum_adjacent(x.data(), n), one_by_one) << n;
  }
}

}  // namespace
}  // namespace ansatz::test
