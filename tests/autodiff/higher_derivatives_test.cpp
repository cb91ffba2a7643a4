// SPDX-License-Identifier: BSD-3-Clause
// All partial derivatives of thirty expressions up to third order against SymPy's (tests/golden/derivatives.py),
// through every nesting of the modes and through jacobian, hessian, hvp and laplacian.
#include <gmock/gmock.h>

#include "ansatz/autodiff/laplacian.hpp"
#include "ansatz/autodiff/vmap.hpp"
#include "ansatz/expr/expression.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/effort.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using Variables = std::vector<Var>;
using Multivariate = std::function<Var(const Variables&)>;

/// One expression of the golden file: its points [3, n], and its derivatives there.
class Golden {
 public:
  explicit Golden(const nlohmann::json& entry)
      : entry_(entry), formula_(expr::parse(entry.at("expression").get<std::string>())) {
    for (const auto& name : entry.at("variables")) names_.push_back(name);
  }

  std::size_t variables() const { return names_.size(); }
  std::size_t points() const { return entry_.at("points").size(); }
  std::string text() const { return formula_.text(); }

  Var operator()(const Variables& x) const {
    std::map<std::string, Var> named;
    for (std::size_t i = 0; i < x.size(); ++i) named.emplace(names_[i], x[i]);
    return formula_.build(named);
  }
  /// The same as a function of one vector.
  Var operator()(const Var& v) const {
    Variables x;
    for (std::int64_t i = 0; i < v.shape()[0]; ++i) x.push_back(reshape(slice(v, {i}, {i + 1}), {}));
    return (*this)(x);
  }

  /// Row p: the values of all variables at point p.
  Tensor table() const {
    Numbers all;
    for (const auto& point : entry_.at("points"))
      for (const std::string& name : names_) all.push_back(point.at("at").at(name));
    return tensor_of(Dtype::f64, {static_cast<std::int64_t>(points()), static_cast<std::int64_t>(variables())}, all);
  }

  /// ∂f/∂(variables `by`), one after another, at each point.
  Numbers derivative(std::vector<std::size_t> by) const {
    std::sort(by.begin(), by.end());
    Numbers values;
    for (const auto& point : entry_.at("points"))
      for (const auto& one : point.at("derivatives")) {
        std::vector<std::size_t> theirs;
        for (const std::string name : one.at("wrt"))
          theirs.push_back(static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin()));
        std::sort(theirs.begin(), theirs.end());
        if (theirs == by) values.push_back(one.at("value"));
      }
    return values;
  }

 private:
  const nlohmann::json& entry_;
  expr::Expression formula_;
  std::vector<std::string> names_;
};

std::vector<Golden> all_golden() {
  std::vector<Golden> all;
  int number = 0;
  for (const auto& entry : golden("derivatives").at("expressions"))
    if (number++ % effort(1, 6) == 0) all.emplace_back(entry);
  return all;
}

/// ∂f/∂x_i at each point, by one of the modes.
Multivariate partial(const Multivariate& f, std::size_t i, bool reverse) {
  return [=](const Variables& x) {
    const auto at = [&](const Var& xi) {
      Variables moved = x;
      moved[i] = xi;
      return f(moved);
    };
    if (reverse) return elementwise_grad(at)(x[i]);
    return jvp(at, std::tuple(x[i]), std::tuple(full_like(x[i], 1.0))).second;
  };
}

TEST(HigherDerivatives, UpToThirdOrderInEveryNestingOfTheModesEqualSymPys) {
  int compared = 0;
  for (const Golden& f : all_golden())
    for (unsigned modes = 0; modes < 8; ++modes) {
      SCOPED_TRACE(fmt::format("{}, modes {:03b}", f.text(), modes));
      std::vector<std::vector<std::size_t>> wanted;
      const auto all = [&](const Var& table) {
        Variables x;
        for (const std::int64_t n = table.shape()[0]; x.size() < f.variables();) {
          const auto i = static_cast<std::int64_t>(x.size());
          x.push_back(reshape(slice(table, {0, i}, {n, i + 1}), {n}));
        }
        Variables results;
        const auto by = [&](std::size_t i, std::size_t order, const Multivariate& g) {
          return partial(g, i, modes >> order & 1U);
        };
        for (std::size_t i = 0; i < x.size(); ++i) {
          const Multivariate first = by(i, 0, [&f](const Variables& v) { return f(v); });
          results.push_back(first(x));
          wanted.push_back({i});
          for (std::size_t j = i; j < x.size(); ++j) {
            const Multivariate second = by(j, 1, first);
            results.push_back(second(x));
            wanted.push_back({i, j});
            for (std::size_t k = j; k < x.size(); ++k) {
              results.push_back(by(k, 2, second)(x));
              wanted.push_back({i, j, k});
            }
          }
        }
        return results;
      };
      const std::vector<Tensor> found = evaluate(all, f.table());
      for (std::size_t r = 0; r < found.size(); ++r) {
        EXPECT_THAT(numbers_of(found[r]), CloseTo(f.derivative(wanted[r]), 1e-12)) << testing::PrintToString(wanted[r]);
        ++compared;
      }
    }
  EXPECT_GT(compared, effort(30, 5) * 8 * 5);
}

TEST(HigherDerivatives, ByJacobianHessianHvpAndLaplacianOfEachPointEqualSymPys) {
  for (const Golden& f : all_golden()) {
    SCOPED_TRACE(f.text());
    const std::size_t n = f.variables();
    const auto each = [&](const Var& x) {
      const auto g = [&f](const Var& v) { return f(v); };
      const auto slopes = [g](const Var& v) { return sum(jacobian(g)(v)); };
      return Variables{jacobian(g)(x),          hessian(g)(x),        jacobian(grad(g))(x),
                       jacobian(hessian(g))(x), hessian(slopes)(x),   hvp(g)(x, full_like(x, 1.0)),
                       laplacian(g)(x),         grad(laplacian(g))(x)};
    };
    const std::vector<Tensor> found = evaluate([&](const Var& table) { return vmap(each)(table); }, f.table());
    Numbers gradient, hessians, third, product, trace, of_trace, of_sum;
    std::map<std::vector<std::size_t>, Numbers> known;
    const auto at = [&](std::vector<std::size_t> by, std::size_t p) {
      const auto [place, is_new] = known.try_emplace(by);
      if (is_new) place->second = f.derivative(by);
      return place->second.at(p);
    };
    for (std::size_t p = 0; p < f.points(); ++p) {
      trace.push_back(0.0);
      for (std::size_t i = 0; i < n; ++i) {
        gradient.push_back(at({i}, p));
        trace.back() += at({i, i}, p);
        product.push_back(0.0);
        of_trace.push_back(0.0);
        for (std::size_t j = 0; j < n; ++j) {
          hessians.push_back(at({i, j}, p));
          product.back() += at({i, j}, p);
          of_trace.back() += at({i, j, j}, p);
          of_sum.push_back(0.0);
          for (std::size_t k = 0; k < n; ++k) {
            third.push_back(at({i, j, k}, p));
            of_sum.back() += at({i, j, k}, p);
          }
        }
      }
    }
    const Numbers expected[] = {gradient, hessians, hessians, third, of_sum, product, trace, of_trace};
    for (std::size_t r = 0; r < found.size(); ++r)
      EXPECT_THAT(numbers_of(found[r]), CloseTo(expected[r], 4e-12)) << "result " << r;
  }
}

}  // namespace
}  // namespace ansatz::test
