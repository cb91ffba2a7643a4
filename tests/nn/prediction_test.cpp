// SPDX-License-Identifier: BSD-3-Clause
// Batch norms become part of the layer before them where that is exact, and stay where it is not.
#include "ansatz/nn/prediction.hpp"

#include <gmock/gmock.h>

#include "ansatz/nn/layers/layers.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

/// A network with random numbers; running variances are positive.
nn::Numbered numbered(nn::Network network, Dtype dtype = Dtype::f64) {
  std::mt19937 random(9);
  const Numbers theta = random_numbers(network.parameters(), random);
  const Numbers running = random_numbers(network.buffers(), random, 0.25, 2.0);
  Tensor parameters = tensor_of(dtype, {network.parameters()}, theta);
  Tensor buffers = tensor_of(dtype, {network.buffers()}, running);
  return {std::move(network), std::move(parameters), std::move(buffers)};
}

Numbers outputs_of(const nn::Numbered& n, std::int64_t rows = 5) {
  std::mt19937 random(10);
  const Shape sample = n.network.inputs()[0];
  Numbers x = random_numbers(5 * sample.elements(), random);
  x.resize(static_cast<std::size_t>(rows * sample.elements()));
  const auto run = [&](const Var& in, const Var& parameters, const Var& buffers) {
    const auto tensors = n.network.unpack(parameters, n.network.buffers() > 0 ? std::optional(buffers) : std::nullopt);
    return n.network.apply(tensors, {in}).outputs[0];
  };
  return numbers_of(
      evaluate(run, tensor_of(n.parameters.dtype(), sample.inserted(0, rows), x), n.parameters, n.buffers));
}

std::ptrdiff_t batch_norms_of(const nn::Network& network) {
  return std::count_if(network.uses().begin(), network.uses().end(), [&](const nn::Network::Use& use) {
    return network.layers()[use.layer].layer.named.name == "batch_norm";
  });
}

struct Folding {
  std::string name, text;
  Shape sample;
  std::ptrdiff_t stay = 0;  // batch norms
};

class Folded : public testing::TestWithParam<Folding> {};

TEST_P(Folded, NetworksPredictAsTheUnfoldedDefinition) {
  const nn::Numbered whole = numbered(nn::network_from_text(GetParam().sample, GetParam().text));
  const nn::Numbered folded = nn::for_prediction(whole.network, whole.parameters, whole.buffers);
  EXPECT_EQ(batch_norms_of(folded.network), GetParam().stay);
  EXPECT_THAT(outputs_of(folded), CloseTo(outputs_of(whole), 1e-12));
  const Numbers all = outputs_of(folded), one = outputs_of(folded, 1);
  EXPECT_EQ(Numbers(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(one.size())), one) << "a row alone";
}

INSTANTIATE_TEST_SUITE_P(
    Of, Folded,
    testing::Values(
        Folding{"Dense", "dense 5, batch_norm, tanh, dense 3", {4}},
        Folding{"DenseWithoutBias", "dense 5 bias=no, batch_norm, relu, dense 2", {4}},
        Folding{"ConvolutionWithGroups", "conv 4 3x3 groups=2, batch_norm, relu, flatten, dense 2", {5, 6, 2}},
        Folding{"ConvolutionWithoutBias", "conv 3 3 stride=2 padding=valid bias=no, batch_norm", {7, 7, 2}},
        Folding{"TwiceInARow", "dense 5, batch_norm, batch_norm, dense 3, batch_norm", {4}},
        Folding{"BehindDropout", "dense 5, dropout 0.5, batch_norm, gaussian_noise 0.1, tanh, dense 2", {4}},
        Folding{
            "InsideAResidualBlock", "dense 4, residual (dense 4, batch_norm, relu, dense 4, batch_norm), dense 2", {4}},
        Folding{"First", "batch_norm, dense 3", {4}, 1},
        Folding{"BehindAnActivation", "dense 5, relu, batch_norm, dense 3", {4}, 1},
        Folding{"BehindFlatten", "conv 2 3, flatten, batch_norm, dense 3", {4, 4, 1}, 1},
        Folding{"BehindReshape", "dense 6, reshape 2x3, batch_norm, flatten, dense 3", {4}, 1},
        Folding{"BehindPooling", "conv 2 3, max_pool 2, batch_norm, flatten, dense 3", {4, 4, 1}, 1},
        Folding{"AtTheStartOfAResidualBlock", "dense 4, residual (batch_norm, relu, dense 4), dense 2", {4}, 1},
        Folding{"WithoutBatchNorm", "dense 4, dropout 0.5, relu, dense 2", {4}}),
    [](const auto& of) { return of.param.name; });

TEST(Folding, LeavesSharedLayersAndOutputsAlone) {
  nn::NetworkBuilder build;
  const auto x = build.input({3});
  const auto shared = build.layer(nn::layer::dense({.units = 3}));
  const auto once = build.use(shared, {x})[0];
  const auto normed = build.use(nn::layer::batch_norm({}), {once})[0];
  const nn::Numbered two_uses = numbered(std::move(build).finish({build.use(shared, {normed})[0]}));
  EXPECT_EQ(batch_norms_of(nn::for_prediction(two_uses.network, two_uses.parameters, two_uses.buffers).network), 1);

  nn::NetworkBuilder other;
  const auto dense = other.use(nn::layer::dense({.units = 3}), {other.input({3})})[0];
  const auto norm = other.use(nn::layer::batch_norm({}), {dense})[0];
  const nn::Numbered read_twice = numbered(std::move(other).finish({norm, dense}));
  EXPECT_EQ(batch_norms_of(nn::for_prediction(read_twice.network, read_twice.parameters, read_twice.buffers).network),
            1);
}

TEST(Folding, FoldsEachUseOfASharedBatchNorm) {
  nn::NetworkBuilder build;
  const auto x = build.input({3});
  const auto norm = build.layer(nn::layer::batch_norm({}));
  const auto first = build.use(norm, {build.use(nn::layer::dense({.units = 4}), {x})[0]})[0];
  const auto second = build.use(norm, {build.use(nn::layer::dense({.units = 4}), {first})[0]})[0];
  const nn::Numbered whole = numbered(std::move(build).finish({second}));
  const nn::Numbered folded = nn::for_prediction(whole.network, whole.parameters, whole.buffers);
  EXPECT_EQ(batch_norms_of(folded.network), 0);
  EXPECT_EQ(folded.buffers.shape().elements(), 0);
  EXPECT_THAT(outputs_of(folded), CloseTo(outputs_of(whole), 1e-12));
}

TEST(Folding, LeavesWhatWouldOverflowOrLoseItsPrecision) {
  for (double variance : {1e-30, 1e30})
    for (Dtype dtype : {Dtype::f32, Dtype::f64}) {
      nn::Numbered whole = numbered(nn::network_from_text({4}, "dense 5, batch_norm epsilon=1e-40"), dtype);
      const double weight = variance < 1 ? 1e30 : 1e-30;
      for (const nn::Placed& placed : whole.network.tensors())
        for (std::int64_t i = 0; i < placed.declared.shape.elements(); ++i) {
          const auto at = static_cast<std::size_t>(placed.offset + i);
          const double value = placed.name == "dense1.weights"         ? weight
                               : placed.name == "batch_norm1.variance" ? variance
                               : placed.name == "batch_norm1.gamma"    ? 1.0
                                                                       : 0.0;
          Tensor& to = placed.is_buffer() ? whole.buffers : whole.parameters;
          if (dtype == Dtype::f64)
            to.as<double>()[at] = value;
          else
            to.as<float>()[at] = static_cast<float>(value);
        }
      const nn::Numbered form = nn::for_prediction(whole.network, whole.parameters, whole.buffers);
      EXPECT_EQ(batch_norms_of(form.network), dtype == Dtype::f32 ? 1 : 0) << variance << " " << name_of(dtype);
    }
}

}  // namespace
}  // namespace ansatz::test
