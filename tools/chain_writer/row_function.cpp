// SPDX-License-Identifier: BSD-3-Clause
// A chain with reductions runs over its columns several times: what depends on a reduction waits for the next pass.
// Pass 0 reads the loads; a reduction over values of pass p is there before pass p + 1.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "tools/chain_writer/functions.hpp"

namespace ansatz::chain_writer {

namespace {

using plan::Chain;
using plan::Spread;

class RowWriter {
 public:
  explicit RowWriter(const Chain& chain)
      : chain_(chain), pass_(registers(), 0), used_in_(registers()), one_a_row_(registers(), false) {
    const std::size_t loads = chain.loads.size();
    for (std::size_t i = 0; i < loads; ++i)
      one_a_row_[i] = chain.loads[i].spread == Spread::scalar || chain.loads[i].spread == Spread::column;
    for (std::size_t s = 0; s < chain.steps.size(); ++s) {
      const plan::Step& step = chain.steps[s];
      const std::size_t reg = loads + s;
      one_a_row_[reg] = step.per_row || reduction(step);
      for_each_operand(step, [&](std::size_t operand) { pass_[reg] = std::max(pass_[reg], pass_[operand]); });
      if (!step.per_row || reduction(step))
        for_each_operand(step, [&](std::size_t operand) { used_in_[operand].insert(pass_[reg]); });
      if (reduction(step)) ++pass_[reg];
      passes_ = std::max(passes_, pass_[reg] + 1);
    }
    for (std::size_t i = 0; i < loads; ++i)
      if (!used_in_[i].empty()) pass_[i] = *used_in_[i].begin();
  }

  std::string run(const std::string& name) {
    text_ = preamble(chain_, name);
    for (std::size_t reg = 0; reg < registers(); ++reg)
      if (kept(reg)) text_ += fmt::format("  HWY_ALIGN T kept{}[most_columns * lanes_of_vector];\n", reg);
    text_ += "  for (std::int64_t r = 0; r < c.rows; r += lanes_of_vector) {\n";
    text_ += "  const Rows<T> rows(d, c.rows - r);\n";
    for (std::size_t i = 0; i < chain_.loads.size(); ++i) {
      const plan::Load& load = chain_.loads[i];
      const char* type = load.dtype == Dtype::i32 ? "std::int32_t" : "T";
      if (load.spread != Spread::scalar)
        text_ += fmt::format("  const {1}* x{0} = static_cast<const {1}*>(c.loads[{0}]) + r * c.load_strides[{0}];\n",
                             i, type);
      if (load.spread == Spread::column)
        text_ += fmt::format("  const V v{0} = rows.{1}(x{0});\n", i, load.dtype == Dtype::i32 ? "labels" : "column");
    }
    for (std::size_t i = 0; i < chain_.stores.size(); ++i)
      text_ += fmt::format("  T* y{0} = static_cast<T*>(c.stores[{0}]) + r * c.store_strides[{0}];\n", i);
    for (int pass = 0; pass < passes_; ++pass) write_pass(pass);
    for (std::size_t i = 0; i < chain_.stores.size(); ++i)
      if (chain_.stores[i].spread == Spread::column)
        text_ += fmt::format("  rows.store(v{}, y{}, 1);\n", chain_.stores[i].value, i);
    return text_ + "  }\n}\n\n";
  }

 private:
  static std::size_t index(std::int16_t reg) { return static_cast<std::size_t>(reg); }
  std::size_t registers() const { return chain_.loads.size() + chain_.steps.size(); }
  static bool reduction(const plan::Step& step) {
    return step.op->name == "sum" || step.op->name == "reduce_max" || step.op->name == "reduce_min";
  }
  template <class Visit>
  static void for_each_operand(const plan::Step& step, Visit&& visit) {
    for (std::int16_t operand : step.operands)
      if (operand >= 0) visit(index(operand));
  }
  bool of_spread(std::size_t reg, Spread spread) const {
    return reg < chain_.loads.size() && chain_.loads[reg].spread == spread;
  }
  /// Whether a value of a pass is read in a later one.
  bool kept(std::size_t reg) const {
    return !one_a_row_[reg] && !of_spread(reg, Spread::row) && !used_in_[reg].empty() &&
           *used_in_[reg].rbegin() > pass_[reg];
  }

  void write_pass(int pass) {
    const std::size_t loads = chain_.loads.size();
    std::string before, inside;
    for (std::size_t i = 0; i < loads; ++i) {
      if (!used_in_[i].contains(pass)) continue;
      if (of_spread(i, Spread::row)) inside += fmt::format("    const V v{0} = hn::Set(d, x{0}[j]);\n", i);
      if (of_spread(i, Spread::dense)) inside += read(i, pass);
    }
    for (std::size_t s = 0; s < chain_.steps.size(); ++s) {
      const plan::Step& step = chain_.steps[s];
      const std::size_t reg = loads + s;
      if (reduction(step)) {
        if (pass_[reg] == pass + 1) {
          before += fmt::format("  V v{} = hn::Zero(d);\n", reg);
          const std::int16_t of = step.operands[0];
          if (step.op->name == "sum")
            inside += fmt::format("    v{0} = lanes::op_add(d, v{0}, v{1});\n", reg, of);
          else
            inside += fmt::format("    v{0} = j == 0 ? v{1} : lanes::op_{2}(d, v{0}, v{1});\n", reg, of,
                                  step.op->name == "reduce_max" ? "maximum" : "minimum");
        }
      } else if (one_a_row_[reg]) {
        if (pass_[reg] == pass) before += statement(chain_, s);
      } else if (pass_[reg] == pass) {
        inside += step.op->name == "one_hot"
                      ? fmt::format("    const V v{} = rows.is_label(v{}, j);\n", reg, step.operands[0])
                      : statement(chain_, s);
        if (kept(reg)) inside += fmt::format("    hn::Store(v{0}, d, kept{0} + j * lanes_of_vector);\n", reg);
      } else if (pass > pass_[reg] && used_in_[reg].contains(pass)) {
        inside += read_kept(reg);
      }
    }
    for (std::size_t i = 0; i < chain_.stores.size(); ++i) {
      const plan::Store& store = chain_.stores[i];
      if (store.spread == Spread::dense && pass_[index(store.value)] == pass)
        inside += fmt::format("    rows.store(v{}, y{} + j, c.store_strides[{}]);\n", store.value, i, i);
    }
    text_ += before;
    if (!inside.empty()) text_ += fmt::format("  for (std::int64_t j = 0; j < c.columns; ++j) {{\n{}  }}\n", inside);
  }

  std::string read(std::size_t load, int pass) const {
    if (pass > pass_[load]) return read_kept(load);
    std::string text = fmt::format("    const V v{0} = rows.gather(x{0} + j, c.load_strides[{0}]);\n", load);
    if (kept(load)) text += fmt::format("    hn::Store(v{0}, d, kept{0} + j * lanes_of_vector);\n", load);
    return text;
  }
  static std::string read_kept(std::size_t reg) {
    return fmt::format("    const V v{0} = hn::Load(d, kept{0} + j * lanes_of_vector);\n", reg);
  }

  const Chain& chain_;
  std::vector<int> pass_;               // of each register: of the loop that computes it, or before which it is there
  std::vector<std::set<int>> used_in_;  // the loops that read it
  std::vector<bool> one_a_row_;         // not one an element
  int passes_ = 1;
  std::string text_;
};

}  // namespace

std::string row_function(const Chain& chain, const std::string& name) { return RowWriter(chain).run(name); }

}  // namespace ansatz::chain_writer
