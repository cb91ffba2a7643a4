// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Initial weights and biases of a layer: functions that build graph from a key of random numbers.
/// Arguments out of their range throw ArgumentError.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ansatz/base/family.hpp"
#include "ansatz/graph/var.hpp"
#include "ansatz/nn/activation.hpp"

namespace ansatz::nn {

/// How many inputs an output of the layer sees, and how many outputs see an input.
struct Fans {
  double in = 1.0, out = 1.0;
};
/// Of weights [n_in, n_out], or of filters [k_y, k_x, …, c_in, c_out], which see k_y k_x … times as many channels.
/// @throws ShapeError for fewer than two axes.
Fans fans_of(const Shape& weights);

/// What is initialised.
struct Wanted {
  Var key;  ///< i32[4]; with `site` it chooses the random numbers (see random_normal)
  Shape shape;
  Fans fans;
  Dtype dtype = Dtype::f32;
  std::int64_t site = 0;  ///< from 0 to 2²³ − 1
};

/// Equal are those of one name and the same arguments.
struct Initialiser {
  Named named;
  std::function<Var(const Wanted&)> of_weights;
  std::function<Var(const Wanted&)> of_biases = {};  ///< none: zeros

  /// Weights of a shape whose last two axes are inputs and outputs.
  Var weights(const Var& key, const Shape& shape, Dtype dtype, std::int64_t site) const;
  /// Biases, one an output, of the layer with these fans; their random numbers are others than those of its weights.
  Var biases(const Var& key, const Shape& shape, Fans fans, Dtype dtype, std::int64_t site) const;
  /// Weights [n_in, n_out].
  Var operator()(const Var& key, std::int64_t n_in, std::int64_t n_out, Dtype dtype, std::int64_t site) const {
    return weights(key, {n_in, n_out}, dtype, site);
  }
  friend bool operator==(const Initialiser& a, const Initialiser& b) { return a.named == b.named; }
};

struct GlorotOptions {
  std::string distribution = "uniform";  ///< or normal
};
/// Mean 0, variance 2 / (n_in + n_out) (X. Glorot, Y. Bengio, AISTATS 2010).
Initialiser glorot(GlorotOptions options = {});

struct HeOptions {
  std::string distribution = "normal";  ///< or uniform
};
/// Mean 0, variance 2 / n_in (K. He et al., arXiv:1502.01852).
Initialiser he(HeOptions options = {});

struct LecunOptions {
  std::string distribution = "normal";  ///< or uniform
};
/// Mean 0, variance 1 / n_in (Y. LeCun et al., "Efficient BackProp", 1998).
Initialiser lecun(LecunOptions options = {});

struct GaussianOptions {
  std::optional<double> deviation = {};        ///< of all weights; default 1
  std::optional<double> weight_variance = {};  ///< or: n_in times the weights' variance
  double bias_variance = 0.0;
};
/// W ~ N(0, deviation²), the same for every layer, or W ~ N(0, weight_variance / n_in); b ~ N(0, bias_variance)
/// (mean-field theory: B. Poole et al., arXiv:1606.05340). @throws ArgumentError for both.
Initialiser gaussian(GaussianOptions options = {});

struct UniformOptions {
  double variance = 1.0;
};
/// W uniform on ±√(3 · variance), the same for every layer.
Initialiser uniform(UniformOptions options = {});

struct OrthogonalOptions {
  double gain = 1.0;
};
/// gain · Q with orthonormal columns, or rows where there are fewer of them, of the matrix [n_in, n_out] (A. Saxe et
/// al., arXiv:1312.6120). Q is the orthogonal factor of the polar decomposition of a matrix of normal numbers, so that
/// it has Haar's distribution; it is found by products of matrices alone.
Initialiser orthogonal(OrthogonalOptions options = {});

struct ConstantOptions {
  double value = 0.0;
};
/// All weights are `value`.
Initialiser constant_value(ConstantOptions options = {});

/// All of the above.
const Family<Initialiser>& initialisers();
/// What the activation says: He's for rectifiers, LeCun's for selu, Glorot's for the others.
Initialiser suited_to(const act::Activation& activation);
/// The initialiser that a text means: "he", "gaussian deviation=0.5". @throws ArgumentError listing the names or the
/// arguments there are.
Initialiser find_initialiser(std::string_view text);
/// The names of all.
std::vector<std::string> initialiser_names();

}  // namespace ansatz::nn

namespace ansatz {

template <>
inline constexpr auto option_rows<nn::GlorotOptions> = std::to_array<Option<nn::GlorotOptions>>(
    {{"distribution", &nn::GlorotOptions::distribution, "normal or uniform", {}, "normal|uniform"}});
template <>
inline constexpr auto option_rows<nn::HeOptions> = std::to_array<Option<nn::HeOptions>>(
    {{"distribution", &nn::HeOptions::distribution, "normal or uniform", {}, "normal|uniform"}});
template <>
inline constexpr auto option_rows<nn::LecunOptions> = std::to_array<Option<nn::LecunOptions>>(
    {{"distribution", &nn::LecunOptions::distribution, "normal or uniform", {}, "normal|uniform"}});
template <>
inline constexpr auto option_rows<nn::GaussianOptions> = std::to_array<Option<nn::GaussianOptions>>(
    {{"deviation", &nn::GaussianOptions::deviation, "standard deviation of all weights; none: 1", at_least(0)},
     {"weight_variance", &nn::GaussianOptions::weight_variance, "n_in times their variance", at_least(0)},
     {"bias_variance", &nn::GaussianOptions::bias_variance, "variance of the biases", at_least(0)}});
template <>
inline constexpr auto option_rows<nn::UniformOptions> = std::to_array<Option<nn::UniformOptions>>(
    {{"variance", &nn::UniformOptions::variance, "of all weights", at_least(0)}});
template <>
inline constexpr auto option_rows<nn::OrthogonalOptions> =
    std::to_array<Option<nn::OrthogonalOptions>>({{"gain", &nn::OrthogonalOptions::gain, "the factor", at_least(0)}});
template <>
inline constexpr auto option_rows<nn::ConstantOptions> =
    std::to_array<Option<nn::ConstantOptions>>({{"value", &nn::ConstantOptions::value, "of all weights"}});

}  // namespace ansatz
