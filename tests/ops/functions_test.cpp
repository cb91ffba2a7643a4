// SPDX-License-Identifier: BSD-3-Clause
// The functions on Vars that make up what users write: literals, broadcasting, reductions, softmax, products, errors.
#include <gmock/gmock.h>

#include <cmath>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/interpret.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;

class Functions : public testing::Test {
 protected:
  Var input(const Shape& shape, Dtype dtype = Dtype::f64) { return trace_.input({dtype, shape}); }
  Trace trace_;
};

TEST_F(Functions, LiteralsTakeTheDtypeOfTheirPartner) {
  for (Dtype dtype : {Dtype::f64, Dtype::f32}) {
    const Var x = input({2}, dtype);
    for (const Var& y : {x + 1, 2.5 * x, 1 - x, x / 3.0F, max(x, 0), pow(x, 2.5), where(x > 0, x, 0.5)})
      EXPECT_EQ(y.type(), (Type{dtype, {2}}));
  }
  const Var n = input({2}, Dtype::i32);
  EXPECT_EQ((n * 3 + 1).dtype(), Dtype::i32);
}

TEST_F(Functions, LiteralsThatAnIntegerCannotHoldAreRejected) {
  const Var n = input({2}, Dtype::i32);
  EXPECT_THAT(error_of<DtypeError>([&] { n * 0.5; }), HasSubstr("the literal 0.5 cannot be an i32"));
  EXPECT_THROW(n + 3e9, DtypeError);
  EXPECT_THROW(constant(2.0, Dtype::boolean), DtypeError);
  EXPECT_NO_THROW(constant(1.0, Dtype::boolean));
}

TEST_F(Functions, MixedDtypesNameTheOperationAndBothTypes) {
  const Var a = input({2}), b = input({3}, Dtype::f32);
  EXPECT_THAT(error_of<DtypeError>([&] { a + b; }),
              testing::AllOf(HasSubstr("[add]"), HasSubstr("f64[2]"), HasSubstr("f32[3]"), HasSubstr("use cast")));
  EXPECT_THAT(error_of<DtypeError>([&] { matmul(input({2, 2}), input({2, 2}, Dtype::f32)); }), HasSubstr("[matmul]"));
  EXPECT_THAT(error_of<DtypeError>([&] { where(a > 0, a, input({2}, Dtype::f32)); }), HasSubstr("[where]"));
}

TEST_F(Functions, ShapesThatDoNotBroadcastNameTheOperationAndBothShapes) {
  const Var a = input({2, 3}), b = input({2});
  const auto names_both = testing::AllOf(HasSubstr("[2, 3]"), HasSubstr("[2]"));
  EXPECT_THAT(error_of<ShapeError>([&] { a* b; }), testing::AllOf(HasSubstr("[mul]"), names_both));
  EXPECT_THAT(error_of<ShapeError>([&] { where(a > 0, a, b); }), testing::AllOf(HasSubstr("[where]"), names_both));
  EXPECT_THAT(error_of<ShapeError>([&] { broadcast_to(a, {2}); }), HasSubstr("[broadcast_to]"));
  EXPECT_THROW(broadcast_to(b, {2, 3}), ShapeError);
  EXPECT_THROW(broadcast_to(input({1, 3}), {3}), ShapeError);
}

TEST_F(Functions, BroadcastsAreNodesOfTheirOwn) {
  const Var sum = input({2, 1}) + input({3});
  EXPECT_EQ(sum.shape(), (Shape{2, 3}));
  for (NodeId operand : sum.node().inputs) EXPECT_EQ(sum.graph()[operand].op, &rows::broadcast);
}

TEST_F(Functions, BroadcastingToTheSameShapeAddsNothing) {
  const Var x = input({2, 3});
  EXPECT_EQ(broadcast_to(x, {2, 3}).id(), x.id());
  EXPECT_EQ(reshape(x, {2, 3}).id(), x.id());
  EXPECT_EQ(cast(x, Dtype::f64).id(), x.id());
}

TEST_F(Functions, PowersChooseTheirForm) {
  const Var x = input({2});
  EXPECT_EQ(pow(x, 0.5).node().op, &rows::sqrt);
  EXPECT_EQ(pow(x, 1).id(), x.id());
  EXPECT_EQ(pow(x, 3).node().op, &rows::integer_pow);
  EXPECT_EQ(pow(x, -64).node().op, &rows::integer_pow);
  EXPECT_EQ(pow(x, 65).node().op, &rows::pow);
  EXPECT_EQ(pow(x, 2.5).node().op, &rows::pow);
}

TEST_F(Functions, ReductionsRejectAxesThatAreNotThere) {
  const Var x = input({2, 3});
  EXPECT_THAT(error_of<ShapeError>([&] { sum(x, {2}); }), HasSubstr("axis 2 does not exist"));
  EXPECT_THAT(error_of<ShapeError>([&] { sum(x, {-3}); }), HasSubstr("axis -3 does not exist"));
  EXPECT_THAT(error_of<ShapeError>([&] { sum(x, {1, -1}); }), HasSubstr("[sum] an axis is named twice"));
  EXPECT_THAT(error_of<ShapeError>([&] { max(input({0, 3}), {0}); }), HasSubstr("no elements"));
  EXPECT_NO_THROW(max(input({0, 3}), {1}));
}

TEST_F(Functions, ReducedAxesDisappearOrStayAsOnes) {
  const Var x = input({2, 3, 4});
  EXPECT_EQ(sum(x, {1}).shape(), (Shape{2, 4}));
  EXPECT_EQ(sum(x, {-1, 0}).shape(), (Shape{3}));
  EXPECT_EQ(sum(x).shape(), Shape{});
  EXPECT_EQ(max(x, {1}, Keep::yes).shape(), (Shape{2, 1, 4}));
  EXPECT_EQ(mean(x, {0, 2}, Keep::yes).shape(), (Shape{1, 3, 1}));
  EXPECT_EQ(logsumexp(x, {0, 2}).shape(), (Shape{3}));
  EXPECT_EQ(argmax(x, -1).type(), (Type{Dtype::i32, {2, 3}}));
}

TEST_F(Functions, ArgumentsOutOfRangeAreNamed) {
  const Var x = input({2, 3});
  EXPECT_THAT(error_of<ArgumentError>([&] { leaky_relu(x, 0.0); }), HasSubstr("the slope 0"));
  EXPECT_THROW(leaky_relu(x, -0.5), ArgumentError);
  EXPECT_THROW(leaky_relu(x, std::nan("")), ArgumentError);
  EXPECT_THAT(error_of<ShapeError>([&] { concatenate({}); }), HasSubstr("[concatenate] no parts"));
  EXPECT_THAT(error_of<ShapeError>([&] { constant(Numbers{1, 2}, Dtype::f64, {3}); }), HasSubstr("2 values"));
  EXPECT_THROW(one_hot(input({2}, Dtype::i32), -1, Dtype::f32), ShapeError);
  EXPECT_THROW(scatter_add(x, input({2}, Dtype::i32), -1), ShapeError);
  EXPECT_THROW(pad(x, {-1, 0}, {0, 0}), ShapeError);
  EXPECT_THROW(slice(x, {0, 2}, {2, 1}), ShapeError);
}

TEST(Softmax, SumsToOneAndDoesNotOverflow) {
  for (double scale : {1.0, 1e3, 1e4}) {
    const Tensor x = tensor_of(Dtype::f64, {2, 3}, {scale, -scale, 0.0, scale, scale, scale});
    const Numbers p = numbers_of(plainly([](Var v) { return softmax(v); }, x));
    EXPECT_NEAR(p[0] + p[1] + p[2], 1.0, 1e-15);
    EXPECT_THAT((Numbers{p[3], p[4], p[5]}), testing::Each(1.0 / 3.0));
    for (double value : numbers_of(plainly([](Var v) { return log_softmax(v); }, x))) EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(Softmax, AgreesWithItsDefinition) {
  const Numbers values = {0.5, -1.0, 2.0};
  const Tensor x = tensor_of(Dtype::f64, {3}, values);
  double total = 0.0;
  for (double value : values) total += std::exp(value);
  Numbers probability, logarithm;
  for (double value : values) {
    probability.push_back(std::exp(value) / total);
    logarithm.push_back(value - std::log(total));
  }
  EXPECT_THAT(numbers_of(plainly([](Var v) { return softmax(v); }, x)), Pointwise(DoubleNear(1e-15), probability));
  EXPECT_THAT(numbers_of(plainly([](Var v) { return log_softmax(v); }, x)), Pointwise(DoubleNear(1e-15), logarithm));
  EXPECT_NEAR(double{plainly([](Var v) { return logsumexp(v, {}); }, x)}, std::log(total), 1e-15);
}

TEST(Softmax, AlongTheFirstAxisIsThatOfTheTransposed) {
  const Tensor x = tensor_of(Dtype::f64, {2, 3}, {0.5, -1.0, 2.0, 0.25, 3.0, -2.0});
  EXPECT_EQ(numbers_of(plainly([](Var v) { return softmax(v, 0); }, x)),
            numbers_of(plainly([](Var v) { return transpose(softmax(transpose(v), 1)); }, x)));
}

TEST(Means, AreSumsOverTheNumberOfElements) {
  const Tensor x = tensor_of(Dtype::f64, {2, 2}, {1, 2, 3, 6});
  EXPECT_EQ(double{plainly([](Var v) { return mean(v); }, x)}, 3.0);
  EXPECT_THAT(numbers_of(plainly([](Var v) { return mean(v, {0}); }, x)), ElementsAre(2, 4));
}

TEST(Matmul, TakesVectorsAsRowsAndColumns) {
  const Tensor a = tensor_of(Dtype::f64, {2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor u = tensor_of(Dtype::f64, {3}, {1, 0, -1}), v = tensor_of(Dtype::f64, {2}, {2, 1});
  const Tensor matrix_vector = plainly([](Var x, Var y) { return matmul(x, y); }, a, u);
  const Tensor vector_matrix = plainly([](Var x, Var y) { return matmul(x, y); }, v, a);
  const Tensor transposed = plainly([](Var x, Var y) { return matmul(x, y, true); }, a, v);
  const Tensor inner = plainly([](Var x, Var y) { return matmul(x, y); }, u, u);
  EXPECT_EQ(matrix_vector.shape(), (Shape{2}));
  EXPECT_EQ(inner.shape(), Shape{});
  EXPECT_THAT(numbers_of(matrix_vector), ElementsAre(-2, -2));
  EXPECT_THAT(numbers_of(vector_matrix), ElementsAre(6, 9, 12));
  EXPECT_THAT(numbers_of(transposed), ElementsAre(6, 9, 12));
  EXPECT_EQ(double{inner}, 2.0);
}

TEST(Layout, MovesElementsAsNumPyDoes) {
  const Tensor x = tensor_of(Dtype::f64, {2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(numbers_of(plainly([](Var v) { return transpose(v); }, x)), ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(numbers_of(plainly([](Var v) { return slice(v, {0, 1}, {2, 3}); }, x)), ElementsAre(2, 3, 5, 6));
  EXPECT_THAT(numbers_of(plainly(
                  [](Var v) {
                    return pad(v, {0, 1}, {1, 0});
                  },
                  x)),
              ElementsAre(0, 1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0));
  EXPECT_THAT(numbers_of(plainly(
                  [](Var v) {
                    return concatenate({v, v}, -1);
                  },
                  x)),
              ElementsAre(1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6));
  EXPECT_THAT(numbers_of(plainly(
                  [](Var v) {
                    return gather(v, constant(Numbers{1, 1, 0}, Dtype::i32, {3}));
                  },
                  x)),
              ElementsAre(4, 5, 6, 4, 5, 6, 1, 2, 3));
}

}  // namespace
}  // namespace ansatz::test
