// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Elementary functions, elementwise, f32 and f64.
#pragma once

#include "ansatz/graph/var.hpp"

namespace ansatz {

namespace rows {
extern const Op exp, log, log1p, expm1, sin, cos, tanh, erf, normal_cdf, sigmoid, softplus, relu, leaky_relu, elu;
}  // namespace rows

Var exp(const Var& x);    ///< eˣ
Var log(const Var& x);    ///< natural logarithm
Var log1p(const Var& x);  ///< ln(1 + x), accurate near 0
Var expm1(const Var& x);  ///< eˣ − 1, accurate near 0
Var sin(const Var& x);    ///< sine, x in radians
Var cos(const Var& x);    ///< cosine, x in radians
Var tanh(const Var& x);   ///< hyperbolic tangent
Var erf(const Var& x);    ///< 2/√π ∫₀ˣ exp(−t²) dt
/// Φ(x) = ½ erfc(−x/√2), the probability that a standard normal number is below x; accurate in both tails.
Var normal_cdf(const Var& x);
Var sigmoid(const Var& x);   ///< 1 / (1 + e⁻ˣ), no overflow for any x
Var softplus(const Var& x);  ///< ln(1 + eˣ), no overflow for any x
Var relu(const Var& x);      ///< x where x > 0, else 0; NaN for NaN; derivative 0 at 0
Var elu(const Var& x);       ///< x where x > 0, else eˣ − 1; NaN for NaN
/// x where x > 0, else slope · x; derivative `slope` at 0. @throws ArgumentError unless 0 < slope.
Var leaky_relu(const Var& x, double slope = 0.01);

}  // namespace ansatz
