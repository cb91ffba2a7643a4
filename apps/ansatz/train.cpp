// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

#include "ansatz/base/error.hpp"
#include "ansatz/base/printable.hpp"
#include "ansatz/data/where.hpp"
#include "ansatz/io/atomic_file.hpp"
#include "ansatz/io/file.hpp"
#include "ansatz/io/json.hpp"
#include "ansatz/train/checkpoint.hpp"
#include "ansatz/train/fit.hpp"
#include "ansatz/train/method.hpp"
#include "ansatz/train/reuse.hpp"
#include "apps/ansatz/command_line.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/console.hpp"
#include "apps/ansatz/options_json.hpp"
#include "apps/ansatz/outputs.hpp"
#include "apps/ansatz/places.hpp"
#include "apps/ansatz/progress.hpp"
#include "apps/ansatz/report.hpp"
#include "apps/ansatz/signals.hpp"
#include "apps/ansatz/train_arguments.hpp"
#include "apps/ansatz/version.hpp"

namespace ansatz::cli {

namespace {

/// Whether a condition names a column: as a word, not within one.
bool names(std::string_view condition, std::string_view column) {
  const auto in_word = [&](std::size_t i) {
    return i < condition.size() && (std::isalnum(static_cast<unsigned char>(condition[i])) != 0 || condition[i] == '_');
  };
  for (std::size_t at = condition.find(column); at != std::string_view::npos; at = condition.find(column, at + 1))
    if ((at == 0 || !in_word(at - 1)) && !in_word(at + column.size())) return true;
  return false;
}

/// The rows and columns that are asked for. Columns that the condition on the rows names are left out after it.
data::Table table_of(const TrainArguments& a, const std::string& file) {
  data::ReadOptions read = read_options(a);
  if (a.where.empty()) return data::read(file, read);
  const auto in_condition = [&](const std::string& column) { return names(a.where, column); };
  std::vector<std::string> later;
  std::copy_if(read.drop.begin(), read.drop.end(), std::back_inserter(later), in_condition);
  std::erase_if(read.drop, in_condition);
  return data::where(data::read(file, read), a.where).without(later);
}

/// Keeps snapshots of a run in a folder, and what `ansatz resume` needs to begin.
void keep_checkpoints(const TrainArguments& a, train::FitOptions& options, const std::string& file) {
  const auto pace = train::pace_from(a.checkpoint_every);
  const auto folder = std::make_shared<train::CheckpointFolder>(a.checkpoint);
  if (a.resumes) {
    std::string note;
    if (auto snapshot = folder->read(note)) options.resume = std::make_shared<train::Snapshot>(std::move(*snapshot));
    if (!note.empty()) warn("ansatz: {}\n", note);
    if (!a.quiet)
      say("resumed      {}\n", options.resume
                                   ? fmt::format("after {} steps, in epoch {}", options.resume->progress.place.steps,
                                                 options.resume->progress.place.epoch)
                                   : "from the beginning: there is no checkpoint yet");
  } else {
    folder->make();
    std::error_code ignored;
    for (const auto& old : {folder->newest(), folder->previous()}) std::filesystem::remove(old, ignored);
    nlohmann::json arguments = nlohmann::json::array();
    for (const std::string& word : command_words(*a.command)) arguments.push_back(word);
    const nlohmann::json run = {{"version", version()},
                                {"arguments", arguments},
                                {"folder", std::filesystem::current_path().string()},
                                {"data_sha256", sha256_of_file(file)}};
    io::write_atomically(folder->run(), run.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }
  using Clock = std::chrono::steady_clock;
  options.wants_snapshot = [pace, last = Clock::now(), epochs = std::int64_t{0}](bool epoch_ended) mutable {
    if (epoch_ended) ++epochs;
    if (pace.epochs > 0 && (!epoch_ended || epochs < pace.epochs)) return false;
    const double least = std::max(pace.seconds, pace.epochs > 0 ? 1.0 : 0.0);
    const Clock::time_point now = Clock::now();
    if (std::chrono::duration<double>(now - last).count() < least) return false;
    last = now;
    epochs = 0;
    return true;
  };
  options.keep_snapshot = [folder](const train::Snapshot& snapshot) { folder->write(snapshot); };
}

/// What --checkpoint writes.
std::vector<RunFile> checkpoint_files(const TrainArguments& a) {
  if (a.checkpoint.empty()) return {};
  const train::CheckpointFolder folder(a.checkpoint);
  return {{"a checkpoint", folder.newest(), true},
          {"a checkpoint", folder.previous(), true},
          {"the run's arguments", folder.run(), true}};
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

void print_result(const TrainArguments& a, const train::Result& result, const std::string& history) {
  say("network      {}\n", result.model.describe());
  say("training     {} epochs, {} steps in {:.3g} s, {:.1f} µs a step; {}\n", result.history.epochs.size(),
      result.steps, result.seconds, result.us_per_step, result.message);
  say("best epoch   {}\n", result.best_epoch);
  say("train        {}\nvalidation   {}\ntest         {}\n", result.train, result.validation, result.test);
  const head::Metrics& shown = result.test.rows > 0         ? result.test
                               : result.validation.rows > 0 ? result.validation
                                                            : result.train;
  if (!shown.class_names.empty() && shown.class_names.size() <= 30)
    say("\nconfusion matrix of the {} rows\n{}\n",
        result.test.rows > 0         ? "test"
        : result.validation.rows > 0 ? "validation"
                                     : "training",
        head::confusion_table(shown));
  say("model        {}\n", a.model);
  if (history.empty()) return;  // the model was not wanted
  say("history      {}\n", history);
  say("\nnext: {} predict {} NEW_ROWS.csv -o predictions.csv   (a table with the same input columns)\n",
      quoted_for_shell(a.command->get_parent()->get_name()), quoted_for_shell(a.model));
}

nlohmann::json json_of(const TrainArguments& a, const train::Result& result, const std::string& history) {
  return {{"version", version()},
          {"options", options_json(*a.command)},
          {"data", a.data},
          {"data_sha256", a.data_sha256},
          {"model", a.model},
          {"history", history},
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

}  // namespace

int train_command(TrainArguments a) {
  const std::string stem = stem_of(a.data);
  if (a.model.empty()) a.model = (stem.empty() ? "model" : stem) + ".ansatz";
  if (a.model == "-")
    throw ArgumentError("-o - was given; the model is a file: name one, or /dev/null where it is not wanted");
  if (a.no_overwrite) require_new_place(a.model);
  const bool keeps_history = has_neighbours(a.model);
  const std::filesystem::path history_csv = keeps_history ? beside(a.model, ".history.csv") : "",
                              history_json = keeps_history ? beside(a.model, ".history.json") : "";
  std::vector<RunFile> outputs = checkpoint_files(a);
  outputs.insert(outputs.end(), {{"the model", a.model},
                                 {"its history", history_csv},
                                 {"its history", history_json},
                                 {"the split", a.split_out}});
  require_outputs({{"the table", a.data}, {"the labels", a.labels}, {"the model of --from", a.from}}, outputs);
  if (!a.checkpoint.empty() && a.data == "-")
    throw MismatchError("a run on standard input cannot be resumed: --checkpoint needs a file");
  const std::optional<head::Head> asked = head_asked_for(a);
  train::FitOptions options = fit_options(a, asked);
  const Dtype dtype = dtype_for(a);
  std::optional<model::Model> from;
  if (!a.from.empty()) from = model::Model::load(a.from);

  const std::string file = input_file(a.data);
  const data::Table table = table_of(a, file);
  if (a.json) a.data_sha256 = sha256_of_file(file);
  const data::Parts parts = data::split(table, split_options(a, asked));
  const head::Head head = train::head_of(parts, options);
  const data::Encoding encoding = train::encoding_of(parts, head, options);
  const nn::Network network = network_for(a, encoding, head, from);
  train::learner_of(network, dtype, encoding, head,
                    options.cost);  // what does not fit together is said before the work

  options.stop = &stop_at_signals();
  if (!a.quiet) {
    std::vector<std::string> names;
    for (const data::TargetColumn& target : encoding.targets) names.push_back(printable(target.name));
    say("data         {}: {} rows, {} inputs, target '{}' ({})\n", a.data, table.rows(), encoding.features(),
        fmt::join(names, "', '"), head.named.text());
    for (const std::string& note : table.notes()) say("             {}\n", printable(note));
    for (const std::string& note : notes_on_names(a)) say("             {}\n", note);
    if (!parts.why.empty()) say("             {}\n", parts.why);
    say("split        {} train, {} validation, {} test (seed {}{})\n", parts.train.size(), parts.validation.size(),
        parts.test.size(), parts.seed, parts.stratified ? ", stratified" : "");
    const auto rows = static_cast<std::int64_t>(parts.train.size());
    if (a.batch > 0 && rows > a.batch && train::skips_rest(network, rows % a.batch))
      say("             the last batch of an epoch would be one row, which has no batch statistics: it is left out\n");
    if (std::filesystem::is_regular_file(a.model)) say("model        {} is there and will be replaced\n", a.model);
  }
  if (from) {
    train::Reused reused = train::reused_from(*from, network, dtype, a.seed);
    if (!a.quiet)
      say("from         {}: {} tensors{}\n", a.from, reused.taken.size(),
          reused.fresh.empty() ? "" : fmt::format("; new are {}", fmt::join(reused.fresh, ", ")));
    options.record = {{"from", from->weights_sha256()}};
    options.from = std::make_shared<std::pair<Tensor, Tensor>>(std::move(reused.parameters), std::move(reused.buffers));
  }
  if (!a.checkpoint.empty()) keep_checkpoints(a, options, file);
  std::fflush(stdout);
  if (!a.split_out.empty()) write_split(a.split_out, parts);

  Progress progress(!a.quiet, a.epochs);
  options.progress = [&](const train::Epoch& epoch) { progress.update(epoch); };
  LaterError first, later;  // what was found is printed also when a file cannot be written
  if (keeps_history)        // a model that cannot be saved now may be after the scoring, or says so then
    options.keep_model = [&](const model::Model& model) { first.attempt([&] { model.save(a.model); }); };
  const train::Result result = train::fit(network, dtype, a.seed, parts, options);
  progress.clear();

  later.attempt([&] { result.model.save(a.model); });
  if (keeps_history) {
    later.attempt([&] { io::write_atomically(history_csv, train::to_csv(result.history)); });
    later.attempt([&] { io::write_atomically(history_json, train::to_json(result.history)); });
  }
  if (!a.quiet) print_result(a, result, history_csv.string());
  if (a.json) print_json(json_of(a, result, history_csv.string()));
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
  const auto a = std::make_shared<TrainArguments>();
  add_train_options(app, *a)->callback([a, &action] { action = [a] { return train_command(*a); }; });
}

void add_resume(CLI::App& app, Action& action) {
  struct ResumeArguments {
    std::string folder;
    std::optional<std::int64_t> epochs;
    int threads = 0;
    bool json = false, quiet = false;
  };
  CLI::App* command = app.add_subcommand("resume", "Go on with a run from its --checkpoint folder, to the same bits");
  const auto r = std::make_shared<ResumeArguments>();
  command->add_option("folder", r->folder, "What --checkpoint named")->required();
  command->add_option("--epochs", r->epochs, "Another number of epochs (default: that of the run)");
  command->add_option("--threads", r->threads, "At most; the result does not depend on it");
  command->add_flag("--json", r->json, "Print one JSON object on the last line");
  command->add_flag("--quiet", r->quiet, "Print nothing else");
  command->footer("Example:\n  ansatz train events.csv --checkpoint ck\n  ansatz resume ck");
  command->callback([r, &action] {
    action = [r] {
      const train::CheckpointFolder folder(r->folder);
      if (!std::filesystem::exists(folder.run()))
        throw IoError("{}: there is no run here; --checkpoint of a training names such a folder", r->folder);
      const std::filesystem::path checkpoint = std::filesystem::absolute(r->folder);
      TrainArguments a;
      CLI::App again{"", "ansatz"};
      add_train_options(again, a);
      std::string data_sha256;
      try {
        const auto parsed = io::parse_json(io::read_text(folder.run()));
        const nlohmann::json& run = *parsed;
        std::filesystem::current_path(run.at("folder").get<std::string>());
        auto words = run.at("arguments").get<std::vector<std::string>>();
        std::reverse(words.begin(), words.end());
        again.parse(std::move(words));
        data_sha256 = run.at("data_sha256").get<std::string>();
      } catch (const std::exception& error) {
        throw IoError("{}: the run cannot be read: {}", folder.run().string(), error.what());
      }
      if (sha256_of_file(input_file(a.data)) != data_sha256)
        throw DataError("{}: the data have changed since the run began; it cannot go on with others", a.data);
      a.checkpoint = checkpoint.string();
      a.resumes = true;
      a.no_overwrite = false;
      if (r->epochs) a.epochs = *r->epochs;
      if (r->threads > 0) a.threads = r->threads;
      a.json = a.json || r->json;
      a.quiet = a.quiet || r->quiet;
      return train_command(a);
    };
  });
}

}  // namespace ansatz::cli
