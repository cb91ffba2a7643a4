// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Tests that run once for every kernel set this processor can run, and comparison bit for bit.
#pragma once

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>

#include "ansatz/kernels/kernel_set.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {

class KernelSets : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    set_ = kernels::find_kernel_set(GetParam());
    if (set_ == nullptr) GTEST_SKIP() << "this processor cannot run " << GetParam();
  }
  const kernels::KernelSet& set() const { return *set_; }

 private:
  const kernels::KernelSet* set_ = nullptr;
};

/// Declares that the tests of `Suite`, derived from KernelSets, run for every set.
#define ANSATZ_FOR_EACH_KERNEL_SET(Suite)                                                                            \
  INSTANTIATE_TEST_SUITE_P(Sets, Suite, testing::Values("avx2", "avx2-128", "avx512", "neon"), [](const auto& one) { \
    std::string name = one.param;                                                                                    \
    for (char& c : name)                                                                                             \
      if (c == '-') c = '_';                                                                                         \
    return name;                                                                                                     \
  })

/// The same bits; any NaN is as good as any other.
template <class T>
bool same_bits(T a, T b) {
  if (a != a && b != b) return true;
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

/// The first element that differs, or −1.
template <class T>
std::int64_t first_difference(const T* a, const T* b, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    if (!same_bits(a[i], b[i])) return i;
  return -1;
}

/// Numbers of very different sizes and signs, whose sum in another order has other bits.
template <class T>
std::vector<T> rough_numbers(std::int64_t n, std::mt19937& random) {
  std::vector<T> values(static_cast<std::size_t>(n));
  for (T& value : values) {  // without the standard distributions, which take most of a test's time
    const std::uint64_t bits = std::uint64_t{random()} << 32U | random();
    const double mantissa = static_cast<double>(static_cast<std::int64_t>(bits)) * 0x1p-62;  // in [-2, 2)
    value = static_cast<T>(std::ldexp(mantissa, static_cast<int>(bits % 13) - 6));
  }
  return values;
}

/// Cuts [0, n) into parts of random length, at most `most`, and calls run(begin, end) for each.
template <class Run>
void in_random_parts(std::int64_t n, std::mt19937& random, unsigned most, const Run& run) {
  for (std::int64_t begin = 0; begin < n;) {
    const std::int64_t end = std::min(n, begin + 1 + static_cast<std::int64_t>(random() % most));
    run(begin, end);
    begin = end;
  }
}

}  // namespace ansatz::test
