// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// Writes snapshots of a run beside it: the run itself only copies.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "ansatz/train/checkpoint.hpp"

namespace ansatz::train {

/// A thread with one snapshot in flight and one that waits, the newest: of snapshots that come faster than they can be
/// written the others are left out. An error of writing is told and the run goes on; the next snapshot is tried anew.
class CheckpointWriter {
 public:
  /// `failed`: called in the writer's thread with an error in words.
  CheckpointWriter(CheckpointFolder folder, std::function<void(const std::string& error)> failed);
  /// Writes what waits.
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  /// Takes a snapshot to be written; returns at once.
  void keep(Snapshot snapshot);
  /// Returns when all that was kept is written, or left out.
  void wait();

 private:
  void work();
  void write(const Snapshot& snapshot) const;

  CheckpointFolder folder_;
  std::function<void(const std::string&)> failed_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Snapshot> waiting_;
  bool writing_ = false, ends_ = false;
  std::thread thread_;  // absent where none could be made: then keep() writes
};

}  // namespace ansatz::train
