// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What `ansatz train` may be told, and what is made of it.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ansatz/data/read.hpp"
#include "ansatz/data/split.hpp"
#include "ansatz/model/model.hpp"
#include "ansatz/train/fit_options.hpp"
#include "apps/ansatz/option_line.hpp"

namespace ansatz::cli {

/// The options, whose rows are in train_options.hpp.
struct TrainArguments {
  // data
  std::string data;
  std::vector<std::string> targets;
  std::string task, head, quantiles;
  double validation = 0.15, test = 0.15;
  std::string validation_data, test_data, unseen = "error";
  std::vector<std::string> missing, drop, text;
  std::string header, delimiter, labels, where;
  std::vector<std::string> as;
  std::string columns, decimal;
  std::int64_t skip = 0;
  std::string skip_until, fixed, missing_target = "error";
  bool impute = false, standardise = true;
  // network
  std::string network, hidden = "100,30", activation = "leaky_relu";
  double dropout = 0.0, input_dropout = 0.0;
  bool batch_norm = false, layer_norm = false;
  std::string initialiser, dtype, from;
  std::vector<std::string> freeze;
  // training
  std::string cost, optimizer = "adam";
  std::optional<double> learning_rate;
  std::string schedule = "constant";
  std::optional<std::int64_t> warm_up;
  std::int64_t batch = 32, epochs = 200, patience = 30;
  double l1 = 0.0, l2 = 0.0, clip_norm = 0.0, clip_value = 0.0, max_norm = 0.0;
  std::uint64_t seed = 0;
  int threads = 0;
  std::string average;
  std::int64_t accumulate = 1;
  bool find_learning_rate = false;
  std::string baselines = "constant,linear,neighbours";
  // output
  std::string output;
  bool no_overwrite = false;
  std::string checkpoint, checkpoint_every = "1epochs", split_out;
  bool json = false, quiet = false;
};

/// A call of `ansatz train` or `ansatz resume`.
struct TrainRun {
  TrainArguments arguments = {};
  GivenOptions given = {};  ///< on the command line or in the file of --config
  std::string config = {};  ///< --config
  std::string program = "ansatz";
  std::string resumed_from = {};  ///< the folder of `ansatz resume`
  /// A note of the library with the options that it advises as flags.
  std::function<std::string(std::string_view)> flagged = [](std::string_view note) { return std::string(note); };
  std::vector<std::string> notes = {};  ///< what the user should know about the file of --config
};

/// Adds the options of `ansatz train`; `run` must outlive the application.
void add_train_options(CLI::App& command, TrainRun& run);
/// After the line was parsed: notes which options it gave, and takes the others from the file of --config.
/// @throws IoError, ParseError and ArgumentError as read_toml and take_options; ArgumentError when no data are named.
void complete(TrainRun& run, const CLI::App& command);

data::ReadOptions read_options(const TrainArguments& a);
/// The head that --head, --quantiles or --task asks for, if one does. @throws ArgumentError when more than one does.
std::optional<head::Head> head_asked_for(const TrainArguments& a);
data::SplitOptions split_options(const TrainArguments& a, const std::optional<head::Head>& head);
train::FitOptions fit_options(const TrainArguments& a, const std::optional<head::Head>& head);
/// The network that --network or the short forms (--hidden, --activation, --dropout, …) describe, or that of --from.
/// @throws ArgumentError when both kinds are given.
nn::Network network_for(const TrainRun& run, const data::Encoding& encoding, const head::Head& head,
                        const std::optional<model::Model>& from);
/// Those of --optimizer, …; f64 for second-order methods, f32 for others.
Dtype dtype_for(const TrainArguments& a);
/// "RELU is called relu here", for each name in other words.
std::vector<std::string> notes_on_names(const TrainArguments& a);

/// Trains as told. Returns the exit code.
int train_command(TrainRun run);

}  // namespace ansatz::cli
