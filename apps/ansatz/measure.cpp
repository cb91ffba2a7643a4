// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/measure.hpp"

#include <chrono>
#include <cmath>

#include "ansatz/nn/activation.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

Times measure(const std::function<void()>& pass, std::int64_t each, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  for (int warm = 0; warm < 3; ++warm) pass();
  const auto begin = Clock::now();
  pass();
  const auto passes = std::max<std::int64_t>(1, static_cast<std::int64_t>(0.05 / since(begin)));
  std::vector<double> samples;
  const auto all = Clock::now();
  do {
    const auto start = Clock::now();
    for (std::int64_t p = 0; p < passes; ++p) pass();
    samples.push_back(since(start) / static_cast<double>(passes * each) * 1e6);
  } while (since(all) < seconds || samples.size() < 5);
  return Times(std::move(samples));
}

double rounded(double value) { return std::round(value * 100.0) / 100.0; }

/// Standard normal-like inputs (sums of uniforms) and random targets; their values do not matter to the time.
Tensor random_tensor(Dtype dtype, const Shape& shape, RandomStream& random, std::uint32_t classes) {
  Tensor tensor(dtype, shape);
  const auto fill = [&](auto span) {
    using T = typename decltype(span)::value_type;
    for (T& value : span)
      value = classes > 0 ? static_cast<T>(random.below(classes))
                          : static_cast<T>(2.0 * (random.uniform() + random.uniform()) - 2.0);
  };
  if (dtype == Dtype::f64)
    fill(tensor.as<double>());
  else if (dtype == Dtype::f32)
    fill(tensor.as<float>());
  else
    fill(tensor.as<std::int32_t>());
  return tensor;
}

nn::FFNN network_of(const std::string& layers, const std::string& activation, const std::string& dtype) {
  return nn::FFNN(widths(layers), {.hidden = act::find(activation), .dtype = dtype_from_name(dtype)});
}

train::Learner classifier_of(const nn::FFNN& network) {
  const bool binary = network.network().output_shape() == Shape{1};
  const head::Head head = binary ? head::binary() : head::multiclass();
  return {.network = network, .head = head, .cost = head.default_cost, .dtype = network.dtype()};
}

}  // namespace ansatz::cli
