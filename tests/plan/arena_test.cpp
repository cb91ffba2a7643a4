// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/plan/arena.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ansatz::plan {
namespace {

bool live_together(const Lifetime& a, const Lifetime& b) { return a.first <= b.last && b.first <= a.last; }

std::vector<Lifetime> random_lifetimes(std::mt19937& random, std::int64_t entries) {
  const auto below = [&](std::int64_t n) { return std::uniform_int_distribution<std::int64_t>(0, n - 1)(random); };
  std::vector<Lifetime> buffers(static_cast<std::size_t>(1 + below(60)));
  for (Lifetime& buffer : buffers) {
    buffer.bytes = below(4) == 0 ? below(3) : below(5000);  // some empty ones, and some of a byte or two
    buffer.first = below(entries);
    buffer.last = std::min(entries - 1, buffer.first + below(below(3) == 0 ? entries : 4));
  }
  return buffers;
}

TEST(Arena, BuffersThatAreLiveAtTheSameTimeNeverOverlap) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::vector<Lifetime> buffers = random_lifetimes(random, 1 + round % 30);
    const std::int64_t total = lay_out(buffers);
    for (const Lifetime& a : buffers) {
      ASSERT_GE(a.offset, 0);
      ASSERT_EQ(a.offset % 64, 0);
      ASSERT_LE(a.offset + a.bytes, total);
      for (const Lifetime& b : buffers) {
        if (&a == &b || !live_together(a, b) || a.bytes == 0 || b.bytes == 0) continue;
        ASSERT_TRUE(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset)
            << "round " << round << ": [" << a.offset << ", +" << a.bytes << ") and [" << b.offset << ", +" << b.bytes
            << ")";
      }
    }
  }
}

TEST(Arena, IsNoLargerThanAllBuffersTogetherAndNoSmallerThanTheBusiestMoment) {
  std::mt19937 random(2);
  const auto padded = [](std::int64_t bytes) { return (bytes + 63) / 64 * 64; };
  for (int round = 0; round < 500; ++round) {
    std::vector<Lifetime> buffers = random_lifetimes(random, 20);
    const std::int64_t total = lay_out(buffers);
    std::int64_t sum = 0, busiest = 0;
    for (const Lifetime& buffer : buffers) sum += padded(buffer.bytes);
    for (std::int64_t entry = 0; entry < 20; ++entry) {
      std::int64_t now = 0;
      for (const Lifetime& buffer : buffers)
        if (buffer.first <= entry && entry <= buffer.last) now += padded(buffer.bytes);
      busiest = std::max(busiest, now);
    }
    ASSERT_LE(total, sum);
    ASSERT_GE(total, busiest);
  }
}

TEST(Arena, BuffersThatFollowEachOtherShareMemory) {
  std::vector<Lifetime> buffers{{1000, 0, 1}, {900, 2, 3}, {800, 4, 4}};
  EXPECT_EQ(lay_out(buffers), 1024);
  for (const Lifetime& buffer : buffers) EXPECT_EQ(buffer.offset, 0);
}

TEST(Arena, ABufferThatEndsWhereTheNextOneBeginsDoesNotShare) {
  std::vector<Lifetime> buffers{{64, 0, 1}, {64, 1, 2}};
  EXPECT_EQ(lay_out(buffers), 128);
}

TEST(Arena, OfNoBuffersIsEmpty) {
  std::vector<Lifetime> none;
  EXPECT_EQ(lay_out(none), 0);
}

}  // namespace
}  // namespace ansatz::plan
