// SPDX-License-Identifier: BSD-3-Clause
// Writes C++ for the elementwise chains that training runs most: those of every shipped optimizer, activation and cost,
// taken from the same graphs and plans that the library builds when it runs. Usage: chain_writer > chains-inl.hpp
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "ansatz/model/model.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/train/step.hpp"

namespace {

using namespace ansatz;  // NOLINT: a program
using plan::Chain;
using plan::Spread;

/// Chains by key: one function each.
using Chains = std::map<std::string, Chain>;

/// Whether the writer can express a chain: numbers of the lane's type in memory, no reductions.
bool writable(const Chain& chain) {
  if (chain.along_rows) return false;
  for (const plan::Load& load : chain.loads)
    if (load.spread != Spread::scalar && load.dtype != chain.lanes) return false;
  for (const plan::Store& store : chain.stores)
    if (store.spread != Spread::dense || store.dtype != chain.lanes) return false;
  return !chain.stores.empty();
}

void collect(const plan::Plan& plan, Chains& chains) {
  for (const plan::Entry& entry : plan.entries) {
    const Chain* chain = std::get_if<Chain>(&entry.work);
    if (const auto* product = std::get_if<plan::Product>(&entry.work); product != nullptr && product->epilogue)
      chain = &*product->epilogue;
    if (chain != nullptr && writable(*chain)) chains.emplace(plan::key_of(*chain), *chain);
  }
}

void collect_step(const nn::FFNN& network, const cost::Cost& cost, const optim::Optimizer& optimizer,
                  train::StepOptions options, Chains& chains) {
  options.rows = 12;
  options.batch = 6;
  const Graph graph = train::step_graph(network, cost, optimizer, options);
  collect(plan::build(passes::optimise(graph, run::default_passes())), chains);
}

Chains all_chains() {
  Chains chains;
  for (Dtype dtype : {Dtype::f32, Dtype::f64}) {
    const auto network = [&](const act::Activation& activation, nn::Output output) {
      return nn::FFNN({6, 5, 4, output == nn::Output::softmax ? 3 : 1},
                      {.hidden = activation, .output = output, .dtype = dtype});
    };
    for (const std::string& name : optim::names())
      for (bool clip : {false, true})
        collect_step(network(act::tanh, nn::Output::linear), cost::squared_error(), optim::find(name),
                     {.clip_norm = clip}, chains);
    for (const act::Activation* activation : act::all())
      for (nn::Output output : {nn::Output::linear, nn::Output::sigmoid, nn::Output::softmax})
        for (bool l2 : {false, true})
          collect_step(network(*activation, output), nn::default_cost(output), optim::adam(), {.l2 = l2}, chains);
    for (const cost::Cost& cost : {cost::absolute(), cost::huber()})
      collect_step(network(act::tanh, nn::Output::linear), cost, optim::adam(), {}, chains);
  }
  return chains;
}

std::string statement(const Chain& chain, std::size_t s) {
  const plan::Step& step = chain.steps[s];
  std::string operands;
  for (std::int16_t operand : step.operands)
    if (operand >= 0) operands += fmt::format(", v{}", operand);
  const bool parameter = step.op->name == "leaky_relu";
  return fmt::format("    const V v{} = lanes::op_{}(d{}{});\n", chain.loads.size() + s, step.op->name, operands,
                     parameter ? fmt::format(", p{}", s) : "");
}

/// One function: scalars outside the loops, a row at a time, whole vectors and a masked rest.
std::string function(const Chain& chain, std::size_t number) {
  std::string text = fmt::format("static void chain_{}(const CompiledChainArguments& c) {{\n", number);
  text += fmt::format("  using T = {};\n", chain.lanes == Dtype::f64 ? "double" : "float");
  text += "  const hn::ScalableTag<T> d;\n  using V = hn::Vec<decltype(d)>;\n";
  text += "  constexpr auto lanes_of_vector = static_cast<std::int64_t>(hn::MaxLanes(hn::ScalableTag<T>()));\n";
  for (std::size_t i = 0; i < chain.loads.size(); ++i)
    if (chain.loads[i].spread == Spread::scalar)
      text += fmt::format("  const V v{0} = hn::Set(d, *static_cast<const T*>(c.loads[{0}]));\n", i);
  for (std::size_t s = 0; s < chain.steps.size(); ++s)
    if (chain.steps[s].op->name == "leaky_relu")
      text += fmt::format("  const V p{0} = hn::Set(d, static_cast<T>(c.parameters[{0}]));\n", s);
  text += "  for (std::int64_t r = 0; r < c.rows; ++r) {\n";
  for (std::size_t i = 0; i < chain.loads.size(); ++i) {
    if (chain.loads[i].spread == Spread::scalar) continue;
    text += fmt::format("  const T* x{0} = static_cast<const T*>(c.loads[{0}]) + r * c.load_strides[{0}];\n", i);
    if (chain.loads[i].spread == Spread::column) text += fmt::format("  const V v{0} = hn::Set(d, *x{0});\n", i);
  }
  for (std::size_t i = 0; i < chain.stores.size(); ++i)
    text += fmt::format("  T* y{0} = static_cast<T*>(c.stores[{0}]) + r * c.store_strides[{0}];\n", i);
  text += "  const auto body = [&]<bool Rest>(std::int64_t i, auto mask) HWY_ATTR {\n    (void)mask;\n";
  for (std::size_t i = 0; i < chain.loads.size(); ++i)
    if (chain.loads[i].spread == Spread::dense || chain.loads[i].spread == Spread::row)
      text += fmt::format("    const V v{0} = Rest ? hn::MaskedLoad(mask, d, x{0} + i) : hn::LoadU(d, x{0} + i);\n", i);
  for (std::size_t s = 0; s < chain.steps.size(); ++s) text += statement(chain, s);
  for (std::size_t i = 0; i < chain.stores.size(); ++i)
    text += fmt::format("    Rest ? hn::BlendedStore(v{0}, mask, d, y{1} + i) : hn::StoreU(v{0}, d, y{1} + i);\n",
                        chain.stores[i].value, i);
  text += "  };\n";
  text += "  std::int64_t i = 0;\n";
  text += "  const auto whole = hn::FirstN(d, static_cast<std::size_t>(lanes_of_vector));\n";
  text +=
      "  for (; i + lanes_of_vector <= c.columns; i += lanes_of_vector) body.template operator()<false>(i, whole);\n";
  text +=
      "  if (i < c.columns) body.template operator()<true>(i, hn::FirstN(d, static_cast<std::size_t>(c.columns - "
      "i)));\n";
  return text + "  }\n}\n\n";
}

void write(const Chains& chains) {
  std::string text = "// Written by tools/chain_writer; do not edit.\n\n", table;
  std::size_t number = 0;
  for (const auto& [key, chain] : chains) {
    text += fmt::format("// {}\n", key) + function(chain, number);
    table += fmt::format("      {{\"{}\", chain_{}}},\n", key, number++);
  }
  text += "static const std::unordered_map<std::string_view, CompiledChain>& compiled_table() {\n";
  text +=
      fmt::format("  static const std::unordered_map<std::string_view, CompiledChain> table = {{\n{}  }};\n", table);
  text += "  return table;\n}\n";
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0)
    throw IoError("the chains could not be written");
}

}  // namespace

int main() {
  try {
    write(all_chains());
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "chain_writer: {}\n", error.what());
    return 1;
  }
}
