// SPDX-License-Identifier: BSD-3-Clause
// Optimizers alone, as in the lectures; clipping, penalties (golden values: tests/golden/optimizers.py);
// what is refused.
#include "ansatz/optim/optimizer.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "ansatz/base/error.hpp"
#include "ansatz/nn/ffnn.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/train/step.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(AnOptimizer, CanBeUsedAloneOnAnyArray) {
  // The lectures' example: a 3x3 array, updated by an optimizer that keeps its state between the calls.
  const optim::Optimizer momentum = optim::momentum({.learning_rate = 0.5, .momentum = 0.25});
  const auto update = [&](const Var& theta, const Var& gradient, const Var& velocity, const Var& rate) {
    const optim::Updated updated = momentum.update({theta, gradient, rate, {velocity}});
    return std::vector<Var>{updated.theta, updated.slots[0]};
  };
  const Tensor gradient = tensor_of(Dtype::f64, {3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  Tensor theta(Dtype::f64, {3, 3}), velocity(Dtype::f64, {3, 3});
  for (int step = 0; step < 2; ++step) {
    std::vector<Tensor> next = evaluate(update, theta, gradient, velocity, momentum.learning_rate);
    theta = std::move(next[0]);
    velocity = std::move(next[1]);
  }
  // v = g, then 1.25 g: θ = −0.5 (1 + 1.25) g
  EXPECT_EQ(numbers_of(theta), (Numbers{-1.125, -2.25, -3.375, -4.5, -5.625, -6.75, -7.875, -9, -10.125}));
}

TEST(EveryOptimizer, LeavesAParameterWithoutGradientWhereItIs) {
  for (const std::string& name : optim::names())
    for (Dtype dtype : {Dtype::f64, Dtype::f32}) {
      if (name == "adamw") continue;  // it decays
      const optim::Optimizer optimizer = optim::find(name, 0.5);
      const auto update = [&](const Var& theta, const Var& gradient, const Var& rate) {
        optim::Step step{theta, gradient, rate, {}};
        for (const optim::Slot& slot : optimizer.slots)
          step.slots.push_back(slot.scalar ? constant(0.0, Dtype::f64, {}) : constant(0.0, theta.dtype(), {2}));
        return optimizer.update(step).theta;
      };
      const Tensor theta = evaluate(update, tensor_of(dtype, {2}, {1.5, -2.0}), Tensor(dtype, {2}), 0.5);
      EXPECT_EQ(theta.dtype(), dtype) << name;
      EXPECT_EQ(numbers_of(theta), (Numbers{1.5, -2.0})) << name << " " << name_of(dtype);
    }
}

Numbers joined(const json& arrays) {
  Numbers result;
  for (const json& array : arrays)
    for (const json& number : array) result.push_back(number.get<double>());
  return result;
}

/// f(gradient, limit) in f64.
Numbers clipped(Var (*f)(const Var&, const Var&), const Numbers& gradient, double limit) {
  const Shape shape{static_cast<std::int64_t>(gradient.size())};
  return numbers_of(evaluate(f, tensor_of(Dtype::f64, shape, gradient), limit));
}

TEST(ClippingByNorm, EqualsExactArithmetic) {
  int compared = 0;
  for (const json& example : golden("optimizers")["clip_by_global_norm"]["examples"]) {
    const Numbers expected = joined(example["clipped_without_1e-6"]);
    const Numbers found = clipped(optim::clip_by_norm, joined(example["grads"]), example["max_norm"]);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], expected[i], 1e-15 * std::abs(expected[i])) << example["max_norm"];
    ++compared;
  }
  EXPECT_EQ(compared, 5);
}

TEST(ClippingByValue, EqualsThatOfPyTorch) {
  for (const json& example : golden("optimizers")["clip_by_value"]["examples"])
    EXPECT_EQ(clipped(optim::clip_by_value, joined(example["grads"]), example["limit"]), joined(example["clipped"]));
}

/// Cost and change of θ of one step of gradient descent (η = 1) on a linear network whose data cost is 0.
std::pair<double, Numbers> penalised(const Numbers& weights, double l1, double l2, Dtype dtype) {
  const auto n = static_cast<std::int64_t>(weights.size());
  const nn::FFNN network({n, 1}, {.dtype = dtype});
  run::State state;
  const train::Learner learner{
      .network = network, .head = head::regression(), .cost = cost::squared_error(), .dtype = dtype};
  train::TrainingStep step(learner, optim::sgd(), {.rows = 1, .batch = 1, .l1 = l1 > 0.0, .l2 = l2 > 0.0}, state, {});
  Numbers theta = weights;
  theta.push_back(0.0);
  const Tensor start = tensor_of(dtype, {n + 1}, theta), x(dtype, {1, n}), target(dtype, {1});
  std::memcpy(state.at(train::parameters_slot).data(), start.data(), theta.size() * size_of(dtype));
  train::TrainingStep::Scalars scalars;
  scalars.learning_rate = 1.0;
  scalars.l1 = l1;
  scalars.l2 = l2;
  step.bind_data(x.data(), target.data(), nullptr);
  step.bind_scalars(scalars);
  const std::int32_t row = 0;
  EXPECT_TRUE(step.run(&row));
  const Numbers moved = numbers_of(state.at(train::parameters_slot));
  for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= moved[i];
  EXPECT_EQ(theta.back(), 0.0) << "biases have no penalty";
  theta.pop_back();
  return {step.cost(), theta};
}

TEST(Penalties, HaveTheValuesAndGradientsOfPyTorch) {
  int compared = 0;
  for (const json& example : golden("optimizers")["penalties"]["examples"])
    for (const auto& [dtype, tolerance] : {std::pair(Dtype::f64, 1e-15), std::pair(Dtype::f32, 1e-6)}) {
      const double strength = example["strength"];
      const bool is_l1 = example["kind"] == "l1";
      const auto [cost, gradient] = penalised(example["theta"], is_l1 ? strength : 0.0, is_l1 ? 0.0 : strength, dtype);
      EXPECT_NEAR(cost, example["penalty"], tolerance * 3.0);
      EXPECT_THAT(gradient, CloseTo(example["gradient"].get<Numbers>(), tolerance));
      ++compared;
    }
  EXPECT_EQ(compared, 8);
}

TEST(Optimizers, RefuseHyperParametersThatMakeNoSense) {
  const auto refused = [](auto make) { return error_of<ArgumentError>(make); };
  EXPECT_EQ(refused([] { optim::adam({.beta1 = 1.0}); }), "[adam] beta1 = 1 was given; 0 ≤ beta1 < 1 is expected");
  for (double bad : {-1.0, infinity, std::nan("")}) {
    for (const std::string& name : optim::names())
      EXPECT_THAT(refused([&] { optim::find(name, bad); }), HasSubstr("[" + name + "] learning_rate = ")) << bad;
    EXPECT_THAT(refused([&] { optim::momentum({.momentum = bad}); }), HasSubstr("[momentum] momentum"));
    EXPECT_THAT(refused([&] { optim::nesterov({.momentum = bad}); }), HasSubstr("[nesterov] momentum"));
    EXPECT_THAT(refused([&] { optim::adagrad({.epsilon = bad}); }), HasSubstr("[adagrad] epsilon"));
    EXPECT_THAT(refused([&] { optim::adagrad_momentum({.momentum = bad}); }), HasSubstr("momentum ="));
    EXPECT_THAT(refused([&] { optim::adagrad_momentum({.epsilon = bad}); }), HasSubstr("epsilon ="));
    EXPECT_THAT(refused([&] { optim::rmsprop({.decay = bad}); }), HasSubstr("[rmsprop] decay"));
    EXPECT_THAT(refused([&] { optim::rmsprop({.epsilon = bad}); }), HasSubstr("[rmsprop] epsilon"));
    EXPECT_THAT(refused([&] { optim::adam({.beta2 = bad}); }), HasSubstr("[adam] beta2"));
    EXPECT_THAT(refused([&] { optim::adam({.epsilon = bad}); }), HasSubstr("[adam] epsilon"));
    EXPECT_THAT(refused([&] { optim::adamw({.weight_decay = bad}); }), HasSubstr("[adamw] weight_decay"));
  }
}

TEST(Optimizers, WithoutALearningRateHaveTheirDefaultAndWithZeroStandStill) {
  EXPECT_EQ(optim::find("adam").learning_rate, 1e-3);
  EXPECT_EQ(optim::find("sgd", 0.25).learning_rate, 0.25);
  EXPECT_EQ(optim::find("sgd", 0.0).learning_rate, 0.0);
}

TEST(Optimizers, AreWhatTheirTextsSay) {
  EXPECT_EQ(optim::find("adam beta1=0.8 epsilon=1e-7"), optim::adam({.beta1 = 0.8, .epsilon = 1e-7}));
  EXPECT_EQ(optim::find("momentum 0.5 0.25"), optim::momentum({.learning_rate = 0.5, .momentum = 0.25}));
  EXPECT_EQ(optim::find("adamw weight_decay=0.1", 0.5), optim::adamw({.learning_rate = 0.5, .weight_decay = 0.1}));
  EXPECT_FALSE(optim::find("adam beta1=0.8") == optim::adam());
  EXPECT_FALSE(optim::find("momentum") == optim::nesterov());
  for (const Member<optim::Optimizer>& each : optim::family().members()) {
    const optim::Optimizer made = optim::find(each.name + " 0.0625");
    EXPECT_EQ(made.named.name, each.name) << "the row and what it makes are called the same";
    EXPECT_EQ(made.named.text(), each.name + " learning_rate=0.0625");
    EXPECT_EQ(optim::find(made.named.full_text()), made);
    EXPECT_EQ(made.learning_rate, 0.0625);
  }
}

TEST(Optimizers, HaveOneLearningRate) {
  EXPECT_EQ(error_of<ArgumentError>([] { optim::find("adam learning_rate=0.1", 0.2); }),
            "[adam] learning_rate was given twice");
  EXPECT_EQ(error_of<ArgumentError>([] { optim::find("sgd 0.1", 0.2); }), "[sgd] learning_rate was given twice");
  EXPECT_TRUE(optim::family().gives("adam 0.1", "learning_rate"));
  EXPECT_FALSE(optim::family().gives("adam beta1=0.1", "learning_rate"));
}

TEST(Optimizers, AreUnderstoodByTheLecturesNamesWithANote) {
  for (const auto& [theirs, ours] :
       std::vector<std::pair<std::string, optim::Optimizer>>{{"Constant", optim::sgd()},
                                                             {"Momentum", optim::momentum()},
                                                             {"Adagrad", optim::adagrad()},
                                                             {"AdagradMomentum", optim::adagrad_momentum()},
                                                             {"RMS_prop", optim::rmsprop()},
                                                             {"Adam", optim::adam()}}) {
    EXPECT_EQ(optim::find(theirs), ours);
    EXPECT_EQ(optim::family().note(theirs), theirs + " is called " + ours.named.name + " here");
  }
}

TEST(Optimizers, OfUnknownNamesAndArgumentsAreRefusedWithThoseThereAre) {
  EXPECT_EQ(error_of<ArgumentError>([] { optim::find("adma"); }),
            "there is no optimizer \"adma\"; did you mean 'adam'?; there are sgd, momentum, nesterov, "
            "adagrad, adagrad_momentum, rmsprop, adam, adamw");
  EXPECT_EQ(error_of<ArgumentError>([] { optim::find("adam beta=0.8"); }),
            "[adam] there is no argument 'beta'; did you mean 'beta1' or 'beta2'?; there are learning_rate, beta1, "
            "beta2, epsilon");
}

}  // namespace
}  // namespace ansatz::test
