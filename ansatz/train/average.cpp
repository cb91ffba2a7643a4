// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/average.hpp"

#include "ansatz/train/floating.hpp"

namespace ansatz::train {

Average ema(EmaOptions options) {
  return {.named = named("ema", options),
          .weight = [decay = options.decay](const AverageInput& at) { return at.step == 1 ? 1.0 : 1.0 - decay; }};
}

Average swa(SwaOptions options) {
  return {.named = named("swa", options),
          .weight =
              [options](const AverageInput& at) {
                if (!at.epoch_ended) return 0.0;
                const std::int64_t since = at.epoch - options.start;
                if (since <= 0) return 1.0;
                return since % options.every == 0 ? 1.0 / static_cast<double>(since / options.every + 1) : 0.0;
              },
          .recomputes_statistics = true};
}

const Family<Average>& averages() {
  static const Family<Average> family(
      "average of weights", {member<Average, EmaOptions>("ema", ema, "exponential moving average, a step"),
                             member<Average, SwaOptions>("swa", swa, "mean of the weights at the ends of epochs")});
  return family;
}

void move_average(Tensor& average, const Tensor& values, double weight) {
  with_floating(average.dtype(), [&]<class T>(T) {
    const std::span<T> to = average.as<T>();
    const std::span<const T> from = values.as<T>();
    const T w = static_cast<T>(weight);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = weight == 1.0 ? from[i] : to[i] + w * (from[i] - to[i]);
  });
}

}  // namespace ansatz::train
