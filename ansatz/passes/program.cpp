// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/passes/program.hpp"

#include <bit>
#include <map>

#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/powers.hpp"

namespace ansatz::passes {

Program::Id Program::step(const Step& step) {
  Step key = step;
  if (key.op != nullptr && key.op->commutative && key.a > key.b) std::swap(key.a, key.b);
  std::size_t hash = std::hash<const void*>{}(key.op);
  const auto mix = [&](std::uint64_t value) { hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL ^ (hash >> 29U); };
  mix(static_cast<std::uint64_t>(key.a) << 32U ^ static_cast<std::uint32_t>(key.b));
  mix(static_cast<std::uint64_t>(key.exponent) << 32U ^ static_cast<std::uint32_t>(key.node));
  mix(std::bit_cast<std::uint64_t>(key.number));
  const auto [first, last] = seen_.equal_range(hash);
  for (auto entry = first; entry != last; ++entry) {
    const Step& mine = steps_[static_cast<std::size_t>(entry->second)];
    const bool exchanged = mine.a == key.b && mine.b == key.a && key.op != nullptr && key.op->commutative;
    if (mine.op == key.op && ((mine.a == key.a && mine.b == key.b) || exchanged) && mine.exponent == key.exponent &&
        mine.node == key.node && std::bit_cast<std::uint64_t>(mine.number) == std::bit_cast<std::uint64_t>(key.number))
      return entry->second;
  }
  steps_.push_back(step);
  const auto id = static_cast<Id>(steps_.size()) - 1;
  seen_.emplace(hash, id);
  return id;
}

Program::Id Program::power(Id base, std::int32_t exponent) {
  if (exponent == 1) return base;
  return step({&rows::integer_pow, base, -1, exponent, -1, 0.0});
}

std::vector<bool> Program::needed(std::span<const Id> outputs) const {
  std::vector<bool> result(steps_.size(), false);
  for (Id id : outputs) result[static_cast<std::size_t>(id)] = true;
  for (std::size_t i = steps_.size(); i-- > 0;)
    if (result[i])
      for (Id operand : {steps_[i].a, steps_[i].b})
        if (operand >= 0) result[static_cast<std::size_t>(operand)] = true;
  return result;
}

int Program::cost(std::span<const Id> outputs) const {
  const std::vector<bool> used = needed(outputs);
  std::map<Id, std::vector<std::int64_t>> powers;
  int result = 0;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (!used[i] || steps_[i].op == nullptr) continue;
    if (steps_[i].op == &rows::integer_pow)
      powers[steps_[i].a].push_back(steps_[i].exponent);
    else
      ++result;
  }
  for (const auto& [base, exponents] : powers) result += static_cast<int>(addition_chain(exponents).size());
  return result;
}

bool Program::negates(std::span<const Id> outputs) const {
  const std::vector<bool> used = needed(outputs);
  for (std::size_t i = 0; i < steps_.size(); ++i)
    if (used[i] && steps_[i].op == &rows::neg) return true;
  return false;
}

Var Program::record(Id id, const std::function<Var(NodeId)>& atom, const Var& like) {
  recorded_.resize(steps_.size());
  const auto at = [this](Id i) -> Var& { return recorded_[static_cast<std::size_t>(i)]; };
  if (at(id).id() >= 0) return at(id);
  const Step step = steps_[static_cast<std::size_t>(id)];
  const auto operand = [&](Id i) { return record(i, atom, like); };
  if (step.op == nullptr)
    at(id) = step.node >= 0 ? atom(step.node) : full_like(like, step.number);
  else if (step.op == &rows::integer_pow)
    at(id) = pow(operand(step.a), static_cast<double>(step.exponent));
  else if (step.b < 0)
    at(id) = ansatz::apply(*step.op, {operand(step.a)});
  else
    at(id) = ansatz::apply(*step.op, {operand(step.a), operand(step.b)});
  return at(id);
}

}  // namespace ansatz::passes
