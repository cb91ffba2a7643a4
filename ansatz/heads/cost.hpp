// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Cost functions. Each gives one number a row; mean() averages them, with sample weights if there are some.
/// All are finite, with finite gradients, for any output up to ±10⁴.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/family.hpp"
#include "ansatz/graph/var.hpp"

namespace ansatz::cost {

/// What a cost is computed from.
enum class Sees : std::uint8_t {
  either,    ///< of a head whose response is its output: a quantity
  response,  ///< what the network says, in the head's words: probabilities
  outputs    ///< the network's outputs before the head's response: logits, the stable form
};

/// A cost c_i of row i from what it sees [batch, outputs] and the targets: [batch] or [batch, outputs] numbers, or
/// [batch] i32 labels (a cost that sees the response is given labels as one-hot rows). Any function of Vars that gives
/// [batch] numbers will do, or one number for the whole batch where there are no sample weights.
struct Cost {
  std::string name;
  std::function<Var(const Var& outputs, const Var& targets)> of_rows;
  Sees sees = Sees::either;
  Named named = {name};  ///< with its arguments
};

/// A user's cost that sees the response of any head; one that sees its outputs.
Cost on_response(std::string name, std::function<Var(const Var&, const Var&)> of_rows);
Cost on_outputs(std::string name, std::function<Var(const Var&, const Var&)> of_rows);
/// A user's cost as a formula in a, the response, and y, the target, element by element; its mean over the outputs of a
/// row. Example: formula("log(1 + (a - y)^2)"). @throws ParseError; ArgumentError for other variables.
Cost formula(const std::string& text);

struct HuberOptions {
  double delta = 1.0;
};

/// Mean over the outputs of (y − t)².
Cost squared_error();
/// Mean over the outputs of |y − t|; derivative 0 at y = t.
Cost absolute();
/// Mean over the outputs of ½ e² for |e| ≤ δ, else δ (|e| − ½ δ), e = y − t (P. J. Huber, Ann. Math. Stat. 35, 73
/// (1964)). @throws ArgumentError unless δ > 0.
Cost huber(double delta = 1.0);
/// −t ln σ(z) − (1 − t) ln(1 − σ(z)) for logits z and 0 ≤ t ≤ 1, computed as z ([z > 0] − t) + softplus(−|z|),
/// two terms of which neither is negative; the mean over several outputs.
Cost binary_cross_entropy();
/// −ln softmax(z)_label for logits z [batch, classes]; of soft labels t [batch, classes], −Σ t ln softmax(z).
Cost cross_entropy();
/// e^z − t z for the logarithm z of a rate and a count t: the negative log likelihood of Poisson's distribution without
/// ln t!; the mean over several outputs.
Cost poisson();
/// ½ ((t − μ)/σ)² + ln σ + ½ ln 2π for outputs (μ, ln σ), [batch, 2 k] for k targets: all μ, then all ln σ; the mean
/// over the targets (D. A. Nix, A. S. Weigend, ICNN 1994).
Cost gaussian();
struct PinballOptions {
  std::vector<double> levels = {};
};
/// max(α e, (α − 1) e), e = t − q, the mean over targets and the levels α of the quantiles q [batch, k · levels]
/// (R. Koenker, G. Bassett, Econometrica 46, 33 (1978)). It sees the response. Without levels: those of the head, or
/// ½ where it has none (median regression). @throws ArgumentError unless the levels lie within (0, 1); ShapeError, when
/// it is used, unless there is one output for each target and level.
Cost pinball(const std::vector<double>& levels = {});

/// The cost that a text means: "huber delta=2", or a formula in a and y. @throws ArgumentError listing the names there
/// are; ParseError for a formula that cannot be read.
Cost find(std::string_view text);
/// The names of all.
std::vector<std::string> names();

/// Σ c_i / n, or Σ w_i c_i / Σ w_i; 0 where all weights are 0 (as those of a small batch may be).
Var mean(const Var& of_rows, const std::optional<Var>& weights = {});

}  // namespace ansatz::cost

namespace ansatz {
template <>
inline constexpr auto option_rows<cost::HuberOptions> = std::to_array<Option<cost::HuberOptions>>(
    {{"delta", &cost::HuberOptions::delta, "where the square ends", above(0)}});
template <>
inline constexpr auto option_rows<cost::PinballOptions> =
    std::to_array<Option<cost::PinballOptions>>({{"levels",
                                                  &cost::PinballOptions::levels,
                                                  "of the quantiles; none: those of the head, or 0.5",
                                                  {.low = 0, .high = 1, .low_excluded = true, .high_excluded = true}}});
}  // namespace ansatz
