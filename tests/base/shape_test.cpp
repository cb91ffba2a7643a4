// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/shape.hpp"

#include <gmock/gmock.h>

#include "ansatz/base/error.hpp"

namespace ansatz::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

template <class F>
std::string shape_error(const F& f) {
  try {
    f();
  } catch (const ShapeError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Shape, CountsItsElements) {
  EXPECT_EQ(Shape{}.elements(), 1);
  EXPECT_EQ((Shape{3}).elements(), 3);
  EXPECT_EQ((Shape{2, 3, 4}).elements(), 24);
  EXPECT_EQ((Shape{2, 0, 4}).elements(), 0);
  EXPECT_EQ((Shape{2, 3}).rank(), 2);
  EXPECT_EQ((Shape{2, 3})[1], 3);
}

TEST(Shape, IsWrittenAsAList) {
  EXPECT_EQ(to_string(Shape{}), "[]");
  EXPECT_EQ(to_string(Shape{3}), "[3]");
  EXPECT_EQ(to_string(Shape{32, 10}), "[32, 10]");
}

TEST(Shape, ComparesRankAndExtents) {
  EXPECT_EQ((Shape{2, 3}), (Shape{2, 3}));
  EXPECT_NE((Shape{2, 3}), (Shape{3, 2}));
  EXPECT_NE((Shape{2}), (Shape{2, 1}));
  EXPECT_NE(Shape{}, Shape{1});
  EXPECT_EQ((Shape{2, 3, 4}).without(1).without(1), Shape{2}) << "a removed axis leaves nothing behind";
}

TEST(Shape, ChangesOneAxisAtATime) {
  const Shape shape{2, 3, 4};
  EXPECT_EQ(shape.with(1, 7), (Shape{2, 7, 4}));
  EXPECT_EQ(shape.without(0), (Shape{3, 4}));
  EXPECT_EQ(shape.without(2), (Shape{2, 3}));
  EXPECT_EQ(shape.inserted(0, 9), (Shape{9, 2, 3, 4}));
  EXPECT_EQ(shape.inserted(3, 9), (Shape{2, 3, 4, 9}));
}

TEST(Shape, HasAtMostEightAxes) {
  EXPECT_NO_THROW((Shape{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_THAT(shape_error([] { (void)Shape{1, 1, 1, 1, 1, 1, 1, 1, 1}; }),
              AllOf(HasSubstr("rank 9"), HasSubstr("at most rank 8")));
  EXPECT_THROW((Shape{1, 1, 1, 1, 1, 1, 1, 1}).inserted(0, 1), ShapeError);
}

TEST(Shape, HasNoNegativeExtents) {
  EXPECT_THAT(shape_error([] { (void)Shape{2, -1}; }), HasSubstr("an extent of -1"));
  EXPECT_THROW((Shape{2, 3}).with(0, -2), ShapeError);
  EXPECT_THROW((Shape{2, 3}).inserted(1, -2), ShapeError);
}

TEST(Shape, HasNoMoreElementsThanCanBeCounted) {
  constexpr std::int64_t large = std::int64_t{1} << 40;
  EXPECT_THAT(shape_error([] { (void)Shape{large, large}; }), HasSubstr("more elements"));
  EXPECT_THROW((Shape{large, 1}).with(1, large), ShapeError);
  EXPECT_EQ((Shape{large, 2}).elements(), 2 * large);
}

TEST(Broadcasting, FollowsNumPy) {
  EXPECT_EQ(broadcast_shapes({}, {}), Shape{});
  EXPECT_EQ(broadcast_shapes({}, {2, 3}), (Shape{2, 3}));
  EXPECT_EQ(broadcast_shapes({3}, {2, 3}), (Shape{2, 3}));
  EXPECT_EQ(broadcast_shapes({2, 1}, {1, 3}), (Shape{2, 3}));
  EXPECT_EQ(broadcast_shapes({8, 1, 6, 1}, {7, 1, 5}), (Shape{8, 7, 6, 5}));
  EXPECT_EQ(broadcast_shapes({1}, {0}), Shape{0});
  EXPECT_EQ(broadcast_shapes({0, 1}, {1, 4}), (Shape{0, 4}));
}

TEST(Broadcasting, IsSymmetric) {
  const Shape shapes[] = {{}, {1}, {3}, {2, 3}, {2, 1}, {1, 3}, {4, 1, 1}};
  for (const Shape& a : shapes)
    for (const Shape& b : shapes) EXPECT_EQ(broadcast_shapes(a, b), broadcast_shapes(b, a));
}

TEST(Broadcasting, NamesBothShapesAndTheAxisThatDiffers) {
  EXPECT_THAT(shape_error([] {
                broadcast_shapes({2, 3}, {4, 3});
              }),
              AllOf(HasSubstr("[2, 3] and [4, 3]"), HasSubstr("axis 0 has 2 and 4")));
  EXPECT_THROW(broadcast_shapes({2}, {3}), ShapeError);
  EXPECT_THROW(broadcast_shapes({0}, {2}), ShapeError);
  EXPECT_THROW(broadcast_shapes({2, 3}, {2}), ShapeError);
}

TEST(Axes, CountFromTheEndWhenNegative) {
  const Shape shape{2, 3, 4};
  EXPECT_EQ(normalise_axis(0, shape), 0);
  EXPECT_EQ(normalise_axis(2, shape), 2);
  EXPECT_EQ(normalise_axis(-1, shape), 2);
  EXPECT_EQ(normalise_axis(-3, shape), 0);
}

TEST(Axes, OutOfRangeAreNamed) {
  EXPECT_THAT(shape_error([] {
                normalise_axis(2, {2, 3});
              }),
              HasSubstr("axis 2 does not exist in a tensor of shape [2, 3]"));
  EXPECT_THROW(normalise_axis(-3, {2, 3}), ShapeError);
  EXPECT_THROW(normalise_axis(0, {}), ShapeError);
}

}  // namespace
}  // namespace ansatz::test
