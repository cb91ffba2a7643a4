// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/passes/forms.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace ansatz::passes {

std::int32_t Product::exponent_of(Base base) const {
  for (const Factor& factor : factors)
    if (factor.base == base) return factor.exponent;
  return 0;
}

Forms::Forms(Dtype dtype, const std::vector<int>& uses, bool cancel)
    : uses_(uses),
      cancel_(cancel),
      smallest_(dtype == Dtype::f32 ? static_cast<double>(std::numeric_limits<float>::min())
                                    : std::numeric_limits<double>::min()),
      largest_(dtype == Dtype::f32 ? static_cast<double>(std::numeric_limits<float>::max())
                                   : std::numeric_limits<double>::max()) {}

bool Forms::in_range(double coefficient) const {
  const double magnitude = std::abs(coefficient);
  return magnitude >= smallest_ && magnitude <= largest_;
}

Base Forms::atom(NodeId node, const std::optional<Product>& even) {
  const auto [place, is_new] = atoms_.emplace(node, size());
  if (is_new) {
    Entry entry;
    entry.node = node;
    entry.even = even;
    entries_.push_back(std::move(entry));
  }
  return place->second;
}

Product Forms::named(const Product& product) {
  if (product.factors.size() == 1 && product.coefficient == 1.0 && product.factors[0].exponent == 1) return product;
  return wrapped(product);
}

Product Forms::wrapped(const Product& product) {
  const auto [place, is_new] = products_.emplace(product, size());
  if (is_new) {
    Entry entry;
    entry.kind = Kind::product;
    entry.terms = {product};
    entries_.push_back(std::move(entry));
  }
  return {1.0, {{place->second, 1}}};
}

/// Takes a factor in; √u · √u is u. False where a coefficient leaves the range, or factors would cancel that may not.
bool Forms::multiply_factor(Product& product, Factor factor) {
  auto place = std::lower_bound(product.factors.begin(), product.factors.end(), factor.base,
                                [](const Factor& mine, Base base) { return mine.base < base; });
  if (place == product.factors.end() || place->base != factor.base) {
    place = product.factors.insert(place, factor);
  } else {
    if (!cancel_ && (place->exponent > 0) != (factor.exponent > 0)) return false;
    place->exponent += factor.exponent;
  }
  const std::int32_t exponent = place->exponent;
  if (exponent == 0) {
    product.factors.erase(place);
    return true;
  }
  const Entry& entry = (*this)[factor.base];
  if (!entry.even || std::abs(exponent) < 2) return true;
  place->exponent = exponent % 2;
  if (place->exponent == 0) product.factors.erase(place);
  const Product even = *entry.even;
  product.coefficient *= std::pow(even.coefficient, exponent / 2);
  if (!in_range(product.coefficient)) return false;
  for (const Factor& inner : even.factors)
    if (!multiply_factor(product, {inner.base, inner.exponent * (exponent / 2)})) return false;
  return true;
}

Product Forms::multiply(Product a, const Product& b, std::int32_t n) {
  const Product before = a;
  a.coefficient *= n == 1 ? b.coefficient : std::pow(b.coefficient, n);
  bool fits = in_range(a.coefficient) || (n > 0 && (before.coefficient == 0.0 || b.coefficient == 0.0));
  for (const Factor& factor : b.factors) fits = fits && multiply_factor(a, {factor.base, factor.exponent * n});
  if (fits) return a;
  const Product first = named(before);
  const Factor second{named(b).factors[0].base, n};
  Product apart = first;
  if (!multiply_factor(apart, second)) {  // x / x, not to be cancelled: (x)¹ · x⁻¹
    apart = wrapped(first);
    multiply_factor(apart, second);
  }
  return apart;
}

Product Forms::interned(std::vector<Product> terms, int member) {
  if (terms.empty()) return {0.0, {}};
  if (terms.size() == 1) return terms[0];
  std::vector<Product> key = terms;
  std::sort(key.begin(), key.end(), [](const Product& a, const Product& b) {
    return std::tie(a.factors, a.coefficient) < std::tie(b.factors, b.coefficient);
  });
  const bool negative = key.back().coefficient < 0.0;  // numbers come first: the sign is that of a true term
  const auto negate = [](std::vector<Product>& all) {
    for (Product& term : all) term.coefficient = -term.coefficient;
  };
  if (negative) {
    negate(key);
    negate(terms);
  }
  const auto [place, is_new] = sums_.emplace(std::move(key), size());
  if (is_new) {
    Entry entry;
    entry.kind = Kind::sum;
    entry.terms = std::move(terms);
    entry.member = member;
    entry.negated = negative;
    entries_.push_back(std::move(entry));
  }
  return {negative ? -1.0 : 1.0, {{place->second, 1}}};
}

}  // namespace ansatz::passes
