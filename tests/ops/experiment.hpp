// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// One operation of the table at one point, and what is measured there: its value, finite differences, both modes of
/// differentiation and second derivatives. The recorded graph may hold a changed copy of the row.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "ansatz/autodiff/modes.hpp"
#include "tests/ops/cases.hpp"
#include "tests/support/interpret.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {

/// One case in one dtype, with the row itself or a changed copy of it in the recorded graph.
class Experiment {
 public:
  Experiment(const OpCase& one, Dtype dtype, const Op* changed = nullptr)
      : case_(one), dtype_(dtype), changed_(changed), point_(sample(one, dtype)) {
    std::mt19937 random(7);
    for (const Tensor& x : point_) {
      if (is_floating(x.dtype())) active_.push_back(tangent_.size());
      tangent_.push_back(random_numbers(x.shape().elements(), random));
    }
    Trace trace;
    result_ = record(one, inputs(trace), dtype).type();
    cotangent_ = random_numbers(result_.shape.elements(), random);
    weight_ = random_numbers(result_.shape.elements(), random, 0.5, 1.5);
    kept_ = random_numbers(result_.shape.elements(), random, 0.5, 1.5);
  }

  bool differentiable() const { return is_floating(result_.dtype) && !active_.empty(); }
  const std::vector<std::size_t>& active() const { return active_; }
  const std::vector<Numbers>& direction() const { return tangent_; }
  const Numbers& cotangent() const { return cotangent_; }
  const Op& row() const { return case_.row; }
  Dtype dtype() const { return dtype_; }
  double tolerance() const { return case_.tolerance; }

  Numbers value(const std::vector<Tensor>& at) const {
    return run_once(at, [&](const auto& xs) { return std::vector{record(case_, xs, dtype_)}; }).at(0);
  }

  /// J ẋ with ẋ = direction() in the arguments chosen, else 0; nothing where no derivative flows.
  std::optional<Numbers> forward(const std::vector<std::size_t>& chosen) const {
    bool flows = false;
    auto results = run_once(point_, [&](const std::vector<Var>& xs) {
      const Var y = recorded(xs);
      const auto [at, tangents] = directions(xs, chosen);
      const auto tangent = autodiff::forward(std::span(&y, 1), at, tangents).at(0);
      flows = tangent.has_value();
      return std::vector{tangent.value_or(y)};
    });
    return flows ? std::optional(results.at(0)) : std::nullopt;
  }

  /// Jᵀ ȳ for every floating argument; nothing where no derivative flows.
  std::vector<std::optional<Numbers>> reverse() const {
    std::vector<bool> flows;
    auto results = run_once(point_, [&](const std::vector<Var>& xs) {
      const Var y = recorded(xs), cotangent = dense(cotangent_, y);
      std::vector<Var> gradient;
      const std::vector<Var> at = chosen_of(xs, active_);
      for (const auto& part : autodiff::reverse(std::span(&y, 1), std::span(&cotangent, 1), at)) {
        flows.push_back(part.has_value());
        gradient.push_back(part.value_or(y));
      }
      return gradient;
    });
    std::vector<std::optional<Numbers>> parts;
    for (std::size_t i = 0; i < results.size(); ++i)
      parts.push_back(flows[i] ? std::optional(results[i]) : std::nullopt);
    return parts;
  }

  /// Of L = Σ c y + ½ Σ d y² along v = direction(): ∇L (all arguments, joined), and the four ways to H v or vᵀ H v.
  struct SecondOrder {
    Numbers gradient, forward_of_reverse, reverse_of_reverse, reverse_of_forward, forward_of_forward;
  };
  SecondOrder second_order(const std::vector<Tensor>& at) const {
    const auto results = run_once(at, [&](const std::vector<Var>& all) {
      const std::vector<Var> xs = chosen_of(all, active_);
      const Var loss = scalar_loss(recorded(all));
      const std::vector<Var> along = directions(all, active_).second;
      const auto pull = [&](const Var& y) {
        const Var one = full_like(y, 1.0);
        return or_zeros(autodiff::reverse(std::span(&y, 1), std::span(&one, 1), xs), xs);
      };
      const auto push = [&](const std::vector<Var>& ys) { return or_zeros(autodiff::forward(ys, xs, along), ys); };
      const std::vector<Var> gradient = pull(loss);
      const Var slope = push({loss}).at(0);
      std::vector<Var> outputs = gradient;
      for (const auto& part : {push(gradient), pull(tangent_product(gradient, along)), pull(slope), push({slope})})
        outputs.insert(outputs.end(), part.begin(), part.end());
      return outputs;
    });
    const std::size_t n = active_.size();
    const auto joined = [&](std::size_t from, std::size_t count) {
      Numbers numbers;
      for (std::size_t i = from; i < from + count; ++i)
        numbers.insert(numbers.end(), results.at(i).begin(), results.at(i).end());
      return numbers;
    };
    return {joined(0, n), joined(n, n), joined(2 * n, n), joined(3 * n, n), joined(4 * n, 1)};
  }
  SecondOrder second_order() const { return second_order(point_); }

  /// d/dε f(x + ε ẋ) at ε = 0, with ẋ in the arguments chosen: central differences, one Richardson step, in f64.
  template <class F>
  Numbers difference(const F& f, const std::vector<std::size_t>& chosen, const std::vector<Numbers>& along) const {
    const auto central = [&](double step) {
      const auto moved = [&](double by) {
        std::vector<Tensor> at = point_;
        for (std::size_t k : chosen) {
          const auto x = at[k].as<double>();
          for (std::size_t i = 0; i < x.size(); ++i) x[i] += by * along[k][i];
        }
        return f(at);
      };
      Numbers result = moved(step);
      const Numbers below = moved(-step);
      for (std::size_t i = 0; i < result.size(); ++i) result[i] = (result[i] - below[i]) / (2.0 * step);
      return result;
    };
    Numbers fine = central(case_.step / 2.0);
    const Numbers coarse = central(case_.step);
    for (std::size_t i = 0; i < fine.size(); ++i) fine[i] += (fine[i] - coarse[i]) / 3.0;
    return fine;
  }

 private:
  std::vector<Var> inputs(Trace& trace) const {
    std::vector<Var> xs;
    for (const Tensor& x : point_) xs.push_back(trace.input({x.dtype(), x.shape()}));
    return xs;
  }

  template <class F>
  std::vector<Numbers> run_once(const std::vector<Tensor>& at, const F& f) const {
    Trace trace;
    for (const Var& y : f(inputs(trace))) trace.output(y);
    std::vector<Numbers> results;
    for (const Tensor& result : interpret(trace.finish(), at)) results.push_back(numbers_of(result));
    return results;
  }

  /// The operation on xs, with the changed row in the place of its own.
  Var recorded(const std::vector<Var>& xs) const {
    const Var y = record(case_, xs, dtype_);
    if (changed_ != nullptr) y.graph()[y.id()].op = changed_;
    return y;
  }

  static Var dense(const Numbers& numbers, const Var& like) { return constant(numbers, like.dtype(), like.shape()); }

  static std::vector<Var> chosen_of(const std::vector<Var>& xs, const std::vector<std::size_t>& chosen) {
    std::vector<Var> result;
    for (std::size_t k : chosen) result.push_back(xs[k]);
    return result;
  }

  std::pair<std::vector<Var>, std::vector<Var>> directions(const std::vector<Var>& xs,
                                                           const std::vector<std::size_t>& chosen) const {
    std::vector<Var> tangents;
    for (std::size_t k : chosen) tangents.push_back(dense(tangent_[k], xs[k]));
    return {chosen_of(xs, chosen), tangents};
  }

  /// L = Σ c y + ½ Σ d y².
  Var scalar_loss(const Var& y) const { return sum(dense(weight_, y) * y) + 0.5 * sum(dense(kept_, y) * (y * y)); }

  static Var tangent_product(const std::vector<Var>& a, const std::vector<Var>& b) {
    Var total = sum(a[0] * b[0]);
    for (std::size_t i = 1; i < a.size(); ++i) total = total + sum(a[i] * b[i]);
    return total;
  }

  static std::vector<Var> or_zeros(const std::vector<std::optional<Var>>& values, const std::vector<Var>& like) {
    std::vector<Var> result;
    for (std::size_t i = 0; i < values.size(); ++i) result.push_back(values[i] ? *values[i] : full_like(like[i], 0.0));
    return result;
  }

  const OpCase& case_;
  Dtype dtype_;
  const Op* changed_;
  std::vector<Tensor> point_;
  std::vector<std::size_t> active_;  ///< the floating arguments
  Type result_;
  std::vector<Numbers> tangent_;       ///< ẋ of each argument
  Numbers cotangent_, weight_, kept_;  ///< ȳ, and c and d of L
};

}  // namespace ansatz::test
