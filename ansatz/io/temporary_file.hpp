// SPDX-License-Identifier: BSD-3-Clause
/// @file
/// The files that write_atomically writes before it renames them, and how none of them is left behind.
///
/// A temporary file is `.ansatz-HOST-PID-N.tmp` beside what it will replace. It goes
///  * by its owner, when writing fails;
///  * by a handler of signals that calls remove_temporary_files(), when the process is told to end;
///  * by the next write into the same folder, when its process was killed. The owner holds a lock (flock) on it, which
///    the kernel frees with the process, however it ended: a file whose lock can be had is nobody's. Since locks may
///    not reach from one machine to another, files of another HOST have to be an hour old as well.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "ansatz/base/error.hpp"

namespace ansatz::io {

/// Removes the temporary files of this process. May be called by a handler of signals that ends the process: it reads
/// names from static memory, takes no lock, allocates nothing, and calls unlink(2) only, which POSIX lists as
/// async-signal-safe. A name is entered before its file is made and stays until the file has been renamed or removed,
/// so that there is no moment at which a signal would miss the file.
void remove_temporary_files() noexcept;

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  /// 0, or the error of close(2): network file systems report a full disk only here.
  int close();

 private:
  int number_ = -1;
};

/// `path: cannot do this: Permission denied`. @throws IoError.
[[noreturn]] void fail_with(const std::filesystem::path& path, std::string_view action, int error);

/// A new, empty file in a folder, which is removed unless it was put in place.
class TemporaryFile {
 public:
  /// `wanted` names the file in errors. `replaced`: what stat says of the file that it will replace, or null. The new
  /// one is never open to anybody whom that one shuts out, from its first byte. @throws IoError.
  TemporaryFile(const std::filesystem::path& folder, const std::filesystem::path& wanted, const struct stat* replaced);
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  Descriptor& file() { return file_; }
  /// Closes the file and renames it to `target`. @throws IoError.
  void put_in_place(const std::filesystem::path& target);

 private:
  bool create(const std::filesystem::path& wanted, mode_t mode);

  std::filesystem::path path_;
  int entry_ = -1;  ///< in the list that remove_temporary_files reads
  Descriptor file_{-1}, lock_{-1};
  bool kept_ = false;
};

/// Removes what killed processes left in `folder`, when this process is there for the first time.
void remove_left_over_files(const std::filesystem::path& folder);

}  // namespace ansatz::io
