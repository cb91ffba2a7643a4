// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Counter-based random numbers: a pure function of (seed, purpose, counter), so that threads, ranks, resuming and
/// compiler passes cannot change a stream. Philox4x32-10, J. K. Salmon et al., "Parallel random numbers: as easy as
/// 1, 2, 3", SC'11, doi:10.1145/2063384.2063405.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace ansatz {

/// One block of four random words for a 128-bit counter and a 64-bit key.
constexpr std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                  std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
               static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

/// What a stream of random numbers is for; a stable number of each purpose keeps streams apart under one seed.
enum class Purpose : std::uint32_t {
  initialisation = 1,
  permutation = 2,
  split = 3,
  operation = 4,
  data = 5,
  keep_mask = 6,
  bootstrap = 7
};

/// Uniform in [0, 1) with the 24 bits of a float or the 53 bits of a double.
constexpr float uniform_f32(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24F; }
constexpr double uniform_f64(std::uint32_t high, std::uint32_t low) {
  return static_cast<double>(((std::uint64_t{high} << 32) | low) >> 11) * 0x1p-53;
}

/// A word below it, of 32 random bits, drops an element that is dropped with probability p in [0, 1].
constexpr std::uint64_t drop_threshold(double p) { return static_cast<std::uint64_t>(p * 0x1p32); }

/// A sequence of random numbers on the host: the stream (seed, purpose, site, index). Used where the order of draws is
/// fixed: permutations and splits. (Random tensors are operations of the graph.)
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t site = 0, std::uint32_t index = 0)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        counter_{0, site, index, static_cast<std::uint32_t>(purpose)} {}

  std::uint32_t next_word() {
    if (used_ == 4) {
      words_ = philox4x32(counter_, key_);
      ++counter_[0];
      used_ = 0;
    }
    return words_[static_cast<std::size_t>(used_++)];
  }
  double uniform() {
    const std::uint32_t high = next_word();
    return uniform_f64(high, next_word());
  }
  /// Uniform integer in [0, bound), without bias (Lemire's rejection).
  std::uint32_t below(std::uint32_t bound) {
    std::uint64_t product = std::uint64_t{next_word()} * bound;
    const std::uint32_t threshold = (0U - bound) % bound;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{next_word()} * bound;
    return static_cast<std::uint32_t>(product >> 32);
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> words_{};
  int used_ = 4;
};

/// Fisher–Yates: a uniform permutation of `values`, in place.
template <class T>
void shuffle(std::vector<T>& values, RandomStream& random) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[random.below(static_cast<std::uint32_t>(i))]);
}

}  // namespace ansatz
