// SPDX-License-Identifier: BSD-3-Clause
// Every row with a derivative: its forward Laplacian is the trace of the Hessian by two forward modes, its gradient the
// Jacobian; alone, and for each sample of a stack.
#include "ansatz/autodiff/laplacian.hpp"

#include <gtest/gtest.h>

#include "ansatz/autodiff/vmap.hpp"
#include "tests/ops/checks.hpp"

namespace ansatz::test {
namespace {

/// A row as a function of all its floating arguments, joined to one vector.
class Joined {
 public:
  Joined(const OpCase& one) : case_(one), point_(sample(one, Dtype::f64)) {}

  std::int64_t elements() const {
    std::int64_t n = 0;
    for (const Tensor& x : point_) n += is_floating(x.dtype()) ? x.shape().elements() : 0;
    return n;
  }

  Numbers at() const {
    Numbers all;
    for (const Tensor& x : point_)
      if (is_floating(x.dtype()))
        for (double number : numbers_of(x)) all.push_back(number);
    return all;
  }

  Var operator()(const Var& v) const {
    std::vector<Var> arguments;
    std::int64_t from = 0;
    for (const Tensor& x : point_) {
      const std::int64_t n = x.shape().elements();
      if (!is_floating(x.dtype())) {
        arguments.push_back(constant(numbers_of(x), x.dtype(), x.shape()));
        continue;
      }
      arguments.push_back(reshape(slice(v, {from}, {from + n}), x.shape()));
      from += n;
    }
    const Var y = record(case_, arguments, Dtype::f64);
    return 0.5 * y + y * y;  // so that linear rows have a Laplacian too
  }

 private:
  const OpCase& case_;
  std::vector<Tensor> point_;
};

/// Σ_i ∂²f/∂x_i² by two nested forward modes, one i after the other.
Var by_directions(const Joined& f, const Var& x) {
  std::optional<Var> total;
  for (std::size_t i = 0; i < static_cast<std::size_t>(f.elements()); ++i) {
    Numbers numbers(static_cast<std::size_t>(f.elements()), 0.0);
    numbers[i] = 1.0;
    const Var unit = constant(numbers, x.dtype(), x.shape());
    const auto slope = [&](const Var& v) { return jvp(f, std::tuple(v), std::tuple(unit)).second; };
    const Var second = jvp(slope, std::tuple(x), std::tuple(unit)).second;
    total = total ? *total + second : second;
  }
  return *total;
}

TEST(ForwardLaplacians, OfEveryRowAreTheTraceOfItsHessianAloneAndInStacks) {
  int done = 0;
  for (const OpCase& one : op_cases()) {
    if (one.row.kind == Kind::source || one.row.kind == Kind::opaque || &one.row == &rows::cast) continue;
    SCOPED_TRACE(one.row.name);
    const Joined f(one);
    const Numbers at = f.at();
    Numbers two = at;
    for (double number : at) two.push_back(0.75 * number + 0.0625);
    const auto results = [&](const auto& function, std::int64_t samples, const Numbers& numbers) {
      const Shape shape = samples == 0 ? Shape{f.elements()} : Shape{samples, f.elements()};
      Trace trace;
      const auto found = function(trace.input({Dtype::f64, shape}));
      for (const Var& y : found) trace.output(y);
      std::vector<Numbers> values;
      for (const Tensor& value : interpret(trace.finish(), {tensor_of(Dtype::f64, shape, numbers)}))
        values.push_back(numbers_of(value));
      return values;
    };
    const auto both = [&](const Var& x) {
      const auto [value, gradient, laplacian] = value_gradient_laplacian(f)(x);
      return std::vector<Var>{laplacian, by_directions(f, x), gradient, jacobian(f)(x)};
    };
    const auto close_pairs = [&](const std::vector<Numbers>& values) {
      for (const std::size_t k : {0U, 2U}) {
        const Verdict verdict = close(values[k], values[k + 1], 1e-13, k == 0 ? "Laplacian" : "gradient");
        EXPECT_TRUE(verdict.holds) << verdict.why;
      }
    };
    close_pairs(results(both, 0, at));
    close_pairs(results([&](const Var& xs) { return vmap(both)(xs); }, 2, two));
    ++done;
  }
  EXPECT_GT(done, 45);
}

}  // namespace
}  // namespace ansatz::test
