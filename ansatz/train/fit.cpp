// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/fit.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "ansatz/base/error.hpp"
#include "ansatz/base/random.hpp"
#include "ansatz/run/evaluate.hpp"
#include "ansatz/train/evaluator.hpp"
#include "ansatz/train/step.hpp"

namespace ansatz::train {

Tensor initial_parameters(const nn::FFNN& network) {
  const auto seed = network.seed();
  const std::vector<std::int32_t> key = {static_cast<std::int32_t>(static_cast<std::uint32_t>(seed)),
                                         static_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32)), 0, 0};
  return evaluate([&](const Var& k) { return network.initial(k); }, Tensor(key, {4}));
}

namespace {

using Clock = std::chrono::steady_clock;

nn::Output output_of(data::Task task) {
  switch (task) {
    case data::Task::binary: return nn::Output::sigmoid;
    case data::Task::multiclass: return nn::Output::softmax;
    case data::Task::regression: break;
  }
  return nn::Output::linear;
}

void check(const data::Parts& parts, const FitOptions& o) {
  const auto require = [](bool holds, std::string_view what, auto value, std::string_view expected) {
    if (!holds) throw ArgumentError("{} = {} was given; {} is expected", what, value, expected);
  };
  require(o.epochs >= 0, "epochs", o.epochs, "0 or more");
  require(o.batch_size >= 0, "batch_size", o.batch_size, "1 or more, or 0 for all rows,");
  require(o.l1 >= 0.0 && std::isfinite(o.l1), "l1", o.l1, "0 or more");
  require(o.l2 >= 0.0 && std::isfinite(o.l2), "l2", o.l2, "0 or more");
  require(o.clip_norm >= 0.0, "clip_norm", o.clip_norm, "0 or more");
  require(o.clip_value >= 0.0, "clip_value", o.clip_value, "0 or more");
  require(o.patience >= 0, "patience", o.patience, "0 or more");
  require(o.threads >= 1, "threads", o.threads, "1 or more");
  require(!parts.train.empty(), "the number of training rows", 0, "1 or more");
  const auto rows = static_cast<std::size_t>(parts.table.rows());
  if (!o.sample_weights.empty() && o.sample_weights.size() != rows)
    throw ArgumentError("{} sample weights were given for {} rows", o.sample_weights.size(), rows);
  for (double weight : o.sample_weights)
    if (!(weight >= 0.0) || !std::isfinite(weight))
      throw ArgumentError("a sample weight of {} was given; finite numbers ≥ 0 are expected", weight);
  const auto require_weight = [&](const std::vector<std::int64_t>& part, std::string_view name) {
    const auto counts = [&](std::int64_t row) { return o.sample_weights[static_cast<std::size_t>(row)] > 0.0; };
    if (!o.sample_weights.empty() && !part.empty() && std::none_of(part.begin(), part.end(), counts))
      throw ArgumentError("the sample weights of all {} {} rows are 0; one above 0, at least, is expected", part.size(),
                          name);
  };
  require_weight(parts.train, "training");
  require_weight(parts.validation, "validation");
}

/// One part of the data, encoded and resident.
struct Part {
  Part(const nn::FFNN& network, const data::Encoding& encoding, const data::Parts& parts,
       const std::vector<std::int64_t>& rows, const std::vector<double>& weights)
      : data(data::encode(encoding, parts.table, rows)), resident(network, data, weights_of(rows, weights)) {}

  static std::vector<double> weights_of(const std::vector<std::int64_t>& rows, const std::vector<double>& weights) {
    std::vector<double> mine;
    if (!weights.empty())
      for (std::int64_t row : rows) mine.push_back(weights[static_cast<std::size_t>(row)]);
    return mine;
  }

  data::Dataset data;
  Resident resident;
};

/// The loop over epochs and steps; holds what changes while it runs.
class Loop {
 public:
  Loop(const nn::FFNN& network, const FitOptions& options, const Part& train, const Part& validation)
      : network_(network),
        options_(options),
        cost_(options.cost ? *options.cost : nn::default_cost(*network.output())),
        train_(train.resident),
        batch_(options.batch_size == 0 ? train_.rows : std::min(options.batch_size, train_.rows)),
        executor_{.threads = options.threads},
        step_(make_step(batch_)),
        validator_(network, cost_, validation.resident, state_, executor_),
        has_validation_(validation.data.rows > 0) {
    if (const std::int64_t rest = train_.rows % batch_; rest != 0)
      last_step_.reset(new TrainingStep(make_step(rest)));  // NOLINT(modernize-make-unique): it cannot be moved
    const Tensor initial = initial_parameters(network_);
    std::memcpy(parameters().data(), initial.data(), parameter_bytes());
    best_ = parameters();
    scalars_ = {options_.optimizer.learning_rate, options_.l1, options_.l2, options_.clip_norm, options_.clip_value};
    for (TrainingStep* step : {&step_, last_step_.get()})
      if (step != nullptr) {
        step->bind_data(train_.x.data(), train_.targets.data(), train_.weighted() ? train_.weights.data() : nullptr);
        step->bind_scalars(scalars_);
      }
    order_.resize(static_cast<std::size_t>(train_.rows));
  }

  void run(Result& result) {
    const auto begin = Clock::now();
    steps_per_epoch_ = (train_.rows + batch_ - 1) / batch_;
    total_steps_ = steps_per_epoch_ * options_.epochs;
    result.reason = StopReason::all_epochs;
    for (std::int64_t epoch = 1; epoch <= options_.epochs && result.reason == StopReason::all_epochs; ++epoch) {
      Epoch record;
      record.epoch = epoch;
      const bool complete = run_epoch(epoch, record, result);
      record.step = result.steps;
      if (complete || result.reason == StopReason::interrupted) after_epoch(record, result);
      record.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
      if (complete) {
        costs_.push_back(has_validation_ ? record.validation_cost : record.train_cost);
        result.history.epochs.push_back(record);
        if (options_.progress) options_.progress(record);
      }
    }
    result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    result.us_per_step = result.steps > 0 ? result.seconds / static_cast<double>(result.steps) * 1e6 : 0.0;
    if (result.message.empty()) result.message = describe(result.reason);
  }

  Tensor best_parameters() && { return std::move(best_); }
  const cost::Cost& cost() const { return cost_; }
  /// The mean cost of a part with the given parameters.
  double cost_of(const Part& part, const Tensor& theta) {
    std::memcpy(parameters().data(), theta.data(), parameter_bytes());
    return Evaluator(network_, cost_, part.resident, state_, executor_).score().cost;
  }

 private:
  TrainingStep make_step(std::int64_t rows) {
    return TrainingStep(network_, cost_, options_.optimizer,
                        {.rows = train_.rows,
                         .batch = rows,
                         .weights = train_.weighted(),
                         .l1 = options_.l1 > 0.0,
                         .l2 = options_.l2 > 0.0,
                         .clip_norm = options_.clip_norm > 0.0,
                         .clip_value = options_.clip_value > 0.0},
                        state_, executor_);
  }
  Tensor& parameters() { return state_.at(parameters_slot); }
  std::size_t parameter_bytes() const {
    return static_cast<std::size_t>(network_.parameters()) * size_of(network_.dtype());
  }

  /// Every training row once, in a fresh order. Returns whether the epoch was completed.
  bool run_epoch(std::int64_t epoch, Epoch& record, Result& result) {
    std::iota(order_.begin(), order_.end(), 0);
    if (batch_ < train_.rows) {
      RandomStream random(options_.seed.value_or(network_.seed()), Purpose::permutation, 0,
                          static_cast<std::uint32_t>(epoch));
      shuffle(order_, random);
    }
    double costs = 0.0;
    for (std::int64_t first = 0; first < train_.rows; first += batch_) {
      const std::int64_t rows = std::min(batch_, train_.rows - first);
      TrainingStep& step = rows == batch_ ? step_ : *last_step_;
      record.learning_rate =
          options_.optimizer.learning_rate * options_.schedule.factor({.step = result.steps,
                                                                       .total_steps = total_steps_,
                                                                       .steps_per_epoch = steps_per_epoch_,
                                                                       .costs = costs_});
      scalars_.learning_rate = record.learning_rate;
      if (!step.run(order_.data() + first)) {
        result.reason = StopReason::not_finite;
        result.message = fmt::format(
            "epoch {}, step {}: the cost or its gradient was not finite, first in {}; the weights of epoch {} are kept",
            epoch, first / batch_ + 1, step.first_non_finite(), best_epoch_);
        return false;
      }
      ++result.steps;
      costs += step.cost() * static_cast<double>(rows);
      if (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed)) {
        result.reason = StopReason::interrupted;
        result.message = fmt::format("interrupted in epoch {} after {} steps", epoch, result.steps);
        if (first + rows < train_.rows) return false;
      }
    }
    record.train_cost = costs / static_cast<double>(train_.rows);
    return true;
  }

  /// Validation, and the best weights so far.
  void after_epoch(Epoch& record, Result& result) {
    if (!has_validation_) {
      best_epoch_ = record.epoch;
      keep_best(result);
      return;
    }
    const Score score = validator_.score();
    record.validation_cost = score.cost;
    if (*network_.output() != nn::Output::linear) record.validation_accuracy = score.accuracy;
    if (score.cost < lowest_) {
      lowest_ = score.cost;
      best_epoch_ = record.epoch;
      keep_best(result);
    } else if (options_.patience > 0 && record.epoch - best_epoch_ >= options_.patience &&
               result.reason == StopReason::all_epochs) {
      result.reason = StopReason::no_improvement;
      result.message = fmt::format("no lower validation cost in {} epochs", options_.patience);
    }
  }

  void keep_best(Result& result) {
    result.best_epoch = best_epoch_;
    std::memcpy(best_.data(), parameters().data(), parameter_bytes());
  }

  const nn::FFNN& network_;
  const FitOptions& options_;
  const cost::Cost cost_;
  const Resident& train_;
  const std::int64_t batch_;
  const run::ExecutorOptions executor_;
  run::State state_;
  TrainingStep step_;
  std::unique_ptr<TrainingStep> last_step_;  // on the rows that are left over, if there are some
  Evaluator validator_;
  const bool has_validation_;
  TrainingStep::Scalars scalars_;
  std::vector<std::int32_t> order_;
  std::int64_t total_steps_ = 0, steps_per_epoch_ = 1;
  std::vector<double> costs_;  // of the epochs that are complete, for the schedule
  Tensor best_;
  std::int64_t best_epoch_ = 0;
  double lowest_ = std::numeric_limits<double>::infinity();
};

model::Record record_of(const nn::FFNN& network, const data::Parts& parts, const FitOptions& o, const cost::Cost& cost,
                        const Result& result) {
  model::Record record = {{"data", parts.table.source()},
                          {"task", std::string(data::name_of(parts.task))},
                          {"split_seed", std::to_string(parts.seed)},
                          {"rows", fmt::format("{} train, {} validation, {} test", parts.train.size(),
                                               parts.validation.size(), parts.test.size())},
                          {"initialiser", network.initialiser_name()},
                          {"permutation_seed", std::to_string(o.seed.value_or(network.seed()))},
                          {"optimizer", o.optimizer.named.name},
                          {"learning_rate", fmt::format("{}", o.optimizer.learning_rate)},
                          {"schedule", o.schedule.named.text()},
                          {"cost", cost.name},
                          {"epochs", std::to_string(o.epochs)},
                          {"batch_size", std::to_string(o.batch_size)},
                          {"l1", fmt::format("{}", o.l1)},
                          {"l2", fmt::format("{}", o.l2)},
                          {"clip_norm", fmt::format("{}", o.clip_norm)},
                          {"clip_value", fmt::format("{}", o.clip_value)},
                          {"patience", std::to_string(o.patience)},
                          {"best_epoch", std::to_string(result.best_epoch)},
                          {"steps", std::to_string(result.steps)},
                          {"stopped", result.message},
                          {"train", to_string(result.train)},
                          {"validation", to_string(result.validation)},
                          {"test", to_string(result.test)}};
  if (!parts.table.missing().empty()) record["missing"] = nlohmann::json(parts.table.missing()).dump();
  for (const Argument& argument : o.optimizer.named.arguments)
    if (argument.name != "learning_rate") record[o.optimizer.named.name + "." + argument.name] = argument.text;
  return record;
}

}  // namespace

Result fit(nn::FFNN network, const data::Parts& parts, const FitOptions& options) {
  check(parts, options);
  if (!network.output()) network.set_output(output_of(parts.task));
  if (*network.output() != output_of(parts.task))
    throw ArgumentError("the network has the output {}; the task {} needs {}", nn::name_of(*network.output()),
                        data::name_of(parts.task), nn::name_of(output_of(parts.task)));
  const data::Encoding encoding = data::fit_encoding(parts.table, parts.train, parts.task, options.encoding);
  if (encoding.features() != network.inputs())
    throw ArgumentError("the network has {} inputs, but the table's columns make {}", network.inputs(),
                        encoding.features());
  const auto outputs =
      parts.task == data::Task::multiclass ? static_cast<std::int64_t>(encoding.target.classes.size()) : 1;
  if (network.outputs() != outputs)
    throw ArgumentError("the network has {} outputs; column '{}' ({}) needs {}", network.outputs(),
                        encoding.target.name, data::name_of(parts.task), outputs);

  const Part train(network, encoding, parts, parts.train, options.sample_weights);
  const Part validation(network, encoding, parts, parts.validation, options.sample_weights);
  const Part test(network, encoding, parts, parts.test, options.sample_weights);

  Loop loop(network, options, train, validation);
  Result result{model::Model(network, encoding, initial_parameters(network)), {}, {}, {}, {}, 0, 0, 0.0, 0.0, {}, {}};
  loop.run(result);
  const cost::Cost cost = loop.cost();
  Loop& evaluator = loop;
  const Tensor theta = std::move(loop).best_parameters();
  const model::Model trained(network, encoding, theta);
  const auto metrics = [&](const Part& part) {
    return measure(encoding.target, part.data, trained.predict_encoded(part.data.inputs), part.resident.weights_f64,
                   evaluator.cost_of(part, theta));
  };
  result.train = metrics(train);
  result.validation = metrics(validation);
  result.test = metrics(test);
  result.model = model::Model(network, encoding, theta, record_of(network, parts, options, cost, result));
  return result;
}

}  // namespace ansatz::train
