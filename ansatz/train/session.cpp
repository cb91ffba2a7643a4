// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/session.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "ansatz/base/error.hpp"

namespace ansatz::train {

namespace {

void copy(const Tensor& from, Tensor& to) {
  if (from.bytes() != 0) std::memcpy(to.data(), from.data(), from.bytes());
}

}  // namespace

Session::Session(Learner learner, const Samples& train, const Samples& validation, FitOptions options,
                 std::uint64_t seed)
    : learner_(std::move(learner)),
      options_(std::move(options)),
      train_(train),
      method_(options_.method ? options_.method->make(learner_, train_, options_, state_)
                              : make_descent(learner_, train_, options_, options_.seed.value_or(seed), state_)),
      validator_(learner_, validation, state_, {.threads = options_.threads}),
      has_validation_(validation.rows > 0) {
  check(options_);
  progress_.learning_rate = options_.optimizer.learning_rate;
  if (options_.from)
    begin_with(options_.from->first, options_.from->second);
  else
    begin_with(initial_parameters(learner_.network, learner_.dtype, seed),
               initial_buffers(learner_.network, learner_.dtype));
  if (options_.epochs == 0) end(StopReason::all_epochs, std::string(describe(StopReason::all_epochs)));
}

void Session::set(std::string_view slot, const Tensor& values) {
  Tensor& mine = state_.at(slot);
  if (mine.dtype() != values.dtype() || mine.shape() != values.shape())
    throw ShapeError("{} of {}{} were given to a run with {}{}", slot, name_of(values.dtype()),
                     to_string(values.shape()), name_of(mine.dtype()), to_string(mine.shape()));
  copy(values, mine);
}

void Session::begin_with(const Tensor& parameters, const Tensor& buffers) {
  set(parameters_slot, parameters);
  if (learner_.network.buffers() > 0) set(buffers_slot, buffers);
  best_parameters_ = parameters;
  best_buffers_ = buffers;
}

void Session::end(StopReason reason, std::string message) {
  progress_.reason = reason;
  progress_.message = std::move(message);
  progress_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
}

bool Session::step() {
  if (ended()) return false;
  Place& place = progress_.place;
  if (place.steps == 0 && has_validation_) {  // what the epochs have to be better than
    const double cost = validator_.score().cost;
    if (std::isfinite(cost)) progress_.lowest = cost;
  }
  place.learning_rate =
      options_.optimizer.learning_rate * options_.schedule.factor({.step = place.steps,
                                                                   .total_steps = total_steps(),
                                                                   .steps_per_epoch = method_->steps_per_epoch(),
                                                                   .costs = epoch_costs_});
  progress_.learning_rate = place.learning_rate;
  const Method::Outcome outcome = method_->step(place);
  if (!outcome.finite) {
    end(StopReason::not_finite,
        fmt::format(
            "epoch {}, step {}: the cost or its gradient was not finite, first in {}; the weights of epoch {} are kept",
            place.epoch, place.step + 1, method_->first_non_finite(), progress_.best_epoch));
    return false;
  }
  ++place.steps;
  ++place.step;
  progress_.cost_sum += outcome.cost * static_cast<double>(outcome.rows);
  progress_.cost_rows += outcome.rows;
  const bool complete = place.step == method_->steps_per_epoch();
  const bool interrupted = options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed);
  if (!outcome.ended.empty()) end(StopReason::converged, outcome.ended);
  const std::int64_t epoch = place.epoch;
  if (complete) end_epoch(true);
  if (interrupted && !ended()) {
    end(StopReason::interrupted, fmt::format("interrupted in epoch {} after {} steps", epoch, place.steps));
    // Where a snapshot is kept, the run goes on as if nothing had been: nothing is measured within an epoch.
    if (!complete && !options_.keep_snapshot) end_epoch(false);
  }
  return !ended();
}

bool Session::run_epoch() {
  const std::int64_t epoch = progress_.place.epoch;
  while (step() && progress_.place.epoch == epoch) {}
  return !ended();
}

void Session::run() {
  while (step()) {}
}

void Session::end_epoch(bool complete) {
  Epoch record;
  record.epoch = progress_.place.epoch;
  record.step = progress_.place.steps;
  record.learning_rate = progress_.learning_rate;
  record.train_cost = progress_.cost_sum / static_cast<double>(progress_.cost_rows);
  if (has_validation_) {
    const Evaluator::Score score = validator_.score();
    record.validation_cost = score.cost;
    if (learner_.head.correct) record.validation_accuracy = score.accuracy;
  }
  if (!has_validation_ || record.validation_cost < progress_.lowest) {
    if (has_validation_) progress_.lowest = record.validation_cost;
    progress_.best_epoch = record.epoch;
    keep_best();
  } else if (options_.patience > 0 && record.epoch - progress_.best_epoch >= options_.patience && !ended()) {
    end(StopReason::no_improvement, fmt::format("no lower validation cost in {} epochs", options_.patience));
  }
  record.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  if (!complete) return;
  progress_.history.epochs.push_back(record);
  epoch_costs_.push_back(has_validation_ ? record.validation_cost : record.train_cost);
  progress_.cost_sum = 0.0;
  progress_.cost_rows = 0;
  progress_.place.step = 0;
  ++progress_.place.epoch;
  if (options_.progress) options_.progress(record);
  if (record.epoch == options_.epochs && !ended())
    end(StopReason::all_epochs, std::string(describe(StopReason::all_epochs)));
}

void Session::keep_best() {
  copy(state_.at(parameters_slot), best_parameters_);
  if (learner_.network.buffers() > 0) copy(state_.at(buffers_slot), best_buffers_);
}

double Session::cost_with_best(const Samples& samples) {
  set(parameters_slot, best_parameters_);
  if (learner_.network.buffers() > 0) set(buffers_slot, best_buffers_);
  return Evaluator(learner_, samples, state_, {.threads = options_.threads}).score().cost;
}

Snapshot Session::snapshot() const {
  run::State kept = state_;
  method_->store(kept);
  Snapshot snapshot{progress_, kept.slots(), best_parameters_, best_buffers_};
  if (!ended()) snapshot.progress.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  return snapshot;
}

void Session::resume(const Snapshot& snapshot) {
  for (const auto& [name, values] : snapshot.state) {
    if (state_.contains(name))
      set(name, values);
    else
      copy(values, state_.slot(name, values.dtype(), values.shape()));
  }
  method_->load(state_);
  best_parameters_ = snapshot.best_parameters;
  best_buffers_ = snapshot.best_buffers;
  progress_ = snapshot.progress;
  epoch_costs_.clear();
  for (const Epoch& epoch : progress_.history.epochs)
    epoch_costs_.push_back(has_validation_ ? epoch.validation_cost : epoch.train_cost);
  begin_ = Clock::now() - std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(progress_.seconds));
  // A run that had done all its epochs, or was interrupted, goes on if there are more to do.
  const bool more = progress_.place.epoch <= options_.epochs;
  if (more && (progress_.reason == StopReason::all_epochs || progress_.reason == StopReason::interrupted)) {
    progress_.reason = StopReason::all_epochs;
    progress_.message.clear();
  }
}

}  // namespace ansatz::train
