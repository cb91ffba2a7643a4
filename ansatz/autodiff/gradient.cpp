// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/autodiff/gradient.hpp"

#include "ansatz/autodiff/modes.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/canonicalise.hpp"

namespace ansatz::autodiff {

NodeId mark() { return Trace::current().graph()->size(); }

Var ones(const Var& y) { return full_like(y, 1.0); }

std::vector<Var> fresh(const std::vector<Var>& xs) {
  std::vector<Var> result;
  result.reserve(xs.size());
  for (const Var& x : xs) result.push_back(identity(x));
  return result;
}

std::vector<Var> stable(const std::vector<Var>& ys, NodeId since) {
  check_trace(ys, "the result of a differentiated function");
  return passes::canonicalise(ys, since);
}

namespace {

std::vector<Var> or_zeros(const std::vector<std::optional<Var>>& values, const std::vector<Var>& like) {
  std::vector<Var> result;
  for (std::size_t i = 0; i < values.size(); ++i) result.push_back(values[i] ? *values[i] : full_like(like[i], 0.0));
  return result;
}

void check_types(const std::vector<Var>& given, const std::vector<Var>& expected, const char* what) {
  if (given.size() != expected.size())
    throw ShapeError("{} {}s were given for {} values", given.size(), what, expected.size());
  for (std::size_t i = 0; i < given.size(); ++i)
    if (given[i].type() != expected[i].type())
      throw ShapeError("{} {} is {}; {} is expected", what, i, to_string(given[i].type()),
                       to_string(expected[i].type()));
}

}  // namespace

std::vector<Var> gradients(const Var& y, const std::vector<Var>& xs) {
  if (!is_floating(y.dtype()))
    throw DtypeError("[grad] the function returns {}; a real number is expected", to_string(y.type()));
  if (y.shape().elements() != 1)
    throw ShapeError("[grad] the function returns {}; a scalar is expected (sum it, or use vjp or jacobian)",
                     to_string(y.type()));
  return pull_back({y}, {full_like(y, 1.0)}, xs);
}

std::vector<Var> pull_back(const std::vector<Var>& ys, const std::vector<Var>& cotangents, const std::vector<Var>& xs) {
  check_types(cotangents, ys, "cotangent");
  return or_zeros(reverse(ys, cotangents, xs), xs);
}

std::vector<Var> push_forward(const std::vector<Var>& ys, const std::vector<Var>& xs,
                              const std::vector<Var>& tangents) {
  check_types(tangents, xs, "tangent");
  return or_zeros(forward(ys, xs, tangents), ys);
}

}  // namespace ansatz::autodiff
