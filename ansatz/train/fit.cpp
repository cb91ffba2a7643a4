// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "ansatz/base/error.hpp"
#include "ansatz/heads/intervals.hpp"
#include "ansatz/train/cost_check.hpp"
#include "ansatz/train/floating.hpp"
#include "ansatz/train/session.hpp"

namespace ansatz::train {

Tensor initial_parameters(const nn::FFNN& network) {
  return initial_parameters(network.network(), network.dtype(), network.seed());
}

namespace {

void check_rows(const data::Parts& parts, const FitOptions& o) {
  if (parts.train.empty()) throw ArgumentError("the number of training rows = 0 was given; 1 or more is expected");
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

/// With its arguments, but for the only optimizer of a run: these are entries of their own.
std::string optimizer_of(const std::vector<Stage>& stages) {
  if (stages.size() > 1) return full_text(stages);
  return stages[0].method ? stages[0].named().full_text() : stages[0].named().name;
}

/// The encoded input that is largest, where it is so large that its column and row are worth a look; else nothing.
std::string outlier_in(const Samples& samples, const std::vector<std::int64_t>& rows, const data::Encoding& encoding,
                       const data::Table& table) {
  constexpr double suspicious = 1e4;  // standard deviations, where numbers are standardised
  double largest = suspicious;
  std::size_t at = 0;
  with_floating(samples.x.dtype(), [&]<class T>(T) {
    const std::span<const T> x = samples.x.as<T>();
    for (std::size_t i = 0; i < x.size(); ++i)
      if (const double size = std::abs(static_cast<double>(x[i])); size > largest || !std::isfinite(size)) {
        largest = size;
        at = i;
        if (!std::isfinite(size)) return;
      }
  });
  if (largest == suspicious) return {};
  const auto features = static_cast<std::size_t>(encoding.features());
  return fmt::format("; the column '{}' of {} is {:.3g} after encoding in row {}",
                     encoding.feature_names()[at % features], table.source(), largest, rows[at / features] + 1);
}

model::Record record_of(const nn::Network& network, std::uint64_t seed, const data::Parts& parts, const FitOptions& o,
                        const Learner& learner, const Result& result) {
  const std::vector<Stage> stages = stages_of(o);
  const std::optional<std::int64_t> epochs = epochs_of(stages);
  model::Record record = {{"data", parts.table.source()},
                          {"head", learner.head.named.full_text()},
                          {"split_seed", std::to_string(parts.seed)},
                          {"rows", fmt::format("{} train, {} validation, {} test", parts.train.size(),
                                               parts.validation.size(), parts.test.size())},
                          {"initialiser", network.initialiser() ? network.initialiser()->named.text() : "automatic"},
                          {"seed", std::to_string(seed)},
                          {"permutation_seed", std::to_string(o.seed.value_or(seed))},
                          {"optimizer", optimizer_of(stages)},
                          {"learning_rate", fmt::format("{}", stages[0].optimizer.learning_rate)},
                          {"schedule", o.schedule.named.text()},
                          {"cost", learner.cost.named.full_text()},
                          {"epochs", epochs ? std::to_string(*epochs) : "until it ends"},
                          {"batch_size", std::to_string(o.batch_size)},
                          {"l1", fmt::format("{}", o.l1)},
                          {"l2", fmt::format("{}", o.l2)},
                          {"clip_norm", fmt::format("{}", o.clip_norm)},
                          {"clip_value", fmt::format("{}", o.clip_value)},
                          {"patience", std::to_string(o.patience)},
                          {"best_epoch", std::to_string(result.best_epoch)},
                          {"steps", std::to_string(result.steps)},
                          {"stopped", result.message}};
  if (o.average) record["average"] = o.average->named.full_text();
  if (o.accumulate > 1) record["accumulate"] = std::to_string(o.accumulate);
  if (o.max_norm > 0.0) record["max_norm"] = fmt::format("{}", o.max_norm);
  if (!o.freeze.empty()) record["freeze"] = fmt::format("{}", fmt::join(o.freeze, ","));
  record.insert(o.record.begin(), o.record.end());
  if (!parts.table.missing().empty()) record["missing"] = nlohmann::json(parts.table.missing()).dump();
  if (stages.size() == 1 && !stages[0].method)
    for (const Argument& argument : stages[0].optimizer.named.arguments)
      if (argument.name != "learning_rate") record[stages[0].named().name + "." + argument.name] = argument.text;
  return record;
}

/// The same with what the model is worth.
model::Record with_metrics(model::Record record, const Result& result) {
  for (const auto& [name, metrics] :
       {std::pair("train", &result.train), {"validation", &result.validation}, {"test", &result.test}})
    record.insert_or_assign(name, to_string(*metrics));
  return record;
}

}  // namespace

head::Head head_of(const data::Parts& parts, const FitOptions& options) {
  if (options.head) return *options.head;
  const bool flags = parts.task == data::Task::binary && parts.table.targets().size() > 1;
  return flags ? head::multilabel() : head::of_task(parts.task);
}

data::Encoding encoding_of(const data::Parts& parts, const head::Head& head, const FitOptions& options) {
  const data::Encoding encoding = data::fit_encoding(parts.table, parts.train, head.target, options.encoding);
  if (head.labels_as_numbers && encoding.target().classes.size() != 2)
    throw DataError("{}: the target '{}' has {} classes in the training rows; the head {} needs exactly 2",
                    parts.table.source(), encoding.target().name, encoding.target().classes.size(), head.named.name);
  return encoding;
}

Learner learner_of(const nn::Network& network, Dtype dtype, const data::Encoding& encoding, const head::Head& head,
                   const std::optional<cost::Cost>& cost) {
  if (network.inputs().size() != 1 || network.inputs()[0].elements() != encoding.features())
    throw MismatchError("the network has {} inputs, but the table's columns make {}", network.inputs().at(0).elements(),
                        encoding.features());
  const std::int64_t outputs = head.outputs(encoding.targets), given = network.output_shape().elements();
  if (given != outputs || network.output_shape().rank() != 1) {
    std::vector<std::string> names;
    for (const data::TargetColumn& target : encoding.targets) names.push_back(target.name);
    throw MismatchError("the network has {} outputs; column '{}' ({}) needs {}", given, fmt::join(names, "', '"),
                        head.named.text(), outputs);
  }
  return {.network = network,
          .head = head,
          .cost = head::cost_of(head, cost),
          .dtype = dtype,
          .target_columns = static_cast<std::int64_t>(encoding.targets.size())};
}

Result fit(const nn::Network& network, Dtype dtype, std::uint64_t seed, const data::Parts& parts,
           const FitOptions& options) {
  check(options);
  check_rows(parts, options);
  const head::Head head = head_of(parts, options);
  const data::Encoding encoding = encoding_of(parts, head, options);
  const Learner learner = learner_of(network, dtype, encoding, head, options.cost);
  const auto samples = [&](const std::vector<std::int64_t>& rows) {
    return samples_of(learner, encoding, parts.table, rows, options.sample_weights);
  };
  const Samples train = samples(parts.train), validation = samples(parts.validation), test = samples(parts.test);
  if (options.check_cost) check_derivative(learner, train);

  Session session(learner, train, validation, options, seed);
  if (options.resume) session.resume(*options.resume);
  for (std::int64_t epoch = session.progress().place.epoch; !session.ended(); epoch = session.progress().place.epoch) {
    session.step();
    if (options.wants_snapshot && options.wants_snapshot(session.progress().place.epoch != epoch))
      options.keep_snapshot(session.snapshot());
  }
  if (options.keep_snapshot) options.keep_snapshot(session.snapshot());
  const auto model_with = [&](model::Record record) {
    return model::Model(network, head, encoding, session.best_parameters(), session.best_buffers(), std::move(record));
  };
  const Progress& progress = session.progress();
  Result result{
      model_with({}),  progress.history, {}, {}, {}, progress.best_epoch, progress.place.steps, progress.seconds, 0.0,
      progress.reason, progress.message};
  if (result.steps > 0) result.us_per_step = result.seconds / static_cast<double>(result.steps) * 1e6;
  // An outlier can make costs that are not finite, or so large that no epoch is better than the initial weights.
  if (result.reason == StopReason::not_finite || (result.best_epoch == 0 && result.steps > 0)) {
    result.message += outlier_in(train, parts.train, encoding, parts.table);
    result.message += outlier_in(validation, parts.validation, encoding, parts.table);
  }
  const model::Record record = record_of(network, seed, parts, options, learner, result);
  if (options.keep_model) options.keep_model(model_with(record));
  const auto metrics = [&](const std::vector<std::int64_t>& rows, const Samples& part, bool with_intervals) {
    const data::Dataset targets = data::encode_targets(encoding, parts.table, rows);
    const std::vector<double> said = result.model.predict_encoded(part.x);
    head::Metrics found =
        head::measure(head, encoding.targets, targets, said, part.weights_f64, session.cost_with_best(part));
    if (with_intervals) head::add_intervals(found, head, encoding.targets, targets, said, part.weights_f64);
    return found;
  };
  result.train = metrics(parts.train, train, false);
  result.validation = metrics(parts.validation, validation, true);
  result.test = metrics(parts.test, test, true);
  result.model = model_with(with_metrics(record, result));
  return result;
}

Result fit(const nn::FFNN& network, const data::Parts& parts, const FitOptions& options) {
  return fit(network.network(), network.dtype(), network.seed(), parts, options);
}

}  // namespace ansatz::train
