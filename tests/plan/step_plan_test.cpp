// SPDX-License-Identifier: BSD-3-Clause
// What the plan of a training step looks like: nothing that belongs to a product or to the optimizer stands alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "ansatz/nn/ffnn.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/train/step.hpp"
#include "tests/plan/experiment.hpp"

namespace ansatz {
namespace {

using plan::Chain;
using plan::Entry;
using plan::Plan;
using plan::Product;

Plan step_plan(const std::vector<std::int64_t>& layers, const act::Activation& activation,
               const optim::Optimizer& optimizer, Dtype dtype = Dtype::f32, bool accuracy = false) {
  const head::Head head = layers.back() == 1 ? head::binary() : head::multiclass();
  const train::Learner learner{
      .network = nn::FFNN(layers, {.hidden = activation}), .head = head, .cost = head.default_cost, .dtype = dtype};
  const Graph graph = train::step_graph(learner, optimizer, {.rows = 1000, .batch = 32, .accuracy = accuracy});
  return plan::build(test::optimised(graph));
}

std::int32_t slot_base(const Plan& plan, std::string_view name) {
  for (std::size_t i = 0; i < plan.state.size(); ++i)
    if (plan.state[i].name == name) return plan::first_input_base + static_cast<std::int32_t>(plan.inputs.size() + i);
  return -1;
}

/// The bases that an entry writes.
std::set<std::int32_t> written(const Entry& entry) {
  std::set<std::int32_t> bases;
  const auto add = [&](const Chain& chain) {
    for (const plan::Store& store : chain.stores) bases.insert(store.at.base);
  };
  if (const auto* chain = std::get_if<Chain>(&entry.work)) add(*chain);
  if (const auto* product = std::get_if<Product>(&entry.work)) {
    bases.insert(product->c.base);
    if (product->epilogue) add(*product->epilogue);
    if (product->column_sums) bases.insert(product->column_sums->base);
  }
  if (const auto* generic = std::get_if<plan::Generic>(&entry.work)) bases.insert(generic->result.base);
  if (const auto* copy = std::get_if<plan::Copy>(&entry.work)) bases.insert(copy->to.base);
  return bases;
}

bool runs(const Chain& chain, const Op& op) {
  return std::any_of(chain.steps.begin(), chain.steps.end(), [&](const plan::Step& step) { return step.op == &op; });
}

const std::vector<std::int64_t> digits{64, 100, 30, 10};

TEST(StepPlan, OfTheDigitsNetworkHasAtMostSixteenEntries) {
  const Plan with_accuracy = step_plan(digits, act::leaky_relu, optim::adam(), Dtype::f32, true);
  EXPECT_LE(with_accuracy.entries.size(), 16U) << to_text(with_accuracy);
  const Plan plan = step_plan(digits, act::leaky_relu, optim::adam());
  EXPECT_LE(plan.entries.size(), 15U) << to_text(plan);
  EXPECT_EQ(plan.flops, 2 * 32 * (64 * 100 * 2 + 100 * 30 * 3 + 30 * 10 * 3));
}

TEST(StepPlan, HasEveryBiasAndActivationAndItsDerivativeInAProduct) {
  for (const std::string& name : act::names()) {
    if (name == "step") continue;  // no gradient passes through it
    SCOPED_TRACE(name);
    const Plan plan = step_plan(digits, act::find(name), optim::adam());
    int products = 0, epilogues = 0;
    for (const Entry& entry : plan.entries) {
      if (const auto* product = std::get_if<Product>(&entry.work)) {
        ++products;
        epilogues += product->epilogue.has_value();
      }
      if (const auto* chain = std::get_if<Chain>(&entry.work)) {
        EXPECT_FALSE(chain->rows == 32 && chain->columns > 1 && !chain->along_rows)
            << "a chain over a layer stands alone:\n"
            << to_text(plan);
        if (chain->along_rows) {
          EXPECT_TRUE(runs(*chain, rows::sum)) << to_text(plan);
        }
      }
      if (const auto* generic = std::get_if<plan::Generic>(&entry.work)) {
        EXPECT_FALSE(generic->node.op->elementwise && generic->node.type.shape.rank() > 0) << to_text(plan);
      }
    }
    EXPECT_EQ(products, 8) << "three forward, three for weights, two for activations";
    EXPECT_EQ(epilogues, name == "identity" ? 3 : 5) << to_text(plan);  // whose derivative is 1
  }
}

TEST(StepPlan, ComputesTheGradientsOfBiasesBesideThoseOfWeights) {
  const Plan plan = step_plan(digits, act::leaky_relu, optim::adam());
  int column_sums = 0;
  for (const Entry& entry : plan.entries) {
    if (const auto* product = std::get_if<Product>(&entry.work)) column_sums += product->column_sums.has_value();
    if (const auto* generic = std::get_if<plan::Generic>(&entry.work)) {
      EXPECT_FALSE(generic->node.op == &rows::sum && generic->node.type.shape.rank() > 0) << to_text(plan);
    }
  }
  EXPECT_EQ(column_sums, 3);
}

TEST(StepPlan, UpdatesAllParametersInOneChain) {
  for (Dtype dtype : {Dtype::f32, Dtype::f64})
    for (const std::string& name : optim::names()) {
      SCOPED_TRACE(name);
      const optim::Optimizer optimizer = optim::find(name);
      const Plan plan = step_plan(digits, act::tanh, optimizer, dtype);
      const std::int32_t parameters = slot_base(plan, train::parameters_slot);
      int writers = 0;
      for (const Entry& entry : plan.entries) {
        if (!written(entry).contains(parameters)) continue;
        ++writers;
        EXPECT_TRUE(entry.commits);
        const auto* chain = std::get_if<Chain>(&entry.work);
        ASSERT_NE(chain, nullptr) << to_text(plan);
        EXPECT_EQ(chain->rows * chain->columns, 9840);
        for (const optim::Slot& slot : optimizer.slots)
          EXPECT_TRUE(slot.scalar || written(entry).contains(slot_base(plan, optimizer.named.name + "." + slot.name)))
              << "slot " << slot.name << " is written elsewhere:\n"
              << to_text(plan);
      }
      EXPECT_EQ(writers, 1) << to_text(plan);
    }
}

TEST(StepPlan, MarksEveryEntryThatWritesStateAndNoOther) {
  for (const std::string& name : optim::names()) {
    const Plan plan = step_plan({5, 7, 1}, act::relu, optim::find(name));
    const auto first_slot = plan::first_input_base + static_cast<std::int32_t>(plan.inputs.size());
    ASSERT_TRUE(plan.commit_condition.has_value());
    bool committed = false;
    for (const Entry& entry : plan.entries) {
      const auto bases = written(entry);
      EXPECT_EQ(entry.commits, !bases.empty() && *bases.rbegin() >= first_slot) << to_text(plan);
      committed = committed || entry.commits;
      EXPECT_EQ(entry.commits, committed) << "something else is computed after the first write:\n" << to_text(plan);
    }
  }
}

TEST(StepPlan, KeepsItsArenaSmall) {  // the batch, three layers and their gradients, not a buffer for every operation
  const Plan plan = step_plan(digits, act::leaky_relu, optim::adam());
  const std::int64_t batch = 32 * 64, layers = 32 * (100 + 30 + 10), gradient = 9840, packed = 100 * 30;
  EXPECT_LE(plan.arena_bytes, 4 * (batch + 3 * layers + gradient + packed) + 64 * 40);
}

}  // namespace
}  // namespace ansatz
