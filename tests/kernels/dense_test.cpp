// SPDX-License-Identifier: BSD-3-Clause
// Reductions outside chains: the tuned forms have the bits of the plain ones. And the choice of a kernel set.
#include "ansatz/kernels/dense.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/ops/table.hpp"
#include "tests/kernels/kernel_sets.hpp"

namespace ansatz::test {
namespace {

class DenseKernels : public KernelSets {
 protected:
  /// The kernel that is found for op(x) gives what the plain kernel gives, as a whole and in two parts.
  void expect_equal(const Op& op, std::vector<std::int64_t> ints, const Tensor& x, Dtype dtype = Dtype::f64) {
    expect_equal(op, std::move(ints), std::vector<const Tensor*>{&x}, dtype);
  }
  void expect_equal(const Op& op, std::vector<std::int64_t> ints, const std::vector<const Tensor*>& operands,
                    Dtype dtype = Dtype::f64) {
    Node node{&op, {}, {}, {}, {}};
    node.attributes.ints = std::move(ints);
    node.attributes.dtype = dtype;
    std::vector<Type> types;
    std::vector<kernels::View> views;
    for (const Tensor* x : operands) {
      types.push_back({x->dtype(), x->shape()});
      views.push_back({x->data(), types.back()});
    }
    node.type = op.type(types, node.attributes);
    const kernels::DenseKernel kernel = kernels::find_dense(node, types);
    Tensor expected(node.type.dtype, node.type.shape);
    kernels::compute(node, views, expected.data());
    const std::vector<double> b = numbers_of(expected);
    for (const std::int64_t first : {kernel.parts, kernel.parts / 3}) {
      Tensor found(node.type.dtype, node.type.shape);
      if (first < kernel.parts) kernel.run(node, views, found.data(), set(), {first, kernel.parts});
      kernel.run(node, views, found.data(), set(), {0, first});
      const std::vector<double> a = numbers_of(found);
      EXPECT_EQ(first_difference(a.data(), b.data(), static_cast<std::int64_t>(a.size())), -1)
          << op.name << " of " << to_string(types[0]) << " along " << testing::PrintToString(node.attributes.ints)
          << ", " << first << " of " << kernel.parts << " parts first";
    }
  }

  template <class T>
  void expect_all_equal() {
    std::mt19937 random(51);
    for (std::int64_t n : {1, 2, 7, 31, 512, 513, 1100, 4096, 4097, 9000}) {
      const Tensor row(rough_numbers<T>(n, random), Shape{n});
      const Tensor wide(rough_numbers<T>(3 * n, random), Shape{3, n}),
          tall(rough_numbers<T>(3 * n, random), Shape{n, 3});
      for (const Op* op : {&rows::sum, &rows::reduce_max, &rows::reduce_min, &rows::argmax}) {
        expect_equal(*op, {0}, row);
        for (std::int64_t axis : {0, 1}) {
          expect_equal(*op, {axis}, wide);
          expect_equal(*op, {axis}, tall);
        }
      }
      expect_equal(rows::sum, {0, 1}, wide);
      expect_equal(rows::all_finite, {}, wide);
    }
    const Tensor box(rough_numbers<T>(4 * 5 * 6, random), Shape{4, 5, 6});
    for (const std::vector<std::int64_t>& axes :
         std::vector<std::vector<std::int64_t>>{{0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}})
      expect_equal(rows::sum, axes, box);
    const Tensor four(rough_numbers<T>(3 * 40 * 2 * 17, random), Shape{3, 40, 2, 17});
    for (const std::vector<std::int64_t>& axes :
         std::vector<std::vector<std::int64_t>>{{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 3}})
      expect_equal(rows::sum, axes, four);
    std::vector<std::int64_t> order = {0, 1, 2, 3};
    do expect_equal(rows::transpose, order, four);
    while (std::next_permutation(order.begin(), order.end()));
    expect_equal(rows::transpose, {2, 1, 0}, Tensor(rough_numbers<T>(35, random), Shape{5, 1, 7}));
    expect_equal(rows::transpose, {1, 0}, Tensor(rough_numbers<T>(0, random), Shape{5, 0}));
    Tensor spoiled = box;
    spoiled.template as<T>()[77] = std::numeric_limits<T>::quiet_NaN();
    expect_equal(rows::argmax, {2}, spoiled);
    expect_equal(rows::reduce_max, {1, 2}, spoiled);
    expect_equal(rows::all_finite, {}, spoiled);
    const T nan = std::numeric_limits<T>::quiet_NaN(), infinite = std::numeric_limits<T>::infinity();
    const Tensor special(
        std::vector<T>{T(-0.0), T(0), T(-1), T(0), T(-0.0), T(1), nan, T(1), T(2), -infinite, infinite, T(-0.0)},
        Shape{4, 3});
    for (const Op* op : {&rows::reduce_max, &rows::reduce_min}) expect_equal(*op, {1}, special);
    const Tensor labels(std::vector<std::int32_t>{0, 2, -1, 3, 1}, Shape{5});
    expect_equal(rows::one_hot, {3}, labels, dtype_of<T>);
    const Tensor index(std::vector<std::int32_t>{4, 0, 4, 2, 3, 1, 1}, Shape{7}), none(Dtype::i32, Shape{0});
    const Tensor table(rough_numbers<T>(5 * 6, random), Shape{5, 3, 2});
    expect_equal(rows::gather, {}, {&table, &index});
    expect_equal(rows::gather, {}, {&table, &none});
    for (std::int64_t columns = 1; columns <= 40; ++columns) {
      const Tensor rows_of_it(rough_numbers<T>(5 * columns, random), Shape{5, columns});
      expect_equal(rows::gather, {}, {&rows_of_it, &index});
    }
  }
};

TEST_P(DenseKernels, EqualThePlainKernelsBitForBit) {
  expect_all_equal<float>();
  expect_all_equal<double>();
}

ANSATZ_FOR_EACH_KERNEL_SET(DenseKernels);

TEST(KernelSet, IsNamedAfterItself) {
  for (const char* name : {"avx2", "avx2-128", "avx512", "neon"}) {
    const kernels::KernelSet* set = kernels::find_kernel_set(name);
    EXPECT_TRUE(set == nullptr || set->name == name);
  }
  EXPECT_EQ(kernels::find_kernel_set("sse2"), nullptr);
  EXPECT_EQ(kernels::find_kernel_set(""), nullptr);
}

/// The choice is made once in a process, so each of these tests starts its program anew.
class Choice : public testing::Test {
 protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    if (!can_start_itself())
      GTEST_SKIP() << "an emulator runs this program, and the system cannot start it (binfmt_misc)";
  }

 private:
  static bool can_start_itself() {
    constexpr int cannot = 127;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe");
    const pid_t child = fork();
    if (child == 0) {
      dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
      execl(program.c_str(), program.c_str(), "--gtest_list_tests", static_cast<char*>(nullptr));
      _exit(cannot);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return !WIFEXITED(status) || WEXITSTATUS(status) != cannot;
  }
};

TEST_F(Choice, CanBeForcedByTheEnvironment) {
  const char* names[] = {"avx2", "avx2-128", "neon"};
  for (const char* name : names) {
    if (kernels::find_kernel_set(name) == nullptr) continue;
    const auto choose = [&] {
      setenv("ANSATZ_CPU", name, 1);
      std::exit(kernels::kernel_set().name == name ? 0 : 1);
    };
    EXPECT_EXIT(choose(), testing::ExitedWithCode(0), "");
  }
}

TEST_F(Choice, ThatCannotRunHereIsAnErrorThatNamesIt) {
  const auto choose = [] {
    setenv("ANSATZ_CPU", "pentium", 1);
    try {
      kernels::kernel_set();
    } catch (const PlatformError& error) {
      std::fputs(error.what(), stderr);
      std::exit(0);
    }
    std::exit(1);
  };
  EXPECT_EXIT(choose(), testing::ExitedWithCode(0), "ANSATZ_CPU is \"pentium\".*cannot run");
}

}  // namespace
}  // namespace ansatz::test
