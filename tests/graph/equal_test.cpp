// SPDX-License-Identifier: BSD-3-Clause
// Traces that record equal operations once.
#include <gtest/gtest.h>

#include "ansatz/ops/ops.hpp"

namespace ansatz::test {
namespace {

const Type vector{Dtype::f64, {4}};

TEST(EqualOperations, AreRecordedAgainUnlessTheyAreShared) {
  for (const Equal equal : {Equal::recorded_again, Equal::shared}) {
    Trace trace(equal);
    const Var x = trace.input(vector), y = trace.input(vector);
    const bool shared = equal == Equal::shared;
    EXPECT_EQ(exp(x).id() == exp(x).id(), shared);
    EXPECT_EQ((x + y).id() == (y + x).id(), shared);  // commutative
    EXPECT_EQ(exp(x * y).id() == exp(y * x).id(), shared);
    EXPECT_EQ(leaky_relu(x, 0.1).id() == leaky_relu(x, 0.1).id(), shared);
    EXPECT_EQ(constant(2.0, Dtype::f64).id() == constant(2.0, Dtype::f64).id(), shared);
    EXPECT_EQ(constant(std::vector<double>{1, 2}, Dtype::f64, {2}).id() ==
                  constant(std::vector<double>{1, 2}, Dtype::f64, {2}).id(),
              shared);
  }
}

TEST(DifferentOperations, AreKeptApart) {
  Trace trace(Equal::shared);
  const Var x = trace.input(vector), y = trace.input(vector);
  EXPECT_NE(x.id(), y.id());
  EXPECT_NE((x - y).id(), (y - x).id());
  EXPECT_NE((x + y).id(), (x * y).id());
  EXPECT_NE((x + x).id(), (x + y).id());
  EXPECT_NE(leaky_relu(x, 0.1).id(), leaky_relu(x, 0.2).id());
  EXPECT_NE(pow(x, 5).id(), pow(x, 6).id());
  EXPECT_NE(reshape(x, {2, 2}).id(), reshape(x, {4, 1}).id());
  EXPECT_NE(constant(0.0, Dtype::f64).id(), constant(-0.0, Dtype::f64).id());
  EXPECT_NE(constant(1.0, Dtype::f64).id(), constant(1.0, Dtype::f32).id());
  EXPECT_NE(constant(std::vector<double>{1, 2}, Dtype::f64, {2}).id(),
            constant(std::vector<double>{1, 3}, Dtype::f64, {2}).id());
}

TEST(EqualOperations, AreFoundAmongThousands) {
  constexpr int n = 5000;
  Trace trace(Equal::shared);
  const Var x = trace.input(vector);
  std::vector<NodeId> first;
  for (int i = 0; i < n; ++i) first.push_back((x + (1.0 + i)).id());
  const NodeId size = trace.graph()->size();
  for (int i = n - 1; i >= 0; --i) ASSERT_EQ((x + (1.0 + i)).id(), first[static_cast<std::size_t>(i)]);
  EXPECT_EQ(trace.graph()->size(), size);
}

}  // namespace
}  // namespace ansatz::test
