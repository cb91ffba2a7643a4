// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/nn/initialiser.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"

namespace ansatz::nn {

Fans fans_of(const Shape& weights) {
  const int rank = weights.rank();
  if (rank < 2)
    throw ShapeError("initial weights of shape {} were asked for; [inputs, outputs], at least, is expected",
                     to_string(weights));
  std::int64_t receptive = 1;
  for (int axis = 0; axis < rank - 2; ++axis) receptive *= weights[axis];
  return {static_cast<double>(receptive * weights[rank - 2]), static_cast<double>(receptive * weights[rank - 1])};
}

Var Initialiser::weights(const Var& key, const Shape& shape, Dtype dtype, std::int64_t site) const {
  return of_weights({key, shape, fans_of(shape), dtype, site});
}

Var Initialiser::biases(const Var& key, const Shape& shape, Fans fans, Dtype dtype, std::int64_t site) const {
  constexpr std::int64_t beyond_weights = std::int64_t{1} << 23;
  return of_biases ? of_biases({key, shape, fans, dtype, site + beyond_weights}) : constant(0.0, dtype, shape);
}

namespace {

Var normal(const Wanted& w, double sigma) { return sigma * random_normal(w.key, w.shape, w.dtype, w.site); }

/// On ±limit, which has the variance limit² / 3 = σ².
Var uniform_of(const Wanted& w, double sigma) {
  const double limit = std::sqrt(3.0) * sigma;
  return 2.0 * limit * (random_uniform(w.key, w.shape, w.dtype, w.site) - 0.5);
}

/// Of variance gain / n, where n is what `mean_fan` makes of the fans.
Initialiser scaled(Named name, const std::string& distribution, double gain, double (*mean_fan)(Fans)) {
  const auto drawn = distribution == "normal" ? normal : uniform_of;
  return {std::move(name), [=](const Wanted& w) { return drawn(w, std::sqrt(gain / mean_fan(w.fans))); }};
}

/// The orthogonal factor of x [m, n], m ≥ n, by Newton–Schulz iterations (Å. Björck, C. Bowie, SIAM J. Numer. Anal. 8,
/// 358 (1971)). They act on the singular values alone: 24 times s → 3.4445 s − 4.775 s³ + 2.0315 s⁵, which lifts those
/// from 10⁻¹² to 1 into 0.68 … 1.14 (K. Jordan et al., "Muon", 2024), then 7 times s → 1.5 s − 0.5 s³ towards 1.
Var polar_factor(Var x) {
  x = x / sqrt(sum(square(x)));
  for (int i = 0; i < 24; ++i) {
    const Var gram = matmul(x, x, true, false);
    x = 3.4445 * x + matmul(x, 2.0315 * matmul(gram, gram) - 4.775 * gram);
  }
  for (int i = 0; i < 7; ++i) x = 1.5 * x - 0.5 * matmul(x, matmul(x, x, true, false));
  return x;
}

}  // namespace

Initialiser glorot(GlorotOptions o) {
  return scaled(named("glorot", o), o.distribution, 1.0, [](Fans fans) { return 0.5 * (fans.in + fans.out); });
}
Initialiser he(HeOptions o) {
  return scaled(named("he", o), o.distribution, 2.0, [](Fans fans) { return fans.in; });
}
Initialiser lecun(LecunOptions o) {
  return scaled(named("lecun", o), o.distribution, 1.0, [](Fans fans) { return fans.in; });
}

Initialiser gaussian(GaussianOptions o) {
  Initialiser result{
      named("gaussian", o), [o](const Wanted& w) {
        return normal(w, o.weight_variance ? std::sqrt(*o.weight_variance / w.fans.in) : o.deviation.value_or(1.0));
      }};
  if (o.deviation && o.weight_variance)
    throw ArgumentError("[gaussian] deviation = {} and weight_variance = {} were given; one of them is expected",
                        *o.deviation, *o.weight_variance);
  if (o.bias_variance > 0.0)
    result.of_biases = [sigma = std::sqrt(o.bias_variance)](const Wanted& w) { return normal(w, sigma); };
  return result;
}

Initialiser uniform(UniformOptions o) {
  return {named("uniform", o), [sigma = std::sqrt(o.variance)](const Wanted& w) { return uniform_of(w, sigma); }};
}

Initialiser orthogonal(OrthogonalOptions o) {
  return {named("orthogonal", o), [gain = o.gain](const Wanted& w) {
            const std::int64_t columns = w.shape[w.shape.rank() - 1];
            const std::int64_t rows = w.shape.elements() / std::max<std::int64_t>(1, columns);
            const Var q = polar_factor(
                random_normal(w.key, {std::max(rows, columns), std::min(rows, columns)}, Dtype::f64, w.site));
            return cast(reshape(gain * (rows < columns ? transpose(q) : q), w.shape), w.dtype);
          }};
}

Initialiser constant_value(ConstantOptions o) {
  return {named("constant", o), [value = o.value](const Wanted& w) { return constant(value, w.dtype, w.shape); }};
}

const Family<Initialiser>& initialisers() {
  static const Family<Initialiser> all(
      "initialiser", {member("glorot", glorot, "variance 2 / (n_in + n_out)", {"xavier"}),
                      member("he", he, "variance 2 / n_in", {"kaiming"}), member("lecun", lecun, "variance 1 / n_in"),
                      member("gaussian", gaussian, "normal, of one deviation or of mean-field theory", {"normal"}),
                      member("uniform", uniform, "uniform, of one variance"),
                      member("orthogonal", orthogonal, "orthonormal columns or rows, times gain"),
                      member("constant", constant_value, "one value")});
  return all;
}

Initialiser suited_to(const act::Activation& activation) { return find_initialiser(activation.initialiser); }

Initialiser find_initialiser(std::string_view text) { return initialisers().make(text); }

std::vector<std::string> initialiser_names() { return initialisers().names(); }

}  // namespace ansatz::nn
