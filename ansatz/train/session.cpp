// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>
#include <utility>

#include "ansatz/base/error.hpp"

namespace ansatz::train {

namespace {

void copy(const Tensor& from, Tensor& to) {
  if (from.bytes() != 0) std::memcpy(to.data(), from.data(), from.bytes());
}

const std::string average_prefix = "average.";

}  // namespace

Session::Session(Learner learner, const Samples& train, const Samples& validation, FitOptions options,
                 std::uint64_t seed)
    : learner_(std::move(learner)),
      options_(std::move(options)),
      train_(train),
      seed_(options_.seed.value_or(seed)),
      stages_(stages_of(options_)),
      shown_(options_.average ? averaged_ : state_),
      validator_(learner_, validation, shown_, {.threads = options_.threads}),
      has_validation_(validation.rows > 0) {
  check(options_);
  make_method();
  if (options_.average) {
    for (const std::string_view slot : {parameters_slot, buffers_slot})
      if (state_.contains(slot)) averaged_.slot(std::string(slot), learner_.dtype, state_.at(slot).shape());
    if (options_.average->recomputes_statistics && learner_.network.buffers() > 0)
      statistics_ = std::make_unique<BatchStatistics>(learner_, train_, options_, seed_, averaged_);
  }
  if (options_.from)
    begin_with(options_.from->first, options_.from->second);
  else
    begin_with(initial_parameters(learner_.network, learner_.dtype, seed),
               initial_buffers(learner_.network, learner_.dtype));
  if (stage().epochs == 0) end(StopReason::all_epochs, std::string(describe(StopReason::all_epochs)));
}

/// The method of the present stage. What the one before kept beside parameters and buffers is given up.
void Session::make_method() {
  method_.reset();
  std::vector<std::string> others;
  for (const auto& [name, values] : state_.slots())
    if (name != parameters_slot && name != buffers_slot) others.push_back(name);
  for (const std::string& name : others) state_.erase(name);
  options_.optimizer = stage().optimizer;
  options_.method = stage().method;
  method_ = options_.method ? options_.method->make(learner_, train_, options_, state_)
                            : make_descent(learner_, train_, options_, seed_, state_);
  rate_ = options_.method ? options_.method->learning_rate.value_or(options_.optimizer.learning_rate)
                          : options_.optimizer.learning_rate;
  progress_.learning_rate = rate_;
}

void Session::set(run::State& state, std::string_view slot, const Tensor& values) {
  Tensor& mine = state.at(slot);
  if (mine.dtype() != values.dtype() || mine.shape() != values.shape())
    throw ShapeError("{} of {}{} were given to a run with {}{}", slot, name_of(values.dtype()),
                     to_string(values.shape()), name_of(mine.dtype()), to_string(mine.shape()));
  copy(values, mine);
}

void Session::begin_with(const Tensor& parameters, const Tensor& buffers) {
  set(state_, parameters_slot, parameters);
  if (learner_.network.buffers() > 0) set(state_, buffers_slot, buffers);
  for (const auto& [name, values] : averaged_.slots()) copy(state_.at(name), averaged_.at(name));
  best_parameters_ = parameters;
  best_buffers_ = buffers;
}

void Session::end(StopReason reason, std::string message) {
  progress_.reason = reason;
  progress_.message = progress_.earlier + std::move(message);
  progress_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
}

/// Goes on with the next stage from the best numbers, or ends the run where there is none.
void Session::end_stage(StopReason reason, std::string message) {
  if (progress_.stage + 1 == static_cast<std::int64_t>(stages_.size())) return end(reason, std::move(message));
  progress_.earlier += fmt::format("{}: {}; ", stage().named().name, message);
  ++progress_.stage;
  progress_.first_epoch = progress_.place.epoch;
  progress_.steps_before = progress_.place.steps;
  make_method();
  const Tensor parameters = best_parameters_, buffers = best_buffers_;
  begin_with(parameters, buffers);
}

double Session::rate_of_step() const {
  const std::int64_t per_epoch = method_->steps_per_epoch();
  const auto before = static_cast<std::size_t>(progress_.first_epoch - 1);
  return rate_ * options_.schedule.factor({.step = progress_.place.steps - progress_.steps_before,
                                           .total_steps = per_epoch * stage().epochs,
                                           .steps_per_epoch = per_epoch,
                                           .costs = std::span(epoch_costs_).subspan(before)});
}

bool Session::step() {
  if (ended()) return false;
  Place& place = progress_.place;
  if (place.steps == 0 && has_validation_) {  // what the epochs have to be better than
    const double cost = validator_.score().cost;
    if (std::isfinite(cost)) progress_.lowest = cost;
  }
  place.learning_rate = rate_of_step();
  progress_.learning_rate = place.learning_rate;
  last_ = method_->step(place);
  const Method::Outcome& outcome = last_;
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
  const std::int64_t epoch = place.epoch;
  const bool complete = place.step == method_->steps_per_epoch(), last = complete && epoch == last_epoch();
  const bool interrupted = options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed);
  average_weights(complete);
  if (complete && !end_epoch(true)) return false;
  const std::int64_t waited = epoch - std::max(progress_.best_epoch, progress_.first_epoch - 1);
  if (!outcome.ended.empty())
    end_stage(StopReason::converged, outcome.ended);
  else if (complete && options_.patience > 0 && waited >= options_.patience)
    end_stage(StopReason::no_improvement, fmt::format("no lower validation cost in {} epochs", options_.patience));
  else if (last)
    end_stage(StopReason::all_epochs, std::string(describe(StopReason::all_epochs)));
  if (interrupted && !ended()) {
    end(StopReason::interrupted, fmt::format("interrupted in epoch {} after {} steps", epoch, place.steps));
    // Where a snapshot is kept, the run goes on as if nothing had been: nothing is measured within an epoch.
    if (!complete && !options_.keep_snapshot) end_epoch(false);
  }
  return !ended();
}

void Session::average_weights(bool epoch_ended) {
  if (!options_.average) return;
  const Place& place = progress_.place;
  const double weight = options_.average->weight({.step = place.steps - progress_.steps_before,
                                                  .epoch = place.epoch - progress_.first_epoch + 1,
                                                  .epoch_ended = epoch_ended});
  if (weight == 0.0) return;
  for (const auto& [name, values] : averaged_.slots()) {
    if (statistics_ && name == buffers_slot) continue;
    move_average(averaged_.at(name), state_.at(name), weight);
  }
  if (statistics_) statistics_->compute();
}

bool Session::run_epoch() {
  const std::int64_t epoch = progress_.place.epoch;
  while (step() && progress_.place.epoch == epoch) {}
  return !ended();
}

void Session::run() {
  while (step()) {}
}

bool Session::end_epoch(bool complete) {
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
  const bool finite = !has_validation_ || std::isfinite(record.validation_cost);
  if (finite && (!has_validation_ || record.validation_cost < progress_.lowest)) {
    if (has_validation_) progress_.lowest = record.validation_cost;
    progress_.best_epoch = record.epoch;
    keep_best();
  }
  if (!finite)
    end(StopReason::not_finite,
        fmt::format("epoch {}: the validation cost was not finite, first in {}; the weights of epoch {} are kept",
                    record.epoch, validator_.first_non_finite(), progress_.best_epoch));
  record.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  if (!complete) return finite;
  progress_.history.epochs.push_back(record);
  epoch_costs_.push_back(has_validation_ ? record.validation_cost : record.train_cost);
  progress_.cost_sum = 0.0;
  progress_.cost_rows = 0;
  progress_.place.step = 0;
  ++progress_.place.epoch;
  if (options_.progress) options_.progress(record);
  return finite;
}

void Session::keep_best() {
  copy(shown_.at(parameters_slot), best_parameters_);
  if (learner_.network.buffers() > 0) copy(shown_.at(buffers_slot), best_buffers_);
}

double Session::cost_with_best(const Samples& samples) {
  set(state_, parameters_slot, best_parameters_);
  if (learner_.network.buffers() > 0) set(state_, buffers_slot, best_buffers_);
  return Evaluator(learner_, samples, state_, {.threads = options_.threads}).score().cost;
}

Snapshot Session::snapshot() const {
  run::State kept = state_;
  method_->store(kept);
  for (const auto& [name, values] : averaged_.slots())
    copy(values, kept.slot(average_prefix + name, values.dtype(), values.shape()));
  Snapshot snapshot{progress_, kept.slots(), best_parameters_, best_buffers_};
  if (!ended()) snapshot.progress.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  return snapshot;
}

void Session::resume(const Snapshot& snapshot) {
  if (snapshot.progress.stage >= static_cast<std::int64_t>(stages_.size()))
    throw MismatchError("the snapshot is of stage {} of a run; there are {} here", snapshot.progress.stage + 1,
                        stages_.size());
  progress_ = snapshot.progress;
  make_method();
  for (const auto& [name, values] : snapshot.state) {
    if (name.starts_with(average_prefix)) {
      const std::string slot = name.substr(average_prefix.size());
      if (averaged_.contains(slot)) set(averaged_, slot, values);
    } else if (state_.contains(name)) {
      set(state_, name, values);
    } else {
      copy(values, state_.slot(name, values.dtype(), values.shape()));
    }
  }
  method_->load(state_);
  best_parameters_ = snapshot.best_parameters;
  best_buffers_ = snapshot.best_buffers;
  progress_.learning_rate = snapshot.progress.learning_rate;
  epoch_costs_.clear();
  for (const Epoch& epoch : progress_.history.epochs)
    epoch_costs_.push_back(has_validation_ ? epoch.validation_cost : epoch.train_cost);
  begin_ = Clock::now() - std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(progress_.seconds));
  // A run that had done all its epochs, or was interrupted, goes on if there are more to do.
  const bool more = progress_.place.epoch <= last_epoch();
  if (more && (progress_.reason == StopReason::all_epochs || progress_.reason == StopReason::interrupted)) {
    progress_.reason = StopReason::all_epochs;
    progress_.message.clear();
  }
}

}  // namespace ansatz::train
