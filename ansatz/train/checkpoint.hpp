// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Snapshots of a run on disk.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "ansatz/train/session.hpp"

namespace ansatz::train {

/// When snapshots are written.
struct CheckpointPace {
  double seconds = 1.0;     ///< at least so long apart …
  std::int64_t epochs = 1;  ///< … and only after so many epochs; 0: within epochs too
};
/// "30s" or "5epochs". @throws ArgumentError for anything else.
CheckpointPace pace_from(const std::string& text);

/// A folder with the newest snapshot of a run, and the one before.
class CheckpointFolder {
 public:
  explicit CheckpointFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Makes the folder if there is none. @throws IoError.
  void make() const;

  /// Writes a snapshot (safetensors layout) beside its place, syncs it and renames it: a run that is killed at any time
  /// leaves the last one whole. @throws IoError.
  void write(const Snapshot& snapshot) const;
  /// The newest snapshot that can be read; nothing where there is none. `note`: what was found instead of the newest,
  /// in words.
  std::optional<Snapshot> read(std::string& note) const;

  std::filesystem::path newest() const { return folder_ / "checkpoint.safetensors"; }
  std::filesystem::path previous() const { return folder_ / "checkpoint.previous.safetensors"; }
  /// The options of the run: written by the program.
  std::filesystem::path run() const { return folder_ / "run.toml"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace ansatz::train
