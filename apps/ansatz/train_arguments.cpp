// SPDX-License-Identifier: BSD-3-Clause
#include "apps/ansatz/train_arguments.hpp"

#include <fmt/format.h>

#include "ansatz/base/error.hpp"
#include "ansatz/base/threads.hpp"
#include "ansatz/nn/short_form.hpp"
#include "ansatz/train/method.hpp"
#include "apps/ansatz/report.hpp"

namespace ansatz::cli {

namespace {

std::string list(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

void add_data_options(CLI::App* command, TrainArguments& a) {
  command
      ->add_option("data", a.data,
                   "Table: CSV and the like, IDX (plain or gzip), NPY, NPZ, a folder of MNIST; -: standard input")
      ->required();
  command
      ->add_option(
          "--target", a.targets,
          "Column to predict: name, position from 1, or last (default: the last that holds no arrays); several "
          "--target for several quantities")
      ->allow_extra_args(false);
  command->add_option("--task", a.task, "regression, binary or multiclass (default: as the target looks)");
  command->add_option("--head", a.head, "What outputs mean: " + list(head::names()) + " (default: by task)");
  command->add_option("--quantiles", a.quantiles, "Levels such as 0.05,0.5,0.95: --head \"quantiles levels=…\"");
  command->add_option("--validation", a.validation, "Fraction of the rows for validation")->capture_default_str();
  command->add_option("--test", a.test, "Fraction of the rows for the final test")->capture_default_str();
  command->add_option("--missing", a.missing, "Text that stands for a missing value, e.g. n/a or glucose=0");
  command->add_option("--drop", a.drop, "Columns to leave out, by name or position");
  command->add_option("--text", a.text, "Columns to read as text although they hold numbers");
  command->add_option("--header", a.header,
                      "Whether the first line names the columns: yes or no (default: as it looks)");
  command->add_option("--delimiter", a.delimiter, "comma, tab, semicolon or blank (default: as it looks)");
  command->add_option("--labels", a.labels, "Another file with the target of the same rows");
  command->add_option("--where", a.where, "Use only the rows for which this holds, e.g. \"T < 2 or T > 2.6\"");
  command->add_flag("--impute", a.impute, "Fill missing numbers by the training mean");
  command
      ->add_flag("--standardise,!--no-standardise", a.standardise,
                 "Scale numbers by mean and standard deviation (default), or take them as they are")
      ->default_str("true");  // for --json
}

void add_network_options(CLI::App* command, TrainArguments& a) {
  command->add_option("--network", a.network,
                      "The layers as text, the output layer included: \"conv 16 3x3, relu, max_pool 2, flatten, dense "
                      "10\"; layers are " +
                          list(nn::layer_family().names()) + "; residual (…) and 3 x (…)");
  command->add_option("--hidden", a.hidden, "Widths of the hidden layers; none for linear models")
      ->capture_default_str();
  command->add_option("--activation", a.activation, "One, or one for each hidden layer: " + list(act::names()))
      ->capture_default_str();
  command->add_option("--dropout", a.dropout, "Probability with which an output of a hidden layer is dropped");
  command->add_option("--input-dropout", a.input_dropout, "The same of the inputs");
  command->add_flag("--batch-norm", a.batch_norm, "Batch normalisation before each activation");
  command->add_flag("--layer-norm", a.layer_norm, "Layer normalisation before each activation");
  command->add_option("--initialiser", a.initialiser,
                      list(nn::initialiser_names()) + " (default: as the activation asks)");
  command->add_option("--dtype", a.dtype, "f32 or f64 (default: f32; f64 for lbfgs)");
  command->add_option("--from", a.from,
                      "Model whose weights it begins with, and whose network it has unless another is given");
  command->add_option("--freeze", a.freeze, "Layers that stay as they are: numbers from 1, or names: 1,2 or \"conv*\"")
      ->delimiter(',');
}

void add_training_options(CLI::App* command, TrainArguments& a) {
  command->add_option("--cost", a.cost,
                      list(cost::names()) + ", or a formula in a (what the network says) and y (default: by head)");
  command->add_option("--optimizer", a.optimizer, list(optim::names()) + ", " + list(train::methods().names()))
      ->capture_default_str();
  command->add_option("--learning-rate", a.learning_rate, "Default: the optimizer's");
  command->add_option("--schedule", a.schedule, list(schedule::names()))->capture_default_str();
  command->add_option("--warm-up", a.warm_up, "Steps of linear warm-up of the cosine schedule");
  command->add_option("--batch", a.batch, "Rows of a step; 0: all")->capture_default_str();
  command->add_option("--epochs", a.epochs, "At most")->capture_default_str();
  command->add_option("--patience", a.patience, "Epochs without lower validation cost before it stops; 0: never")
      ->capture_default_str();
  command->add_option("--l1", a.l1, "Penalty l1 Σ|w|");
  command->add_option("--l2", a.l2, "Penalty l2 ½ Σ w²");
  command->add_option("--clip-norm", a.clip_norm, "Limit on the gradient's norm");
  command->add_option("--clip-value", a.clip_value, "Limit on each element of the gradient");
  command->add_option("--max-norm", a.max_norm, "Limit on the norm of each unit's incoming weights");
  command->add_option("--seed", a.seed, "Of the split, the initial weights, the permutations and dropout")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_option("--threads", a.threads, "At most (default: the machine's); the result does not depend on it")
      ->check(CLI::NonNegativeNumber);
}

void add_output_options(CLI::App* command, TrainArguments& a) {
  command->add_option("-o,--output", a.model, "Model file (default: the data's name with .ansatz)");
  command->add_flag("--no-overwrite", a.no_overwrite, "Refuse to replace a model that is there");
  command->add_option("--checkpoint", a.checkpoint, "Folder for what `ansatz resume FOLDER` goes on from");
  command->add_option("--checkpoint-every", a.checkpoint_every, "30s or 5epochs; epochs: at most once a second")
      ->capture_default_str();
  command->add_option("--split-out", a.split_out, "Also write which row is in which part, as CSV");
  command->add_flag("--json", a.json, "Print one JSON object on the last line: all options, results, hashes");
  command->add_flag("--quiet", a.quiet, "Print nothing else");
}

}  // namespace

CLI::App* add_train_options(CLI::App& app, TrainArguments& a) {
  CLI::App* command = app.add_subcommand("train", "Train a network on a table and save it");
  a.command = command;
  add_data_options(command, a);
  add_network_options(command, a);
  add_training_options(command, a);
  add_output_options(command, a);
  command->footer(
      "Examples:\n"
      "  ansatz train digits.csv.gz --target digit --hidden 100,30\n"
      "  ansatz train housing.data --epochs 1000 --l2 1e-3 --dtype f64 -o boston.ansatz\n"
      "  ansatz train mnist/ --network \"conv 16 3x3, relu, max_pool 2, flatten, dense 128, relu, dropout 0.5, dense "
      "10\"\n"
      "Beside digits.ansatz it writes digits.history.csv and digits.history.json. Ctrl-C ends after the current step "
      "and saves.");
  return command;
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

namespace {

/// Whether --optimizer names a method that is no gradient descent.
bool is_method(const TrainArguments& a) {
  const std::string name = parse_spec(a.optimizer, "optimizer").name;
  for (const std::string& method : train::methods().names())
    if (method == name) return true;
  return false;
}

}  // namespace

Dtype dtype_for(const TrainArguments& a) {
  return is_method(a) && a.command->count("--dtype") == 0 ? Dtype::f64 : dtype_from_name(a.dtype);
}

train::FitOptions fit_options(const TrainArguments& a, const std::optional<head::Head>& head) {
  train::FitOptions options;
  options.head = head;
  if (is_method(a)) {
    if (a.learning_rate)
      throw MismatchError("{} chooses its steps itself: --learning-rate is not expected", a.optimizer);
    options.method = std::make_shared<train::MethodChoice>(train::methods().make(a.optimizer));
  } else {
    options.optimizer = optim::find(a.optimizer, a.learning_rate);
  }
  options.schedule = schedule::find(a.schedule, a.warm_up);
  if (!a.cost.empty()) options.cost = cost::find(a.cost);
  options.epochs = a.epochs;
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

nn::Network network_for(const TrainArguments& a, const data::Encoding& encoding, const head::Head& head,
                        const std::optional<model::Model>& from) {
  std::vector<std::string> short_forms;
  for (const char* flag : {"--hidden", "--activation", "--dropout", "--input-dropout", "--batch-norm", "--layer-norm"})
    if (a.command->count(flag) > 0) short_forms.emplace_back(flag);
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
  if (!is_method(a)) add(optim::family().note(a.optimizer));
  add(schedule::family().note(a.schedule));
  if (!a.initialiser.empty()) add(nn::initialisers().note(a.initialiser));
  if (!a.head.empty()) add(head::family().note(a.head));
  return notes;
}

}  // namespace ansatz::cli
