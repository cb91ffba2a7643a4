// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Products and sums as data: the normal forms in which normalise_products looks for shorter programs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "ansatz/graph/graph.hpp"

namespace ansatz::passes {

/// What products are made of, by its index in Forms: an atom (a value made elsewhere), a sum, or a product with a name.
using Base = std::int32_t;

struct Factor {
  Base base = 0;
  std::int32_t exponent = 1;
  friend auto operator<=>(const Factor&, const Factor&) = default;
};

/// coefficient · Π baseᵉˣᵖᵒⁿᵉⁿᵗ, ascending by base, exponents not zero.
struct Product {
  double coefficient = 1.0;
  std::vector<Factor> factors;

  friend auto operator<=>(const Product&, const Product&) = default;
  bool is_number() const { return factors.empty(); }
  /// Exponent of `base`, 0 where it is no factor.
  std::int32_t exponent_of(Base base) const;
};

/// How a sum is written.
enum class Factoring : std::uint8_t {
  none,     ///< as it stands
  all,      ///< what all terms share is taken out
  some,     ///< what several terms share is taken out, the greatest saving first
  together  ///< over one denominator
};
enum class Flattening : std::uint8_t { automatic, never, always };

/// The choices that a member of a region leaves; the defaults stay closest to what was written.
struct Choice {
  Factoring factoring = Factoring::none;
  Flattening flattening = Flattening::automatic;  ///< of sums that are terms of this one
  bool named = false;                             ///< a product that others do not take apart
  bool flipped = false;                           ///< b − a in place of a − b
};

/// The bases of a region, each once, and the arithmetic of normal forms.
class Forms {
 public:
  enum class Kind : std::uint8_t { atom, sum, product };
  struct Entry {
    Kind kind = Kind::atom;
    NodeId node = -1;             ///< of an atom
    std::vector<Product> terms;   ///< of a sum, in the order of addition; of a product: itself
    int member = -1;              ///< of a sum: the member of the region that it came from first
    bool negated = false;         ///< of a sum: that member was its negative
    std::optional<Product> even;  ///< the value of √u or |u| to the power 2, where that is simpler: u, u²
  };

  /// Coefficients stay within the normal numbers of `dtype`. `uses[m]`: of member m, to tell what is needed anyway.
  /// `cancel`: like factors above and below, and like terms of opposite sign, cancel (passes::Options::cancel).
  Forms(Dtype dtype, const std::vector<int>& uses, bool cancel);

  const Entry& operator[](Base base) const { return entries_[static_cast<std::size_t>(base)]; }
  Base size() const { return static_cast<Base>(entries_.size()); }

  /// The base that stands for a value made elsewhere; `even`: what its square is.
  Base atom(NodeId node, const std::optional<Product>& even = std::nullopt);
  /// `product` as one base.
  Product named(const Product& product);
  /// a · bⁿ. Where the coefficient would leave the range, b stays a factor with a name.
  Product multiply(Product a, const Product& b, std::int32_t n);
  /// The sum of `terms`, as a product: often of one base, a sum.
  Product add(std::vector<Product> terms, const Choice& choice, int member);

  /// Whether the last call of `add` had something to choose: factors to take out, denominators, sums to flatten.
  bool could_factor = false, could_join = false, could_flatten = false;
  /// Powers that were written as such; others with a negative exponent divide step by step.
  std::set<Factor> written_powers;

 private:
  Product wrapped(const Product& product);
  Product interned(std::vector<Product> terms, int member);
  std::vector<Product> collected(const std::vector<Product>& terms) const;
  std::vector<Product> flattened(std::vector<Product> terms, Flattening flattening);
  Product with_all_factors_out(std::vector<Product> terms, Choice choice, int member);
  Product with_some_factors_out(std::vector<Product> terms, Choice choice, int member);
  Product over_one_denominator(const std::vector<Product>& terms, Choice choice, int member);
  bool multiply_factor(Product& product, Factor factor);
  bool in_range(double coefficient) const;

  std::vector<Entry> entries_;
  std::map<NodeId, Base> atoms_;
  std::map<std::vector<Product>, Base> sums_;
  std::map<Product, Base> products_;
  const std::vector<int>& uses_;
  bool cancel_;
  double smallest_, largest_;
};

}  // namespace ansatz::passes
