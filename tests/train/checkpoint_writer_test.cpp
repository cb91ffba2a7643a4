// SPDX-License-Identifier: BSD-3-Clause
// Snapshots written by a thread of their own.
#include "ansatz/train/checkpoint_writer.hpp"

#include <gmock/gmock.h>

#include <atomic>

#include "ansatz/train/fit.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/tensors.hpp"

namespace ansatz::test {
namespace {

train::Snapshot snapshot_of(std::int64_t steps) {
  train::Snapshot snapshot;
  snapshot.progress.place.steps = steps;
  snapshot.best_parameters = vector_of({static_cast<double>(steps)});
  snapshot.best_buffers = vector_of({});
  return snapshot;
}

std::int64_t steps_in(const train::CheckpointFolder& folder) {
  std::string note;
  const auto snapshot = folder.read(note);
  return snapshot ? snapshot->progress.place.steps : -1;
}

TEST(ACheckpointWriter, WritesTheLastSnapshotWhateverItLeavesOut) {
  const TemporaryFolder folder;
  const train::CheckpointFolder checkpoints(folder / "ck");
  {
    train::CheckpointWriter writer(checkpoints, [](const std::string& error) { ADD_FAILURE() << error; });
    for (std::int64_t steps = 1; steps <= 200; ++steps) writer.keep(snapshot_of(steps));
  }
  EXPECT_EQ(steps_in(checkpoints), 200);
}

TEST(ACheckpointWriter, HasWrittenWhenItIsWaitedFor) {
  const TemporaryFolder folder;
  const train::CheckpointFolder checkpoints(folder / "ck");
  train::CheckpointWriter writer(checkpoints, [](const std::string& error) { ADD_FAILURE() << error; });
  for (std::int64_t steps = 1; steps <= 5; ++steps) {
    writer.keep(snapshot_of(steps));
    writer.wait();
    EXPECT_EQ(steps_in(checkpoints), steps);
  }
}

TEST(ACheckpointWriter, TellsErrorsAndTriesAnew) {
  const TemporaryFolder folder;
  folder.file("ck", "a file where the folder should be");
  const train::CheckpointFolder checkpoints(folder / "ck");
  std::atomic<int> errors = 0;
  train::CheckpointWriter writer(checkpoints, [&](const std::string&) { ++errors; });
  writer.keep(snapshot_of(1));
  writer.wait();
  EXPECT_EQ(errors, 1);
  std::filesystem::remove(folder / "ck");
  writer.keep(snapshot_of(2));
  writer.wait();
  EXPECT_EQ(errors, 1);
  EXPECT_EQ(steps_in(checkpoints), 2);
}

}  // namespace
}  // namespace ansatz::test
