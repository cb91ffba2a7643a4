// SPDX-License-Identifier: BSD-3-Clause
// Optimizers against PyTorch's trajectories (tests/golden/optimizers.py), run as training runs them: as a plan with
// state.
#include <gmock/gmock.h>

#include <cstring>
#include <set>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/optim/optimizer.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/run/executor.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

using nlohmann::json;

/// The optimizer of a golden trajectory.
optim::Optimizer optimizer_of(const json& trajectory) {
  const std::string name = trajectory["optimizer"];
  const json& h = trajectory["hyper"];
  const double lr = h["lr"], momentum = h.value("momentum", 0.0), epsilon = h.value("eps", 0.0);
  const double beta1 = h.value("beta1", 0.0), beta2 = h.value("beta2", 0.0);
  if (name == "sgd") return optim::sgd({lr});
  if (name == "momentum") return optim::momentum({lr, momentum});
  if (name == "nesterov") return optim::nesterov({lr, momentum});
  if (name == "adagrad") return optim::adagrad({lr, epsilon});
  if (name == "adagrad_momentum") return optim::adagrad_momentum({lr, momentum, epsilon});
  if (name == "rmsprop") return optim::rmsprop({lr, h["rho"], epsilon});
  if (name == "adam") return optim::adam({lr, beta1, beta2, epsilon});
  if (name == "adamw") return optim::adamw({lr, beta1, beta2, epsilon, h["weight_decay"]});
  throw ArgumentError("no test makes the optimizer {}", name);
}

/// Parameters, slots and a plan of one step; the gradient is that of `problem` at θ, plus l2 θ.
class Trajectory {
 public:
  Trajectory(const json& trajectory, Dtype dtype)
      : optimizer_(optimizer_of(trajectory)),
        problem_(golden("optimizers")["problems"][trajectory["problem"].get<std::string>()]),
        given_(problem_.contains("gradients")),
        type_{dtype, given_ ? Shape{3, 3} : Shape{2}},
        executor_(plan(trajectory["hyper"].value("l2", 0.0)), state_) {
    const Tensor start = tensor_of(dtype, type_.shape, problem_["start"]);
    std::memcpy(state_.at("theta").data(), start.data(), type_.bytes());
  }

  void step(std::size_t t) {
    if (given_) gradient_ = tensor_of(type_.dtype, type_.shape, problem_["gradients"][t - 1]);
    executor_.bind(0, &optimizer_.learning_rate);
    if (given_) executor_.bind(1, gradient_.data());
    executor_.run();
  }
  Numbers theta() const { return numbers_of(state_.at("theta")); }

 private:
  plan::Plan plan(double l2) {
    Trace trace;
    const Type scalar{Dtype::f64, {}};
    const Var rate = trace.input(scalar, "learning_rate");
    const Var theta = trace.state(type_, "theta");
    Var gradient = given_ ? trace.input(type_, "gradient") : grad(rosenbrock)(theta);
    if (l2 > 0.0) gradient = gradient + l2 * theta;
    optim::Step step{theta, gradient, rate, {}};
    for (const optim::Slot& slot : optimizer_.slots)
      step.slots.push_back(trace.state(slot.scalar ? scalar : type_, slot.name));
    const optim::Updated updated = optimizer_.update(step);
    EXPECT_EQ(updated.slots.size(), optimizer_.slots.size());
    trace.assign("theta", updated.theta);
    for (std::size_t i = 0; i < updated.slots.size(); ++i) trace.assign(optimizer_.slots[i].name, updated.slots[i]);
    return plan::build(passes::optimise(trace.finish(), run::default_passes()));
  }
  static Var rosenbrock(const Var& theta) {
    const Var x = slice(theta, {0}, {1}), y = slice(theta, {1}, {2});
    return sum(square(1.0 - x) + 100.0 * square(y - square(x)));
  }

  optim::Optimizer optimizer_;
  const json& problem_;
  bool given_;  // whether the gradients are given numbers
  Type type_;
  run::State state_;
  run::Executor executor_;
  Tensor gradient_;
};

class Optimizers : public testing::TestWithParam<std::size_t> {};

TEST_P(Optimizers, FollowTheTrajectoryOfPyTorch) {
  const json& trajectory = golden("optimizers")["trajectories"][GetParam()];
  const bool given = trajectory["problem"] == "array_3x3";
  for (const auto& [dtype, tolerance] : {std::pair(Dtype::f64, 1e-12), std::pair(Dtype::f32, 2e-6)}) {
    if (dtype == Dtype::f32 && !given) continue;  // a hundred steps down a valley magnify every rounding
    SCOPED_TRACE(name_of(dtype));
    Trajectory mine(trajectory, dtype);
    std::size_t compared = 0;
    for (std::size_t t = 1; compared < trajectory["steps"].size(); ++t) {
      mine.step(t);
      if (trajectory["steps"][compared] != t) continue;
      ASSERT_THAT(mine.theta(), CloseTo(trajectory["theta"][compared].get<Numbers>(), tolerance)) << "after step " << t;
      ++compared;
    }
    EXPECT_GE(compared, 9U);
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, Optimizers,
                         testing::Range<std::size_t>(0, golden("optimizers")["trajectories"].size()),
                         [](const auto& test) {
                           const json& c = golden("optimizers")["trajectories"][test.param];
                           return fmt::format("{}_{}_{}", std::string(c["optimizer"]), std::string(c["problem"]),
                                              bool(c["defaults"]) ? "defaults" : "others");
                         });

TEST(OptimizerNames, AreAllComparedWithGoldenTrajectories) {
  std::set<std::string> compared;
  for (const json& trajectory : golden("optimizers")["trajectories"]) compared.insert(trajectory["optimizer"]);
  const std::vector<std::string> names = optim::names();
  EXPECT_THAT(names, testing::UnorderedElementsAreArray(compared));
  EXPECT_EQ(golden("optimizers")["trajectories"].size(), 4 * names.size())
      << "two problems, two sets of hyper-parameters";
}

TEST(OptimizerDefaults, AreThoseOfTheGoldenTrajectories) {
  const std::map<std::string, std::string> spelt = {{"lr", "learning_rate"}, {"eps", "epsilon"}, {"rho", "decay"}};
  for (const json& trajectory : golden("optimizers")["trajectories"]) {
    if (!trajectory["defaults"].get<bool>() || trajectory["problem"] != "array_3x3") continue;
    const optim::Optimizer optimizer = optim::find(trajectory["optimizer"].get<std::string>());
    SCOPED_TRACE(optimizer.named.name);
    EXPECT_EQ(optimizer.learning_rate, trajectory["hyper"]["lr"]);
    std::map<std::string, double> arguments;
    for (const Argument& argument : optimizer.named.arguments) arguments[argument.name] = std::stod(argument.text);
    EXPECT_EQ(optimizer.named.arguments.size(), trajectory["hyper"].size());
    for (const auto& [name, value] : trajectory["hyper"].items()) {
      EXPECT_EQ(arguments.at(spelt.contains(name) ? spelt.at(name) : name), value) << name;
    }
  }
}

}  // namespace
}  // namespace ansatz::test
