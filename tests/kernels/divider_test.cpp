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
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_TRUE(same_bits(found[i], a[i] / b[i])) << a[i] << " / " << b[i];
  }

  /// a and b of p bits with a 2^(p + 1) = b m ± k for an odd m of p + 1 bits and a small odd k: a / b is as near to m,
  /// the midpoint of two numbers, as quotients come. `count` of them, b of the order of 2^of_b, a / b of 2^of_quotient.
  template <class T>
  void add_quotients_next_to_midpoints(std::size_t count, int of_b, int of_quotient, std::vector<T>& a,
                                       std::vector<T>& b) {
    constexpr int p = std::numeric_limits<T>::digits;
    constexpr std::uint64_t one = std::uint64_t{1} << (p - 1), modulus = std::uint64_t{1} << (p + 1);
    const auto random_sign = [&] { return random_() % 2 == 0 ? T(1) : T(-1); };
    for (const std::size_t end = a.size() + count; a.size() < end;) {
      const std::uint64_t kind = random_() % 4;
      const std::uint64_t divisor = kind == 1   ? 2 * one - 1 - 2 * (random_() % 50)
                                    : kind == 2 ? one + 1 + 2 * (random_() % 50)
                                                : one | (random_() & (one - 1)) | 1U;
      std::uint64_t inverse = divisor;  // modulo 2^(p + 1), by Newton's iteration
      for (int bits = 3; bits <= p; bits *= 2) inverse *= 2 - divisor * inverse;
      const std::uint64_t k = 2 * (random_() % 4) + 1;
      const bool above = random_() % 2 == 0;
      const std::uint64_t m = (above ? modulus - k : k) * inverse % modulus;
      if (m < 2 * one) continue;
      const Wide product = above ? Wide{divisor} * m + k : Wide{divisor} * m - k;
      ASSERT_EQ(static_cast<std::uint64_t>(product % modulus), 0U);
      a.push_back(random_sign() * std::ldexp(static_cast<T>(static_cast<std::uint64_t>(product / modulus)),
                                             of_b + of_quotient + 1 - p));
      b.push_back(random_sign() * std::ldexp(static_cast<T>(divisor), of_b + 1 - p));
    }
  }

 private:
  std::mt19937_64 random_{51};
};

TEST_P(Divider, RoundsQuotientsNextToMidpoints) {
  std::vector<float> a, b;
  add_quotients_next_to_midpoints<float>(effort(400'000, 10'000), 3, -5, a, b);
  expect_quotients(a, b);
  std::vector<double> c, d;
  add_quotients_next_to_midpoints<double>(effort(400'000, 10'000), 3, -5, c, d);
  expect_quotients(c, d);
}

/// Whole vectors of each order, on both sides of where the processor divides in place of multiply-adds.
TEST_P(Divider, RoundsQuotientsOfAnyOrder) {
  std::vector<double> a, b;
  const int orders_of_b[] = {-1000, -600, -403, -402, -401, -400, -399, -398, 0, 500, 621, 622, 623, 624, 625, 1000};
  const int orders_of_quotients[] = {-1060, -1030, -1021, -1000, -700, -503, -502, -501, -500, -499,
                                     -498,  0,     400,   521,   522,  523,  524,  525,  526,  1000};
  for (int of_b : orders_of_b)
    for (int of_quotient : orders_of_quotients)
      if (of_b + of_quotient > -1020 && of_b + of_quotient < 1020)
        add_quotients_next_to_midpoints<double>(effort(800, 80), of_b, of_quotient, a, b);
  EXPECT_GT(a.size(), 10'000U);
  expect_quotients(a, b);
}

TEST_P(Divider, RoundsQuotientsOfPowersOfTwo) {
  std::vector<double> a, b;
  for (double significand : {2.0 - 0x1p-52, 2.0 - 0x1p-51, 1.0 + 0x1p-52, 1.0, 1.5})
    for (int order = -1060; order < 1020; order += 93)
      for (int i = 0; i < 8; ++i) {
        a.push_back(std::ldexp(i % 2 == 0 ? 1.0 : -1.0, order / 3 + i));
        b.push_back(std::ldexp(i % 4 < 2 ? significand : -significand, order));
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
