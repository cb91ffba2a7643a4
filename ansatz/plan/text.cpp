// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "ansatz/plan/plan.hpp"

namespace ansatz::plan {

namespace {

std::string place(const Plan& plan, const Location& at) {
  if (at.base == arena_base) return fmt::format("arena+{}", at.offset);
  if (at.base == constant_base) return fmt::format("const+{}", at.offset);
  if (at.base >= plan.first_swept_base()) return fmt::format("swept {}", at.base - plan.first_swept_base());
  const auto i = static_cast<std::size_t>(at.base - first_input_base);
  const bool input = i < plan.inputs.size();
  const std::string& name = input ? plan.inputs[i].name : plan.state[i - plan.inputs.size()].name;
  return at.offset == 0 ? name : fmt::format("{}+{}", name, at.offset);
}

std::string steps_of(const Chain& chain) {
  std::vector<std::string_view> names;
  for (const Step& step : chain.steps) names.push_back(step.op->name);
  return fmt::format("{}", fmt::join(names, " "));
}

std::string stores_of(const Plan& plan, const Chain& chain) {
  std::vector<std::string> names;
  for (const Store& store : chain.stores) names.push_back(place(plan, store.at));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string text_of(const Plan& plan, const Entry& entry) {
  if (const auto* chain = std::get_if<Chain>(&entry.work))
    return fmt::format("{} {}x{} {}: {} -> {}", chain->along_rows ? "rows " : "chain", chain->rows, chain->columns,
                       name_of(chain->lanes), steps_of(*chain), stores_of(plan, *chain));
  if (const auto* product = std::get_if<Product>(&entry.work)) {
    std::string text =
        fmt::format("{} {}x{}x{} {}: {}{} · {}{}", product->convolution ? "conv" : "matmul", product->m, product->n,
                    product->k, name_of(product->dtype), place(plan, product->a), product->transpose_a ? "ᵀ" : "",
                    place(plan, product->b), product->transpose_b ? "ᵀ" : "");
    if (product->epilogue)
      text += fmt::format(", then {} -> {}", steps_of(*product->epilogue), stores_of(plan, *product->epilogue));
    else
      text += fmt::format(" -> {}", place(plan, product->c));
    if (product->column_sums) text += fmt::format(", column sums -> {}", place(plan, *product->column_sums));
    return text;
  }
  if (const auto* generic = std::get_if<Generic>(&entry.work)) {
    std::vector<std::string> operands;
    for (std::size_t i = 0; i < generic->operands.size(); ++i)
      operands.push_back(place(plan, generic->operands[i]) + to_string(generic->operand_types[i].shape));
    return fmt::format("{} {}: {} -> {}", generic->node.op->name, to_string(generic->node.type),
                       fmt::join(operands, ", "), place(plan, generic->result));
  }
  const auto& copy = std::get<Copy>(entry.work);
  return fmt::format("copy {} B: {} -> {}", copy.bytes, place(plan, copy.from), place(plan, copy.to));
}

}  // namespace

std::string to_text(const Plan& plan) {
  std::string text;
  for (std::size_t i = 0; i < plan.entries.size(); ++i)
    text += fmt::format("{:>3}{} {:<14} {}\n", i + 1, plan.entries[i].commits ? "*" : " ", plan.entries[i].label,
                        text_of(plan, plan.entries[i]));
  for (const Sweep& sweep : plan.sweeps)
    text += fmt::format("entries {} to {}: {} of {} rows at a time, in {} B for each worker\n", sweep.first + 1,
                        sweep.last, sweep.band, sweep.rows, plan.swept_bytes);
  text += fmt::format("{} entries, arena {} B, {} flops in matrix products (* writes state)\n", plan.entries.size(),
                      plan.arena_bytes, plan.flops);
  return text;
}

std::string key_of(const Chain& chain, bool multiplies) {
  const auto letter = [](Spread spread) {
    switch (spread) {
      case Spread::dense: return 'd';
      case Spread::row: return 'r';
      case Spread::column: return 'c';
      case Spread::scalar: return 's';
    }
    return '?';
  };
  std::string key =
      fmt::format("{}{}{}:", multiplies ? "product " : "", chain.along_rows ? "rows " : "", name_of(chain.lanes));
  for (const Load& load : chain.loads)
    key += load.spread == Spread::scalar ? fmt::format(" s")
                                         : fmt::format(" {}{}", letter(load.spread), name_of(load.dtype));
  for (const Step& step : chain.steps) {
    key += fmt::format("; {}{}", step.op->name, step.per_row ? "'" : "");
    for (std::int16_t operand : step.operands)
      if (operand >= 0) key += fmt::format(" {}", operand);
  }
  key += " >";
  for (const Store& store : chain.stores)
    key += fmt::format(" {}{}{}", store.value, letter(store.spread), name_of(store.dtype));
  return key;
}

}  // namespace ansatz::plan
