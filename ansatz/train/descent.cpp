// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <numeric>

#include "ansatz/base/random.hpp"
#include "ansatz/train/method.hpp"
#include "ansatz/train/step.hpp"

namespace ansatz::train {

namespace {

class Descent final : public Method {
 public:
  Descent(const Learner& learner, const Samples& samples, const FitOptions& options, std::uint64_t seed,
          run::State& state)
      : rows_(samples.rows),
        batch_(options.batch_size == 0 ? rows_ : std::min(options.batch_size, rows_)),
        seed_(seed),
        scalars_{options.optimizer.learning_rate,
                 options.l1,
                 options.l2,
                 options.clip_norm,
                 options.clip_value,
                 options.max_norm},
        whole_(make_step(learner, samples, options, batch_, state)),
        order_(static_cast<std::size_t>(rows_)) {
    if (const std::int64_t rest = rows_ % batch_; rest != 0 && !skips_rest(learner.network, rest))
      rest_ = make_step(learner, samples, options, rest, state);
    for (TrainingStep* step : {whole_.get(), rest_.get()})
      if (step != nullptr) {
        step->bind_data(samples.x.data(), samples.targets.data(),
                        samples.weighted() ? samples.weights.data() : nullptr);
        step->bind_scalars(scalars_);
      }
    scalars_.key[0] = static_cast<std::int32_t>(static_cast<std::uint32_t>(seed));
    scalars_.key[1] = static_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32));
  }

  std::int64_t steps_per_epoch() const override { return rows_ / batch_ + (rest_ ? 1 : 0); }

  Outcome step(const Place& place) override {
    if (place.epoch != ordered_) order_rows(place.epoch);
    const std::int64_t first = place.step * batch_, rows = std::min(batch_, rows_ - first);
    last_ = rows == batch_ ? whole_.get() : rest_.get();
    scalars_.learning_rate = place.learning_rate;
    scalars_.key[2] = static_cast<std::int32_t>(place.epoch);
    scalars_.key[3] = static_cast<std::int32_t>(place.step);
    if (!last_->run(order_.data() + first)) return {.finite = false};
    return {.cost = last_->cost(), .rows = rows};
  }

  std::string first_non_finite() const override { return last_->first_non_finite(); }

 private:
  static std::unique_ptr<TrainingStep> make_step(const Learner& learner, const Samples& samples,
                                                 const FitOptions& options, std::int64_t batch, run::State& state) {
    return std::make_unique<TrainingStep>(learner, options.optimizer,
                                          StepOptions{.rows = samples.rows,
                                                      .batch = batch,
                                                      .weights = samples.weighted(),
                                                      .l1 = options.l1 > 0.0,
                                                      .l2 = options.l2 > 0.0,
                                                      .clip_norm = options.clip_norm > 0.0,
                                                      .clip_value = options.clip_value > 0.0,
                                                      .max_norm = options.max_norm > 0.0,
                                                      .frozen = frozen_tensors(learner.network, options.freeze)},
                                          state, run::ExecutorOptions{.threads = options.threads});
  }

  void order_rows(std::int64_t epoch) {
    std::iota(order_.begin(), order_.end(), 0);
    if (batch_ < rows_) {
      RandomStream random(seed_, Purpose::permutation, 0, static_cast<std::uint32_t>(epoch));
      shuffle(order_, random);
    }
    ordered_ = epoch;
  }

  std::int64_t rows_, batch_;
  std::uint64_t seed_;
  TrainingStep::Scalars scalars_;
  std::unique_ptr<TrainingStep> whole_, rest_;  // rest_: on the rows that are left over, if there are some
  TrainingStep* last_ = nullptr;
  std::vector<std::int32_t> order_;
  std::int64_t ordered_ = 0;  // the epoch whose order it is
};

}  // namespace

std::unique_ptr<Method> make_descent(const Learner& learner, const Samples& samples, const FitOptions& options,
                                     std::uint64_t seed, run::State& state) {
  return std::make_unique<Descent>(learner, samples, options, seed, state);
}

}  // namespace ansatz::train
