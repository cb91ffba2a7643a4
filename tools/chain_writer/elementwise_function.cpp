// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "ansatz/kernels/kernel_set.hpp"
#include "tools/chain_writer/functions.hpp"

namespace ansatz::chain_writer {

using plan::Chain;
using plan::Spread;

bool writable(const Chain& chain) {
  for (const plan::Load& load : chain.loads) {
    const bool label = chain.along_rows && load.spread == Spread::column && load.dtype == Dtype::i32;
    if (load.spread != Spread::scalar && load.dtype != chain.lanes && !label) return false;
  }
  for (const plan::Store& store : chain.stores) {
    const bool of_row = chain.along_rows && store.spread == Spread::column;
    if ((store.spread != Spread::dense && !of_row) || store.dtype != chain.lanes) return false;
    if (static_cast<std::size_t>(store.value) < chain.loads.size()) return false;
  }
  return !chain.stores.empty();
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

std::string preamble(const Chain& chain, const std::string& name) {
  std::string text = fmt::format("static void {}(const CompiledChainArguments& c) {{\n", name);
  text += fmt::format("  using T = {};\n", chain.lanes == Dtype::f64 ? "double" : "float");
  text += "  const hn::ScalableTag<T> d;\n  using V = hn::Vec<decltype(d)>;\n";
  text += "  constexpr auto lanes_of_vector = static_cast<std::int64_t>(hn::MaxLanes(hn::ScalableTag<T>()));\n";
  for (std::size_t i = 0; i < chain.loads.size(); ++i)
    if (chain.loads[i].spread == Spread::scalar)
      text += fmt::format("  const V v{0} = hn::Set(d, *static_cast<const T*>(c.loads[{0}]));\n", i);
  for (std::size_t s = 0; s < chain.steps.size(); ++s)
    if (chain.steps[s].op->name == "leaky_relu")
      text += fmt::format("  const V p{0} = hn::Set(d, static_cast<T>(c.parameters[{0}]));\n", s);
  return text;
}

namespace {

std::string function(const Chain& chain, const std::string& name, bool multiplies) {
  std::string text = preamble(chain, name);
  text += "  const std::int64_t whole = c.columns / lanes_of_vector * lanes_of_vector;\n";
  text += "  const FirstLanes<hn::ScalableTag<T>> rest(d, std::max<std::int64_t>(1, c.columns - whole));\n";
  // Downwards: on a processor that stores first lanes as a masked vector, the next row, whose first elements that
  // vector covers, would wait for it.
  text += "  for (std::int64_t r = c.rows; r-- > 0;) {\n";
  if (multiplies) text += "  const ProductRow<T, Terms> product(d, c, r);\n";
  for (std::size_t i = multiplies ? 1 : 0; i < chain.loads.size(); ++i) {
    if (chain.loads[i].spread == Spread::scalar) continue;
    text += fmt::format("  const T* x{0} = static_cast<const T*>(c.loads[{0}]) + r * c.load_strides[{0}];\n", i);
    if (chain.loads[i].spread == Spread::column) text += fmt::format("  const V v{0} = hn::Set(d, *x{0});\n", i);
  }
  for (std::size_t i = 0; i < chain.stores.size(); ++i)
    text += fmt::format("  T* y{0} = static_cast<T*>(c.stores[{0}]) + r * c.store_strides[{0}];\n", i);
  text += "  const auto body = [&]<bool Rest>(std::int64_t i) HWY_ATTR {\n";
  if (multiplies) text += "    const V v0 = product.template elements<Rest>(d, i, rest);\n";
  for (std::size_t i = multiplies ? 1 : 0; i < chain.loads.size(); ++i)
    if (chain.loads[i].spread == Spread::dense || chain.loads[i].spread == Spread::row)
      text += fmt::format("    const V v{0} = Rest ? rest.load(x{0} + i) : hn::LoadU(d, x{0} + i);\n", i);
  for (std::size_t s = 0; s < chain.steps.size(); ++s) text += statement(chain, s);
  for (std::size_t i = 0; i < chain.stores.size(); ++i)
    text += fmt::format("    Rest ? rest.store(v{0}, y{1} + i) : hn::StoreU(v{0}, d, y{1} + i);\n",
                        chain.stores[i].value, i);
  text += "  };\n";
  text += "  for (std::int64_t i = 0; i < whole; i += lanes_of_vector) body.template operator()<false>(i);\n";
  text += "  if (whole < c.columns) body.template operator()<true>(whole);\n";
  return text + "  }\n}\n\n";
}

}  // namespace

std::string elementwise_function(const Chain& chain, const std::string& name) { return function(chain, name, false); }

std::string multiplying_function(const Chain& chain, const std::string& name) {
  std::string text = "template <int Terms>\n" + function(chain, name + "_of", true);
  text += fmt::format("static void {}(const CompiledChainArguments& c) {{\n", name);
  for (std::int64_t terms = 1; terms <= kernels::most_terms_on_the_way; ++terms)
    text += fmt::format("  if (c.terms == {0}) {1}_of<{0}>(c);\n", terms, name);
  return text + "}\n\n";
}

}  // namespace ansatz::chain_writer
