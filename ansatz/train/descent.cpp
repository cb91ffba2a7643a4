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
        accumulate_(options.accumulate),
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
    batches_ = rows_ / batch_ + (rest_ ? 1 : 0);
    if (accumulate_ > 1) {
      update_ = std::make_unique<run::Program>(
          update_graph(learner, options.optimizer, step_options(learner, samples, options, batch_)), state,
          run::ExecutorOptions{.threads = options.threads});
      TrainingStep::bind(scalars_, *update_);
    }
    scalars_.key[0] = static_cast<std::int32_t>(static_cast<std::uint32_t>(seed));
    scalars_.key[1] = static_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32));
  }

  std::int64_t steps_per_epoch() const override { return (batches_ + accumulate_ - 1) / accumulate_; }

  Outcome step(const Place& place) override {
    if (place.epoch != ordered_) order_rows(place.epoch);
    scalars_.learning_rate = place.learning_rate;
    scalars_.key[2] = static_cast<std::int32_t>(place.epoch);
    Outcome outcome{.before = true};
    const std::int64_t begin = place.step * accumulate_, end = std::min(begin + accumulate_, batches_);
    for (std::int64_t batch = begin; batch < end; ++batch) {
      const std::int64_t first = batch * batch_, rows = std::min(batch_, rows_ - first);
      last_ = rows == batch_ ? whole_.get() : rest_.get();
      scalars_.key[3] = static_cast<std::int32_t>(batch);
      outcome.finite = last_->run(order_.data() + first);
      outcome.cost = last_->cost();
      outcome.rows += rows;
      if (!outcome.finite) return outcome;
    }
    if (update_) {
      outcome.finite = update_->run();
      outcome.cost = update_->number(0);
      update_failed_ = !outcome.finite;
    }
    return outcome;
  }

  std::string first_non_finite() const override {
    return update_failed_ ? update_->first_non_finite() : last_->first_non_finite();
  }

 private:
  static StepOptions step_options(const Learner& learner, const Samples& samples, const FitOptions& options,
                                  std::int64_t batch) {
    return {.rows = samples.rows,
            .batch = batch,
            .weights = samples.weighted(),
            .l1 = options.l1 > 0.0,
            .l2 = options.l2 > 0.0,
            .clip_norm = options.clip_norm > 0.0,
            .clip_value = options.clip_value > 0.0,
            .max_norm = options.max_norm > 0.0,
            .accumulates = options.accumulate > 1,
            .frozen = frozen_tensors(learner.network, options.freeze)};
  }
  static std::unique_ptr<TrainingStep> make_step(const Learner& learner, const Samples& samples,
                                                 const FitOptions& options, std::int64_t batch, run::State& state) {
    return std::make_unique<TrainingStep>(learner, options.optimizer, step_options(learner, samples, options, batch),
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
  std::int64_t accumulate_, batches_ = 0;  // of a step; of an epoch
  std::unique_ptr<run::Program> update_;   // after batches that accumulate
  bool update_failed_ = false;
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
