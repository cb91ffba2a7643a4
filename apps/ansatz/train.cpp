// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include "ansatz/assess/baseline.hpp"
#include "ansatz/base/error.hpp"
#include "ansatz/base/printable.hpp"
#include "ansatz/data/classes.hpp"
#include "ansatz/data/encode.hpp"
#include "ansatz/data/join.hpp"
#include "ansatz/io/atomic_file.hpp"
#include "ansatz/io/file.hpp"
#include "ansatz/train/checkpoint.hpp"
#include "ansatz/train/fit.hpp"
#include "ansatz/train/learning_rate_finder.hpp"
#include "ansatz/train/reuse.hpp"
#include "apps/ansatz/command_line.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/configuration.hpp"
#include "apps/ansatz/console.hpp"
#include "apps/ansatz/flags.hpp"
#include "apps/ansatz/options_json.hpp"
#include "apps/ansatz/outputs.hpp"
#include "apps/ansatz/places.hpp"
#include "apps/ansatz/progress.hpp"
#include "apps/ansatz/report.hpp"
#include "apps/ansatz/signals.hpp"
#include "apps/ansatz/train_options.hpp"
#include "apps/ansatz/version.hpp"

namespace ansatz::cli {

namespace {

/// The rows and columns that are asked for. Those called `as_text` are text too.
data::Table table_of(const TrainArguments& a, const std::string& file, const std::vector<std::string>& as_text = {}) {
  data::ReadOptions read = read_options(a);
  read.text.insert(read.text.end(), as_text.begin(), as_text.end());
  return data::read(file, read);
}

/// A part of the data that is in a file of its own.
struct PartFile {
  data::Part part;
  const char* option;
  std::string TrainArguments::*file;
  double TrainArguments::*fraction;
};
constexpr PartFile part_files[] = {
    {data::Part::validation, "validation", &TrainArguments::validation_data, &TrainArguments::validation},
    {data::Part::test, "test", &TrainArguments::test_data, &TrainArguments::test}};

/// The rows of --validation-data and --test-data, with the columns of the table.
std::vector<std::pair<data::Part, data::Table>> tables_of_parts(const TrainRun& run, const data::Table& table) {
  const TrainArguments& a = run.arguments;
  std::vector<std::pair<data::Part, data::Table>> tables;
  for (const PartFile& each : part_files) {
    const std::string& file = a.*each.file;
    if (file.empty()) continue;
    if (is_given(run.given, each.fraction))
      throw MismatchError("--{0}-data {1} was given, and --{0} too: its rows are that part, no fraction is expected",
                          each.option, file);
    TrainArguments of_part = a;
    of_part.labels.clear();
    data::Table rows = table_of(of_part, file);
    std::vector<std::string> texts;  // codes that are digits here, and words there; or words that are all alike here
    const auto left_out = rows.left_out();
    for (std::size_t i = 0; i < table.columns().size(); ++i) {
      const data::Column& there = table.column(i);
      if (there.kind != data::ColumnKind::text) continue;
      const std::size_t here = rows.find(there.name).value_or(i);
      if (std::find(left_out.begin(), left_out.end(), there.name) != left_out.end())
        texts.push_back(there.name);
      else if (here < rows.columns().size() && rows.column(here).kind == data::ColumnKind::numeric)
        texts.push_back(rows.column(here).name);
    }
    if (!texts.empty()) rows = table_of(of_part, file, texts);
    tables.emplace_back(each.part, data::aligned(table, rows));
  }
  return tables;
}

/// What --checkpoint writes.
std::vector<RunFile> checkpoint_files(const TrainArguments& a) {
  if (a.checkpoint.empty()) return {};
  const train::CheckpointFolder folder(a.checkpoint);
  return {{"a checkpoint", folder.newest(), true},
          {"a checkpoint", folder.previous(), true},
          {"the run's options", folder.run(), true}};
}

/// data/digits.csv.gz → digits; of standard input, nothing
std::string stem_of(const std::string& path) {
  if (path == "-") return {};
  std::string name = std::filesystem::path(path).filename().string();
  return name.substr(0, name.find('.'));
}

void write_split(const std::string& path, const data::Parts& parts) {
  std::vector<const char*> part(static_cast<std::size_t>(parts.table.rows()), "");
  for (std::int64_t row : parts.train) part[static_cast<std::size_t>(row)] = "train";
  for (std::int64_t row : parts.validation) part[static_cast<std::size_t>(row)] = "validation";
  for (std::int64_t row : parts.test) part[static_cast<std::size_t>(row)] = "test";
  std::string text = "row,part\n";
  for (std::size_t row = 0; row < part.size(); ++row) text += fmt::format("{},{}\n", row, part[row]);
  io::write_atomically(path, text);
}

/// What is written beside the model, as it is said: none where the model was not wanted.
struct Neighbours {
  std::string history, configuration;
};

/// The part that a run is judged by: test, else validation, else training.
struct Judged {
  std::string_view part;
  const head::Metrics& metrics;
  const std::vector<std::int64_t>& rows;
};
Judged judged(const train::Result& result, const data::Parts& parts) {
  if (!parts.test.empty()) return {"test", result.test, parts.test};
  if (!parts.validation.empty()) return {"validation", result.validation, parts.validation};
  return {"training", result.train, parts.train};
}

/// Those of --baselines.
std::vector<assess::Baseline> baselines_asked_for(const TrainArguments& a) {
  std::vector<assess::Baseline> baselines;
  if (a.baselines == "none") return baselines;
  for (const std::string& text : split_texts(a.baselines, "baseline")) baselines.push_back(assess::family().make(text));
  return baselines;
}

/// The baselines' scores in a line, and in another one those that are not beaten beyond the uncertainty.
void print_baselines(const std::vector<assess::Comparison>& baselines, const Judged& judged) {
  if (baselines.empty()) return;
  std::vector<std::string> scores, not_beaten;
  for (const assess::Comparison& each : baselines) {
    const auto number = [&](double value) {
      return each.score.fraction ? fmt::format("{:.4f}", value) : fmt::format("{:.4g}", value);
    };
    scores.push_back(fmt::format("{} {}", each.label, number(each.score.value)));
    if (!each.difference.beaten())
      not_beaten.push_back(fmt::format("{} (better by {} [{}, {}])", each.label, number(each.difference.value),
                                       number(each.difference.bounds.low), number(each.difference.bounds.high)));
  }
  const std::int64_t asked = baselines.front().rows;
  say("baselines    {} on {}the {} rows: {}\n", baselines.front().score.label,
      asked < std::ssize(judged.rows) ? fmt::format("{} of ", asked) : "", judged.part, fmt::join(scores, ", "));
  if (!not_beaten.empty())
    say("             the network does not beat beyond the uncertainty: {}\n", fmt::join(not_beaten, ", "));
}

nlohmann::json json_of(const std::vector<assess::Comparison>& baselines) {
  nlohmann::json json = nlohmann::json::object();
  for (const assess::Comparison& each : baselines)
    json[each.label] = {{each.score.name, each.score.value},
                        {"better_by", each.difference.value},
                        {"interval", {each.difference.bounds.low, each.difference.bounds.high}}};
  return json;
}

void print_result(const TrainRun& run, const train::Result& result, const Judged& judged,
                  const std::vector<assess::Comparison>& baselines, const Neighbours& beside) {
  const TrainArguments& a = run.arguments;
  say("network      {}\n", result.model.describe());
  say("training     {} epochs, {} steps in {:.3g} s, {:.1f} µs a step; {}\n", result.history.epochs.size(),
      result.steps, result.seconds, result.us_per_step, result.message);
  say("best epoch   {}\n", result.best_epoch);
  say("train        {}\nvalidation   {}\ntest         {}\n", result.train, result.validation, result.test);
  print_baselines(baselines, judged);
  const head::Metrics& shown = judged.metrics;
  if (!shown.class_names.empty() && shown.class_names.size() <= 30)
    say("\nconfusion matrix of the {} rows\n{}\n", judged.part, head::confusion_table(shown));
  say("model        {}\n", a.output);
  if (beside.history.empty()) return;  // the model was not wanted
  say("history      {}\n", beside.history);
  if (!beside.configuration.empty()) say("options      {}\n", beside.configuration);
  say("\nnext: {} predict {} NEW_ROWS.csv -o predictions.csv   (a table with the same input columns)\n",
      quoted_for_shell(run.program), quoted_for_shell(a.output));
}

int print_rates(const TrainArguments& a, const train::Learner& learner, const train::Samples& samples,
                const train::FitOptions& options) {
  const train::RateFound found = train::find_learning_rate(learner, samples, options, a.seed);
  if (a.json) {
    nlohmann::json rates = nlohmann::json::array(), costs = rates, smoothed = rates;
    for (const train::RateTried& each : found.tried) {
      rates.push_back(each.learning_rate);
      costs.push_back(each.cost);
      smoothed.push_back(each.smoothed);
    }
    nlohmann::json result = {
        {"learning_rate", rates}, {"cost", costs}, {"smoothed", smoothed}, {"suggestion", nullptr}};
    if (found.suggestion) result["suggestion"] = *found.suggestion;
    print_json(result);
    return success;
  }
  say("\nlearning rate         cost     smoothed\n");
  for (const train::RateTried& each : found.tried)
    say("{:13.3e} {:12.5g} {:12.5g}\n", each.learning_rate, each.cost, each.smoothed);
  say("\n{}\n",
      found.suggestion
          ? fmt::format("suggestion   --learning-rate {:.2g}   (where the cost falls most steeply)", *found.suggestion)
          : "suggestion   none: the cost falls with no rate");
  return success;
}

nlohmann::json json_of(const TrainArguments& a, const std::string& data_sha256, const train::Result& result,
                       const Neighbours& beside) {
  return {{"version", version()},
          {"options", options_json(a)},
          {"data", a.data},
          {"data_sha256", data_sha256},
          {"model", a.output},
          {"history", beside.history},
          {"config", beside.configuration},
          {"head", result.model.head().named.full_text()},
          {"network", result.model.network().describe()},
          {"parameters", result.model.network().parameters()},
          {"best_epoch", result.best_epoch},
          {"epochs", result.history.epochs.size()},
          {"steps", result.steps},
          {"seconds", result.seconds},
          {"us_per_step", result.us_per_step},
          {"stopped", result.message},
          {"train", to_json(result.train)},
          {"validation", to_json(result.validation)},
          {"test", to_json(result.test)},
          {"weights_sha256", result.model.weights_sha256()}};
}

/// The configuration of a run; nothing, which is said, where TOML cannot hold it and no checkpoint needs it.
std::string configuration_of(const TrainRun& run, const Fingerprint& fingerprint) {
  try {
    return configuration(run, fingerprint);
  } catch (const DataError& error) {
    if (!run.arguments.checkpoint.empty()) throw;
    warn("ansatz: the options of the run are not written: {}\n", error.what());
    return {};
  }
}

}  // namespace

int train_command(TrainRun run) {
  TrainArguments& a = run.arguments;
  const std::string stem = stem_of(a.data);
  if (a.output.empty()) a.output = (stem.empty() ? "model" : stem) + ".ansatz";
  if (a.output == "-")
    throw ArgumentError("-o - was given; the model is a file: name one, or /dev/null where it is not wanted");
  if (a.no_overwrite) require_new_place(a.output);
  const bool with_neighbours = has_neighbours(a.output);
  const std::filesystem::path history_csv = with_neighbours ? beside(a.output, ".history.csv") : "",
                              history_json = with_neighbours ? beside(a.output, ".history.json") : "";
  std::vector<RunFile> outputs = checkpoint_files(a);
  outputs.insert(outputs.end(), {{"the model", a.output},
                                 {"its history", history_csv},
                                 {"its history", history_json},
                                 {"the split", a.split_out}});
  require_outputs({{"the table", a.data},
                   {"the validation rows", a.validation_data},
                   {"the test rows", a.test_data},
                   {"the labels", a.labels},
                   {"the model of --from", a.from}},
                  outputs);
  if (!a.checkpoint.empty() && a.data == "-")
    throw MismatchError("a run on standard input cannot be resumed: --checkpoint needs a file");
  std::vector<assess::Baseline> baselines_asked = baselines_asked_for(a);
  const std::optional<head::Head> asked = head_asked_for(a);
  train::FitOptions options = fit_options(a, asked);
  const Dtype dtype = dtype_for(a);
  std::optional<model::Model> from;
  if (!a.from.empty()) from = model::Model::load(a.from);

  const std::string file = input_file(a.data);
  data::Table table = table_of(a, file);
  const auto of_parts = tables_of_parts(run, table);
  for (const auto& [part, rows] : of_parts) table = data::with_part(table, part, rows);
  const data::Parts parts = data::split(table, split_options(a, asked));
  const head::Head head = train::head_of(parts, options);
  const data::Encoding encoding = train::encoding_of(parts, head, options);
  const auto unseen = a.unseen == "error" ? data::Unseen::refuse : data::Unseen::ignore;
  for (const auto& [part, rows] : of_parts) {  // what is wrong in their files is said with their names
    data::InputEncoder(encoding, rows, data::all_rows(rows), unseen);
    data::encode_targets(encoding, rows, data::all_rows(rows));
  }
  const nn::Network network = network_for(run, encoding, head, from);
  // What does not fit together is said before the work.
  const train::Learner learner = train::learner_of(network, dtype, encoding, head, options.cost);

  Fingerprint fingerprint;
  if (a.json || with_neighbours || !a.checkpoint.empty()) fingerprint = fingerprint_of(a, file);
  const std::string config = configuration_of(run, fingerprint);

  options.stop = &stop_at_signals();
  if (!a.quiet) {
    std::vector<std::string> names;
    for (const data::TargetColumn& target : encoding.targets) names.push_back(printable(target.name));
    say("data         {}: {} rows, {} inputs, target '{}' ({})\n", a.data, table.rows(), encoding.features(),
        fmt::join(names, "', '"), head.named.text());
    for (const std::string& note : table.notes()) say("             {}\n", printable(run.flagged(note)));
    for (const std::string& note : run.notes) say("             {}\n", note);
    for (const std::string& note : notes_on_names(a)) say("             {}\n", note);
    if (!parts.why.empty()) say("             {}\n", parts.why);
    say("split        {} train, {} validation, {} test (seed {}{})\n", parts.train.size(), parts.validation.size(),
        parts.test.size(), parts.seed, parts.stratified ? ", stratified" : "");
    const auto rows = static_cast<std::int64_t>(parts.train.size());
    if (a.batch > 0 && rows > a.batch && train::skips_rest(network, rows % a.batch))
      say("             the last batch of an epoch would be one row, which has no batch statistics: it is left out\n");
    if (std::filesystem::is_regular_file(a.output)) say("model        {} is there and will be replaced\n", a.output);
  }
  if (from) {
    train::Reused reused = train::reused_from(*from, network, dtype, a.seed);
    if (!a.quiet)
      say("from         {}: {} tensors{}\n", a.from, reused.taken.size(),
          reused.fresh.empty() ? "" : fmt::format("; new are {}", fmt::join(reused.fresh, ", ")));
    options.record = {{"from", from->weights_sha256()}};
    options.from = std::make_shared<std::pair<Tensor, Tensor>>(std::move(reused.parameters), std::move(reused.buffers));
  }
  if (a.find_learning_rate)
    return print_rates(a, learner, train::samples_of(learner, encoding, table, parts.train), options);
  if (!a.checkpoint.empty()) keep_checkpoints(run, config, fingerprint, options);
  std::fflush(stdout);
  if (!a.split_out.empty()) write_split(a.split_out, parts);

  Progress progress(!a.quiet, train::epochs_of(train::stages_of(options)));
  options.progress = [&](const train::Epoch& epoch) { progress.update(epoch); };
  LaterError first, later;  // what was found is printed also when a file cannot be written
  if (with_neighbours)      // a model that cannot be saved now may be after the scoring, or says so then
    options.keep_model = [&](const model::Model& model) { first.attempt([&] { model.save(a.output); }); };
  const train::Result result = train::fit(network, dtype, a.seed, parts, options);
  progress.clear();

  later.attempt([&] { result.model.save(a.output); });
  Neighbours beside_model;
  if (with_neighbours) {
    beside_model.history = history_csv.string();
    later.attempt([&] { io::write_atomically(history_csv, train::to_csv(result.history)); });
    later.attempt([&] { io::write_atomically(history_json, train::to_json(result.history)); });
    if (!config.empty()) beside_model.configuration = place_of_configuration(run, config);
    if (!beside_model.configuration.empty())
      later.attempt([&] { io::write_atomically(beside_model.configuration, config); });
  }
  if (a.quiet && !a.json) baselines_asked.clear();  // nobody sees them
  const Judged by = judged(result, parts);
  const std::vector<assess::Comparison> baselines =
      assess::compare_with_baselines(result.model, parts, by.rows, {.which = std::move(baselines_asked)});
  if (!a.quiet) print_result(run, result, by, baselines, beside_model);
  if (a.json) {
    nlohmann::json json = json_of(a, fingerprint[0].second, result, beside_model);
    json["baselines"] = json_of(baselines);
    print_json(json);
  }
  later.raise();
  switch (result.reason) {
    case train::StopReason::not_finite: warn("ansatz: {}\n", result.message); return not_finite;
    case train::StopReason::interrupted: return interrupted;
    case train::StopReason::all_epochs:
    case train::StopReason::all_steps:
    case train::StopReason::no_improvement:
    case train::StopReason::converged: break;
  }
  return success;
}

void add_train(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("train", "Train a network on a table and save it");
  const auto run = std::make_shared<TrainRun>();
  add_train_options(*command, *run);
  run->flagged = [&app](std::string_view note) { return with_flags(note, app); };
  command->callback([run, command, &action] {
    action = [run, command] {
      complete(*run, *command);
      return train_command(std::move(*run));
    };
  });
}

}  // namespace ansatz::cli
