// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/passes/emit.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "ansatz/ops/arithmetic.hpp"

namespace ansatz::passes {

namespace {

using Id = Program::Id;

/// What products are made of here: a base, a number, or a pair of literals that several products share.
struct Literal {
  std::int32_t what = 0;  ///< a base below forms.size(), else an index into parts
  std::int32_t exponent = 1;
  friend auto operator<=>(const Literal&, const Literal&) = default;
};
using Literals = std::vector<Literal>;

struct Part {
  double number = 0.0;  ///< without pair
  std::optional<std::pair<Literal, Literal>> pair;
};

/// A value, or its negative.
struct Signed {
  Id id = -1;
  bool negative = false;
};

class Emitter {
 public:
  Emitter(const Forms& forms, Program& program, const std::function<bool(int)>& flipped)
      : forms_(forms), program_(program), flipped_(flipped), sums_(static_cast<std::size_t>(forms.size())) {}

  std::vector<Id> run(std::span<const Product> outputs) {
    for (const Product& product : outputs) collect(product);
    share_pairs();
    count_powers();
    std::vector<Id> result;
    for (const Product& product : outputs) result.push_back(output(product));
    return result;
  }

 private:
  // -- which products there are

  static Product unsigned_form(const Product& product) { return {std::abs(product.coefficient), product.factors}; }

  /// Enters a product and all that it needs.
  void collect(const Product& product) {
    if (product.is_number()) return;
    const auto [place, is_new] = index_.emplace(unsigned_form(product), products_.size());
    if (!is_new) return;
    Literals literals;
    bool has_numerator = false;
    for (const Factor& factor : product.factors) {
      literals.push_back({factor.base, factor.exponent});
      has_numerator = has_numerator || factor.exponent > 0;
    }
    const double magnitude = std::abs(product.coefficient);
    if (magnitude != 1.0 || !has_numerator) literals.push_back({number_part(magnitude), 1});
    products_.push_back(std::move(literals));
    for (const Factor& factor : product.factors)
      if (!visited_[factor.base]) {
        visited_[factor.base] = true;
        for (const Product& term : forms_[factor.base].terms) collect(term);
      }
  }

  std::int32_t number_part(double value) {
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (!parts_[i].pair && parts_[i].number == value) return forms_.size() + static_cast<std::int32_t>(i);
    parts_.push_back({value, std::nullopt});
    return forms_.size() + static_cast<std::int32_t>(parts_.size()) - 1;
  }

  // -- what they share

  /// Finds the pair of literals in most products, makes it a literal, and so on.
  void share_pairs() {
    for (;;) {
      std::map<std::pair<Literal, Literal>, int> counts;
      for (const Literals& literals : products_)
        for (std::size_t i = 0; i < literals.size(); ++i)
          for (std::size_t j = i + 1; j < literals.size(); ++j) ++counts[{literals[i], literals[j]}];
      const auto best = std::max_element(counts.begin(), counts.end(),
                                         [](const auto& a, const auto& b) { return a.second < b.second; });
      if (best == counts.end() || best->second < 2) return;
      replace(best->first);
    }
  }

  void replace(std::pair<Literal, Literal> pair) {
    const auto [first, second] = pair;
    const bool inverse = first.exponent < 0 && second.exponent < 0;  // 1/a · 1/b is 1/(a·b)
    if (inverse) pair = {{first.what, -first.exponent}, {second.what, -second.exponent}};
    const Literal literal{forms_.size() + static_cast<std::int32_t>(parts_.size()), inverse ? -1 : 1};
    parts_.push_back({0.0, pair});
    for (Literals& literals : products_) {
      const auto a = std::find(literals.begin(), literals.end(), first);
      if (a == literals.end()) continue;
      const auto b = std::find(literals.begin(), literals.end(), second);
      if (b == literals.end()) continue;
      literals.erase(b);
      literals.erase(std::find(literals.begin(), literals.end(), first));
      literals.push_back(literal);
    }
  }

  void count_powers() {
    const auto count = [this](const Literal& literal) {
      if (std::abs(literal.exponent) > 1) ++powers_[literal.what];
    };
    for (const Literals& literals : products_)
      for (const Literal& literal : literals) count(literal);
    for (const Part& part : parts_)
      if (part.pair) {
        count(part.pair->first);
        count(part.pair->second);
      }
  }

  // -- the program

  Id output(const Product& product) {
    if (product.is_number()) return program_.number(product.coefficient);
    const Literals& literals = products_[index_.at(unsigned_form(product))];
    const bool negative = product.coefficient < 0.0;
    const Signed value = multiplied(literals, false);
    if (value.negative == negative) return value.id;
    const Signed opposite = multiplied(literals, true);  // a number takes the sign where there is one
    if (opposite.negative == negative) return opposite.id;
    return program_.apply(rows::neg, value.id);
  }

  Signed term(const Product& product) {
    if (product.is_number()) return {program_.number(std::abs(product.coefficient)), product.coefficient < 0.0};
    Signed value = multiplied(products_[index_.at(unsigned_form(product))], false);
    if (product.coefficient < 0.0) value.negative = !value.negative;
    return value;
  }

  Signed value_of(const Literal& literal, bool negate_number) {
    if (literal.what < forms_.size()) return base(literal.what);
    const Part part = parts_[static_cast<std::size_t>(literal.what - forms_.size())];
    if (part.pair) return multiplied({part.pair->first, part.pair->second}, false);
    // a negative number stands for itself: the product's sign is opposite
    return {program_.number(negate_number ? -part.number : part.number), negate_number};
  }

  /// The product of literals; numbers last. `negate_number`: with the opposite sign in its number, if it has one.
  Signed multiplied(const Literals& literals, bool negate_number) {
    Literals order = literals;
    std::stable_partition(order.begin(), order.end(), [this](const Literal& l) {
      return l.what < forms_.size() || parts_[static_cast<std::size_t>(l.what - forms_.size())].pair;
    });
    std::optional<Id> above, below;
    std::vector<Id> twice;  // divided by two times, so that no square can overflow
    Signed result;
    for (const Literal& literal : order) {
      const Signed value = value_of(literal, negate_number);
      const auto exponent = std::abs(literal.exponent);
      if (exponent % 2 != 0) result.negative = result.negative != value.negative;
      if (literal.exponent == -2 && powers_[literal.what] == 1 && !forms_.written_powers.contains({literal.what, 2})) {
        twice.push_back(value.id);
        continue;
      }
      const Id power = program_.power(value.id, exponent);
      std::optional<Id>& side = literal.exponent > 0 ? above : below;
      side = side ? program_.apply(rows::mul, *side, power) : power;
    }
    result.id = above ? *above : program_.number(1.0);
    if (below) result.id = program_.apply(rows::div, result.id, *below);
    for (Id id : twice) result.id = program_.apply(rows::div, program_.apply(rows::div, result.id, id), id);
    return result;
  }

  Signed base(Base base) {
    const Forms::Entry& entry = forms_[base];
    if (entry.kind == Forms::Kind::atom) return {program_.atom(entry.node), false};
    Signed& known = sums_[static_cast<std::size_t>(base)];
    if (known.id < 0) known = entry.kind == Forms::Kind::product ? term(entry.terms[0]) : added(entry);
    return sums_[static_cast<std::size_t>(base)];
  }

  /// A sum, in the order of its terms but for a positive one at the head; its negative where all terms are negative.
  Signed added(const Forms::Entry& entry) {
    std::vector<Signed> values;
    bool opposite = entry.negated;
    if (entry.member >= 0 && flipped_(entry.member)) opposite = !opposite;
    bool any_positive = false, any_number = false;
    for (const Product& product : entry.terms) {
      Signed value = term(product);
      value.negative = value.negative != opposite;
      any_positive = any_positive || !value.negative;
      any_number = any_number || product.is_number();
      values.push_back(value);
    }
    Signed result{-1, opposite};
    if (!any_positive && !any_number) {
      for (Signed& value : values) value.negative = false;
      result.negative = !opposite;
    } else if (!any_positive) {  // −(x + 1) is −1 − x
      for (std::size_t i = 0; i < values.size(); ++i)
        if (entry.terms[i].is_number()) values[i] = {program_.number(-std::abs(entry.terms[i].coefficient)), false};
    }
    const auto head = std::find_if(values.begin(), values.end(), [](const Signed& v) { return !v.negative; });
    result.id = head->id;
    for (auto value = values.begin(); value != values.end(); ++value)
      if (value != head) result.id = program_.apply(value->negative ? rows::sub : rows::add, result.id, value->id);
    return result;
  }

  const Forms& forms_;
  Program& program_;
  const std::function<bool(int)>& flipped_;
  std::map<Product, std::size_t> index_;  // of distinct products
  std::vector<Literals> products_;
  std::vector<Part> parts_;
  std::map<Base, bool> visited_;
  std::map<std::int32_t, int> powers_;  // how many powers of a literal there are
  std::vector<Signed> sums_;
};

}  // namespace

std::vector<Id> emit(const Forms& forms, std::span<const Product> outputs, Program& program,
                     const std::function<bool(int)>& flipped) {
  return Emitter(forms, program, flipped).run(outputs);
}

}  // namespace ansatz::passes
