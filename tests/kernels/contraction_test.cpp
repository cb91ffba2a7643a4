// SPDX-License-Identifier: BSD-3-Clause
// The order of every sum (docs/numbers.md), against its definition written down a second time, recursively.
#include "ansatz/base/contraction.hpp"

#include <cmath>

#include "ansatz/kernels/reference.hpp"
#include "ansatz/ops/ops.hpp"
#include "tests/kernels/kernel_sets.hpp"

namespace ansatz::test {
namespace {

/// The binary tree over n leaves: the largest power of two below n on the left, the rest on the right.
template <class T>
T tree_sum(const T* leaves, std::size_t n) {
  if (n == 0) return T(0);
  if (n == 1) return leaves[0];
  std::size_t left = 1;
  while (2 * left < n) left *= 2;
  return tree_sum(leaves, left) + tree_sum(leaves + left, n - left);
}

/// Σ a_i b_i: chunks of 512, ascending with fused multiply-add from zero, then the tree.
template <class T>
T defined_product(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> chunks;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i % 512 == 0) chunks.push_back(T(0));
    chunks.back() = std::fma(a[i], b[i], chunks.back());
  }
  return tree_sum(chunks.data(), chunks.size());
}

template <class T>
T contracted(const std::vector<T>& a, const std::vector<T>& b) {
  return contract<T>(static_cast<std::int64_t>(a.size()), [&](T sum, std::int64_t i) {
    return std::fma(a[static_cast<std::size_t>(i)], b[static_cast<std::size_t>(i)], sum);
  });
}

template <class T>
T matmul_of(const std::vector<T>& a, const std::vector<T>& b) {
  const auto k = static_cast<std::int64_t>(a.size());
  Node node{&rows::matmul, {}, {}, {dtype_of<T>, {1, 1}}, {}};
  node.attributes.ints = {0, 0};
  return kernels::compute(node, {Tensor(a, {1, k}), Tensor(b, {k, 1})}).template as<T>()[0];
}

TEST(ChunkTrees, CombineLikeABinaryTreeOverTheChunksNumber) {
  std::mt19937 random(41);
  for (int n = 0; n <= 200; ++n) {
    const std::vector<float> leaves = rough_numbers<float>(n, random);
    ChunkTree<float> tree;
    for (float leaf : leaves) tree.push(leaf);
    EXPECT_TRUE(same_bits(tree.total(), tree_sum(leaves.data(), leaves.size()))) << n << " chunks";
  }
}

TEST(ChunkTrees, KeepTheirTotalWhileTheyGrow) {
  ChunkTree<double> tree;
  EXPECT_EQ(tree.total(), 0.0);
  for (int n = 1; n <= 40; ++n) {
    tree.push(1.0);
    EXPECT_EQ(tree.total(), n);
    EXPECT_EQ(tree.total(), n) << "asking does not change it";
  }
}

TEST(Contractions, FollowTheirDefinitionAtEveryLength) {
  std::mt19937 random(42);
  for (std::int64_t k : {0, 1, 2, 511, 512, 513, 1023, 1024, 1025, 1537, 2048, 2600, 10000}) {
    const auto a = rough_numbers<float>(k, random), b = rough_numbers<float>(k, random);
    EXPECT_TRUE(same_bits(contracted(a, b), defined_product(a, b))) << k;
    EXPECT_TRUE(same_bits(matmul_of(a, b), defined_product(a, b))) << k;
    const auto c = rough_numbers<double>(k, random), d = rough_numbers<double>(k, random);
    EXPECT_TRUE(same_bits(matmul_of(c, d), defined_product(c, d))) << k;
  }
}

TEST(Contractions, AreThePlainTripleLoopUpToOneChunk) {
  std::mt19937 random(43);
  for (std::int64_t k : {1, 100, 512}) {
    const auto a = rough_numbers<float>(k, random), b = rough_numbers<float>(k, random);
    float sum = 0.0F;
    for (std::size_t i = 0; i < a.size(); ++i) sum = std::fma(a[i], b[i], sum);
    EXPECT_TRUE(same_bits(matmul_of(a, b), sum)) << k;
  }
}

/// How many of 100 random products of length k have the same bits in the contract and in `other`.
template <class Other>
int agreements(std::int64_t k, const Other& other) {
  std::mt19937 random(44);
  int equal = 0;
  for (int i = 0; i < 100; ++i) {
    const auto a = rough_numbers<float>(k, random), b = rough_numbers<float>(k, random);
    equal += same_bits(matmul_of(a, b), other(a, b));
  }
  return equal;
}

using Floats = std::vector<float>;

TEST(AnotherOrder, DescendingHasOtherBits) {
  const auto descending = [](const Floats& a, const Floats& b) {
    float sum = 0.0F;
    for (std::size_t i = a.size(); i-- > 0;) sum = std::fma(a[i], b[i], sum);
    return sum;
  };
  EXPECT_LT(agreements(100, descending), 50);
  EXPECT_EQ(agreements(1, descending), 100);
}

TEST(AnotherOrder, WithoutChunksHasOtherBitsBeyondOneChunk) {
  const auto plain = [](const Floats& a, const Floats& b) {
    float sum = 0.0F;
    for (std::size_t i = 0; i < a.size(); ++i) sum = std::fma(a[i], b[i], sum);
    return sum;
  };
  EXPECT_EQ(agreements(512, plain), 100);
  EXPECT_LT(agreements(1300, plain), 50);
}

TEST(AnotherOrder, OfTheChunksHasOtherBits) {
  const auto chunks_in_sequence = [](const Floats& a, const Floats& b) {
    float total = 0.0F;
    for (std::size_t start = 0; start < a.size(); start += 512) {
      float sum = 0.0F;
      for (std::size_t i = start; i < std::min(a.size(), start + 512); ++i) sum = std::fma(a[i], b[i], sum);
      total = total + sum;
    }
    return total;
  };
  EXPECT_EQ(agreements(1300, chunks_in_sequence), 100) << "three chunks are added in sequence anyway";
  EXPECT_LT(agreements(9000, chunks_in_sequence), 60);
}

TEST(AnotherRounding, WithoutFusedMultiplyAddHasOtherBits) {
  const auto unfused = [](const Floats& a, const Floats& b) {
    float sum = 0.0F;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const volatile float product = a[i] * b[i];
      sum = sum + product;
    }
    return sum;
  };
  EXPECT_LT(agreements(100, unfused), 90);
}

}  // namespace
}  // namespace ansatz::test
