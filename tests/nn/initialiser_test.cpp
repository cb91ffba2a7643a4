// SPDX-License-Identifier: BSD-3-Clause
// Initial weights and biases: their moments, orthogonality, shapes, texts, what is refused.
#include "ansatz/nn/initialiser.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ansatz/base/error.hpp"
#include "ansatz/nn/ffnn.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using testing::HasSubstr;

Tensor random_key(std::int32_t seed) { return Tensor(std::vector<std::int32_t>{seed, 0, 0, 0}, {4}); }

Numbers weights(const nn::Initialiser& initialiser, const Shape& shape, Dtype dtype) {
  return numbers_of(evaluate([&](const Var& key) { return initialiser.weights(key, shape, dtype, 1); }, random_key(7)));
}

double mean_of(const Numbers& x) { return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size()); }
double variance_of(const Numbers& x) {
  const double mean = mean_of(x);
  double total = 0.0;
  for (double value : x) total += (value - mean) * (value - mean);
  return total / static_cast<double>(x.size());
}

TEST(Initialisers, HaveTheMeanVarianceAndShapeOfTheirPublications) {
  constexpr std::int64_t n_in = 400, n_out = 200;  // 80,000 weights: the variance is known to 0.5 %
  struct Case {
    std::string text;
    double variance;
    bool uniform = false;
  };
  for (Dtype dtype : {Dtype::f64, Dtype::f32})
    for (const Case& c : std::vector<Case>{{"glorot", 2.0 / (n_in + n_out), true},
                                           {"glorot normal", 2.0 / (n_in + n_out)},
                                           {"he", 2.0 / n_in},
                                           {"he distribution=uniform", 2.0 / n_in, true},
                                           {"lecun", 1.0 / n_in},
                                           {"lecun uniform", 1.0 / n_in, true},
                                           {"gaussian 0.3", 0.09},
                                           {"gaussian", 1.0},
                                           {"gaussian weight_variance=1.5", 1.5 / n_in},
                                           {"uniform", 1.0, true},
                                           {"uniform variance=0.25", 0.25, true}}) {
      const Numbers w = weights(nn::find_initialiser(c.text), {n_in, n_out}, dtype);
      ASSERT_EQ(w.size(), 80000U);
      const double sigma = std::sqrt(c.variance), largest = std::abs(*std::max_element(w.begin(), w.end()));
      SCOPED_TRACE(fmt::format("{} {}", c.text, name_of(dtype)));
      EXPECT_NEAR(variance_of(w), c.variance, 0.025 * c.variance);
      EXPECT_NEAR(mean_of(w), 0.0, 5.0 * sigma / std::sqrt(80000.0));
      if (c.uniform)
        EXPECT_NEAR(largest, std::sqrt(3.0) * sigma, 1e-3 * sigma);
      else
        EXPECT_GT(largest, 3.5 * sigma);
    }
}

TEST(Initialisers, SeeTheFieldsOfFilters) {
  const nn::Fans fans = nn::fans_of({3, 5, 8, 16});
  EXPECT_EQ(fans.in, 3 * 5 * 8);
  EXPECT_EQ(fans.out, 3 * 5 * 16);
  EXPECT_NEAR(variance_of(weights(nn::he(), {5, 5, 16, 64}, Dtype::f64)), 2.0 / 400, 0.025 * 2.0 / 400);
  EXPECT_NEAR(variance_of(weights(nn::glorot(), {5, 5, 16, 64}, Dtype::f64)), 2.0 / 2000, 0.025 * 2.0 / 2000);
  EXPECT_THAT(error_of<ShapeError>([] { nn::fans_of({3}); }), HasSubstr("[inputs, outputs], at least, is expected"));
}

/// The largest deviation of Aᵀ A / gain² from 1, A [rows, columns] with no more columns than rows, or of A Aᵀ.
double distance_from_orthogonal(const Numbers& a, std::int64_t rows, std::int64_t columns, double gain) {
  const bool tall = rows >= columns;
  double most = 0.0;
  for (std::int64_t i = 0; i < std::min(rows, columns); ++i)
    for (std::int64_t j = 0; j <= i; ++j) {
      double total = 0.0;
      for (std::int64_t k = 0; k < std::max(rows, columns); ++k) {
        const auto at = [&](std::int64_t vector) {
          return a[static_cast<std::size_t>(tall ? k * columns + vector : vector * columns + k)];
        };
        total += at(i) * at(j);
      }
      most = std::max(most, std::abs(total / (gain * gain) - (i == j ? 1.0 : 0.0)));
    }
  return most;
}

TEST(OrthogonalWeights, AreOrthogonalInAnyShape) {
  for (const Shape& shape :
       std::vector<Shape>{{1, 1}, {7, 7}, {64, 64}, {40, 7}, {7, 40}, {1, 9}, {100, 30}, {3, 3, 4, 10}}) {
    const std::int64_t columns = shape[shape.rank() - 1], rows = shape.elements() / columns;
    SCOPED_TRACE(to_string(shape));
    EXPECT_LT(distance_from_orthogonal(weights(nn::orthogonal(), shape, Dtype::f64), rows, columns, 1.0), 1e-14);
    EXPECT_LT(distance_from_orthogonal(weights(nn::orthogonal({.gain = 2.0}), shape, Dtype::f32), rows, columns, 2.0),
              1e-6);
  }
}

TEST(OrthogonalWeights, HaveNoPreferredDirection) {
  // Haar's distribution: E q = 0, E q² = 1/n, E q⁴ = 3 / (n (n + 2)), here over 400 matrices of n = 8.
  constexpr std::int64_t n = 8, matrices = 400;
  const auto all = [&](const Var& key) {
    std::vector<Var> result;
    for (std::int64_t m = 0; m < matrices / 20; ++m) result.push_back(nn::orthogonal()(key, n, n, Dtype::f64, m));
    return concatenate(result);
  };
  Numbers q;
  for (std::int32_t seed = 0; seed < 20; ++seed) {
    const Numbers some = numbers_of(evaluate(all, random_key(seed)));
    q.insert(q.end(), some.begin(), some.end());
  }
  const auto moment = [&](int power) {
    return std::accumulate(q.begin(), q.end(), 0.0, [&](double s, double v) { return s + std::pow(v, power); }) /
           static_cast<double>(q.size());
  };
  EXPECT_NEAR(moment(1), 0.0, 0.01);
  EXPECT_NEAR(moment(2), 1.0 / n, 1e-12);
  EXPECT_NEAR(moment(4), 3.0 / (n * (n + 2)), 0.002);
  double first = 0.0;  // of the first element alone
  for (std::size_t m = 0; m < static_cast<std::size_t>(matrices); ++m) first += q[m * n * n] * q[m * n * n];
  EXPECT_NEAR(first / matrices, 1.0 / n, 5.0 * std::sqrt(2.0) / n / std::sqrt(double{matrices}));
}

TEST(ConstantWeights, AreConstant) {
  EXPECT_THAT(weights(nn::find_initialiser("constant 0.25"), {3, 2}, Dtype::f32), testing::Each(0.25));
  EXPECT_THAT(weights(nn::gaussian({.deviation = 0.0}), {3, 2}, Dtype::f32), testing::Each(0.0));
}

TEST(Biases, AreZeroUnlessTheirVarianceIsGiven) {
  const auto biases = [](const nn::FFNN& network) {
    const Numbers theta = numbers_of(evaluate([&](const Var& key) { return network.initial(key); }, random_key(3)));
    return Numbers(theta.end() - network.outputs(), theta.end());
  };
  EXPECT_THAT(biases(nn::FFNN({3, 50}, {.initialiser = nn::he(), .dtype = Dtype::f64})), testing::Each(0.0));
  const nn::Initialiser mean_field = nn::gaussian({.weight_variance = 2.0, .bias_variance = 0.25});
  const Numbers b = biases(nn::FFNN({2, 40000}, {.initialiser = mean_field, .dtype = Dtype::f64}));
  EXPECT_NEAR(variance_of(b), 0.25, 0.025 * 0.25);
  const Numbers w = weights(mean_field, {1, 40000}, Dtype::f64);
  double product = 0.0;
  for (std::size_t i = 0; i < b.size(); ++i) product += b[i] * w[i];
  EXPECT_NEAR(product / 40000.0, 0.0, 5.0 * std::sqrt(0.5 / 40000.0)) << "they are no multiples of the weights";
}

TEST(Initialisers, AreChosenByEachLayersActivation) {
  const nn::FFNN network({300, 300, 300, 300}, {.activations = {act::relu, act::tanh}, .dtype = Dtype::f64});
  const Numbers theta = numbers_of(evaluate([&](const Var& key) { return network.initial(key); }, random_key(1)));
  const auto layer = [&](std::ptrdiff_t l) {
    return Numbers(theta.begin() + l * 90300, theta.begin() + l * 90300 + 90000);
  };
  EXPECT_NEAR(variance_of(layer(0)), 2.0 / 300, 1e-4) << "He";
  EXPECT_NEAR(variance_of(layer(1)), 1.0 / 300, 5e-5) << "Glorot";
  EXPECT_NEAR(variance_of(layer(2)), 1.0 / 300, 5e-5) << "Glorot";
  for (std::ptrdiff_t l = 0; l < 3; ++l)
    EXPECT_THAT(Numbers(theta.begin() + l * 90300 + 90000, theta.begin() + (l + 1) * 90300), testing::Each(0.0));
}

TEST(Initialisers, OfSeluAreLecuns) {
  EXPECT_EQ(nn::suited_to(act::selu), nn::lecun());
  EXPECT_EQ(nn::suited_to(act::leaky_relu({.slope = 0.2})), nn::he());
  EXPECT_EQ(nn::suited_to(act::softsign), nn::glorot());
  for (const std::string& name : act::names()) nn::suited_to(act::find(name));
}

TEST(Initialisers, AreWhatTheirTextsSay) {
  EXPECT_EQ(nn::find_initialiser("normal deviation=0.5"), nn::gaussian({.deviation = 0.5}));
  EXPECT_EQ(nn::initialisers().note("normal 0.5"), "normal is called gaussian here");
  EXPECT_EQ(nn::find_initialiser("glorot normal"), nn::glorot({.distribution = "normal"}));
  EXPECT_FALSE(nn::glorot() == nn::glorot({.distribution = "normal"}));
  for (const Member<nn::Initialiser>& each : nn::initialisers().members()) {
    const nn::Initialiser made = nn::find_initialiser(each.name);
    EXPECT_EQ(made.named.text(), each.name);
    EXPECT_EQ(nn::find_initialiser(made.named.full_text()), made);
  }
}

TEST(Initialisers, RefuseArgumentsThatMakeNoSense) {
  const auto refused = [](const char* text) { return error_of<ArgumentError>([&] { nn::find_initialiser(text); }); };
  EXPECT_THAT(refused("zeros"), HasSubstr("there are glorot, he, lecun, gaussian, uniform, orthogonal, constant"));
  EXPECT_EQ(refused("gaussian -1"), "[gaussian] deviation = -1 was given; deviation ≥ 0 is expected");
  EXPECT_EQ(refused("gaussian deviation=1 weight_variance=2"),
            "[gaussian] deviation = 1 and weight_variance = 2 were given; one of them is expected");
  EXPECT_EQ(refused("he cauchy"), "[he] distribution = \"cauchy\" was given; one of normal|uniform is expected");
  EXPECT_EQ(refused("constant nan"), "[constant] value = nan was given; a finite number is expected");
}

}  // namespace
}  // namespace ansatz::test
