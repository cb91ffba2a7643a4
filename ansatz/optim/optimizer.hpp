// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Gradient-descent methods as graph: an optimizer is a pair of functions, initial slots (zeros) and update, usable on
/// any array. The formulas are those of the publications; docs/lectures.md says where the lectures' code differs.
///
/// Notation: θ parameters, g gradient, η learning rate, t number of the step from 1; all operations elementwise.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

struct Optimizer {
  std::string name;
  double learning_rate = 0.0;
  std::map<std::string, double> hyperparameters;  ///< for the record
  std::vector<Slot> slots;
  std::function<Updated(const Step&)> update;
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

/// The optimizer called `name` with its defaults, but for the learning rate where one is given.
/// @throws ArgumentError listing the names there are, or for a learning rate that is no finite number ≥ 0.
Optimizer find(std::string_view name, std::optional<double> learning_rate = {});
/// The names of all.
std::vector<std::string> names();

/// g · min(1, limit / ‖g‖₂): clipping by the norm of the whole gradient (R. Pascanu et al., arXiv:1211.5063).
Var clip_by_norm(const Var& gradient, const Var& limit);
/// Each element limited to ±limit.
Var clip_by_value(const Var& gradient, const Var& limit);

}  // namespace ansatz::optim
