// SPDX-License-Identifier: BSD-3-Clause
// The checks of derivatives_test.cpp must fail when a rule is wrong: each rule of each row in turn gets the wrong sign,
// in one argument at a time, and each row in turn forgets that it is linear in one of its arguments.
#include <gtest/gtest.h>

#include "tests/ops/checks.hpp"

namespace ansatz::test {
namespace {

/// Rules are plain functions, which find here what they have to spoil.
struct {
  const Op* row = nullptr;
  int argument = -1;
} spoiled;

Op with_wrong_sign(const Op& row, int argument) {
  spoiled = {&row, argument};
  Op wrong = row;
  if (row.partial != nullptr)
    wrong.partial = [](const Call& call, int i) -> std::optional<Var> {
      const std::optional<Var> right = spoiled.row->partial(call, i);
      return i == spoiled.argument && right ? std::optional(-*right) : right;
    };
  if (row.transpose != nullptr)
    wrong.transpose = [](const Call& call, const Var& cotangent, int i) {
      const Var right = spoiled.row->transpose(call, cotangent, i);
      return i == spoiled.argument ? -right : right;
    };
  if (row.tangent != nullptr)
    wrong.tangent = [](const Call& call, std::span<const std::optional<Var>> tangents) {
      return -spoiled.row->tangent(call, tangents);
    };
  return wrong;
}

/// Calls test(case, argument) for every case of `kinds` and every argument in which it has a derivative.
template <class Test>
int for_each_rule(std::initializer_list<Kind> kinds, const Test& test) {
  int rules = 0;
  for (const OpCase& one : op_cases()) {
    if (std::find(kinds.begin(), kinds.end(), one.row.kind) == kinds.end()) continue;
    const Experiment right(one, Dtype::f64);
    for (std::size_t argument : right.active()) {
      if (one.row.linear_in != 0 && (one.row.linear_in >> argument & 1U) == 0) continue;
      SCOPED_TRACE(fmt::format("{}, argument {}", one.row.name, argument));
      test(one, static_cast<int>(argument));
      ++rules;
    }
  }
  return rules;
}

TEST(AWrongSign, InAPartialDerivativeIsFoundInBothModes) {
  const int rules = for_each_rule({Kind::elementwise}, [](const OpCase& one, int argument) {
    const Op wrong = with_wrong_sign(one.row, argument);
    const Experiment e(one, Dtype::f64, &wrong);
    EXPECT_FALSE(forward_equals_differences(e).holds);
    EXPECT_FALSE(reverse_equals_differences(e).holds);
  });
  EXPECT_GE(rules, 20);
}

TEST(AWrongSign, InATransposeIsFoundInReverseModeAndAgainstForwardMode) {
  const int rules = for_each_rule({Kind::linear, Kind::multilinear}, [](const OpCase& one, int argument) {
    const Op wrong = with_wrong_sign(one.row, argument);
    for (Dtype dtype : {Dtype::f64, Dtype::f32}) {
      const Experiment e(one, dtype, &wrong);
      EXPECT_FALSE(modes_are_adjoint(e, 1e-6).holds);
      EXPECT_FALSE(second_order_agrees(e, 1e-6).holds);
    }
    EXPECT_FALSE(reverse_equals_differences(Experiment(one, Dtype::f64, &wrong)).holds);
  });
  EXPECT_GE(rules, 20);
}

TEST(AWrongSign, InATangentIsFoundInBothModes) {
  const int rules = for_each_rule({Kind::general}, [](const OpCase& one, int argument) {
    const Op wrong = with_wrong_sign(one.row, argument);
    const Experiment e(one, Dtype::f64, &wrong);
    EXPECT_FALSE(forward_equals_differences(e).holds);
    EXPECT_FALSE(reverse_equals_differences(e).holds);
  });
  EXPECT_GE(rules, 2);
}

TEST(AForgottenArgument, OfALinearOperationIsFoundInBothModes) {
  const int rules = for_each_rule({Kind::linear, Kind::multilinear}, [](const OpCase& one, int argument) {
    Op wrong = one.row;
    wrong.linear_in &= ~(1U << argument);
    const Experiment e(one, Dtype::f64, &wrong);
    EXPECT_FALSE(forward_equals_differences(e).holds);
    EXPECT_FALSE(reverse_equals_differences(e).holds);
  });
  EXPECT_GE(rules, 20);
}

TEST(AForgottenRule, TurnsEveryRowIntoOneThatFailsTheChecks) {
  const auto kinds = {Kind::elementwise, Kind::linear, Kind::multilinear, Kind::general};
  for_each_rule(kinds, [](const OpCase& one, int) {
    Op wrong = one.row;
    wrong.kind = Kind::opaque;
    const Experiment e(one, Dtype::f64, &wrong);
    EXPECT_FALSE(forward_equals_differences(e).holds);
    EXPECT_FALSE(reverse_equals_differences(e).holds);
  });
}

TEST(AnUnchangedCopyOfARow, PassesTheChecks) {  // so that it is the wrong sign, not the copy, that fails them
  const auto kinds = {Kind::elementwise, Kind::linear, Kind::multilinear, Kind::general};
  for_each_rule(kinds, [](const OpCase& one, int) {
    const Op copy = one.row;
    const Experiment e(one, Dtype::f64, &copy);
    for (const Verdict& verdict : {forward_equals_differences(e), reverse_equals_differences(e)})
      EXPECT_TRUE(verdict.holds) << verdict.why;
  });
}

}  // namespace
}  // namespace ansatz::test
