// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Activation functions of layers: functions that build graph, with a name and arguments; derivatives come from
/// autodiff.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/family.hpp"
#include "ansatz/graph/var.hpp"

namespace ansatz::act {

/// An activation function a = f(z), elementwise. Equal are those of one name and the same arguments.
struct Activation {
  Named named;
  std::function<Var(const Var& z)> apply;
  std::string_view initialiser = "glorot";  ///< the initial weights that suit it (nn/initialiser.hpp)
  /// Whether the loops of training steps with it are compiled into the library; others are interpreted (same bits).
  bool compiled = false;

  Var operator()(const Var& z) const { return apply(z); }
  friend bool operator==(const Activation& a, const Activation& b) { return a.named == b.named; }
};

struct LeakyReluOptions {
  double slope = 0.01;
};
struct EluOptions {
  double alpha = 1.0;
};

/// A row of the family, and the value with the default arguments: act::leaky_relu, act::leaky_relu({.slope = 0.2}). It
/// is a constant, which other constants may be made of.
template <class Options>
struct Known {
  std::string_view name;
  Var (*formula)(const Var& z, const Options& options);
  std::string_view help;
  std::array<std::string_view, 2> aliases = {};  ///< what others call it; other spellings need none
  std::string_view initialiser = "glorot";
  bool compiled = false;

  /// @throws ArgumentError for an argument out of its range.
  Activation operator()(const Options& options) const {
    return {named(name, options), [f = formula, options](const Var& z) { return f(z, options); }, initialiser,
            compiled};
  }
  operator Activation() const { return (*this)(Options{}); }  // NOLINT: it is one
  Var operator()(const Var& z) const { return formula(z, Options{}); }
};

extern const Known<NoOptions> identity;           ///< z
extern const Known<NoOptions> sigmoid;            ///< 1 / (1 + e⁻ᶻ)
extern const Known<NoOptions> tanh;               ///< tanh z
extern const Known<NoOptions> relu;               ///< max(z, 0)
extern const Known<LeakyReluOptions> leaky_relu;  ///< z for z > 0, else slope · z
extern const Known<EluOptions> elu;          ///< z for z > 0, else α (eᶻ − 1) (Clevert et al., arXiv:1511.07289)
extern const Known<NoOptions> softplus;      ///< ln(1 + eᶻ)
extern const Known<NoOptions> gelu;          ///< z Φ(z), exact (Hendrycks & Gimpel, arXiv:1606.08415)
extern const Known<NoOptions> silu;          ///< z / (1 + e⁻ᶻ) (Elfwing et al., arXiv:1702.03118)
extern const Known<NoOptions> selu;          ///< λ · elu of α = 1.67326…, λ = 1.0507… (arXiv:1706.02515)
extern const Known<NoOptions> mish;          ///< z tanh(softplus z) (D. Misra, arXiv:1908.08681)
extern const Known<NoOptions> softsign;      ///< z / (1 + |z|)
extern const Known<NoOptions> step;          ///< 1 for z > 0, else 0; its derivative is 0
extern const Known<NoOptions> hard_tanh;     ///< z within ±1, else sign z
extern const Known<NoOptions> hard_sigmoid;  ///< ½ + z / 6 within ±3, else 0 or 1

/// All of the above.
const Family<Activation>& family();
/// The activation that a text means: "tanh", "leaky_relu slope=0.2". @throws ArgumentError listing the names or the
/// arguments there are, or for an argument out of its range.
Activation find(std::string_view text);
/// The names of all.
std::vector<std::string> names();

}  // namespace ansatz::act

namespace ansatz {

template <>
inline constexpr auto option_rows<act::LeakyReluOptions> =
    std::to_array<Option<act::LeakyReluOptions>>({{"slope", &act::LeakyReluOptions::slope, "for z < 0", above(0)}});
template <>
inline constexpr auto option_rows<act::EluOptions> =
    std::to_array<Option<act::EluOptions>>({{"alpha", &act::EluOptions::alpha, "far below 0 it is -alpha", above(0)}});

}  // namespace ansatz
