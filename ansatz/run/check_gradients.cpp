// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/run/check_gradients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "ansatz/autodiff/gradient.hpp"
#include "ansatz/base/random.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/run/executor.hpp"

namespace ansatz::run {

namespace {

using Numbers = std::vector<double>;
using Values = std::vector<Numbers>;  // of each output, or of each argument

constexpr double infinity = std::numeric_limits<double>::infinity();

bool finite(const Numbers& x) {
  return std::all_of(x.begin(), x.end(), [](double value) { return std::isfinite(value); });
}

double largest(const Numbers& x) {
  double result = 0.0;
  for (double value : x)
    if (std::isfinite(value)) result = std::max(result, std::abs(value));
  return result;
}

double dot(const Numbers& a, const Numbers& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// A graph whose arguments are numbers: those of f, and directions and weights behind them.
class Compiled {
 public:
  explicit Compiled(Graph graph)
      : executor_(plan::build(passes::optimise(std::move(graph), default_passes())), state_) {}

  Values operator()(const std::vector<const Tensor*>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) executor_.bind(i, arguments[i]->data());
    executor_.run();
    Values values;
    for (std::size_t i = 0; i < executor_.plan().outputs.size(); ++i) {
      const auto* first = reinterpret_cast<const double*>(executor_.output(i));
      values.emplace_back(first, first + executor_.plan().outputs[i].shape.elements());
    }
    return values;
  }

 private:
  State state_;
  Executor executor_;
};

class Checking {
 public:
  Checking(const Function& f, const std::vector<Tensor>& at, const GradientCheckOptions& options)
      : options_(options), at_(at), random_(options.seed, Purpose::data) {
    for (std::size_t k = 0; k < at.size(); ++k) {
      if (at[k].dtype() == Dtype::f32)
        throw DtypeError("[check_gradients] argument {} is f32; finite differences need f64", k);
      if (at[k].dtype() == Dtype::f64) active_.push_back(k);
    }
    if (active_.empty()) throw ArgumentError("[check_gradients] no argument is f64; at least one is expected");
    values_.emplace(record(f, [](const auto& r) { return r.ys; }));
    derivatives_.emplace(record(f, [&](const auto& r) {
      std::vector<Var> results = autodiff::push_forward(r.ys, r.active, r.along);
      const std::vector<Var> gradient = autodiff::pull_back(r.ys, r.weights, r.active);
      results.insert(results.end(), gradient.begin(), gradient.end());
      return results;
    }));
    if (options.second_order) {
      gradients_.emplace(record(f, [](const auto& r) { return autodiff::pull_back(r.ys, r.weights, r.active); }));
      products_.emplace(record(f, [](const auto& r) {
        return autodiff::push_forward(autodiff::pull_back(r.ys, r.weights, r.active), r.active, r.along);
      }));
    }
    for (const Type& type : result_types_) weights_.push_back(random_tensor(type.shape));
  }

  GradientCheck run() {
    result_.worst = {{"forward mode"}, {"reverse mode"}};
    if (options_.second_order) result_.worst.push_back({"second order"});
    const Values here = (*values_)(arguments(at_, {}));
    for (std::size_t j = 0; j < here.size(); ++j)
      if (!finite(here[j])) {
        remark(fmt::format("output {} is not finite at this point", j));
        result_.passed = false;
      }
    for (std::size_t k : active_)
      for (int d = 0; d < options_.directions; ++d) check_direction(k, here);
    for (const auto& worst : result_.worst) result_.largest_error = std::max(result_.largest_error, worst.error);
    result_.passed = result_.passed && result_.largest_error <= options_.tolerance;
    return std::move(result_);
  }

 private:
  struct Recorded {
    std::vector<Var> ys, active, along, weights;
  };

  template <class Results>
  Graph record(const Function& f, const Results& results) {
    Trace trace;
    std::vector<Var> xs;
    Recorded r;
    for (const Tensor& x : at_) xs.push_back(trace.input({x.dtype(), x.shape()}));
    for (std::size_t k : active_) r.along.push_back(trace.input({Dtype::f64, at_[k].shape()}));
    const NodeId since = autodiff::mark();
    for (std::size_t k : active_) r.active.push_back(xs[k] = autodiff::fresh({xs[k]}).at(0));
    result_types_.clear();
    for (const Var& y : autodiff::stable(f(xs), since)) {
      if (y.dtype() == Dtype::f32)
        throw DtypeError("[check_gradients] the function returns {}; finite differences need f64", to_string(y.type()));
      if (y.dtype() != Dtype::f64) continue;
      r.ys.push_back(y);
      result_types_.push_back(y.type());
    }
    for (const Type& type : result_types_) r.weights.push_back(trace.input(type));
    for (const Var& y : results(r)) trace.output(y);
    return trace.finish();
  }

  Tensor random_tensor(const Shape& shape) {
    Tensor tensor(Dtype::f64, shape);
    for (double& value : tensor.as<double>()) value = 2.0 * random_.uniform() - 1.0;
    return tensor;
  }

  static Tensor zeros(const Shape& shape) { return {Numbers(static_cast<std::size_t>(shape.elements()), 0.0), shape}; }

  std::vector<const Tensor*> arguments(const std::vector<Tensor>& at, const std::vector<Tensor>& along) const {
    std::vector<const Tensor*> all;
    for (const Tensor& x : at) all.push_back(&x);
    for (std::size_t a = 0; a < active_.size(); ++a) all.push_back(along.empty() ? &at[active_[a]] : &along[a]);
    for (const Tensor& w : weights_) all.push_back(&w);
    return all;
  }

  void remark(std::string text) {
    if (std::find(result_.remarks.begin(), result_.remarks.end(), text) == result_.remarks.end())
      result_.remarks.push_back(std::move(text));
  }

  /// What `program` gives at x + distance · v in argument k.
  Values moved(Compiled& program, std::size_t k, const Tensor& v, double distance) const {
    std::vector<Tensor> at = at_;
    const auto x = at[k].as<double>();
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += distance * v.as<double>()[i];
    return program(arguments(at, {}));
  }

  /// Finite differences of one output along a direction: central ones, and the slopes from either side.
  struct Difference {
    Numbers central, left, right;
    std::vector<bool> kink;
    double noise = 0.0;  ///< of one element: what rounding makes of it
  };

  std::vector<Difference> differences(Compiled& program, std::size_t k, const Tensor& v, const Values& here) const {
    const double h = options_.step * (1.0 + largest({at_[k].as<double>().begin(), at_[k].as<double>().end()}));
    const Values above = moved(program, k, v, h), below = moved(program, k, v, -h);
    const Values near_above = moved(program, k, v, h / 2), near_below = moved(program, k, v, -h / 2);
    std::vector<Difference> result(here.size());
    for (std::size_t j = 0; j < here.size(); ++j) {
      Difference& out = result[j];
      out.noise = 64.0 * std::numeric_limits<double>::epsilon() * largest(here[j]) / h;
      for (std::size_t i = 0; i < here[j].size(); ++i) {
        const double fine = (near_above[j][i] - near_below[j][i]) / h;
        const double coarse = (above[j][i] - below[j][i]) / (2 * h);
        out.central.push_back(fine + (fine - coarse) / 3.0);
        out.left.push_back((here[j][i] - near_below[j][i]) / (h / 2));
        out.right.push_back((near_above[j][i] - here[j][i]) / (h / 2));
        // Slopes from either side differ by h f" where f is smooth: half as much at half the step.
        const double jump = std::abs(out.right[i] - out.left[i]);
        const double far_jump = std::abs((above[j][i] - here[j][i]) / h - (here[j][i] - below[j][i]) / h);
        const double scale = std::max(std::abs(out.left[i]), std::abs(out.right[i]));
        out.kink.push_back(jump > std::max(1e3 * out.noise, 1e-2 * scale) && jump > 0.75 * far_jump);
      }
    }
    return result;
  }

  void compare(GradientCheck::Worst& worst, GradientCheck::Worst one, double scale) {
    const bool equal = one.derivative == one.difference || (std::isnan(one.derivative) && std::isnan(one.difference));
    one.error = equal ? 0.0 : std::abs(one.derivative - one.difference) / scale;
    if (std::isnan(one.error)) one.error = infinity;
    if (one.error > worst.error || worst.argument < 0) worst = std::move(one);
  }

  /// Relative to the largest number beside it; never to what is only rounding.
  double scale_of(const Numbers& beside, double derivative, double noise) const {
    return std::max({largest(beside), std::abs(derivative), noise / options_.tolerance, 1e-300});
  }

  void check_direction(std::size_t k, const Values& here) {
    const Tensor v = random_tensor(at_[k].shape());
    std::vector<Tensor> along;
    for (std::size_t a : active_) along.push_back(a == k ? v : zeros(at_[a].shape()));
    const Values found = (*derivatives_)(arguments(at_, along));
    const std::vector<Difference> expected = differences(*values_, k, v, here);
    const auto argument = static_cast<int>(k);

    double weighted = 0.0, magnitude = 0.0, noise = 0.0;
    for (std::size_t j = 0; j < here.size(); ++j) {
      const auto w = weights_[j].as<double>();
      for (std::size_t i = 0; i < here[j].size(); ++i) {
        const Difference& d = expected[j];
        double derivative = found[j][i], difference = d.central[i];
        const std::string place = fmt::format("output {}, element {}, along argument {}", j, i, k);
        if (std::isfinite(here[j][i]) && !std::isfinite(difference)) {
          remark(place + ": the function is not finite beside this point; use a smaller step, or another point");
          difference = derivative;
        } else if (d.kink[i]) {
          const auto [low, high] = std::minmax(d.left[i], d.right[i]);
          remark(fmt::format("{}: a kink, slopes {:.6g} and {:.6g}; the derivative is {:.6g}", place, d.left[i],
                             d.right[i], derivative));
          difference = std::clamp(derivative, low, high);
        } else if (std::isfinite(difference) && !std::isfinite(derivative)) {
          remark(fmt::format("{}: the derivative is {}, but differences are finite", place, derivative));
        }
        compare(result_.worst[0],
                {"forward mode", 0.0, argument, static_cast<int>(j), -1, static_cast<std::int64_t>(i), derivative,
                 difference},
                scale_of(d.central, derivative, d.noise));
        weighted += w[i] * (d.kink[i] || !std::isfinite(d.central[i]) ? derivative : difference);
        magnitude += std::abs(w[i] * difference);
        noise += d.noise;
      }
    }
    const std::size_t position =
        static_cast<std::size_t>(std::find(active_.begin(), active_.end(), k) - active_.begin());
    const double reverse = dot(found[here.size() + position], {v.as<double>().begin(), v.as<double>().end()});
    compare(result_.worst[1], {"reverse mode", 0.0, argument, -1, -1, -1, reverse, weighted},
            scale_of({magnitude}, reverse, noise));
    if (options_.second_order) check_second_order(k, v, along);
  }

  void check_second_order(std::size_t k, const Tensor& v, const std::vector<Tensor>& along) {
    const Values found = (*products_)(arguments(at_, along)), here = (*gradients_)(arguments(at_, {}));
    const std::vector<Difference> expected = differences(*gradients_, k, v, here);
    for (std::size_t a = 0; a < here.size(); ++a)
      for (std::size_t i = 0; i < here[a].size(); ++i) {
        double difference = expected[a].central[i];
        if (expected[a].kink[i] || (std::isfinite(here[a][i]) && !std::isfinite(difference))) {
          remark(fmt::format("the gradient in argument {}, element {}, jumps along argument {}", active_[a], i, k));
          difference = found[a][i];
        }
        compare(result_.worst[2],
                {"second order", 0.0, static_cast<int>(k), -1, static_cast<int>(active_[a]),
                 static_cast<std::int64_t>(i), found[a][i], difference},
                scale_of(expected[a].central, found[a][i], expected[a].noise));
      }
  }

  GradientCheckOptions options_;
  std::vector<Tensor> at_, weights_;
  RandomStream random_;
  std::vector<std::size_t> active_;  // the f64 arguments
  std::vector<Type> result_types_;
  std::optional<Compiled> values_, derivatives_, gradients_, products_;
  GradientCheck result_;
};

}  // namespace

GradientCheck check_gradients(const Function& f, const std::vector<Tensor>& at, const GradientCheckOptions& options) {
  GradientCheck check = Checking(f, at, options).run();
  if (options.throws && !check.passed) throw NumericError("{}", to_string(check));
  return check;
}

}  // namespace ansatz::run

namespace ansatz {

std::string to_string(const GradientCheck& check) {
  std::string text = fmt::format("gradients {}\n", check.passed ? "agree with finite differences" : "are WRONG");
  for (const GradientCheck::Worst& worst : check.worst) {
    text += fmt::format("  {:<13} relative error {:.1e}: {:.9g}, by differences {:.9g}, along argument {}", worst.kind,
                        worst.error, worst.derivative, worst.difference, worst.argument);
    if (worst.output >= 0) text += fmt::format(", output {}", worst.output);
    if (worst.of_argument >= 0) text += fmt::format(", gradient in argument {}", worst.of_argument);
    if (worst.element >= 0) text += fmt::format(", element {}", worst.element);
    text += '\n';
  }
  for (const std::string& remark : check.remarks) text += fmt::format("  note: {}\n", remark);
  return text;
}

}  // namespace ansatz
