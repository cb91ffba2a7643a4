// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What `ansatz train` may be told, and what is made of it.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ansatz/data/read.hpp"
#include "ansatz/data/split.hpp"
#include "ansatz/model/model.hpp"
#include "ansatz/train/fit_options.hpp"

namespace ansatz::cli {

struct TrainArguments {
  std::string data, network, hidden = "100,30", activation = "leaky_relu", optimizer = "adam", schedule = "constant",
                             cost, head, quantiles, dtype = "f32", model, task, initialiser, split_out, from;
  std::vector<std::string> targets, freeze;
  std::optional<double> learning_rate;
  double validation = 0.15, test = 0.15, l1 = 0.0, l2 = 0.0, clip_norm = 0.0, clip_value = 0.0, max_norm = 0.0,
         dropout = 0.0, input_dropout = 0.0;
  std::int64_t batch = 32, epochs = 200, patience = 30;
  std::optional<std::int64_t> warm_up;
  std::uint64_t seed = 0;
  int threads = 0;
  bool json = false, quiet = false, standardise = true, impute = false, no_overwrite = false, batch_norm = false,
       layer_norm = false;
  std::vector<std::string> missing, drop, text;
  std::string header, delimiter, where, labels, data_sha256;
  std::string checkpoint, checkpoint_every = "1epochs";
  bool resumes = false;  ///< of `ansatz resume`
  const CLI::App* command = nullptr;
};

/// Adds the command with its options; `a` must outlive the application.
CLI::App* add_train_options(CLI::App& app, TrainArguments& a);

data::ReadOptions read_options(const TrainArguments& a);
/// The head that --head, --quantiles or --task asks for, if one does. @throws ArgumentError when more than one does.
std::optional<head::Head> head_asked_for(const TrainArguments& a);
data::SplitOptions split_options(const TrainArguments& a, const std::optional<head::Head>& head);
train::FitOptions fit_options(const TrainArguments& a, const std::optional<head::Head>& head);
/// The network that --network or the short forms (--hidden, --activation, --dropout, …) describe, or that of --from.
/// @throws ArgumentError when both kinds are given.
nn::Network network_for(const TrainArguments& a, const data::Encoding& encoding, const head::Head& head,
                        const std::optional<model::Model>& from);
/// Those of --optimizer, …; f64 for second-order methods, f32 for others.
Dtype dtype_for(const TrainArguments& a);
/// "RELU is called relu here", for each name in other words.
std::vector<std::string> notes_on_names(const TrainArguments& a);

/// Trains as told. Returns the exit code.
int train_command(TrainArguments a);

}  // namespace ansatz::cli
