// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/cost_check.hpp"

#include <algorithm>
#include <cmath>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/check_gradients.hpp"
#include "ansatz/run/evaluate.hpp"

namespace ansatz::train {

namespace {

constexpr std::int64_t places = 64;

double number_at(const Tensor& tensor, std::int64_t at) {
  const auto i = static_cast<std::size_t>(at);
  switch (tensor.dtype()) {
    case Dtype::f64: return tensor.as<double>()[i];
    case Dtype::f32: return static_cast<double>(tensor.as<float>()[i]);
    case Dtype::i32: return tensor.as<std::int32_t>()[i];
    case Dtype::boolean: break;
  }
  throw DtypeError("targets of {} were given; numbers are expected", name_of(tensor.dtype()));
}

/// Outputs and targets of some places at which a cost is looked at.
struct Places {
  Tensor outputs;               // f64 [places, outputs]
  std::vector<double> targets;  // [places] or [places, columns]
};

/// Outputs of an irregular sequence (multiples of the golden ratio, without their whole parts), targets in turn.
Places all_places(const Learner& learner, const Samples& train) {
  const std::int64_t width = learner.outputs(), columns = learner.target_columns;
  Places result{Tensor(Dtype::f64, {places, width}), {}};
  for (std::int64_t i = 0; i < places * width; ++i) {
    const double multiple = 0.6180339887498949 * static_cast<double>(i + 1);
    result.outputs.as<double>()[static_cast<std::size_t>(i)] = 6.0 * (multiple - std::floor(multiple)) - 3.0;
  }
  for (std::int64_t i = 0; i < places * columns; ++i)
    result.targets.push_back(number_at(train.targets, i % (train.rows * columns)));
  return result;
}

/// Those places at which each number of `values` [places] is finite.
Places finite_places(const Learner& learner, const Places& all, std::span<const double> values) {
  const auto width = static_cast<std::size_t>(learner.outputs()),
             columns = static_cast<std::size_t>(learner.target_columns);
  std::vector<double> outputs, targets;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    const auto z = all.outputs.as<double>().subspan(i * width, width);
    outputs.insert(outputs.end(), z.begin(), z.end());
    const auto t = std::span(all.targets).subspan(i * columns, columns);
    targets.insert(targets.end(), t.begin(), t.end());
  }
  const auto rows = static_cast<std::int64_t>(outputs.size() / width);
  return {Tensor(outputs, {rows, learner.outputs()}), std::move(targets)};
}

void compare(const Learner& learner, const Samples& train) {
  const auto costs_at = [&](const std::vector<double>& targets) {
    return [&](const Var& z) {
      const Type type = learner.target_type(z.shape()[0]);
      return head::cost_of_rows(learner.head, learner.cost, z, constant(targets, type.dtype, type.shape), false);
    };
  };
  Places at = all_places(learner, train);
  const Tensor values = evaluate(costs_at(at.targets), at.outputs);
  if (values.shape().rank() == 1) at = finite_places(learner, at, values.as<double>());
  if (at.targets.empty() || (values.shape().rank() == 0 && !std::isfinite(static_cast<double>(values)))) return;

  const auto costs = costs_at(at.targets);
  const Tensor gradient =
      evaluate([&](const Var& z) { return grad([&](const Var& y) { return sum(costs(y)); })(z); }, at.outputs);
  const auto slopes = gradient.as<double>();
  if (std::all_of(slopes.begin(), slopes.end(), [](double slope) { return slope == 0.0; }))
    throw NumericError(
        "the derivative of the cost '{}' is 0 at each of {} places that were tried: nothing could be learnt",
        learner.cost.name, at.outputs.shape()[0]);
  // A kink between a place and the end of a step looks like a wrong derivative, but not to a smaller step.
  GradientCheck found;
  for (double step : {1e-4, 1e-5, 1e-6, 1e-7}) {
    found = check_gradients([&](const Var& z) { return costs(z); }, {at.outputs},
                            {.directions = 3, .step = step, .tolerance = 1e-3});
    if (found.passed) return;
  }
  const auto worst = std::max_element(found.worst.begin(), found.worst.end(),
                                      [](const auto& x, const auto& y) { return x.error < y.error; });
  throw NumericError(
      "the derivative of the cost '{}' is not that of its values: {} gives {:.6g} where their differences give {:.6g}; "
      "correct the derivative that was written for it",
      learner.cost.name, worst->kind, worst->derivative, worst->difference);
}

}  // namespace

void check_derivative(const Learner& learner, const Samples& train) {
  const std::vector<std::string> shipped = cost::names();
  if (train.rows == 0 || std::find(shipped.begin(), shipped.end(), learner.cost.name) != shipped.end()) return;
  Learner exact = learner;
  exact.dtype = Dtype::f64;
  try {
    compare(exact, train);
  } catch (const DtypeError&) {  // it holds numbers of f32, with which finite differences cannot be taken
  } catch (const ShapeError&) {  // it expects another number of rows, or does not fit: the step's own shapes say more
  }
}

}  // namespace ansatz::train
