// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "ansatz/base/error.hpp"
#include "ansatz/io/temporary_file.hpp"

namespace ansatz::io {
namespace {

namespace fs = std::filesystem;

void write_all(const Descriptor& file, std::span<const std::byte> bytes, const fs::path& path) {
  constexpr std::size_t largest = std::size_t{1} << 30;  // write(2) takes less than 2 GiB
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.number(), bytes.data(), std::min(bytes.size(), largest));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_with(path, "write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

/// Some file systems cannot sync: no error, there is nothing better to be had.
bool cannot_sync(int error) { return error == EINVAL || error == ENOTSUP || error == ENOSYS || error == EROFS; }

void sync(const Descriptor& file, const fs::path& path) {
  while (::fsync(file.number()) != 0) {
    if (errno == EINTR) continue;
    if (!cannot_sync(errno)) fail_with(path, "sync to the disk", errno);
    return;
  }
}

void sync_folder(const fs::path& folder) {
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.is_open()) sync(file, folder);  // a folder that may be written but not read cannot be opened
}

void write_directly(const fs::path& path, std::span<const std::byte> bytes) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) fail_with(path, "open for writing", errno);
  write_all(file, bytes, path);
  if (const int error = file.close()) fail_with(path, "write", error);
}

}  // namespace

fs::path target_of(const fs::path& path) {
  constexpr int most_links = 40;  // as Linux follows
  fs::path target = path;
  std::error_code none;  // what cannot be followed is the target itself
  for (int links = 0; fs::is_symlink(target, none); ++links) {
    if (links == most_links) throw IoError("{}: is one of too many symbolic links, perhaps in a circle", path.string());
    const fs::path next = fs::read_symlink(target, none);
    if (none) break;
    target = target.parent_path() / next;  // an absolute one replaces all
  }
  return target;
}

void write_atomically(const fs::path& path, std::span<const std::byte> bytes) {
  if (path.empty()) throw IoError("cannot write: the name of the file is empty");
  struct stat old {};
  const bool exists = ::stat(path.c_str(), &old) == 0;
  if (exists) {
    if (S_ISDIR(old.st_mode)) throw IoError("{}: is a folder; name a file in it", path.string());
    if (!S_ISREG(old.st_mode)) return write_directly(path, bytes);
    if (::access(path.c_str(), W_OK) != 0) fail_with(path, "replace the file", errno);
  }
  const fs::path target = target_of(path);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");

  remove_left_over_files(folder);
  TemporaryFile temporary(folder, path, exists ? &old : nullptr);
  write_all(temporary.file(), bytes, path);
  sync(temporary.file(), path);
  temporary.put_in_place(target);
  sync_folder(folder);
}

void write_atomically(const fs::path& path, std::string_view text) {
  write_atomically(path, std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace ansatz::io
