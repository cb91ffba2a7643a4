// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/tensor.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace ansatz::test {
namespace {

bool aligned(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer) % AlignedBuffer::alignment == 0; }

TEST(AlignedBuffer, IsAlignedAndZeroWithOneVectorOfPadding) {
  for (const std::size_t bytes : std::initializer_list<std::size_t>{0, 1, 63, 64, 65, 1000, 4096}) {
    const AlignedBuffer buffer(bytes);
    EXPECT_EQ(buffer.size(), bytes);
    EXPECT_TRUE(aligned(buffer.data()));
    const std::byte* last = buffer.data() + bytes + AlignedBuffer::alignment;
    EXPECT_TRUE(std::all_of(buffer.data(), last, [](std::byte b) { return b == std::byte{0}; })) << bytes;
  }
}

TEST(AlignedBuffer, CopiesItsBytes) {
  AlignedBuffer first(100);
  first.as<float>()[3] = 2.5F;
  AlignedBuffer second = first, third;
  third = first;
  first.as<float>()[3] = 0.0F;
  EXPECT_EQ(second.as<float>()[3], 2.5F);
  EXPECT_EQ(third.as<float>()[3], 2.5F);
  EXPECT_NE(second.data(), third.data());
  EXPECT_TRUE(aligned(second.data()));
  EXPECT_EQ(second.as<double>().size(), 12U);
}

TEST(AlignedBuffer, IsEmptyOnceMovedFrom) {
  AlignedBuffer first(100);
  const std::byte* bytes = first.data();
  AlignedBuffer second = std::move(first);
  EXPECT_EQ(second.data(), bytes);
  EXPECT_EQ(first.size(), 0U);  // NOLINT: what is left is the question
  AlignedBuffer third(7);
  third = std::move(second);
  EXPECT_EQ(third.data(), bytes);
  EXPECT_EQ(second.size(), 0U);  // NOLINT
  const AlignedBuffer copy = second;
  EXPECT_EQ(copy.size(), 0U);
}

TEST(Dtype, HasSizesAndNames) {
  EXPECT_EQ(size_of(Dtype::f64), sizeof(double));
  EXPECT_EQ(size_of(Dtype::f32), sizeof(float));
  EXPECT_EQ(size_of(Dtype::i32), sizeof(std::int32_t));
  EXPECT_EQ(size_of(Dtype::boolean), sizeof(bool));
  for (Dtype dtype : all_dtypes) EXPECT_EQ(dtype_from_name(name_of(dtype)), dtype);
  EXPECT_EQ(name_of(Dtype::boolean), "bool");
  EXPECT_THROW(dtype_from_name("f16"), ArgumentError);
}

TEST(Tensor, HoldsRowMajorElements) {
  const Tensor tensor(std::vector<float>{1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(tensor.dtype(), Dtype::f32);
  EXPECT_THAT(tensor.as<float>(), testing::ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_TRUE(aligned(tensor.data()));
}

TEST(Tensor, WantsAsManyValuesAsItsShapeHas) {
  EXPECT_THROW(Tensor(std::vector<double>{1, 2, 3}, {2, 2}), ShapeError);
  EXPECT_NO_THROW(Tensor(std::vector<double>{}, {0, 2}));
}

TEST(Tensor, GivesItsElementsOnlyAsTheirOwnType) {
  Tensor tensor(Dtype::f32, {2});
  EXPECT_NO_THROW(tensor.as<float>());
  EXPECT_THROW(tensor.as<double>(), DtypeError);
  EXPECT_THROW(std::as_const(tensor).as<std::int32_t>(), DtypeError);
}

TEST(Tensor, WithOneRealElementIsANumber) {
  EXPECT_EQ(double{Tensor(2.5)}, 2.5);
  EXPECT_EQ(double{Tensor(std::vector<float>{0.5F}, {1, 1})}, 0.5);
  EXPECT_THROW((void)double{Tensor(Dtype::f64, {2})}, ShapeError);
  EXPECT_THROW((void)double{Tensor(Dtype::i32, {})}, DtypeError);
}

}  // namespace
}  // namespace ansatz::test
