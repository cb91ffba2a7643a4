// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/random.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace ansatz::test {
namespace {

using Words2 = std::array<std::uint32_t, 2>;
using Words4 = std::array<std::uint32_t, 4>;

// The three known answers for philox4x32-10 in Random123's own test suite (tests/kat_vectors, release 1.14).
TEST(Philox, GivesRandom123sKnownAnswers) {
  constexpr std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Words4{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({ones, ones, ones, ones}, {ones, ones}),
            (Words4{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words4{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, ChangesAboutHalfOfTheBitsWhenOneBitOfItsInputChanges) {
  const Words4 counter{1, 2, 3, 4}, before = philox4x32(counter, {5, 6});
  const auto changed_bits = [&](const Words4& after) {
    int bits = 0;
    for (std::size_t i = 0; i < 4; ++i) bits += __builtin_popcount(before[i] ^ after[i]);
    return bits;
  };
  for (std::uint32_t bit = 0; bit < 192; ++bit) {
    Words4 c = counter;
    Words2 k{5, 6};
    (bit < 128 ? c[bit / 32] : k[bit / 32 - 4]) ^= 1U << (bit % 32);
    EXPECT_NEAR(changed_bits(philox4x32(c, k)), 64, 6 * std::sqrt(32.0)) << "bit " << bit;
  }
}

TEST(UniformNumbers, ReachZeroButNotOne) {
  EXPECT_EQ(uniform_f32(0), 0.0F);
  EXPECT_EQ(uniform_f32(0xffffffff), 1.0F - 0x1p-24F);
  EXPECT_EQ(uniform_f64(0, 0), 0.0);
  EXPECT_EQ(uniform_f64(0xffffffff, 0xffffffff), 1.0 - 0x1p-53);
  EXPECT_EQ(uniform_f64(0x80000000, 0), 0.5);
}

TEST(RandomStream, IsAFunctionOfSeedPurposeSiteAndIndex) {
  const auto first_words = [](RandomStream stream) {
    return Words4{stream.next_word(), stream.next_word(), stream.next_word(), stream.next_word()};
  };
  constexpr std::uint64_t high = std::uint64_t{1} << 32;
  std::set<Words4> different;
  for (const RandomStream& stream : {RandomStream(1, Purpose::split), RandomStream(2, Purpose::split),
                                     RandomStream(1 + high, Purpose::split), RandomStream(1, Purpose::permutation),
                                     RandomStream(1, Purpose::split, 1), RandomStream(1, Purpose::split, 0, 1)})
    different.insert(first_words(stream));
  EXPECT_EQ(different.size(), 6U);
  EXPECT_EQ(first_words(RandomStream(1, Purpose::split, 3, 4)), first_words(RandomStream(1, Purpose::split, 3, 4)));
}

TEST(RandomStream, DoesNotRepeatItsBlocks) {
  RandomStream stream(42, Purpose::data);
  std::set<std::uint64_t> pairs;
  for (int i = 0; i < 4096; ++i) pairs.insert((std::uint64_t{stream.next_word()} << 32) | stream.next_word());
  EXPECT_EQ(pairs.size(), 4096U);
}

TEST(RandomStream, BelowIsUnbiased) {
  // χ² within some five standard deviations. Below 3 · 2³⁰ the product without rejection is at its worst: every third
  // number would come twice as often as the others.
  RandomStream stream(7, Purpose::data);
  for (std::uint32_t bound : {2U, 3U, 6U, 10U, 97U}) {
    std::vector<int> hits(bound, 0);
    constexpr int each = 4000;
    for (std::uint32_t i = 0; i < bound * each; ++i) ++hits.at(stream.below(bound));
    double chi2 = 0.0;
    for (int n : hits) chi2 += (n - each) * (n - each) / double{each};
    const double freedom = bound - 1.0;
    EXPECT_LT(chi2, freedom + 5.0 * std::sqrt(2.0 * freedom) + 10.0) << bound;
  }
  int even_third[3] = {0, 0, 0};
  constexpr std::uint32_t large = 3U << 30;
  for (int i = 0; i < 30000; ++i) ++even_third[stream.below(large) % 3];
  for (int n : even_third) EXPECT_NEAR(n, 10000, 5 * std::sqrt(30000 * 2.0 / 9.0));
}

TEST(RandomStream, BelowOneIsZero) {
  RandomStream stream(7, Purpose::data);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(stream.below(1), 0U);
}

TEST(Shuffle, IsAPermutation) {
  RandomStream stream(3, Purpose::permutation);
  for (int n : {0, 1, 2, 7, 1000}) {
    std::vector<int> values(static_cast<std::size_t>(n));
    std::iota(values.begin(), values.end(), 0);
    const std::vector<int> before = values;
    shuffle(values, stream);
    EXPECT_NE(n < 1000 || values != before, false);
    std::sort(values.begin(), values.end());
    EXPECT_EQ(values, before);
  }
}

TEST(Shuffle, GivesEveryOrderEquallyOften) {
  std::map<std::vector<int>, int> seen;
  constexpr int draws = 24000;
  for (std::uint32_t i = 0; i < draws; ++i) {
    RandomStream stream(11, Purpose::permutation, 0, i);
    std::vector<int> values = {0, 1, 2, 3};
    shuffle(values, stream);
    ++seen[values];
  }
  EXPECT_EQ(seen.size(), 24U);
  for (const auto& [order, n] : seen) EXPECT_NEAR(n, draws / 24, 5 * std::sqrt(draws / 24.0));
}

}  // namespace
}  // namespace ansatz::test
