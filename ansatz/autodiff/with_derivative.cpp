// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/autodiff/with_derivative.hpp"

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::autodiff {

namespace {

Var attach(const Var& value, const std::vector<Var>& x, Custom::Tangent tangent) {
  Custom custom;
  custom.name = "with_derivative";
  custom.tangent = std::move(tangent);
  std::vector<Var> inputs{value};
  inputs.insert(inputs.end(), x.begin(), x.end());
  Attributes attributes;
  attributes.custom = std::make_shared<const Custom>(std::move(custom));
  return apply(rows::custom_derivative, inputs, std::move(attributes));
}

}  // namespace

std::vector<Var> constants(const std::vector<Var>& x) {
  std::vector<Var> held;
  for (const Var& value : x) held.push_back(stop_gradient(value));
  return held;
}

Var with_jvp(const Var& value, const std::vector<Var>& x, const JvpRule& rule) {
  return attach(value, x, [rule](std::span<const Var> at, const Var& y, std::span<const std::optional<Var>> tangents) {
    std::vector<Var> all;
    for (std::size_t i = 0; i < at.size(); ++i) all.push_back(tangents[i] ? *tangents[i] : full_like(at[i], 0.0));
    return rule({at.begin(), at.end()}, y, all);
  });
}

Var with_vjp(const Var& value, const std::vector<Var>& x, const VjpRule& rule) {
  return attach(value, x, [rule](std::span<const Var> at, const Var& y, std::span<const std::optional<Var>> tangents) {
    // x̄ᵢ = Jᵢᵀ ȳ is linear in ȳ: transposed, it gives Σ Jᵢ ẋᵢ.
    const Var cotangent = identity(full_like(y, 0.0));
    const std::vector<Var> pulled = rule({at.begin(), at.end()}, y, cotangent);
    if (pulled.size() != at.size())
      throw ArgumentError("[with_vjp] the rule gave {} cotangents; {} are expected, one an argument", pulled.size(),
                          at.size());
    std::vector<Var> parts, along;
    for (std::size_t i = 0; i < at.size(); ++i)
      if (tangents[i]) {
        parts.push_back(pulled[i]);
        along.push_back(*tangents[i]);
      }
    return pull_back(parts, along, {cotangent}).at(0);
  });
}

}  // namespace ansatz::autodiff
