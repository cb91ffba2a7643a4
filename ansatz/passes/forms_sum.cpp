// SPDX-License-Identifier: BSD-3-Clause
// How sums are brought into normal form.
#include <algorithm>
#include <cmath>

#include "ansatz/passes/forms.hpp"

namespace ansatz::passes {

namespace {

constexpr std::size_t longest_sum = 64;  // longer ones are not taken apart

/// Operations that the terms and their addition cost if all bases and powers are there.
int length(const std::vector<Product>& terms) {
  int result = static_cast<int>(terms.size()) - 1;
  for (const Product& term : terms)
    if (!term.is_number()) {
      const bool scaled = std::abs(term.coefficient) != 1.0;
      result += static_cast<int>(term.factors.size()) - 1 + (scaled ? 1 : 0);
    }
  return result;
}

/// The factor of terms i… that has the exponent closest to zero in all those that share its sign.
std::int32_t common_exponent(std::int32_t a, std::int32_t b) {
  if ((a > 0) != (b > 0) || a == 0 || b == 0) return 0;
  return std::abs(a) < std::abs(b) ? a : b;
}

/// What all terms share; its coefficient is the one that all others are integer multiples of, or 1.
Product common_product(const std::vector<Product>& terms) {
  Product common{1.0, terms[0].factors};
  double smallest = std::abs(terms[0].coefficient);
  for (const Product& term : terms) {
    std::vector<Factor> shared;
    for (const Factor& factor : common.factors)
      if (const std::int32_t e = common_exponent(factor.exponent, term.exponent_of(factor.base)); e != 0)
        shared.push_back({factor.base, e});
    common.factors = std::move(shared);
    smallest = std::min(smallest, std::abs(term.coefficient));
  }
  const bool divides = smallest > 0.0 && std::all_of(terms.begin(), terms.end(), [&](const Product& term) {
                         const double ratio = term.coefficient / smallest;
                         return std::abs(ratio) < 1e6 && ratio == std::nearbyint(ratio);
                       });
  if (divides) common.coefficient = smallest;
  return common;
}

/// A factor (or, without base, the magnitude of a coefficient) that several terms share.
struct Shared {
  Factor factor{-1, 0};
  double magnitude = 1.0;
  std::vector<std::size_t> terms;
  int saving = -1;
};

std::optional<Shared> best_shared(const std::vector<Product>& terms) {
  std::optional<Shared> best;
  const auto consider = [&](Shared candidate) {
    if (candidate.terms.size() < 2 || candidate.saving < 1) return;
    if (!best || candidate.saving > best->saving) best = std::move(candidate);
  };
  for (const Product& term : terms) {
    for (const Factor& factor : term.factors) {
      Shared candidate{factor, 1.0, {}, -1};
      for (std::size_t k = 0; k < terms.size(); ++k) {
        const std::int32_t e = common_exponent(candidate.factor.exponent, terms[k].exponent_of(factor.base));
        if (e == 0) continue;
        candidate.factor.exponent = e;
        candidate.terms.push_back(k);
        const bool alone = terms[k].factors.size() == 1 && std::abs(terms[k].coefficient) == 1.0;
        if (!alone || factor.exponent < 0) ++candidate.saving;
      }
      consider(std::move(candidate));
    }
    Shared candidate{{-1, 0}, std::abs(term.coefficient), {}, -1};
    if (candidate.magnitude == 1.0 || candidate.magnitude == 0.0) continue;
    for (std::size_t k = 0; k < terms.size(); ++k)
      if (std::abs(terms[k].coefficient) == candidate.magnitude) {
        candidate.terms.push_back(k);
        if (!terms[k].is_number()) ++candidate.saving;
      }
    consider(std::move(candidate));
  }
  return best;
}

/// `factor` is among those of `product`, with an exponent at least as far from zero.
void take_out(Product& product, const Factor& factor) {
  const auto place = std::find_if(product.factors.begin(), product.factors.end(),
                                  [&](const Factor& mine) { return mine.base == factor.base; });
  place->exponent -= factor.exponent;
  if (place->exponent == 0) product.factors.erase(place);
}

bool has_denominator(const Product& product) {
  return std::any_of(product.factors.begin(), product.factors.end(), [](const Factor& f) { return f.exponent < 0; });
}

}  // namespace

/// Like terms as one, in the order of their first appearance; those of opposite sign only where they may cancel.
std::vector<Product> Forms::collected(const std::vector<Product>& terms) const {
  std::vector<Product> result;
  for (const Product& term : terms) {
    const auto same = std::find_if(result.begin(), result.end(), [&](const Product& mine) {
      return mine.factors == term.factors && (cancel_ || (mine.coefficient < 0.0) == (term.coefficient < 0.0));
    });
    if (same == result.end()) {
      if (term.coefficient != 0.0 || !term.is_number()) result.push_back(term);
      continue;
    }
    same->coefficient += term.coefficient;
    if (same->coefficient == 0.0) result.erase(same);
  }
  return result;
}

std::vector<Product> Forms::flattened(std::vector<Product> terms, Flattening flattening) {
  std::vector<Product> open;
  bool shared = false, any = false;
  for (const Product& term : terms) {
    const bool is_sum =
        term.factors.size() == 1 && term.factors[0].exponent == 1 && (*this)[term.factors[0].base].kind == Kind::sum;
    if (!is_sum) {
      open.push_back(term);
      continue;
    }
    any = true;
    const Entry& inner = (*this)[term.factors[0].base];
    shared = shared || inner.member < 0 || uses_[static_cast<std::size_t>(inner.member)] > 1;
    for (Product part : inner.terms) {
      part.coefficient *= term.coefficient;
      open.push_back(std::move(part));
    }
  }
  if (!any || open.size() > longest_sum) return terms;
  const std::vector<Product> merged = collected(open);
  if (!std::all_of(merged.begin(), merged.end(), [this](const Product& t) { return in_range(t.coefficient); }))
    return terms;
  could_flatten = true;
  if (flattening == Flattening::never) return terms;
  if (flattening == Flattening::automatic) {
    if (merged.size() == open.size()) return terms;
    if (shared && length(merged) > length(terms)) return terms;
  }
  return merged;
}

Product Forms::with_all_factors_out(std::vector<Product> terms, Choice choice, int member) {
  const Product common = common_product(terms);
  if (common.is_number() && common.coefficient == 1.0) return interned(std::move(terms), member);
  for (Product& term : terms) {
    term.coefficient /= common.coefficient;
    for (const Factor& factor : common.factors) take_out(term, factor);
  }
  choice.factoring = Factoring::none;
  return multiply(common, add(std::move(terms), choice, member), 1);
}

Product Forms::with_some_factors_out(std::vector<Product> terms, Choice choice, int member) {
  while (const auto shared = best_shared(terms)) {
    std::vector<Product> inner, rest;
    std::size_t first = terms.size();
    for (std::size_t k = 0; k < terms.size(); ++k) {
      const bool takes_part = std::find(shared->terms.begin(), shared->terms.end(), k) != shared->terms.end();
      if (takes_part && first == terms.size()) first = rest.size();
      (takes_part ? inner : rest).push_back(terms[k]);
    }
    if (rest.empty()) return with_all_factors_out(std::move(terms), choice, member);
    Choice whole = choice;
    whole.factoring = Factoring::all;
    rest.insert(rest.begin() + static_cast<std::ptrdiff_t>(first), add(std::move(inner), whole, -1));
    terms = collected(rest);
    if (terms.size() < 2) break;
  }
  return interned(std::move(terms), member);
}

Product Forms::over_one_denominator(const std::vector<Product>& terms, Choice choice, int member) {
  Product denominator;
  for (const Product& term : terms)
    for (const Factor& factor : term.factors)
      if (factor.exponent < 0)
        if (const std::int32_t missing = -factor.exponent - denominator.exponent_of(factor.base); missing > 0)
          multiply_factor(denominator, {factor.base, missing});
  std::vector<Product> numerators;
  for (const Product& term : terms) numerators.push_back(multiply(term, denominator, 1));
  choice.factoring = Factoring::all;
  return multiply(add(std::move(numerators), choice, member), denominator, -1);
}

Product Forms::add(std::vector<Product> terms, const Choice& choice, int member) {
  terms = collected(flattened(collected(terms), choice.flattening));
  if (terms.size() < 2) return interned(std::move(terms), member);
  const bool joins = cancel_ && std::any_of(terms.begin(), terms.end(), has_denominator);
  could_join = could_join || joins;
  const Product common = common_product(terms);
  could_factor = could_factor || !common.is_number() || common.coefficient != 1.0 || best_shared(terms).has_value();
  switch (choice.factoring) {
    case Factoring::none: break;
    case Factoring::all: return with_all_factors_out(std::move(terms), choice, member);
    case Factoring::some: return with_some_factors_out(std::move(terms), choice, member);
    case Factoring::together:
      if (joins) return over_one_denominator(terms, choice, member);
      break;
  }
  return interned(std::move(terms), member);
}

}  // namespace ansatz::passes
