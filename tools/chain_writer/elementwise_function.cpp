// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>

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

/// Where row r of operand or result `i` begins: x0, y0 …
std::string row_of(const char* constness, char variable, const char* array, std::size_t i) {
  return fmt::format("  {0}T* {1}{2} = static_cast<{0}T*>(c.{3}s[{2}]) + r * c.{3}_strides[{2}];\n", constness,
                     variable, i, array);
}

/// The elements from column i on of an operand's row.
std::string elements_of(std::size_t load) {
  return fmt::format("    const V v{0} = Rest ? rest.load(x{0} + i) : hn::LoadU(d, x{0} + i);\n", load);
}

/// Where an operand's row begins; of one with one element a row, that element.
std::string row_of_load(const Chain& chain, std::size_t i) {
  std::string text = row_of("const ", 'x', "load", i);
  if (chain.loads[i].spread == Spread::column) text += fmt::format("  const V v{0} = hn::Set(d, *x{0});\n", i);
  return text;
}

std::string rows_of_stores(const Chain& chain) {
  std::string text;
  for (std::size_t i = 0; i < chain.stores.size(); ++i) text += row_of("", 'y', "store", i);
  return text;
}

std::string steps_and_stores(const Chain& chain) {
  std::string text;
  for (std::size_t s = 0; s < chain.steps.size(); ++s) text += statement(chain, s);
  for (std::size_t i = 0; i < chain.stores.size(); ++i)
    text += fmt::format("    Rest ? rest.store(v{0}, y{1} + i) : hn::StoreU(v{0}, d, y{1} + i);\n",
                        chain.stores[i].value, i);
  return text;
}

const char* const whole_and_rest =
    "  const std::int64_t whole = c.columns / lanes_of_vector * lanes_of_vector;\n"
    "  const FirstLanes<hn::ScalableTag<T>> rest(d, std::max<std::int64_t>(1, c.columns - whole));\n";

/// One row after the other. Downwards: on a processor that stores first lanes as a masked vector, the next row, whose
/// first elements that vector covers, would wait for it.
std::string by_rows(const Chain& chain, const std::string& name, bool multiplies) {
  std::string text = preamble(chain, name) + whole_and_rest;
  text += "  for (std::int64_t r = c.rows; r-- > 0;) {\n" + rows_of_stores(chain);
  if (multiplies) text += "  const ProductRow<T, Terms> product(d, c, r);\n";
  for (std::size_t i = multiplies ? 1 : 0; i < chain.loads.size(); ++i)
    if (chain.loads[i].spread != Spread::scalar) text += row_of_load(chain, i);
  text += "  const auto body = [&]<bool Rest>(std::int64_t i) HWY_ATTR {\n";
  if (multiplies) text += "    const V v0 = product.template elements<Rest>(d, i, rest);\n";
  for (std::size_t i = multiplies ? 1 : 0; i < chain.loads.size(); ++i)
    if (chain.loads[i].spread == Spread::dense || chain.loads[i].spread == Spread::row) text += elements_of(i);
  text += steps_and_stores(chain) + "  };\n";
  text += "  for (std::int64_t i = 0; i < whole; i += lanes_of_vector) body.template operator()<false>(i);\n";
  text += "  if (whole < c.columns) body.template operator()<true>(whole);\n";
  return text + "  }\n}\n\n";
}

/// Some rows at a time, one column of vectors after the other: those of B and of row operands stay in registers. No
/// result may lie where A or B does.
std::string multiplying_by_columns(const Chain& chain, const std::string& name) {
  std::string text = preamble(chain, name) + whole_and_rest;
  text += "  const auto column = [&]<bool Rest>(std::int64_t first, std::int64_t last, std::int64_t i) HWY_ATTR {\n";
  text += "  const ProductColumn<T, Terms, Rest> product(d, c, i, rest);\n";
  for (std::size_t i = 1; i < chain.loads.size(); ++i)
    if (chain.loads[i].spread == Spread::row)
      text += fmt::format("  const T* x{0} = static_cast<const T*>(c.loads[{0}]);\n", i) + elements_of(i);
  text += "  for (std::int64_t r = first; r < last; ++r) {\n" + rows_of_stores(chain);
  for (std::size_t i = 1; i < chain.loads.size(); ++i)
    if (chain.loads[i].spread == Spread::column) text += row_of_load(chain, i);
  text += "    const V v0 = product.of_row(d, r);\n" + steps_and_stores(chain) + "  }\n  };\n";
  text += "  constexpr std::int64_t together = 16;\n";
  text += "  for (std::int64_t first = 0; first < c.rows; first += together) {\n";
  text += "  const std::int64_t last = std::min(c.rows, first + together);\n";
  text += "  for (std::int64_t i = 0; i < whole; i += lanes_of_vector)\n";
  text += "    column.template operator()<false>(first, last, i);\n";
  text += "  if (whole < c.columns) column.template operator()<true>(first, last, whole);\n";
  return text + "  }\n}\n\n";
}

}  // namespace

std::string elementwise_function(const Chain& chain, const std::string& name) { return by_rows(chain, name, false); }

std::string multiplying_function(const Chain& chain, const std::string& name) {
  // Other operands with rows of their own are read fastest row by row.
  const bool reads = std::any_of(chain.loads.begin() + 1, chain.loads.end(),
                                 [](const plan::Load& load) { return load.spread == Spread::dense; });
  std::string text = "template <int Terms>\n";
  text += reads ? by_rows(chain, name + "_of", true) : multiplying_by_columns(chain, name + "_of");
  text += fmt::format("static void {}(const CompiledChainArguments& c) {{\n", name);
  for (std::int64_t terms = 1; terms <= kernels::most_terms_on_the_way; ++terms)
    text += fmt::format("  if (c.terms == {0}) {1}_of<{0}>(c);\n", terms, name);
  return text + "}\n\n";
}

}  // namespace ansatz::chain_writer
