// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstring>

#include "ansatz/base/error.hpp"
#include "ansatz/train/floating.hpp"
#include "ansatz/train/method.hpp"

namespace ansatz::train {

namespace {

/// Numbers of the method that are kept in a slot beside the weights of an earlier epoch, with which those of later ones
/// are compared: at epochs 1, 2, 4, 8, … they are replaced (R. P. Brent, BIT 20, 176 (1980)).
enum Number : std::size_t { epochs, corrections, remembered_at, count_of_numbers };
constexpr const char *numbers_slot = "perceptron.numbers", *remembered_slot = "perceptron.remembered";

class Perceptron final : public Method {
 public:
  Perceptron(const Learner& learner, const Samples& samples, run::State& state)
      : dtype_(learner.dtype),
        rows_(samples.rows),
        features_(learner.network.inputs()[0].elements()),
        units_(learner.outputs()),
        x_(samples.x),
        targets_(samples.targets),
        theta_(state.slot(std::string(parameters_slot), dtype_, {learner.network.parameters()})),
        numbers_(state.slot(numbers_slot, Dtype::f64, {count_of_numbers})),
        remembered_(state.slot(remembered_slot, dtype_, theta_.shape())) {
    for (const nn::Placed& tensor : learner.network.tensors())
      (tensor.declared.role == nn::Role::weight ? weights_ : bias_) = tensor.offset;
  }

  std::int64_t steps_per_epoch() const override { return 1; }
  std::string first_non_finite() const override { return "the weights"; }

  Outcome step(const Place& place) override {
    const std::int64_t wrong = with_floating(dtype_, [&](auto zero) { return pass(zero, place.learning_rate); });
    const std::span<double> n = numbers_.as<double>();
    n[epochs] += 1.0;
    n[corrections] += static_cast<double>(wrong);
    Outcome outcome{
        .cost = static_cast<double>(wrong) / static_cast<double>(rows_ * units_), .rows = rows_, .before = true};
    if (wrong == 0)
      outcome.ended = fmt::format("perceptron: converged after {} epochs and {} corrections: every answer is right",
                                  n[epochs], n[corrections]);
    else if (n[remembered_at] > 0.0 && std::memcmp(theta_.data(), remembered_.data(), theta_.bytes()) == 0)
      outcome.ended = fmt::format(
          "perceptron: not linearly separable: the weights after epoch {} are those after epoch {}, cycled after {} "
          "epochs with {} of {} answers wrong",
          n[epochs], n[remembered_at], n[epochs], wrong, rows_ * units_);
    else if (n[epochs] >= 2.0 * n[remembered_at]) {
      n[remembered_at] = n[epochs];
      std::memcpy(remembered_.data(), theta_.data(), theta_.bytes());
    }
    return outcome;
  }

 private:
  /// All rows once; how many answers were wrong.
  template <class T>
  std::int64_t pass(T, double learning_rate) {
    const std::span<const T> x = x_.as<T>(), targets = targets_.as<T>();
    const std::span<T> theta = theta_.as<T>();
    const T rate = static_cast<T>(learning_rate);
    const auto at = [](std::int64_t i) { return static_cast<std::size_t>(i); };
    std::int64_t wrong = 0;
    for (std::int64_t row = 0; row < rows_; ++row)
      for (std::int64_t unit = 0; unit < units_; ++unit) {
        T z = theta[at(bias_ + unit)];
        for (std::int64_t i = 0; i < features_; ++i)
          z += x[at(row * features_ + i)] * theta[at(weights_ + i * units_ + unit)];
        const T error = targets[at(row * units_ + unit)] - (z > T{0} ? T{1} : T{0});
        if (error == T{0}) continue;
        ++wrong;
        for (std::int64_t i = 0; i < features_; ++i)
          theta[at(weights_ + i * units_ + unit)] += rate * error * x[at(row * features_ + i)];
        theta[at(bias_ + unit)] += rate * error;
      }
    return wrong;
  }

  Dtype dtype_;
  std::int64_t rows_, features_, units_, weights_ = 0, bias_ = 0;
  const Tensor &x_, &targets_;
  Tensor &theta_, &numbers_, &remembered_;
};

void check(const Learner& learner, const Samples& samples, const FitOptions& o) {
  const nn::Network& network = learner.network;
  const auto& layers = network.layers();
  const bool fits = layers.size() == 2 && layers[0].layer.named.name == "dense" && network.tensors().size() == 2 &&
                    layers[1].layer.activation && layers[1].layer.activation->named == act::find("step").named;
  if (!fits)
    throw MismatchError(
        "perceptron trains one dense layer with biases and the activation step; the network is \"{}\": --network "
        "\"dense {}, step\" is meant",
        network.describe(), learner.outputs());
  if (samples.weighted() || o.l1 > 0.0 || o.l2 > 0.0 || o.clip_norm > 0.0 || o.clip_value > 0.0 || o.max_norm > 0.0 ||
      !o.freeze.empty() || o.accumulate > 1)
    throw MismatchError(
        "perceptron has a rule instead of a gradient: sample weights, l1, l2, clip_norm, clip_value, max_norm, freeze "
        "and accumulate are for gradient descent");
  const bool binary = samples.targets.dtype() == learner.dtype && with_floating(learner.dtype, [&]<class T>(T) {
                        const std::span<const T> targets = samples.targets.as<T>();
                        return std::all_of(targets.begin(), targets.end(), [](T t) { return t == T{0} || t == T{1}; });
                      });
  if (!binary)
    throw MismatchError("perceptron learns answers that are 0 or 1; the head {} has others: {} is meant",
                        learner.head.named.name, "binary or multilabel");
}

}  // namespace

MethodChoice perceptron(PerceptronOptions options) {
  return {.named = named("perceptron", options),
          .make = [](const Learner& learner, const Samples& samples, const FitOptions& fit,
                     run::State& state) -> std::unique_ptr<Method> {
            check(learner, samples, fit);
            return std::make_unique<Perceptron>(learner, samples, state);
          },
          .learning_rate = options.learning_rate};
}

}  // namespace ansatz::train
