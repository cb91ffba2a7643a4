// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// What a run leaves behind so that it can be done again, or gone on with.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "apps/ansatz/train_arguments.hpp"

namespace ansatz::cli {

/// The SHA-256 of each file that a run reads, by the name of its option.
using Fingerprint = std::vector<std::pair<std::string, std::string>>;
/// `data`: the file of the option data, which is another one for standard input. @throws IoError.
Fingerprint fingerprint_of(const TrainArguments& a, const std::string& data);

/// All options as TOML, with which `ansatz train --config` does the same again; version and fingerprint in comments.
/// @throws DataError where a text is not UTF-8.
std::string configuration(const TrainRun& run, const Fingerprint& fingerprint);

/// Where the configuration is written: digits.toml beside digits.ansatz; digits.run.toml where somebody else wrote a
/// digits.toml, or where that is the --config of this run and says something else. Empty where both are taken.
std::string place_of_configuration(const TrainRun& run, const std::string& text);

/// Keeps snapshots of a run in the folder of --checkpoint, and its configuration, with which `ansatz resume` begins.
void keep_checkpoints(const TrainRun& run, const std::string& configuration, const Fingerprint& fingerprint,
                      train::FitOptions& options);

}  // namespace ansatz::cli
