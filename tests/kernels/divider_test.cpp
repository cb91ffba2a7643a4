// SPDX-License-Identifier: BSD-3-Clause
// Quotients and square roots are those of IEEE 754 where rounding is hardest: next to the midpoint of two neighbours.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "ansatz/ops/ops.hpp"
#include "tests/kernels/kernel_sets.hpp"
#include "tests/support/effort.hpp"

namespace ansatz::test {
namespace {

__extension__ using Wide = unsigned __int128;

class Divider : public KernelSets {
 protected:
  template <class T>
  void expect_quotients(const std::vector<T>& a, const std::vector<T>& b) {
    const Dtype dtype = sizeof(T) == 8 ? Dtype::f64 : Dtype::f32;
    std::vector<T> found(a.size());
    set().step(rows::div, dtype, dtype)(found.data(), a.data(), b.data(), nullptr, static_cast<std::int64_t>(a.size()),
                                        0.0);
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_EQ(found[i], a[i] / b[i]) << a[i] << " / " << b[i];
  }

  /// a and b of p bits with a 2^p = b m + k for an odd m of p + 1 bits and a small odd k: a / b is as near to m, the
  /// midpoint of two numbers, as quotients come.
  template <class T>
  void expect_quotients_next_to_midpoints() {
    constexpr int p = std::numeric_limits<T>::digits;
    constexpr std::uint64_t one = std::uint64_t{1} << (p - 1), modulus = std::uint64_t{1} << (p + 1);
    std::mt19937_64 random(51);
    std::vector<T> a, b;
    for (int i = 0; a.size() < static_cast<std::size_t>(effort(400000, 20000)); ++i) {
      std::uint64_t divisor = one | (random() & (one - 1)) | 1U;
      if (i % 4 == 1) divisor = 2 * one - 1 - 2 * (random() % 50);
      if (i % 4 == 2) divisor = one + 1 + 2 * (random() % 50);
      std::uint64_t inverse = divisor;  // modulo 2^(p + 1), by Newton's iteration
      for (int bits = 3; bits <= p; bits *= 2) inverse *= 2 - divisor * inverse;
      const std::uint64_t k = 2 * (random() % 4) + 1;
      for (std::uint64_t offset : {k, modulus - k}) {
        const std::uint64_t m = (modulus - offset) * inverse % modulus;
        if (m < 2 * one) continue;
        const Wide product = offset == k ? Wide{divisor} * m + k : Wide{divisor} * m - k;
        const auto dividend = static_cast<std::uint64_t>(product / modulus);
        ASSERT_EQ(static_cast<std::uint64_t>(product % modulus), 0U);
        const int exponent = static_cast<int>(random() % 60) - 30;
        a.push_back(std::ldexp(static_cast<T>(dividend), exponent - p));
        b.push_back(std::ldexp(static_cast<T>(divisor), static_cast<int>(random() % 40) - 20 - p));
      }
    }
    expect_quotients(a, b);
  }
};

TEST_P(Divider, RoundsQuotientsNextToMidpoints) {
  expect_quotients_next_to_midpoints<float>();
  expect_quotients_next_to_midpoints<double>();
}

TEST_P(Divider, RoundsQuotientsOfPowersOfTwo) {
  std::vector<double> a, b;
  for (double significand : {2.0 - 0x1p-52, 2.0 - 0x1p-51, 1.0 + 0x1p-52, 1.0, 1.5})
    for (int exponent = -1060; exponent < 1020; exponent += 7)
      for (int other = -1060; other < 1020; other += 93) {
        a.push_back(std::ldexp(1.0, other));
        b.push_back(std::ldexp(significand, exponent));
      }
  expect_quotients(a, b);
}

TEST_P(Divider, RoundsTheRootOfEverySignificand) {
  constexpr std::uint32_t significands = 1U << 24U;  // of two neighbouring exponents
  const std::uint32_t part = 1U << 16U, step = static_cast<std::uint32_t>(effort(1, 61));
  std::vector<float> x(part), found(part);
  for (std::uint32_t exponent : {26U, 27U, 127U, 226U, 227U})  // and where the range ends within which it is computed
    for (std::uint32_t first = 0; first < significands; first += part * (exponent == 127 ? step : 16 * step)) {
      for (std::uint32_t i = 0; i < part; ++i) {
        const std::uint32_t bits = (exponent << 23U) + first + i;
        std::memcpy(&x[i], &bits, sizeof bits);
      }
      set().step(rows::sqrt, Dtype::f32, Dtype::f32)(found.data(), x.data(), nullptr, nullptr, part, 0.0);
      for (std::uint32_t i = 0; i < part; ++i) ASSERT_EQ(found[i], std::sqrt(x[i])) << x[i];
    }
}

ANSATZ_FOR_EACH_KERNEL_SET(Divider);

}  // namespace
}  // namespace ansatz::test
