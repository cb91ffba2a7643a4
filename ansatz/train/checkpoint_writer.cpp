// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/train/checkpoint_writer.hpp"

#include <system_error>
#include <utility>

namespace ansatz::train {

CheckpointWriter::CheckpointWriter(CheckpointFolder folder, std::function<void(const std::string&)> failed)
    : folder_(std::move(folder)), failed_(std::move(failed)) {
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error&) {  // no thread is left: snapshots are written by the run itself
  }
}

CheckpointWriter::~CheckpointWriter() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void CheckpointWriter::keep(Snapshot snapshot) {
  if (!thread_.joinable()) return write(snapshot);
  {
    const std::lock_guard lock(mutex_);
    waiting_ = std::move(snapshot);
  }
  changed_.notify_all();
}

void CheckpointWriter::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !waiting_ && !writing_; });
}

void CheckpointWriter::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return waiting_ || ends_; });
    if (!waiting_) return;
    const Snapshot snapshot = *std::exchange(waiting_, std::nullopt);
    writing_ = true;
    lock.unlock();
    write(snapshot);
    lock.lock();
    writing_ = false;
    changed_.notify_all();
  }
}

void CheckpointWriter::write(const Snapshot& snapshot) const {
  try {
    folder_.write(snapshot);
  } catch (const std::exception& error) {
    failed_(error.what());
  }
}

}  // namespace ansatz::train
