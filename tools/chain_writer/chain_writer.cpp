// SPDX-License-Identifier: BSD-3-Clause
// Writes C++ for the elementwise chains that training runs most: those of every shipped optimizer and cost and of the
// activations that say so, taken from the same graphs and plans that the library builds when it runs. Usage:
// chain_writer > chains-inl.hpp
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "ansatz/nn/ffnn.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/train/step.hpp"
#include "tools/chain_writer/functions.hpp"

namespace {

using namespace ansatz;                // NOLINT: a program
using namespace ansatz::chain_writer;  // NOLINT
using plan::Chain;

struct Written {
  Chain chain;
  bool multiplies;
};

/// By key: one function each.
using Chains = std::map<std::string, Written>;

void collect(const plan::Plan& plan, Chains& chains) {
  const auto add = [&](const Chain& chain, bool multiplies) {
    if (writable(chain)) chains.emplace(plan::key_of(chain, multiplies), Written{chain, multiplies});
  };
  for (const plan::Entry& entry : plan.entries)
    if (const auto* chain = std::get_if<Chain>(&entry.work)) {
      add(*chain, false);
    } else if (const auto* product = std::get_if<plan::Product>(&entry.work); product != nullptr && product->epilogue) {
      add(*product->epilogue, false);
      if (!product->kept && !product->transpose_a && !product->epilogue->along_rows) add(*product->epilogue, true);
    }
}

std::string text_of(const Written& written, const std::string& name) {
  if (written.multiplies) return multiplying_function(written.chain, name);
  return written.chain.along_rows ? row_function(written.chain, name) : elementwise_function(written.chain, name);
}

void collect_step(const train::Learner& learner, const optim::Optimizer& optimizer, train::StepOptions options,
                  Chains& chains) {
  options.rows = 12;
  options.batch = 6;
  const Graph graph = train::step_graph(learner, optimizer, options);
  collect(plan::build(passes::optimise(graph, run::default_passes())), chains);
}

/// A layer without activation: that of a convolution comes after pooling.
void collect_layer(Dtype dtype, Chains& chains) {
  Trace trace;
  const auto input = [&](const Shape& shape) { return trace.input({dtype, shape}); };
  const Var x = input({6, 5}), weights = input({5, 4}), bias = input({4});
  trace.output(matmul(x, weights) + bias);
  collect(plan::build(passes::optimise(trace.finish(), run::default_passes())), chains);
}

Chains all_chains() {
  Chains chains;
  for (Dtype dtype : {Dtype::f32, Dtype::f64}) {
    collect_layer(dtype, chains);
    const auto learner = [&](const act::Activation& activation, const head::Head& head,
                             const std::optional<cost::Cost>& cost = {}) {
      const bool one = head.named.name != "multiclass";
      return train::Learner{.network = nn::FFNN({6, 5, 4, one ? 1 : 3}, {.hidden = activation}),
                            .head = head,
                            .cost = head::cost_of(head, cost),
                            .dtype = dtype};
    };
    const auto heads = {head::regression(), head::binary(), head::multiclass()};
    for (const std::string& name : optim::names())
      for (bool clip : {false, true})
        collect_step(learner(act::tanh, head::regression()), optim::find(name), {.clip_norm = clip}, chains);
    for (const std::string& name : act::names()) {
      const act::Activation activation = act::find(name);
      if (!activation.compiled) continue;
      for (const head::Head& head : heads)
        for (bool l2 : {false, true}) collect_step(learner(activation, head), optim::adam(), {.l2 = l2}, chains);
    }
    for (const cost::Cost& cost : {cost::absolute(), cost::huber()})
      collect_step(learner(act::tanh, head::regression(), cost), optim::adam(), {}, chains);
    for (const head::Head& head : heads)
      for (bool weights : {false, true})
        for (bool accuracy : {false, true})
          collect_step(learner(act::tanh, head), optim::adam(),
                       {.weights = weights, .accuracy = accuracy && head.correct}, chains);
  }
  return chains;
}

void write(const Chains& chains) {
  std::string text = "// Written by tools/chain_writer; do not edit.\n\n", table;
  std::size_t number = 0;
  for (const auto& [key, written] : chains) {
    const std::string name = fmt::format("chain_{}", number++);
    text += fmt::format("// {}\n", key) + text_of(written, name);
    table += fmt::format("      {{\"{}\", {}}},\n", key, name);
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
