// SPDX-License-Identifier: BSD-3-Clause
// Every row of the table × every floating dtype: finite differences, forward against reverse mode, second order.
#include <gtest/gtest.h>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "tests/ops/checks.hpp"

namespace ansatz::test {
namespace {

bool has_rule(const Op& row) { return row.kind != Kind::source && row.kind != Kind::opaque; }

/// Calls check(experiment) for every case with a derivative rule, in each of `dtypes`.
template <class Check>
void for_each_differentiable(std::initializer_list<Dtype> dtypes, const Check& check) {
  int done = 0;
  for (const OpCase& one : op_cases()) {
    if (!has_rule(one.row)) continue;
    for (Dtype dtype : dtypes) {
      const Experiment experiment(one, dtype);
      ASSERT_TRUE(experiment.differentiable()) << one.row.name;
      const Verdict verdict = check(experiment);
      EXPECT_TRUE(verdict.holds) << verdict.why;
      ++done;
    }
  }
  EXPECT_GT(done, 40);
}

TEST(OperationDerivatives, SamplesKeepAwayFromKinks) {
  for (const OpCase& one : op_cases()) {
    if (one.row.kinks.empty()) continue;
    std::vector<Numbers> at;
    for (const Tensor& x : sample(one, Dtype::f64)) at.push_back(numbers_of(x));
    for (std::size_t i = 0; i < at[0].size(); ++i)
      EXPECT_GT(distance_from_kinks(one.row, at, i), 10.0 * one.step) << one.row.name;
  }
}

TEST(OperationDerivatives, ForwardModeEqualsFiniteDifferences) {
  for_each_differentiable({Dtype::f64}, forward_equals_differences);
}

TEST(OperationDerivatives, ReverseModeEqualsFiniteDifferences) {
  for_each_differentiable({Dtype::f64}, reverse_equals_differences);
}

TEST(OperationDerivatives, ReverseModeIsTheTransposeOfForwardMode) {
  for_each_differentiable({Dtype::f64, Dtype::f32}, [](const Experiment& e) {
    return modes_are_adjoint(e, e.dtype() == Dtype::f64 && e.row().name != "cast" ? 1e-13 : 2e-6);
  });
}

TEST(OperationDerivatives, SecondDerivativesAgreeInAllFourOrdersOfTheModes) {
  for_each_differentiable({Dtype::f64, Dtype::f32}, [](const Experiment& e) {
    return second_order_agrees(e, e.dtype() == Dtype::f64 && e.row().name != "cast" ? 1e-12 : 4e-6);
  });
}

TEST(OperationDerivatives, InSinglePrecisionAreThoseOfDoublePrecision) {
  for (const OpCase& one : op_cases()) {
    if (!has_rule(one.row)) continue;
    const Verdict verdict = single_equals_double(Experiment(one, Dtype::f32), Experiment(one, Dtype::f64));
    EXPECT_TRUE(verdict.holds) << verdict.why;
  }
}

TEST(OperationDerivatives, OpaqueOperationsHaveNoDerivative) {
  int done = 0;
  for (const OpCase& one : op_cases()) {
    if (one.row.kind != Kind::opaque) continue;
    for (Dtype dtype : dtypes_of(one)) {
      const Experiment experiment(one, dtype);
      if (experiment.active().empty()) continue;
      EXPECT_FALSE(experiment.forward(experiment.active())) << name_of(experiment);
      for (const auto& part : experiment.reverse()) EXPECT_FALSE(part) << name_of(experiment);
      ++done;
    }
  }
  EXPECT_GE(done, 2 * 9);
}

TEST(OperationDerivatives, OpaqueOperationsHaveZeroGradientWhichIsTheTrueOne) {
  for (const OpCase& one : op_cases()) {
    if (one.row.kind != Kind::opaque || !accepts(one.row.accepts, Dtype::f64)) continue;
    const Experiment e(one, Dtype::f64);
    if (e.active().empty()) continue;
    Trace trace;
    std::vector<Var> xs;
    const std::vector<Tensor> point = sample(one, Dtype::f64);
    for (const Tensor& x : point) xs.push_back(trace.input({x.dtype(), x.shape()}));
    const Var y = sum(cast(record(one, xs, Dtype::f64), Dtype::f64));
    for (const Var& part : autodiff::gradients(y, xs)) trace.output(part);
    for (const Tensor& part : interpret(trace.finish(), point))
      for (double element : numbers_of(part)) EXPECT_EQ(element, 0.0) << one.row.name;
    if (&one.row == &rows::stop_gradient) continue;  // its zero is a wish, not a theorem
    for (double slope : e.difference([&](const auto& at) { return e.value(at); }, e.active(), e.direction()))
      EXPECT_EQ(slope, 0.0) << one.row.name;
  }
}

TEST(OperationDerivatives, DoNotFlowThroughIntegersAndBooleans) {
  int done = 0;
  for (const OpCase& one : op_cases()) {
    if (one.row.kind == Kind::source) continue;
    for (Dtype dtype : dtypes_of(one)) {
      if (is_floating(dtype)) continue;
      Trace trace;
      std::vector<Var> xs;
      for (const Tensor& x : sample(one, dtype)) xs.push_back(trace.input({x.dtype(), x.shape()}));
      const Var y = record(one, xs, dtype);
      for (const auto& part : autodiff::reverse(std::span(&y, 1), std::span(&y, 1), xs))
        EXPECT_FALSE(part) << one.row.name << ' ' << name_of(dtype);
      EXPECT_FALSE(autodiff::forward(std::span(&y, 1), xs, xs).at(0)) << one.row.name << ' ' << name_of(dtype);
      ++done;
    }
  }
  EXPECT_GT(done, 30);
}

}  // namespace
}  // namespace ansatz::test
