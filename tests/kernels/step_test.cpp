// SPDX-License-Identifier: BSD-3-Clause
// Every step of a chain, in every kernel set and lane width, equals the plain kernel bit for bit on all kinds of
// numbers, at every length, in place, and without touching anything behind its operands.
#include <cmath>
#include <limits>

#include "ansatz/kernels/reference.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/ops/table.hpp"
#include "tests/kernels/guarded_memory.hpp"
#include "tests/kernels/kernel_sets.hpp"

namespace ansatz::test {
namespace {

/// A step: the operation, its slope, and the dtypes of its operands and result in lanes of f32 or f64.
struct Step {
  const Op* op;
  Dtype lanes;
  std::vector<Dtype> operands;
  Dtype result;
  double parameter;
};

Step step_of(const Op& op, Dtype lanes) {
  const Dtype boolean = Dtype::boolean;
  Step step{&op, lanes, std::vector<Dtype>(static_cast<std::size_t>(op.arity), lanes), lanes, 0.0};
  if (op.accepts == Accepts::boolean) step.operands.assign(step.operands.size(), boolean);
  if (&op == &rows::where || &op == &rows::cast) step.operands[0] = boolean;
  if (&op == &rows::leaky_relu) step.parameter = 0.01;
  std::vector<Type> types;
  for (Dtype dtype : step.operands) types.push_back({dtype, {1}});
  Attributes attributes;
  attributes.dtype = lanes;
  step.result = op.type(types, attributes).dtype;
  return step;
}

/// ±0, ±∞, NaN, the ends of the normal and of the denormal numbers, powers of two, and places where functions change.
template <class T>
std::vector<T> special_numbers() {
  using L = std::numeric_limits<T>;
  std::vector<T> positive = {T(0),
                             L::infinity(),
                             L::quiet_NaN(),
                             L::denorm_min(),
                             T(3) * L::denorm_min(),
                             L::min() - L::denorm_min(),
                             L::min(),
                             L::max(),
                             L::max() / T(3),
                             L::epsilon(),
                             L::epsilon() / T(2),
                             T(1) - L::epsilon(),
                             T(1),
                             T(1) + L::epsilon(),
                             T(0.5),
                             T(2),
                             T(3),
                             T(0.25),
                             T(1e-10),
                             T(1e-3),
                             T(0.7),
                             T(3.14159265),
                             T(1.5707963),
                             T(20),
                             T(87.5),
                             T(88.8),
                             T(104),
                             T(709.7),
                             T(709.8),
                             T(745.2),
                             T(1e4),
                             T(1e10),
                             T(1e15),
                             T(4294967296.5),
                             T(1e30)};
  // Where exponentials.hpp changes from one formula to another.
  for (double edge : {0.75, 1.0, 15.0, 24.0, 39.0, 48.0, 87.0, 89.0, 104.0, 708.0, 710.0, 746.0})
    for (T x : {T(edge), std::nextafter(T(edge), T(0)), std::nextafter(T(edge), L::infinity())}) positive.push_back(x);
  std::vector<T> all = positive;
  for (T value : positive) all.push_back(-value);
  return all;
}

template <class T>
T random_bits(std::mt19937& random) {
  std::uint64_t bits = (std::uint64_t{random()} << 32) | random();
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// n values for each operand: all combinations of special numbers first, then random bits and moderate numbers.
template <class T>
std::vector<std::vector<T>> operands_for(const Step& step, std::mt19937& random) {
  const std::vector<T> special = special_numbers<T>();
  const std::size_t k = step.operands.size(), n = special.size() * special.size() + 8000;
  std::uniform_real_distribution<double> moderate(-20.0, 20.0);
  std::vector<std::vector<T>> values(k, std::vector<T>(n));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t operand = 0; operand < k; ++operand) {
      const std::size_t which = operand == 0 ? i : operand == 1 ? i / special.size() : i / 7;
      const bool combination = i < special.size() * special.size();
      T value = special[which % special.size()];
      if (!combination) value = i % 2 == 0 ? random_bits<T>(random) : static_cast<T>(moderate(random));
      if (step.operands[operand] == Dtype::boolean) value = static_cast<T>(random() % 2);
      values[operand][i] = value;
    }
  return values;
}

/// What the plain kernel gives; booleans as 0 and 1.
template <class T>
std::vector<T> reference(const Step& step, const std::vector<std::vector<T>>& values) {
  const auto n = static_cast<std::int64_t>(values[0].size());
  Node node{step.op, {}, {}, {step.result, {n}}, {}};
  node.attributes.reals = {step.parameter};
  node.attributes.dtype = step.lanes;
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (step.operands[k] == Dtype::boolean)
      operands.push_back(tensor_of(Dtype::boolean, {n}, std::vector<double>(values[k].begin(), values[k].end())));
    else
      operands.emplace_back(values[k], Shape{n});
  }
  const Tensor result = kernels::compute(node, operands);
  if (step.result != Dtype::boolean) return {result.as<T>().begin(), result.as<T>().end()};
  const std::vector<double> truth = numbers_of(result);
  return {truth.begin(), truth.end()};
}

/// In lanes, false is 0 and true has all bits set.
template <class T>
T truth_in_lanes(bool value) {
  T lane;
  std::memset(&lane, value ? 0xff : 0, sizeof lane);
  return lane;
}
template <class T>
std::vector<T> in_lanes(Dtype dtype, std::vector<T> values) {
  if (dtype == Dtype::boolean)
    for (T& value : values) value = truth_in_lanes<T>(value != T(0));
  return values;
}
template <class T>
bool same_lane(Dtype dtype, T a, T b) {
  return dtype == Dtype::boolean ? std::memcmp(&a, &b, sizeof(T)) == 0 : same_bits(a, b);
}

class StepKernels : public KernelSets {
 protected:
  /// Calls check(step, kernel, zero) for all steps of both lane widths; zero has the lanes' type.
  template <class Check>
  void for_each_step(const Check& check) {
    int steps = 0;
    for (const Op* op : all_ops())
      for (Dtype lanes : {Dtype::f32, Dtype::f64}) {
        if (!op->elementwise || op->arity == Op::variadic) continue;  // custom: kernels of users
        const Step step = step_of(*op, lanes);
        const kernels::StepKernel kernel = set().step(*op, lanes, step.operands.back());
        if (kernel == nullptr) continue;
        SCOPED_TRACE(std::string(op->name) + " in " + std::string(name_of(lanes)));
        lanes == Dtype::f32 ? check(step, kernel, float{}) : check(step, kernel, double{});
        ++steps;
      }
    EXPECT_GE(steps, 2 * 32);
  }
};

TEST_P(StepKernels, EqualThePlainKernelBitForBit) {
  for_each_step([](const Step& step, kernels::StepKernel kernel, auto zero) {
    using T = decltype(zero);
    std::mt19937 random(11);
    const auto values = operands_for<T>(step, random);
    const std::vector<T> expected = in_lanes(step.result, reference(step, values));
    std::vector<std::vector<T>> lanes;
    for (std::size_t k = 0; k < values.size(); ++k) lanes.push_back(in_lanes(step.operands[k], values[k]));
    lanes.resize(3);
    std::vector<T> found(expected.size());
    kernel(found.data(), lanes[0].data(), lanes[1].data(), lanes[2].data(), static_cast<std::int64_t>(found.size()),
           step.parameter);
    for (std::size_t i = 0; i < found.size(); ++i)
      ASSERT_TRUE(same_lane(step.result, found[i], expected[i]))
          << "f(" << values[0][i] << ", " << (values.size() > 1 ? values[1][i] : T(0)) << ") is " << found[i] << "; "
          << expected[i] << " expected";
  });
}

TEST_P(StepKernels, GiveTheSameAtEveryLengthAndTouchNothingElse) {
  for_each_step([](const Step& step, kernels::StepKernel kernel, auto zero) {
    using T = decltype(zero);
    std::mt19937 random(12);
    const auto values = operands_for<T>(step, random);
    const std::vector<T> expected = in_lanes(step.result, reference(step, values));
    for (std::int64_t n = 1; n <= 40; ++n) {
      const auto at = static_cast<std::ptrdiff_t>(random() % (expected.size() - 40));
      std::vector<std::vector<T>> parts(3);
      for (std::size_t k = 0; k < values.size(); ++k)
        parts[k] = in_lanes<T>(step.operands[k], {values[k].begin() + at, values[k].begin() + at + n});
      const GuardedArray<T> a(parts[0]), b(parts[1]), c(parts[2]);
      GuardedArray<T> out(static_cast<std::size_t>(n));
      kernel(out.data(), a.data(), b.data(), c.data(), n, step.parameter);
      for (std::int64_t i = 0; i < n; ++i)
        ASSERT_TRUE(same_lane(step.result, out.data()[i], expected[static_cast<std::size_t>(at + i)]))
            << "length " << n;
      ASSERT_TRUE(out.untouched_before()) << "length " << n;
    }
  });
}

TEST_P(StepKernels, MayWriteOverAnyOfTheirOperands) {
  for_each_step([](const Step& step, kernels::StepKernel kernel, auto zero) {
    using T = decltype(zero);
    std::mt19937 random(13);
    const auto values = operands_for<T>(step, random);
    const std::vector<T> expected = in_lanes(step.result, reference(step, values));
    for (std::size_t over = 0; over < values.size(); ++over) {
      std::vector<std::vector<T>> lanes;
      for (std::size_t k = 0; k < values.size(); ++k) lanes.push_back(in_lanes(step.operands[k], values[k]));
      lanes.resize(3);
      kernel(lanes[over].data(), lanes[0].data(), lanes[1].data(), lanes[2].data(),
             static_cast<std::int64_t>(expected.size()), step.parameter);
      for (std::size_t i = 0; i < expected.size(); ++i)
        ASSERT_TRUE(same_lane(step.result, lanes[over][i], expected[i]))
            << "over operand " << over << ", element " << i;
    }
  });
}

TEST_P(StepKernels, DoNotExistForOperationsThatMoveElements) {
  for (const Op* op : all_ops()) {
    if (op->elementwise) continue;
    for (Dtype lanes : {Dtype::f32, Dtype::f64}) EXPECT_EQ(set().step(*op, lanes, lanes), nullptr) << op->name;
  }
}

ANSATZ_FOR_EACH_KERNEL_SET(StepKernels);

}  // namespace
}  // namespace ansatz::test
