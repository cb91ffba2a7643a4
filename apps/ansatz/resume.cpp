// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

#include "ansatz/base/error.hpp"
#include "ansatz/io/atomic_file.hpp"
#include "ansatz/train/checkpoint_writer.hpp"
#include "apps/ansatz/commands.hpp"
#include "apps/ansatz/configuration.hpp"
#include "apps/ansatz/console.hpp"
#include "apps/ansatz/options_toml.hpp"
#include "apps/ansatz/places.hpp"
#include "apps/ansatz/train_options.hpp"

namespace ansatz::cli {

namespace {

/// Tables below the options, which `ansatz train --config` leaves alone: from where, and on which data, the run goes
/// on.
std::string run_table(const Fingerprint& fingerprint) {
  std::string text =
      fmt::format("\n[run]\nfolder = {}\n\n[run.sha256]\n", quoted_for_toml(std::filesystem::current_path().string()));
  for (const auto& [option, sha256] : fingerprint) text += fmt::format("{} = \"{}\"\n", option, sha256);
  return text;
}

struct ResumeArguments {
  std::string folder;
  std::optional<std::int64_t> epochs;
  int threads = 0;
  bool json = false, quiet = false;
};

/// The run that a folder of checkpoints holds. The program then is in the folder where it was started.
TrainRun run_in(const std::string& name) {
  const train::CheckpointFolder folder(name);
  if (!std::filesystem::exists(folder.run())) {
    if (std::filesystem::exists(std::filesystem::path(name) / "run.json"))
      throw IoError("{}: its run was begun by an earlier version, which wrote another form; begin it again", name);
    throw IoError("{}: there is no run here; --checkpoint of a training names such a folder", name);
  }
  TrainRun run;
  run.resumed_from = std::filesystem::absolute(name).string();
  const std::string file_name = folder.run().string();
  try {
    const TomlFile file = read_toml(file_name);
    std::filesystem::current_path(file.table("run").text("folder", file_name));
    take_options(file, run.arguments, run.given, run.notes);
    const Fingerprint now = fingerprint_of(run.arguments, input_file(run.arguments.data));
    for (const auto& [option, sha256] : now)
      if (file.table("run.sha256").text(option, file_name) != sha256)
        throw MismatchError("{}: the data have changed since the run began; it cannot go on with others", option);
  } catch (const MismatchError&) {
    throw;
  } catch (const std::exception& error) {
    throw IoError("{}: the run cannot be gone on with: {}", file_name, error.what());
  }
  return run;
}

}  // namespace

void keep_checkpoints(const TrainRun& run, const std::string& configuration, const Fingerprint& fingerprint,
                      train::FitOptions& options) {
  const auto pace = train::pace_from(run.arguments.checkpoint_every);
  const auto folder =
      std::make_shared<train::CheckpointFolder>(run.resumed_from.empty() ? run.arguments.checkpoint : run.resumed_from);
  if (!run.resumed_from.empty()) {
    std::string note;
    if (auto snapshot = folder->read(note)) options.resume = std::make_shared<train::Snapshot>(std::move(*snapshot));
    if (!note.empty()) warn("ansatz: {}\n", note);
    if (!run.arguments.quiet)
      say("resumed      {}\n", options.resume
                                   ? fmt::format("after {} steps, in epoch {}", options.resume->progress.place.steps,
                                                 options.resume->progress.place.epoch)
                                   : "from the beginning: there is no checkpoint yet");
  } else {
    folder->make();
    std::error_code ignored;
    for (const auto& old : {folder->newest(), folder->previous()}) std::filesystem::remove(old, ignored);
    io::write_atomically(folder->run(), configuration + run_table(fingerprint));
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
  const auto writer = std::make_shared<train::CheckpointWriter>(
      *folder, [](const std::string& error) { warn("ansatz: no checkpoint was written: {}\n", error); });
  options.keep_snapshot = [writer](train::Snapshot snapshot) { writer->keep(std::move(snapshot)); };
}

void add_resume(CLI::App& app, Action& action) {
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
      TrainRun run = run_in(r->folder);
      TrainArguments& a = run.arguments;
      a.no_overwrite = false;
      if (r->epochs) a.epochs = *r->epochs;
      if (r->threads > 0) a.threads = r->threads;
      a.json = a.json || r->json;
      a.quiet = a.quiet || r->quiet;
      return train_command(std::move(run));
    };
  });
}

}  // namespace ansatz::cli
