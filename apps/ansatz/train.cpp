// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>

#include "ansatz/base/error.hpp"
#include "ansatz/base/threads.hpp"
#include "ansatz/data/read.hpp"
#include "ansatz/data/where.hpp"
#include "ansatz/io/atomic_file.hpp"
#include "ansatz/train/fit.hpp"
#include "apps/ansatz/command_line.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/options_json.hpp"
#include "apps/ansatz/places.hpp"
#include "apps/ansatz/progress.hpp"
#include "apps/ansatz/report.hpp"
#include "apps/ansatz/version.hpp"

namespace ansatz::cli {

namespace {

struct TrainArguments {
  std::string data, target, hidden = "100,30", activation = "leaky_relu", optimizer = "adam", schedule = "constant",
                            cost, dtype = "f32", model, task, initialiser, split_out;
  std::optional<double> learning_rate;
  double validation = 0.15, test = 0.15, l1 = 0.0, l2 = 0.0, clip_norm = 0.0, clip_value = 0.0;
  std::int64_t batch = 32, epochs = 200, patience = 30;
  std::optional<std::int64_t> warm_up;
  std::uint64_t seed = 0;
  int threads = 0;
  bool json = false, quiet = false, standardise = true, impute = false, no_overwrite = false;
  std::vector<std::string> missing, drop, text;
  std::string header, delimiter, where, labels, data_sha256;
  const CLI::App* command = nullptr;
};

std::atomic<bool> stop_requested{false};

void request_stop(int) { stop_requested.store(true, std::memory_order_relaxed); }

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

void print_result(const TrainArguments& a, const train::Result& result, const std::string& history) {
  fmt::print("network      {}\n", result.model.describe());
  fmt::print("training     {} epochs, {} steps in {:.3g} s, {:.1f} µs a step; {}\n", result.history.epochs.size(),
             result.steps, result.seconds, result.us_per_step, result.message);
  fmt::print("best epoch   {}\n", result.best_epoch);
  fmt::print("train        {}\nvalidation   {}\ntest         {}\n", result.train, result.validation, result.test);
  const head::Metrics& shown = result.test.rows > 0         ? result.test
                               : result.validation.rows > 0 ? result.validation
                                                            : result.train;
  if (!shown.class_names.empty() && shown.class_names.size() <= 30)
    fmt::print("\nconfusion matrix of the {} rows\n{}\n",
               result.test.rows > 0         ? "test"
               : result.validation.rows > 0 ? "validation"
                                            : "training",
               head::confusion_table(shown));
  fmt::print("model        {}\n", a.model);
  if (history.empty()) return;  // the model was not wanted
  fmt::print("history      {}\n", history);
  fmt::print("\nnext: {} predict {} NEW_ROWS.csv -o predictions.csv   (a table with the same input columns)\n",
             quoted_for_shell(a.command->get_parent()->get_name()), quoted_for_shell(a.model));
}

nlohmann::json json_of(const TrainArguments& a, const data::Parts& parts, const train::Result& result,
                       const std::string& history) {
  return {{"version", version()},
          {"options", options_json(*a.command)},
          {"data", a.data},
          {"data_sha256", a.data_sha256},
          {"model", a.model},
          {"history", history},
          {"task", data::name_of(parts.task)},
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

int train_command(TrainArguments a) {
  const auto hidden = widths(a.hidden);
  const std::string stem = stem_of(a.data);
  if (a.model.empty()) a.model = (stem.empty() ? "model" : stem) + ".ansatz";
  if (a.model == "-")
    throw ArgumentError("-o - was given; the model is a file: name one, or /dev/null where it is not wanted");
  if (a.no_overwrite)
    require_new_place(a.model);
  else
    require_place(a.model);
  if (!a.split_out.empty()) require_place(a.split_out);
  require_other_file(a.model, a.data);
  data::ReadOptions read;
  read.target = a.target;
  read.missing = a.missing;
  read.drop = a.drop;
  read.text = a.text;
  read.delimiter = delimiter_of(a.delimiter);
  read.header = header_of(a.header);
  read.labels = a.labels;
  const std::string file = input_file(a.data);
  data::Table table = data::read(file, read);
  if (!a.where.empty()) table = data::where(table, a.where);
  if (a.json) a.data_sha256 = sha256_of_file(file);
  data::SplitOptions split{.validation = a.validation, .test = a.test, .seed = a.seed};
  if (!a.task.empty()) split.task = data::task_from_name(a.task);
  const data::Parts parts = data::split(table, split);

  train::FitOptions options;
  options.optimizer = optim::find(a.optimizer, a.learning_rate);
  options.schedule = schedule::find(a.schedule, a.warm_up);
  if (!a.cost.empty()) options.cost = cost::find(a.cost);
  options.epochs = a.epochs;
  options.batch_size = a.batch;
  options.l1 = a.l1;
  options.l2 = a.l2;
  options.clip_norm = a.clip_norm;
  options.clip_value = a.clip_value;
  options.patience = a.patience;
  options.encoding.standardise = a.standardise;
  options.encoding.impute = a.impute;
  options.threads = a.threads > 0 ? a.threads : available_cores();
  options.stop = &stop_requested;

  const head::Head head = train::head_of(parts, options);
  const data::Encoding encoding = train::encoding_of(parts, head, options);
  std::vector<std::int64_t> layers = {encoding.features()};
  layers.insert(layers.end(), hidden.begin(), hidden.end());
  layers.push_back(head.outputs(encoding.targets));
  nn::FFNNOptions network{.hidden = act::find(a.activation), .seed = a.seed, .dtype = dtype_from_name(a.dtype)};
  if (!a.initialiser.empty()) network.initialiser = nn::find_initialiser(a.initialiser);

  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  if (!a.quiet) {
    fmt::print("data         {}: {} rows, {} inputs, target '{}' ({})\n", a.data, table.rows(), encoding.features(),
               encoding.target().name, data::name_of(parts.task));
    for (const std::string& note : table.notes()) fmt::print("             {}\n", note);
    for (const std::string& note :
         {act::family().note(a.activation), optim::family().note(a.optimizer), schedule::family().note(a.schedule),
          a.initialiser.empty() ? "" : nn::initialisers().note(a.initialiser)})
      if (!note.empty()) fmt::print("             {}\n", note);
    if (!parts.why.empty()) fmt::print("             {}\n", parts.why);
    fmt::print("split        {} train, {} validation, {} test (seed {}{})\n", parts.train.size(),
               parts.validation.size(), parts.test.size(), parts.seed, parts.stratified ? ", stratified" : "");
    if (std::filesystem::is_regular_file(a.model))
      fmt::print("model        {} is there and will be replaced\n", a.model);
    std::fflush(stdout);
  }
  if (!a.split_out.empty()) write_split(a.split_out, parts);

  Progress progress(!a.quiet, a.epochs);
  options.progress = [&](const train::Epoch& epoch) { progress.update(epoch); };
  const train::Result result = train::fit(nn::FFNN(layers, network), parts, options);
  progress.clear();

  result.model.save(a.model);
  std::string history;
  if (has_neighbours(a.model)) {
    const std::string base = std::filesystem::path(a.model).replace_extension().string();
    history = base + ".history.csv";
    io::write_atomically(history, train::to_csv(result.history));
    io::write_atomically(base + ".history.json", train::to_json(result.history));
  }
  if (!a.quiet) print_result(a, result, history);
  if (a.json) print_json(json_of(a, parts, result, history));
  switch (result.reason) {
    case train::StopReason::not_finite: fmt::print(stderr, "ansatz: {}\n", result.message); return not_finite;
    case train::StopReason::interrupted: return interrupted;
    case train::StopReason::all_epochs:
    case train::StopReason::all_steps:
    case train::StopReason::no_improvement:
    case train::StopReason::converged: break;
  }
  return success;
}

}  // namespace

void add_train(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("train", "Train a network on a table and save it");
  const auto a = std::make_shared<TrainArguments>();
  a->command = command;
  command
      ->add_option("data", a->data,
                   "Table: CSV and the like, IDX (plain or gzip), NPY, NPZ, a folder of MNIST; -: standard input")
      ->required();
  command->add_option("--target", a->target,
                      "Column to predict: name, position from 1, or last (default: the last that holds no arrays)");
  command->add_option("--task", a->task, "regression, binary or multiclass (default: as the target looks)");
  command->add_option("--hidden", a->hidden, "Widths of the hidden layers; none for linear models")
      ->capture_default_str();
  const auto list = [](const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); };
  command->add_option("--activation", a->activation, list(act::names()))->capture_default_str();
  command->add_option("--initialiser", a->initialiser,
                      list(nn::initialiser_names()) + " (default: as the activation asks)");
  command->add_option("--cost", a->cost, list(cost::names()) + " (default: by task)");
  command->add_option("--optimizer", a->optimizer, list(optim::names()))->capture_default_str();
  command->add_option("--learning-rate", a->learning_rate, "Default: the optimizer's");
  command->add_option("--schedule", a->schedule, list(schedule::names()))->capture_default_str();
  command->add_option("--warm-up", a->warm_up, "Steps of linear warm-up of the cosine schedule");
  command->add_option("--batch", a->batch, "Rows of a step; 0: all")->capture_default_str();
  command->add_option("--epochs", a->epochs, "At most")->capture_default_str();
  command->add_option("--patience", a->patience, "Epochs without lower validation cost before it stops; 0: never")
      ->capture_default_str();
  command->add_option("--l1", a->l1, "Penalty l1 Σ|w|");
  command->add_option("--l2", a->l2, "Penalty l2 ½ Σ w²");
  command->add_option("--clip-norm", a->clip_norm, "Limit on the gradient's norm");
  command->add_option("--clip-value", a->clip_value, "Limit on each element of the gradient");
  command->add_option("--dtype", a->dtype, "f32 or f64")->capture_default_str();
  command->add_option("--validation", a->validation, "Fraction of the rows for validation")->capture_default_str();
  command->add_option("--test", a->test, "Fraction of the rows for the final test")->capture_default_str();
  command->add_option("--seed", a->seed, "Of the split, the initial weights and the permutations")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_option("--threads", a->threads, "At most (default: the machine's); the result does not depend on it")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--missing", a->missing, "Text that stands for a missing value, e.g. n/a or glucose=0");
  command->add_option("--drop", a->drop, "Columns to leave out, by name or position");
  command->add_option("--text", a->text, "Columns to read as text although they hold numbers");
  command->add_option("--header", a->header,
                      "Whether the first line names the columns: yes or no (default: as it looks)");
  command->add_option("--delimiter", a->delimiter, "comma, tab, semicolon or blank (default: as it looks)");
  command->add_option("--labels", a->labels, "Another file with the target of the same rows");
  command->add_option("--where", a->where, "Use only the rows for which this holds, e.g. \"T < 2 or T > 2.6\"");
  command->add_flag("--impute", a->impute, "Fill missing numbers by the training mean");
  command
      ->add_flag("--standardise,!--no-standardise", a->standardise,
                 "Scale numbers by mean and standard deviation (default), or take them as they are")
      ->default_str("true");  // for --json
  command->add_option("-o,--output", a->model, "Model file (default: the data's name with .ansatz)");
  command->add_flag("--no-overwrite", a->no_overwrite, "Refuse to replace a model that is there");
  command->add_option("--split-out", a->split_out, "Also write which row is in which part, as CSV");
  command->add_flag("--json", a->json, "Print one JSON object on the last line: all options, results, hashes");
  command->add_flag("--quiet", a->quiet, "Print nothing else");
  command->footer(
      "Examples:\n"
      "  ansatz train digits.csv.gz --target digit --hidden 100,30\n"
      "  ansatz train housing.data --epochs 1000 --l2 1e-3 --dtype f64 -o boston.ansatz\n"
      "Beside digits.ansatz it writes digits.history.csv and digits.history.json. Ctrl-C ends after the current step "
      "and saves.");
  command->callback([a, &action] { action = [a] { return train_command(*a); }; });
}

}  // namespace ansatz::cli
