// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Cost functions. Each gives one number a row; mean() averages them, with sample weights if there are some.
/// All are finite, with finite gradients, for any output up to ±10⁴.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/graph/var.hpp"

namespace ansatz::cost {

/// A cost c_i of row i from the network's outputs [batch, outputs] (before the output activation: logits) and the
/// targets: [batch] or [batch, outputs] numbers, or [batch] i32 labels. Any function of Vars that gives [batch] numbers
/// will do, or one number for the whole batch where there are no sample weights.
struct Cost {
  std::string name;
  std::function<Var(const Var& outputs, const Var& targets)> of_rows;
};

/// Mean over the outputs of (y − t)².
Cost squared_error();
/// Mean over the outputs of |y − t|; derivative 0 at y = t.
Cost absolute();
/// Mean over the outputs of ½ e² for |e| ≤ δ, else δ (|e| − ½ δ), e = y − t (P. J. Huber, Ann. Math. Stat. 35, 73
/// (1964)). @throws ArgumentError unless δ > 0.
Cost huber(double delta = 1.0);
/// −t ln σ(z) − (1 − t) ln(1 − σ(z)) for one logit z and 0 ≤ t ≤ 1, computed as z ([z > 0] − t) + softplus(−|z|),
/// two terms of which neither is negative.
Cost binary_cross_entropy();
/// −ln softmax(z)_label for logits z [batch, classes].
Cost cross_entropy();

/// The cost called `name` (huber with δ = 1). @throws ArgumentError listing the names there are.
Cost find(std::string_view name);
/// The names of all.
std::vector<std::string> names();

/// Σ c_i / n, or Σ w_i c_i / Σ w_i; 0 where all weights are 0 (as those of a small batch may be).
Var mean(const Var& of_rows, const std::optional<Var>& weights = {});

}  // namespace ansatz::cost
