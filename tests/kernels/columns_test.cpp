// SPDX-License-Identifier: BSD-3-Clause
// Column sums, transposition and the search for what is not finite: the plain kernels' bits, in any division.
#include <cmath>

#include "ansatz/kernels/reference.hpp"
#include "ansatz/ops/ops.hpp"
#include "tests/kernels/guarded_memory.hpp"
#include "tests/kernels/kernel_sets.hpp"

namespace ansatz::test {
namespace {

template <class T>
std::vector<T> computed(const Op& op, std::vector<std::int64_t> ints, const Shape& result, const Tensor& x) {
  Node node{&op, {}, {}, {dtype_of<T>, result}, {}};
  node.attributes.ints = std::move(ints);
  const Tensor value = kernels::compute(node, {x});
  return {value.as<T>().begin(), value.as<T>().end()};
}

class Columns : public KernelSets {
 protected:
  template <class T>
  void expect_sums() {
    std::mt19937 random(31);
    for (std::int64_t rows : {0, 1, 2, 7, 511, 512, 513, 1024, 1025, 1537, 2600})
      for (std::int64_t columns : {1, 3, 4, 7, 8, 15, 16, 17, 31, 40, 67}) {
        const std::vector<T> x = rough_numbers<T>(rows * columns, random);
        const std::vector<T> expected = computed<T>(rows::sum, {0}, {columns}, Tensor(x, {rows, columns}));
        const GuardedArray<T> in(x);
        GuardedArray<T> whole(expected.size()), parts(expected.size());
        set().column_sums(dtype_of<T>, in.data(), rows, columns, whole.data(), 0, columns);
        in_random_parts(columns, random, 21, [&](std::int64_t begin, std::int64_t end) {
          set().column_sums(dtype_of<T>, in.data(), rows, columns, parts.data(), begin, end);
        });
        ASSERT_EQ(first_difference<T>(whole.data(), expected.data(), columns), -1) << rows << " × " << columns;
        ASSERT_EQ(first_difference<T>(parts.data(), expected.data(), columns), -1) << rows << " × " << columns;
        ASSERT_TRUE(whole.untouched_before() && parts.untouched_before());
      }
  }

  template <class T>
  void expect_finiteness() {
    using L = std::numeric_limits<T>;
    const T finite[] = {L::max(), -L::max(), L::denorm_min(), T(-0.0), T(1)};
    for (std::size_t n = 0; n <= 70; ++n) {
      GuardedArray<T> x(n);
      for (std::size_t i = 0; i < n; ++i) x.data()[i] = finite[i % 5];
      const auto length = static_cast<std::int64_t>(n);
      ASSERT_TRUE(set().all_finite(dtype_of<T>, x.data(), length)) << "length " << n;
      for (std::size_t i = 0; i < n; ++i)
        for (T bad : {L::infinity(), -L::infinity(), L::quiet_NaN(), -L::quiet_NaN(), L::signaling_NaN()}) {
          const T before = x.data()[i];
          x.data()[i] = bad;
          ASSERT_FALSE(set().all_finite(dtype_of<T>, x.data(), length)) << bad << " at " << i << " of " << n;
          x.data()[i] = before;
        }
    }
  }
};

TEST_P(Columns, SumAsThePlainLoopInAnyDivision) {
  expect_sums<float>();
  expect_sums<double>();
}

TEST_P(Columns, AreFiniteUnlessOneElementIsNot) {
  expect_finiteness<float>();
  expect_finiteness<double>();
}

ANSATZ_FOR_EACH_KERNEL_SET(Columns);

}  // namespace
}  // namespace ansatz::test
