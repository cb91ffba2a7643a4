// SPDX-License-Identifier: BSD-3-Clause
// The tuned matrix products equal the contract's plain loop bit for bit, for all sizes, transposes and divisions of the
// rows, and touch nothing outside their operands.
#include <array>
#include <limits>

#include "ansatz/kernels/reference.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/plan/plan.hpp"
#include "tests/kernels/guarded_memory.hpp"
#include "tests/kernels/kernel_sets.hpp"
#include "tests/support/effort.hpp"

namespace ansatz::test {
namespace {

template <class T>
struct Product {
  std::int64_t m, n, k;
  bool transpose_a;
  std::vector<T> a, b;

  static Product random(std::int64_t m, std::int64_t n, std::int64_t k, bool transpose_a, std::mt19937& engine) {
    return {m, n, k, transpose_a, rough_numbers<T>(m * k, engine), rough_numbers<T>(k * n, engine)};
  }

  std::vector<T> reference() const {
    Node node{&rows::matmul, {}, {}, {dtype_of<T>, {m, n}}, {}};
    node.attributes.ints = {transpose_a ? 1 : 0, 0};
    const Tensor c = kernels::compute(node, {Tensor(a, transpose_a ? Shape{k, m} : Shape{m, k}), Tensor(b, {k, n})});
    return {c.as<T>().begin(), c.as<T>().end()};
  }

  /// Rows [begin, end) by the tuned kernel.
  void run(const kernels::KernelSet& set, const T* left, const T* right, T* c, std::int64_t begin,
           std::int64_t end) const {
    const kernels::ProductKernel kernel = sizeof(T) == 4 ? set.product_f32 : set.product_f64;
    kernel({left, right, c, m, n, k, transpose_a ? m : k, n, n, begin, end}, transpose_a);
  }

  /// B as it is stored, dense, perhaps transposed.
  std::vector<T> stored(bool transposed) const {
    std::vector<T> result = b;
    for (std::int64_t l = 0; transposed && l < k; ++l)
      for (std::int64_t j = 0; j < n; ++j)
        result[static_cast<std::size_t>(j * k + l)] = b[static_cast<std::size_t>(l * n + j)];
    return result;
  }

  /// All rows from B in panels: all of them packed before, some at a time, or on the way.
  void run_packed(const kernels::KernelSet& set, bool transposed, bool before, const T* left, T* c,
                  std::mt19937& engine) const {
    const GuardedArray<T> source(stored(transposed));
    GuardedArray<T> panels(static_cast<std::size_t>(plan::packed_elements(k, n)));
    std::fill(panels.all().begin(), panels.all().end(), std::numeric_limits<T>::quiet_NaN());
    if (before)
      in_random_parts(set.panels(dtype_of<T>, n), engine, 2, [&](std::int64_t begin, std::int64_t end) {
        set.pack(dtype_of<T>, {source.data(), panels.data(), k, n, transposed, begin, end});
      });
    const kernels::ProductKernel kernel = sizeof(T) == 4 ? set.product_f32 : set.product_f64;
    const std::int64_t lda = transpose_a ? m : k;
    if (before)
      kernel({left, panels.data(), c, m, n, k, lda, 0, n, 0, m, true}, transpose_a);
    else
      kernel({left, source.data(), c, m, n, k, lda, 0, n, 0, m, false, panels.data(), transposed}, transpose_a);
    EXPECT_TRUE(panels.untouched_before());
  }
};

const std::int64_t depths[] = {0, 1, 2, 31, 511, 512, 513, 1023, 1024, 1025, 1537, 2048, 2600};

class Products : public KernelSets {
 protected:
  std::mt19937 panels_at_a_time_{20};

  template <class T>
  void expect_equal(const Product<T>& p) {
    const std::vector<T> expected = p.reference();
    const GuardedArray<T> a(p.a), b(p.b);
    GuardedArray<T> c(static_cast<std::size_t>(p.m * p.n));
    p.run(set(), a.data(), b.data(), c.data(), 0, p.m);
    EXPECT_EQ(first_difference<T>(c.data(), expected.data(), p.m * p.n), -1)
        << p.m << " × " << p.n << ", k = " << p.k << (p.transpose_a ? ", Aᵀ" : "");
    EXPECT_TRUE(c.untouched_before());
    for (bool transposed : {false, true})
      for (bool before : {false, true}) {
        GuardedArray<T> other(expected.size());
        p.run_packed(set(), transposed, before, a.data(), other.data(), panels_at_a_time_);
        EXPECT_EQ(first_difference<T>(other.data(), expected.data(), p.m * p.n), -1)
            << p.m << " × " << p.n << ", k = " << p.k << (p.transpose_a ? ", Aᵀ" : "")
            << (before ? ", packed" : ", packed on the way") << (transposed ? " from Bᵀ" : "");
        EXPECT_TRUE(other.untouched_before());
      }
  }

  template <class T>
  void expect_equal_at_all_depths() {
    std::mt19937 random(21);
    std::uniform_int_distribution<std::int64_t> extent(1, 40);
    for (std::int64_t k : depths)
      for (bool transpose_a : {false, true})
        for (int i = 0; i < effort(4, 1); ++i)
          expect_equal(Product<T>::random(extent(random), extent(random), k, transpose_a, random));
    for (std::int64_t k : depths)
      for (std::int64_t m : {9, 40, 70}) {
        if (sanitized && m != 40) continue;
        expect_equal(Product<T>::random(m, 1, k, false, random));
        for (std::int64_t few : {1, 2}) expect_equal(Product<T>::random(few, 2 * m, k, m == 40, random));
      }
  }

  template <class T>
  void expect_equal_at_all_extents() {
    std::mt19937 random(22);
    for (std::int64_t few : {1, 2, 3}) expect_equal(Product<T>::random(few, 0, 5, false, random));
    for (std::int64_t extent = 1; extent <= 70; extent += effort(1, 3))
      for (bool transpose_a : {false, true}) {
        expect_equal(Product<T>::random(extent, 5, 17, transpose_a, random));
        expect_equal(Product<T>::random(5, extent, 17, transpose_a, random));
        for (std::int64_t few : {1, 2})
          for (std::int64_t k : {3, 530}) expect_equal(Product<T>::random(few, extent, k, transpose_a, random));
        expect_equal(Product<T>::random(extent, 1, 35, transpose_a, random));
        if (extent % 6 != 1) continue;
        for (std::int64_t few : {1, 2})
          for (std::int64_t k : {35, 600}) expect_equal(Product<T>::random(few, 9 * extent, k, transpose_a, random));
      }
  }

  /// Aᵀ B whose A has rows of some pages: copied where it is read for several panels.
  template <class T>
  void expect_equal_with_long_rows() {
    std::mt19937 random(27);
    expect_equal(Product<T>::random(1003, 197, 130, true, random));
    if (!sanitized) expect_equal(Product<T>::random(1000, 208, 512, true, random));
  }

  template <class T>
  void expect_same_bits_for_any_division_of_the_rows() {
    std::mt19937 random(23);
    for (std::int64_t k : {64, 1300})
      for (bool transpose_a : {false, true})
        for (std::int64_t n : {29, 1}) {
          const auto p = Product<T>::random(n == 1 ? 97 : 37, n, k, transpose_a, random);
          const std::vector<T> expected = p.reference();
          for (int division = 0; division < effort(20, 4); ++division) {
            GuardedArray<T> c(expected.size());
            std::fill(c.all().begin(), c.all().end(), T(-1));
            std::int64_t next = 0;
            while (next < p.m) {
              const auto end = std::min(p.m, next + 1 + static_cast<std::int64_t>(random() % (n == 1 ? 60 : 14)));
              p.run(set(), p.a.data(), p.b.data(), c.data(), next, end);
              for (std::int64_t later = end * p.n; later < p.m * p.n; ++later)
                ASSERT_EQ(c.data()[later], T(-1)) << "rows [" << next << ", " << end << ") reach beyond their end";
              next = end;
            }
            ASSERT_EQ(first_difference<T>(c.data(), expected.data(), p.m * p.n), -1);
          }
        }
  }

  /// NaN, ±∞, −0, denormals and overflow among the operands.
  template <class T>
  void expect_equal_with_special_numbers() {
    using L = std::numeric_limits<T>;
    const T special[] = {T(-0.0), L::infinity(), -L::infinity(), L::quiet_NaN(), L::denorm_min(), L::max(), T(0)};
    std::mt19937 random(24);
    for (std::size_t i = 0; i < 60; ++i) {
      auto p = Product<T>::random(std::array{9, 1, 2}[i % 3], 21, 40, i % 2 == 0, random);
      for (int spoiled = 0; spoiled < 6; ++spoiled) {
        p.a[random() % p.a.size()] = special[random() % 7];
        p.b[random() % p.b.size()] = special[random() % 7];
      }
      expect_equal(p);
    }
    Product<T> denormal{3, 3, 2, false, std::vector<T>(6, L::min()), std::vector<T>(6, T(0.25))};
    expect_equal(denormal);
  }

  /// Operands and result may be parts of wider matrices.
  template <class T>
  void expect_equal_within_wider_matrices() {
    std::mt19937 random(25);
    const auto p = Product<T>::random(7, 19, 33, false, random);
    const std::int64_t lda = 40, ldb = 23, ldc = 21;
    constexpr T poison = std::numeric_limits<T>::quiet_NaN();  // whoever reads it spoils the result
    std::vector<T> a(static_cast<std::size_t>(p.m * lda), poison), b(static_cast<std::size_t>(p.k * ldb), poison);
    std::vector<T> c(static_cast<std::size_t>(p.m * ldc), T(-1));
    const auto place = [](std::vector<T>& wide, const std::vector<T>& narrow, std::int64_t rows, std::int64_t columns,
                          std::int64_t stride) {
      for (std::int64_t i = 0; i < rows; ++i)
        std::copy_n(narrow.begin() + i * columns, columns, wide.begin() + i * stride);
    };
    place(a, p.a, p.m, p.k, lda);
    place(b, p.b, p.k, p.n, ldb);
    const kernels::ProductKernel kernel = sizeof(T) == 4 ? set().product_f32 : set().product_f64;
    kernel({a.data(), b.data(), c.data(), p.m, p.n, p.k, lda, ldb, ldc, 0, p.m}, false);
    std::vector<T> expected(c.size(), T(-1));
    place(expected, p.reference(), p.m, p.n, ldc);
    EXPECT_EQ(first_difference(c.data(), expected.data(), static_cast<std::int64_t>(c.size())), -1);
  }
};

TEST_P(Products, EqualThePlainLoopWithLongRows) {
  expect_equal_with_long_rows<float>();
  expect_equal_with_long_rows<double>();
}

TEST_P(Products, EqualThePlainLoopAtAllDepths) {
  expect_equal_at_all_depths<float>();
  expect_equal_at_all_depths<double>();
}

TEST_P(Products, EqualThePlainLoopAtAllExtents) {
  expect_equal_at_all_extents<float>();
  expect_equal_at_all_extents<double>();
}

TEST_P(Products, HaveTheSameBitsForAnyDivisionOfTheRows) {
  expect_same_bits_for_any_division_of_the_rows<float>();
  expect_same_bits_for_any_division_of_the_rows<double>();
}

TEST_P(Products, EqualThePlainLoopForSpecialNumbers) {
  expect_equal_with_special_numbers<float>();
  expect_equal_with_special_numbers<double>();
}

TEST_P(Products, EqualThePlainLoopWithinWiderMatrices) {
  expect_equal_within_wider_matrices<float>();
  expect_equal_within_wider_matrices<double>();
}

ANSATZ_FOR_EACH_KERNEL_SET(Products);

}  // namespace
}  // namespace ansatz::test
