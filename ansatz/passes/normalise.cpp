// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "ansatz/ops/ops.hpp"
#include "ansatz/passes/emit.hpp"
#include "ansatz/passes/forms.hpp"
#include "ansatz/passes/passes.hpp"
#include "ansatz/passes/program.hpp"
#include "ansatz/passes/region.hpp"
#include "ansatz/passes/rewrite.hpp"

namespace ansatz::passes {

namespace {

/// What there is to choose for a member.
struct Possible {
  bool factor = false, join = false, flatten = false, name = false, sum = false;
};

/// A region written under certain choices.
struct Written {
  int cost = 0;
  bool negates = false;
  Program program;
  std::vector<Program::Id> outputs;
  std::vector<Possible> options;
};

/// Looks for the shortest program of a region that it can find in a bounded number of trials.
class Search {
 public:
  Search(const Graph& graph, const Regions& regions, const Region& region, bool cancel)
      : graph_(graph), regions_(regions), region_(region), cancel_(cancel), choices_(region.members.size()) {
    name_bases_of_powers();
  }

  /// The region's best program if it is shorter than what there is.
  std::optional<Written> run() {
    const int present = regions_.cost(region_);
    trials_left_ = 24 + 4000 / static_cast<int>(region_.members.size());
    Written best = start();
    const bool promising = best.cost <= present + 2;
    if (promising) climb(best);
    if (best.cost >= present) return std::nullopt;
    return best;
  }

 private:
  using Choices = std::vector<Choice>;

  /// x·y in (x·y)² keeps its name: x²·y² would be longer, and overflow earlier.
  void name_bases_of_powers() {
    for (NodeId id : region_.members) {
      const Node& node = graph_[id];
      const bool square = node.op == &rows::mul && node.inputs[0] == node.inputs[1];
      if (!square && node.op != &rows::integer_pow) continue;
      if (const int m = member(node.inputs[0]); m >= 0) choices_[static_cast<std::size_t>(m)].named = true;
    }
  }

  int member(NodeId id) const {
    return regions_.region_of(id) == regions_.region_of(region_.members[0]) ? regions_.member_of(id) : -1;
  }

  Product form_of(NodeId id, const std::vector<Product>& values, Forms& forms) const {
    if (const int m = member(id); m >= 0) return values[static_cast<std::size_t>(m)];
    if (const auto number = regions_.number(id)) return {*number, {}};
    const Node& node = graph_[id];
    std::optional<Product> even;
    if (node.op == &rows::sqrt && cancel_) even = form_of(node.inputs[0], values, forms);
    if (node.op == &rows::abs) {
      const Product inner = form_of(node.inputs[0], values, forms);
      even = forms.multiply(inner, inner, 1);
    }
    return {1.0, {{forms.atom(id, even), 1}}};
  }

  Written write(const Choices& choices) {
    --trials_left_;
    Forms forms(graph_[region_.members[0]].type.dtype, region_.uses, cancel_);
    Written written;
    written.options.resize(choices.size());
    std::vector<Product> values;
    for (std::size_t m = 0; m < region_.members.size(); ++m) {
      const Node& node = graph_[region_.members[m]];
      const auto operand = [&](std::size_t i) { return form_of(node.inputs[i], values, forms); };
      Possible& options = written.options[m];
      Product value;
      if (node.op == &rows::add || node.op == &rows::sub) {
        const Product b = operand(1);
        forms.could_factor = forms.could_join = forms.could_flatten = false;
        value = forms.add({operand(0), {node.op == &rows::add ? b.coefficient : -b.coefficient, b.factors}}, choices[m],
                          static_cast<int>(m));
        options = {forms.could_factor, forms.could_join, forms.could_flatten, false, true};
      } else {
        value = product(region_.members[m], operand, forms);
        const bool compound = value.factors.size() > 1;
        options.name = compound && region_.uses[m] > 1;
        if (compound && choices[m].named) value = forms.named(value);
      }
      values.push_back(std::move(value));
    }
    std::vector<Product> outputs;
    for (int m : region_.outputs) outputs.push_back(values[static_cast<std::size_t>(m)]);
    written.outputs =
        emit(forms, outputs, written.program, [&](int m) { return choices[static_cast<std::size_t>(m)].flipped; });
    written.cost = written.program.cost(written.outputs);
    written.negates = written.program.negates(written.outputs);
    return written;
  }

  template <class Operand>
  Product product(NodeId id, const Operand& operand, Forms& forms) const {
    const Node& node = graph_[id];
    if (node.op == &rows::neg) {
      Product value = operand(0);
      value.coefficient = -value.coefficient;
      return value;
    }
    if (node.op == &rows::integer_pow) {
      const Product base = operand(0);
      const auto exponent = static_cast<std::int32_t>(node.attributes.ints[0]);
      if (base.factors.size() == 1 && base.factors[0].exponent == 1)
        forms.written_powers.insert({base.factors[0].base, exponent});
      return forms.multiply({}, base, exponent);
    }
    if (node.op == &rows::pow) {
      const auto [other, difference] = *regions_.neighbour(id);
      return forms.multiply({1.0, {{forms.atom(other), 1}}}, operand(0), difference);
    }
    const Product b = operand(1);
    if (node.op == &rows::mul && node.inputs[0] == node.inputs[1] && b.factors.size() == 1)
      forms.written_powers.insert({b.factors[0].base, 2});
    return forms.multiply(operand(0), b, node.op == &rows::mul ? 1 : -1);
  }

  Written start() {
    Written best = write(choices_);
    for (const Factoring factoring : {Factoring::all, Factoring::some}) {
      Choices choices = choices_;
      for (Choice& choice : choices) choice.factoring = factoring;
      Written other = write(choices);
      if (other.cost < best.cost) {
        best = std::move(other);
        choices_ = std::move(choices);
      }
    }
    return best;
  }

  /// Changes one choice at a time as long as that shortens the program.
  void climb(Written& best) {
    for (bool better = true; better;) {
      better = false;
      for (std::size_t m = 0; m < choices_.size(); ++m) {
        const auto attempt = [&](auto&& change) {
          if (trials_left_ <= 0) return;
          Choices choices = choices_;
          change(choices[m]);
          Written other = write(choices);
          if (other.cost >= best.cost) return;
          best = std::move(other);
          choices_ = std::move(choices);
          better = true;
        };
        if (best.options[m].name) attempt([](Choice& c) { c.named = !c.named; });
        if (!best.options[m].sum) continue;
        for (const Factoring factoring : {Factoring::none, Factoring::all, Factoring::some, Factoring::together}) {
          const bool possible = factoring == Factoring::together ? best.options[m].join : best.options[m].factor;
          if (possible && factoring != choices_[m].factoring) attempt([&](Choice& c) { c.factoring = factoring; });
        }
        for (const Flattening flattening : {Flattening::automatic, Flattening::never, Flattening::always})
          if (best.options[m].flatten && flattening != choices_[m].flattening)
            attempt([&](Choice& c) { c.flattening = flattening; });
        if (best.negates) attempt([](Choice& c) { c.flipped = !c.flipped; });
      }
    }
  }

  const Graph& graph_;
  const Regions& regions_;
  const Region& region_;
  const bool cancel_;
  Choices choices_;
  int trials_left_ = 0;
};

}  // namespace

std::optional<Graph> normalise_products(const Graph& graph, bool cancel, Searched& searched) {
  const Regions regions(graph, cancel);
  std::vector<std::optional<Written>> written;
  for (const Region& region : regions.all()) {
    written.emplace_back();
    if (region.members.size() == 1 && !cancel) continue;
    const std::vector<std::int64_t> description = regions.described(region);
    if (searched.contains(description)) continue;
    written.back() = Search(graph, regions, region, cancel).run();
    if (!written.back()) searched.insert(description);
  }
  if (std::none_of(written.begin(), written.end(), [](const auto& shorter) { return shorter.has_value(); }))
    return std::nullopt;

  std::vector<Var> moved(static_cast<std::size_t>(graph.size()));
  const auto at = [&](NodeId id) -> Var& { return moved[static_cast<std::size_t>(id)]; };
  return rewrite(graph, [&](NodeId id, const Node& old, const std::vector<Var>& inputs) -> Var {
    for (std::size_t i = 0; i < inputs.size(); ++i) at(old.inputs[i]) = inputs[i];
    const int region = regions.region_of(id);
    if (region < 0 || !written[static_cast<std::size_t>(region)]) return at(id) = copy_node(old, inputs);
    Written& best = *written[static_cast<std::size_t>(region)];
    const std::vector<int>& outputs = regions.all()[static_cast<std::size_t>(region)].outputs;
    const auto output = std::find(outputs.begin(), outputs.end(), regions.member_of(id));
    if (output == outputs.end()) return inputs[0];  // nothing outside the region uses it
    const Program::Id value = best.outputs[static_cast<std::size_t>(output - outputs.begin())];
    return at(id) = best.program.record(value, at, inputs[0]);
  });
}

}  // namespace ansatz::passes
