// SPDX-License-Identifier: BSD-3-Clause
// What derivatives of a network cost beside the network itself.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "ansatz/autodiff/laplacian.hpp"
#include "ansatz/autodiff/vmap.hpp"
#include "ansatz/nn/ffnn.hpp"
#include "ansatz/ops/ops.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/run/executor.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/measure.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

struct DerivativesArguments {
  std::string layers = "30,300,300,1", dtype = "f32", activation = "tanh", only;
  std::int64_t batch = 1;
  int threads = 1;
  double seconds = 0.5;
  bool profile = false;
};

/// A derivative as a function of x [batch, n], θ [parameters], and directions of these types.
using Derivative = std::function<Var(const Var& x, const Var& theta, const Var& v, const Var& w)>;
struct Quantity {
  std::string name;
  Derivative derivative;
  std::string beside;  ///< the quantity that its time is divided by
};

std::vector<Quantity> quantities(const nn::FFNN& network) {
  /// Σ over the batch of the network's output.
  const auto total = [network](const Var& x, const Var& theta) {
    return sum(network.logits(network.unpack(theta), x));
  };
  const auto in_x = [total](const Var& theta) { return [=](const Var& x) { return total(x, theta); }; };
  const auto in_theta = [total](const Var& x) { return [=](const Var& theta) { return total(x, theta); }; };
  const auto each_laplacian = [total](const Var& x, const Var& theta) {
    const auto one = [=](const Var& row) {
      return laplacian([=](const Var& v) { return total(reshape(v, {1, v.shape()[0]}), theta); })(row);
    };
    return x.shape()[0] == 1 ? one(reshape(x, {x.shape()[1]})) : vmap(one)(x);
  };
  using V = const Var&;
  return {{"function", [=](V x, V theta, V, V) { return total(x, theta); }, ""},
          {"gradient_parameters", [=](V x, V theta, V, V) { return grad(in_theta(x))(theta); }, "function"},
          {"gradient_inputs", [=](V x, V theta, V, V) { return grad(in_x(theta))(x); }, "function"},
          {"hvp_parameters", [=](V x, V theta, V, V w) { return hvp(in_theta(x))(theta, w); }, "gradient_parameters"},
          {"hvp_inputs", [=](V x, V theta, V v, V) { return hvp(in_x(theta))(x, v); }, "gradient_inputs"},
          {"laplacian", [=](V x, V theta, V, V) { return each_laplacian(x, theta); }, "function"}};
}

/// One JSON line: microseconds (median and least) of each quantity, and ratios of the least times.
int bench_derivatives(const DerivativesArguments& a) {
  if (a.batch < 1 || a.threads < 1) throw ArgumentError("batch and threads must be 1 or more");
  const nn::FFNN network = network_of(a.layers, a.activation, a.dtype);
  const Dtype dtype = network.dtype();
  RandomStream random(0, Purpose::data);
  const Shape shapes[] = {network.network().inputs()[0].inserted(0, a.batch), {network.parameters()}};
  std::vector<Tensor> arguments;
  for (int i = 0; i < 4; ++i) arguments.push_back(random_tensor(dtype, shapes[i % 2], random, 0));

  nlohmann::json result = {
      {"layers", widths(a.layers)}, {"batch", a.batch}, {"dtype", a.dtype}, {"activation", a.activation}};
  nlohmann::json ratios;
  for (const Quantity& quantity : quantities(network)) {
    if (!a.only.empty() && a.only != quantity.name) continue;
    Trace trace;
    std::vector<Var> xs;
    for (const Tensor& argument : arguments) xs.push_back(trace.input({dtype, argument.shape()}));
    trace.output(quantity.derivative(xs[0], xs[1], xs[2], xs[3]));
    run::State state;
    run::Executor executor(plan::build(passes::optimise(trace.finish(), run::default_passes())), state,
                           {.threads = a.threads});
    for (std::size_t i = 0; i < arguments.size(); ++i) executor.bind(i, arguments[i].data());
    if (a.profile) {
      Spans runs(200);
      for (auto& spans : runs) executor.run(spans);
      fmt::print("{}\n{}", quantity.name, profile_table(executor.plan(), runs, floor_of(executor.plan())));
    }
    const Times times = measure([&] { executor.run(); }, 1, a.seconds);
    result[quantity.name] = {{"us", rounded(times.median)},
                             {"min_us", rounded(times.least)},
                             {"megaflop", rounded(static_cast<double>(executor.plan().flops) * 1e-6)},
                             {"arena_bytes", executor.plan().arena_bytes}};
    if (result.contains(quantity.beside))
      ratios[quantity.name + "/" + quantity.beside] =
          rounded(times.least / result[quantity.beside]["min_us"].get<double>());
  }
  result["ratios"] = ratios;
  print_json(result);
  return success;
}

}  // namespace

void add_bench_derivatives(CLI::App& bench, Action& action) {
  CLI::App* command = bench.add_subcommand(
      "derivatives", "Times of a network, its gradients, Hessian-vector products and Laplacian, as one JSON line");
  const auto a = std::make_shared<DerivativesArguments>();
  command->add_option("--layers", a->layers, "Widths of all layers")->capture_default_str();
  command->add_option("--activation", a->activation, "Activation of the hidden layers")->capture_default_str();
  command->add_option("--batch", a->batch, "Samples; the Laplacian is that of each")->capture_default_str();
  command->add_option("--dtype", a->dtype, "f32 or f64")->capture_default_str();
  command->add_option("--threads", a->threads, "At most; small plans use one")->capture_default_str();
  command->add_option("--seconds", a->seconds, "About how long to measure each")->capture_default_str();
  command->add_option("--only", a->only,
                      "One of them: function, gradient_parameters, gradient_inputs, "
                      "hvp_parameters, hvp_inputs, laplacian");
  command->add_flag("--profile", a->profile, "Also print the time of each plan entry");
  command->footer("Example:\n  ansatz bench derivatives --layers 30,300,300,1 --batch 64 --dtype f64");
  command->callback([a, &action] { action = [a] { return bench_derivatives(*a); }; });
}

}  // namespace ansatz::cli
