// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Gradient-descent methods as graph: an optimizer is a pair of functions, initial slots (zeros) and update, usable on
/// any array. The formulas are those of the publications; docs/lectures.md says where the lectures' code differs.
/// Arguments out of their range throw ArgumentError: "[adam] beta1 = 2 was given; 0 ≤ beta1 < 1 is expected".
///
/// Notation: θ parameters, g gradient, η learning rate, t number of the step from 1; all operations elementwise.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/family.hpp"
#include "ansatz/graph/var.hpp"

namespace ansatz::optim {

/// What an update reads. Slots come in the order of Optimizer::slots.
struct Step {
  Var theta, gradient;
  Var learning_rate;  ///< f64 scalar; rounded once to θ's dtype
  std::vector<Var> slots;
};
/// What it gives: new parameters and new slots.
struct Updated {
  Var theta;
  std::vector<Var> slots;
};

/// State beside the parameters, zero in the beginning: of θ's type, or an f64 scalar.
struct Slot {
  std::string name;
  bool scalar = false;
};

/// Equal are those of one name and the same arguments.
struct Optimizer {
  Named named;
  double learning_rate = 0.0;
  std::vector<Slot> slots;
  std::function<Updated(const Step&)> update;

  friend bool operator==(const Optimizer& a, const Optimizer& b) { return a.named == b.named; }
};

/// θ ← θ − η g
struct SgdOptions {
  double learning_rate = 1e-2;
};
Optimizer sgd(SgdOptions options = {});

/// v ← μ v + g; θ ← θ − η v (B. T. Polyak, 1964; as in PyTorch)
struct MomentumOptions {
  double learning_rate = 1e-2;
  double momentum = 0.9;
};
Optimizer momentum(MomentumOptions options = {});

/// v ← μ v + g; θ ← θ − η (g + μ v) (Y. Nesterov, 1983; as in PyTorch)
Optimizer nesterov(MomentumOptions options = {});

/// G ← G + g²; θ ← θ − η g / (√G + ε) (J. Duchi et al., JMLR 12, 2121 (2011))
struct AdagradOptions {
  double learning_rate = 1e-2;
  double epsilon = 1e-10;
};
Optimizer adagrad(AdagradOptions options = {});

/// G ← G + g²; Δ ← η g / (√G + ε) + μ Δ; θ ← θ − Δ
struct AdagradMomentumOptions {
  double learning_rate = 1e-2;
  double momentum = 0.9;
  double epsilon = 1e-10;
};
Optimizer adagrad_momentum(AdagradMomentumOptions options = {});

/// v ← ρ v + (1 − ρ) g²; θ ← θ − η g / (√v + ε) (T. Tieleman, G. Hinton, 2012)
struct RmspropOptions {
  double learning_rate = 1e-2;
  double decay = 0.99;
  double epsilon = 1e-8;
};
Optimizer rmsprop(RmspropOptions options = {});

/// m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; θ ← θ − η m̂ / (√v̂ + ε), m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)
/// (D. P. Kingma, J. Ba, arXiv:1412.6980). The corrections are computed in f64 and rounded once.
struct AdamOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};
Optimizer adam(AdamOptions options = {});

/// θ ← (1 − η λ) θ, then Adam with the gradient before the decay (I. Loshchilov, F. Hutter, arXiv:1711.05101)
struct AdamwOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 1e-2;
};
Optimizer adamw(AdamwOptions options = {});

/// All of the above.
const Family<Optimizer>& family();
/// The optimizer that a text means: "adam beta1=0.8 epsilon=1e-7". What the text does not give has its default, but for
/// the learning rate where one is given beside it. @throws ArgumentError listing the names or the arguments there are,
/// for an argument out of its range, or for a learning rate in the text and beside it.
Optimizer find(std::string_view text, std::optional<double> learning_rate = {});
/// The names of all.
std::vector<std::string> names();

/// g · min(1, limit / ‖g‖₂): clipping by the norm of the whole gradient (R. Pascanu et al., arXiv:1211.5063).
Var clip_by_norm(const Var& gradient, const Var& limit);
/// Each element limited to ±limit.
Var clip_by_value(const Var& gradient, const Var& limit);

}  // namespace ansatz::optim

namespace ansatz {

template <>
inline constexpr auto option_rows<optim::SgdOptions> =
    std::to_array<Option<optim::SgdOptions>>({{"learning_rate", &optim::SgdOptions::learning_rate, "η", at_least(0)}});
template <>
inline constexpr auto option_rows<optim::MomentumOptions> = std::to_array<Option<optim::MomentumOptions>>(
    {{"learning_rate", &optim::MomentumOptions::learning_rate, "η", at_least(0)},
     {"momentum", &optim::MomentumOptions::momentum, "μ", from_below(0, 1)}});
template <>
inline constexpr auto option_rows<optim::AdagradOptions> = std::to_array<Option<optim::AdagradOptions>>(
    {{"learning_rate", &optim::AdagradOptions::learning_rate, "η", at_least(0)},
     {"epsilon", &optim::AdagradOptions::epsilon, "ε, keeps the denominator from 0", at_least(0)}});
template <>
inline constexpr auto option_rows<optim::AdagradMomentumOptions> = std::to_array<Option<optim::AdagradMomentumOptions>>(
    {{"learning_rate", &optim::AdagradMomentumOptions::learning_rate, "η", at_least(0)},
     {"momentum", &optim::AdagradMomentumOptions::momentum, "μ", from_below(0, 1)},
     {"epsilon", &optim::AdagradMomentumOptions::epsilon, "ε, keeps the denominator from 0", at_least(0)}});
template <>
inline constexpr auto option_rows<optim::RmspropOptions> = std::to_array<Option<optim::RmspropOptions>>(
    {{"learning_rate", &optim::RmspropOptions::learning_rate, "η", at_least(0)},
     {"decay", &optim::RmspropOptions::decay, "ρ, of the mean square", from_below(0, 1)},
     {"epsilon", &optim::RmspropOptions::epsilon, "ε, keeps the denominator from 0", at_least(0)}});
template <>
inline constexpr auto option_rows<optim::AdamOptions> = std::to_array<Option<optim::AdamOptions>>(
    {{"learning_rate", &optim::AdamOptions::learning_rate, "η", at_least(0)},
     {"beta1", &optim::AdamOptions::beta1, "β₁, of the first moment", from_below(0, 1)},
     {"beta2", &optim::AdamOptions::beta2, "β₂, of the second moment", from_below(0, 1)},
     {"epsilon", &optim::AdamOptions::epsilon, "ε, keeps the denominator from 0", at_least(0)}});
template <>
inline constexpr auto option_rows<optim::AdamwOptions> = std::to_array<Option<optim::AdamwOptions>>(
    {{"learning_rate", &optim::AdamwOptions::learning_rate, "η", at_least(0)},
     {"beta1", &optim::AdamwOptions::beta1, "β₁, of the first moment", from_below(0, 1)},
     {"beta2", &optim::AdamwOptions::beta2, "β₂, of the second moment", from_below(0, 1)},
     {"epsilon", &optim::AdamwOptions::epsilon, "ε, keeps the denominator from 0", at_least(0)},
     {"weight_decay", &optim::AdamwOptions::weight_decay, "λ", at_least(0)}});

}  // namespace ansatz
