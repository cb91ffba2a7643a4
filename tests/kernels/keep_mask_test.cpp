// SPDX-License-Identifier: BSD-3-Clause
// Dropout's mask: the tuned kernels against the plain loop, its statistics, and that rows do not depend on the part of
// the batch in which they are computed.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numeric>

#include "ansatz/autodiff/vmap.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/base/random.hpp"
#include "ansatz/kernels/dense.hpp"
#include "ansatz/kernels/reference.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/kernels/kernel_sets.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

constexpr std::int64_t mask_site = 3;

struct Mask {
  Node node;
  std::vector<Tensor> operands;

  Mask(Dtype dtype, const Shape& shape, std::int32_t first_row, double p) {
    Trace trace;
    const Var key = trace.input({Dtype::i32, {4}}), row = trace.input({Dtype::i32, {}}), drop = trace.input({});
    node = keep_mask(key, row, drop, shape, dtype, mask_site).node();
    operands = {tensor_of(Dtype::i32, {4}, {-7, 11, 2, 5}), tensor_of(Dtype::i32, {}, {static_cast<double>(first_row)}),
                tensor_of(Dtype::f64, {}, {p})};
  }
  Tensor plain() const { return kernels::compute(node, operands); }
  Tensor tuned(const kernels::KernelSet& set, std::int64_t parts_at_once) const {
    std::vector<kernels::View> views;
    std::vector<Type> types;
    for (const Tensor& x : operands) {
      views.push_back({x.data(), {x.dtype(), x.shape()}});
      types.push_back(views.back().type);
    }
    const kernels::DenseKernel kernel = kernels::find_dense(node, types);
    Tensor result(node.type.dtype, node.type.shape);
    for (std::int64_t i = 0; i < kernel.parts; i += parts_at_once)
      kernel.run(node, views, result.data(), set, {i, std::min(kernel.parts, i + parts_at_once)});
    return result;
  }
};

bool identical(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), Type{a.dtype(), a.shape()}.bytes()) == 0;
}

using KeepMaskKernels = KernelSets;
ANSATZ_FOR_EACH_KERNEL_SET(KeepMaskKernels);

TEST_P(KeepMaskKernels, HaveTheBitsOfThePlainLoop) {
  for (Dtype dtype : {Dtype::f32, Dtype::f64})
    for (const Shape& shape :
         {Shape{1}, Shape{3}, Shape{2, 3}, Shape{7, 5}, Shape{5, 33}, Shape{3, 4, 7}, Shape{9, 500}})
      for (std::int32_t first_row : {0, 1, 130, 2'000'000'000})
        for (double p : {0.0, 0.25, 0.5, 1.0}) {
          const Mask mask(dtype, shape, first_row, p);
          EXPECT_TRUE(identical(mask.tuned(set(), 1), mask.plain()))
              << to_string(shape) << ' ' << first_row << ' ' << p;
          EXPECT_TRUE(identical(mask.tuned(set(), 100), mask.plain())) << to_string(shape);
        }
}

TEST(KeepMask, IsMadeOfAllWordsOfPhiloxBlocksInTheOrderOfTheElements) {
  const Numbers mask = numbers_of(Mask(Dtype::f32, {3, 7}, 2, 0.3).plain());
  for (std::uint32_t i = 0; i < mask.size(); ++i) {
    const std::uint32_t element = 2 * 7 + i;
    const auto words = philox4x32({element / 4, 2, 5, (6U << 24U) | mask_site}, {static_cast<std::uint32_t>(-7), 11});
    EXPECT_EQ(mask[i], static_cast<double>(words[element % 4]) >= std::floor(0.3 * 0x1p32) ? 1.0 : 0.0);
  }
}

TEST(KeepMask, DropsElementsWithTheProbabilityGiven) {
  constexpr std::int64_t n = 1'000'000;
  for (double p : {0.0, 0.01, 0.2, 0.5, 0.9, 1.0}) {
    const Numbers mask = numbers_of(Mask(Dtype::f32, {1000, n / 1000}, 0, p).tuned(kernels::kernel_set(), 1000));
    const double kept = std::accumulate(mask.begin(), mask.end(), 0.0);
    EXPECT_NEAR(kept, (1.0 - p) * n, 4.0 * std::sqrt(p * (1.0 - p) * n)) << p;
    double together = 0.0;  // neighbours are independent
    for (std::size_t i = 1; i < mask.size(); ++i) together += mask[i] * mask[i - 1];
    EXPECT_NEAR(together, (1.0 - p) * (1.0 - p) * n, 2.0 + 6.0 * std::sqrt(p * (1.0 - p) * n)) << p;
  }
}

TEST(KeepMask, OfARowDoesNotDependOnThePartOfTheBatchItIsComputedIn) {
  constexpr std::int64_t rows = 37;
  for (std::int64_t width : {1, 3, 10, 100}) {
    const Numbers whole = numbers_of(Mask(Dtype::f32, {rows, width}, 0, 0.4).tuned(kernels::kernel_set(), 1));
    for (std::int64_t first : {0, 1, 5, 36})
      for (std::int64_t count : {std::int64_t{1}, std::int64_t{2}, rows - first}) {
        if (first + count > rows) continue;
        const Mask part(Dtype::f32, {count, width}, static_cast<std::int32_t>(first), 0.4);
        const Numbers found = numbers_of(part.tuned(kernels::kernel_set(), 1));
        EXPECT_TRUE(std::equal(found.begin(), found.end(), whole.begin() + first * width)) << first << ' ' << count;
      }
  }
}

TEST(KeepMask, RefusesWhatIsNoProbabilityARowBelowZeroAndAKeySharedBySamples) {
  const auto mask = [](const Var& row, const Var& p) {
    return keep_mask(constant(Numbers{1, 2, 3, 4}, Dtype::i32, Shape{4}), row, p, {2, 3}, Dtype::f32, mask_site);
  };
  const Tensor zero = tensor_of(Dtype::i32, {}, {0}), below = tensor_of(Dtype::i32, {}, {-1});
  EXPECT_NO_THROW(evaluate(mask, zero, 0.5));
  for (double p : {-0.01, 1.01, std::nan("")}) EXPECT_THROW(evaluate(mask, zero, p), ArgumentError);
  EXPECT_THROW(evaluate(mask, below, 0.5), ArgumentError);
  Trace trace;
  const Var row = trace.input({Dtype::i32, {}}), ps = trace.input({Dtype::f64, {3}});
  EXPECT_THROW(vmap([&](const Var& p) { return mask(row, p); })(ps), ArgumentError);
}

}  // namespace
}  // namespace ansatz::test
