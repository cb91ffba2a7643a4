// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/train_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ansatz/base/error.hpp"
#include "ansatz/base/threads.hpp"
#include "ansatz/nn/short_form.hpp"
#include "ansatz/train/method.hpp"
#include "apps/ansatz/options_toml.hpp"
#include "apps/ansatz/report.hpp"
#include "apps/ansatz/train_options.hpp"

namespace ansatz::cli {

void add_train_options(CLI::App& command, TrainRun& run) {
  add_options(command, run.arguments);
  command.add_option("--config", run.config,
                     "TOML with these options, learning_rate = 1e-3; others given here come first");
  command.footer(
      "Examples:\n"
      "  ansatz train digits.csv.gz --target digit --hidden 100,30\n"
      "  ansatz train housing.data --epochs 1000 --l2 1e-3 --dtype f64 -o boston.ansatz\n"
      "  ansatz train mnist/ --network \"conv 16 3x3, relu, max_pool 2, flatten, dense 128, relu, dropout 0.5, dense "
      "10\"\n"
      "  ansatz train --config digits.toml\n"
      "Beside digits.ansatz it writes digits.history.csv, digits.history.json and digits.toml, which has all options "
      "of "
      "the run. Ctrl-C ends after the current step and saves.");
}

void complete(TrainRun& run, const CLI::App& command) {
  run.program = command.get_parent()->get_name();
  run.given = given_on_line<TrainArguments>(command);
  if (!run.config.empty()) {
    const TomlFile file = read_toml(run.config);
    for (const TomlTable& table : file.tables)
      if (table.name == "space") run.notes.push_back(fmt::format("{}: the table [space] is for tune", run.config));
    take_options(file, run.arguments, run.given, run.notes);
  }
  if (run.arguments.data.empty())
    throw ArgumentError("no data were named; `{} train TABLE` is expected, or data = \"TABLE\" in the file of --config",
                        run.program);
}

data::ReadOptions read_options(const TrainArguments& a) {
  data::ReadOptions read;
  read.targets = a.targets;
  read.missing = a.missing;
  read.drop = a.drop;
  read.text = a.text;
  read.delimiter = delimiter_of(a.delimiter);
  read.header = header_of(a.header);
  read.labels = a.labels;
  read.as = a.as;
  read.columns = a.columns;
  read.decimal = a.decimal;
  read.skip = a.skip;
  read.skip_until = a.skip_until;
  read.fixed = a.fixed;
  read.missing_target = data::missing_target_from_name(a.missing_target);
  read.where = a.where;
  return read;
}

std::optional<head::Head> head_asked_for(const TrainArguments& a) {
  const int given = (a.head.empty() ? 0 : 1) + (a.quantiles.empty() ? 0 : 1) + (a.task.empty() ? 0 : 1);
  if (given > 1) throw MismatchError("only one of --head, --quantiles and --task is expected");
  if (!a.head.empty()) return head::find(a.head);
  if (!a.quantiles.empty()) return head::find("quantiles levels=" + a.quantiles);
  return std::nullopt;
}

data::SplitOptions split_options(const TrainArguments& a, const std::optional<head::Head>& head) {
  data::SplitOptions split{.validation = a.validation, .test = a.test, .seed = a.seed};
  if (!a.task.empty()) split.task = data::task_from_name(a.task);
  if (head)
    split.task = head->target.kind == data::TargetKind::numbers                            ? data::Task::regression
                 : head->labels_as_numbers || head->target.kind == data::TargetKind::flags ? data::Task::binary
                                                                                           : data::Task::multiclass;
  return split;
}

Dtype dtype_for(const TrainArguments& a) {
  if (!a.dtype.empty()) return dtype_from_name(a.dtype);
  const std::vector<train::Stage> stages = train::stages_from(a.optimizer, a.epochs, a.learning_rate);
  const bool has_method = std::any_of(stages.begin(), stages.end(), [](const auto& stage) { return !!stage.method; });
  return has_method ? Dtype::f64 : Dtype::f32;
}

train::FitOptions fit_options(const TrainArguments& a, const std::optional<head::Head>& head) {
  train::FitOptions options;
  options.head = head;
  std::vector<train::Stage> stages = train::stages_from(a.optimizer, a.epochs, a.learning_rate);
  options.optimizer = stages[0].optimizer;
  options.method = stages[0].method;
  options.epochs = stages[0].epochs;
  if (stages.size() > 1) options.stages = std::move(stages);
  if (!a.average.empty()) options.average = train::averages().make(a.average);
  options.accumulate = a.accumulate;
  options.schedule = schedule::find(a.schedule, a.warm_up);
  if (!a.cost.empty()) options.cost = cost::find(a.cost);
  options.batch_size = a.batch;
  options.l1 = a.l1;
  options.l2 = a.l2;
  options.clip_norm = a.clip_norm;
  options.clip_value = a.clip_value;
  options.max_norm = a.max_norm;
  options.freeze = a.freeze;
  options.patience = a.patience;
  options.encoding.standardise = a.standardise;
  options.encoding.impute = a.impute;
  options.threads = a.threads > 0 ? a.threads : available_cores();
  return options;
}

nn::Network network_for(const TrainRun& run, const data::Encoding& encoding, const head::Head& head,
                        const std::optional<model::Model>& from) {
  const TrainArguments& a = run.arguments;
  std::vector<std::string> short_forms;
  for (const Option<TrainArguments>& option : rows_of<TrainArguments>())
    if (options::is_among(option.spelling.yields_to, "network") && !option.spelling.yields_to.empty() &&
        run.given.contains(option.name))
      short_forms.push_back("--" + dashed(option.name));
  if (!a.network.empty() && !short_forms.empty())
    throw MismatchError("--network describes all layers, so that {} cannot be given too", short_forms.front());
  const auto initialised = [&](nn::Network network) {
    if (!a.initialiser.empty()) network.set_initialiser(nn::find_initialiser(a.initialiser));
    return network;
  };
  if (from && a.network.empty() && short_forms.empty()) return initialised(from->network());
  if (!a.network.empty()) return initialised(nn::network_from_text(encoding.input_shape(), a.network));
  const nn::DenseForm form{.hidden = widths(a.hidden),
                           .activations = split_texts(a.activation, "activation"),
                           .dropout = a.dropout,
                           .input_dropout = a.input_dropout,
                           .batch_norm = a.batch_norm,
                           .layer_norm = a.layer_norm,
                           .flatten = encoding.input_shape().rank() != 1,
                           .outputs = head.outputs(encoding.targets)};
  for (const std::string& activation : form.activations) act::find(activation);
  return initialised(nn::network_from_text(encoding.input_shape(), nn::text_of(form)));
}

std::vector<std::string> notes_on_names(const TrainArguments& a) {
  std::vector<std::string> notes;
  const auto add = [&](std::string note) {
    if (!note.empty()) notes.push_back(std::move(note));
  };
  for (const std::string& activation : split_texts(a.activation, "activation")) add(act::family().note(activation));
  for (const std::string& each : split_texts(a.optimizer, "optimizer"))
    if (!train::is_method(parse_spec(each, "optimizer").name)) add(optim::family().note(each));
  add(schedule::family().note(a.schedule));
  if (!a.initialiser.empty()) add(nn::initialisers().note(a.initialiser));
  if (!a.head.empty()) add(head::family().note(a.head));
  return notes;
}

}  // namespace ansatz::cli
