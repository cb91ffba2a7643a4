// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What must hold for the derivatives of every operation, as functions that return a verdict: the positive tests want
/// it to hold, the mutation tests want it to fail once a rule of the row is wrong.
#pragma once

#include <fmt/format.h>

#include <string>

#include "tests/ops/experiment.hpp"

namespace ansatz::test {

struct Verdict {
  bool holds = true;
  std::string why;
};

/// max |a − b| against tolerance · (1 + max |b|).
inline Verdict close(const Numbers& a, const Numbers& b, double tolerance, const std::string& what) {
  double scale = 1.0;
  for (double value : b) scale = std::max(scale, 1.0 + std::abs(value));
  if (a.size() != b.size()) return {false, fmt::format("{}: {} values, {} expected", what, a.size(), b.size())};
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(std::abs(a[i] - b[i]) <= tolerance * scale))
      return {false, fmt::format("{}: element {} is {}, {} expected", what, i, a[i], b[i])};
  return {};
}

inline double dot(const Numbers& a, const Numbers& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// "add f64"
inline std::string name_of(const Experiment& e) { return fmt::format("{} {}", e.row().name, name_of(e.dtype())); }

/// Forward mode equals finite differences: along each argument alone, and along all of them. f64 only.
inline Verdict forward_equals_differences(const Experiment& e) {
  std::vector<std::vector<std::size_t>> choices = {e.active()};
  for (std::size_t k : e.active()) choices.push_back({k});
  for (const auto& chosen : choices) {
    const Numbers expected = e.difference([&](const auto& at) { return e.value(at); }, chosen, e.direction());
    const Numbers found = e.forward(chosen).value_or(Numbers(expected.size(), 0.0));
    const Verdict verdict = close(found, expected, e.tolerance(), "forward mode of " + name_of(e));
    if (!verdict.holds) return verdict;
  }
  return {};
}

/// Reverse mode equals finite differences of Σ ȳ f(x), element by element. f64 only.
inline Verdict reverse_equals_differences(const Experiment& e) {
  const auto weighted = [&](const auto& at) { return Numbers{dot(e.cotangent(), e.value(at))}; };
  const auto parts = e.reverse();
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const std::size_t k = e.active()[part];
    std::vector<Numbers> along = e.direction();
    Numbers expected;
    for (std::size_t i = 0; i < along[k].size(); ++i) {
      std::fill(along[k].begin(), along[k].end(), 0.0);
      along[k][i] = 1.0;
      expected.push_back(e.difference(weighted, {k}, along).at(0));
    }
    const Numbers found = parts[part].value_or(Numbers(expected.size(), 0.0));
    const Verdict verdict =
        close(found, expected, e.tolerance(), fmt::format("reverse mode of {} in argument {}", name_of(e), k));
    if (!verdict.holds) return verdict;
  }
  return {};
}

/// ⟨ȳ, J ẋ⟩ = ⟨Jᵀ ȳ, ẋ⟩.
inline Verdict modes_are_adjoint(const Experiment& e, double tolerance) {
  const auto tangent = e.forward(e.active());
  const double forward = tangent ? dot(e.cotangent(), *tangent) : 0.0;
  const auto parts = e.reverse();
  double reverse = 0.0;
  for (std::size_t part = 0; part < parts.size(); ++part)
    if (parts[part]) reverse += dot(*parts[part], e.direction()[e.active()[part]]);
  return close({reverse}, {forward}, tolerance, "reverse against forward mode of " + name_of(e));
}

/// Second derivatives: the four orders of the two modes agree, and (in f64) they are differences of the gradient.
inline Verdict second_order_agrees(const Experiment& e, double tolerance) {
  const Experiment::SecondOrder h = e.second_order();
  Numbers along;
  for (std::size_t k : e.active()) along.insert(along.end(), e.direction()[k].begin(), e.direction()[k].end());
  std::vector<Verdict> verdicts = {
      close(h.reverse_of_reverse, h.forward_of_reverse, tolerance, "reverse over reverse of " + name_of(e)),
      close(h.reverse_of_forward, h.forward_of_reverse, tolerance, "reverse over forward of " + name_of(e)),
      close(h.forward_of_forward, {dot(along, h.forward_of_reverse)}, tolerance,
            "forward over forward of " + name_of(e)),
  };
  if (e.dtype() == Dtype::f64) {
    const auto gradient = [&](const auto& at) { return e.second_order(at).gradient; };
    verdicts.push_back(close(h.forward_of_reverse, e.difference(gradient, e.active(), e.direction()), e.tolerance(),
                             "forward over reverse of " + name_of(e)));
  }
  for (const Verdict& verdict : verdicts)
    if (!verdict.holds) return verdict;
  return {};
}

/// What f32 gives at a point is what f64 gives there, but for rounding.
inline Verdict single_equals_double(const Experiment& single, const Experiment& exact) {
  constexpr double tolerance = 4e-6;
  const auto joined = [](const Experiment& e) {
    const Experiment::SecondOrder h = e.second_order();
    Numbers all = e.forward(e.active()).value_or(Numbers());
    for (const auto& part : e.reverse())
      if (part) all.insert(all.end(), part->begin(), part->end());
    all.insert(all.end(), h.gradient.begin(), h.gradient.end());
    all.insert(all.end(), h.forward_of_reverse.begin(), h.forward_of_reverse.end());
    return all;
  };
  return close(joined(single), joined(exact), tolerance, "derivatives of " + name_of(single) + " against f64");
}

}  // namespace ansatz::test
