// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// A program of single arithmetic operations, each once: what a normal form costs, before any graph is built.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz::passes {

class Program {
 public:
  using Id = std::int32_t;
  struct Step {
    const Op* op = nullptr;  ///< a row of arithmetic; nullptr: an atom or a number
    Id a = -1, b = -1;
    std::int32_t exponent = 0;  ///< of integer_pow
    NodeId node = -1;           ///< of an atom
    double number = 0.0;
  };

  Id atom(NodeId node) { return step({nullptr, -1, -1, 0, node, 0.0}); }
  Id number(double value) { return step({nullptr, -1, -1, 0, -1, value}); }
  Id apply(const Op& op, Id a, Id b = -1) { return step({&op, a, b, 0, -1, 0.0}); }
  Id power(Id base, std::int32_t exponent);

  /// Operations that `outputs` need, powers counted as the products that make them.
  int cost(std::span<const Id> outputs) const;
  /// Whether a negation is among them.
  bool negates(std::span<const Id> outputs) const;

  /// Records what `id` needs on the current trace; `atom` gives the values made elsewhere, all of the type of `like`.
  Var record(Id id, const std::function<Var(NodeId)>& atom, const Var& like);

 private:
  Id step(const Step& step);
  std::vector<bool> needed(std::span<const Id> outputs) const;

  std::vector<Step> steps_;  // each after its operands
  std::unordered_multimap<std::size_t, Id> seen_;
  std::vector<Var> recorded_;
};

}  // namespace ansatz::passes
