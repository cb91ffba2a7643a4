// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include "ansatz/base/error.hpp"

namespace ansatz::io {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, std::string_view action, int error) {
  throw IoError("{}: cannot {}: {}", path.string(), action, std::generic_category().message(error));
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  /// 0, or the error of close(2): network file systems report a full disk only here.
  int close() { return ::close(std::exchange(number_, -1)) == 0 || errno == EINTR ? 0 : errno; }

 private:
  int number_;
};

/// Removes a file unless it was kept.
class Temporary {
 public:
  explicit Temporary(fs::path path) : path_(std::move(path)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!kept_) ::unlink(path_.c_str());
  }
  const fs::path& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  fs::path path_;
  bool kept_ = false;
};

void write_all(const Descriptor& file, std::span<const std::byte> bytes, const fs::path& path) {
  constexpr std::size_t largest = std::size_t{1} << 30;  // write(2) takes less than 2 GiB
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.number(), bytes.data(), std::min(bytes.size(), largest));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path, "write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

/// Some file systems cannot sync: no error, there is nothing better to be had.
bool cannot_sync(int error) { return error == EINVAL || error == ENOTSUP || error == ENOSYS || error == EROFS; }

void sync(const Descriptor& file, const fs::path& path) {
  while (::fsync(file.number()) != 0) {
    if (errno == EINTR) continue;
    if (!cannot_sync(errno)) fail(path, "sync to the disk", errno);
    return;
  }
}

void sync_folder(const fs::path& folder) {
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.is_open()) sync(file, folder);  // a folder that may be written but not read cannot be opened
}

void write_directly(const fs::path& path, std::span<const std::byte> bytes) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) fail(path, "open for writing", errno);
  write_all(file, bytes, path);
  if (const int error = file.close()) fail(path, "write", error);
}

/// A new, empty file in `folder`, and its path; the name is ours alone, whatever other processes and machines do.
std::pair<Descriptor, fs::path> create_temporary(const fs::path& folder, const fs::path& wanted) {
  static std::atomic<unsigned> counter{0};
  for (int attempt = 0;; ++attempt) {
    fs::path path = folder / fmt::format(".ansatz-{}-{}.tmp", ::getpid(), counter++);
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file.is_open()) return {std::move(file), std::move(path)};
    const int error = errno;
    if (error == ENOENT || error == ENOTDIR)
      throw IoError("{}: the folder {} does not exist; create it, or write elsewhere", wanted.string(),
                    folder.string());
    if (error != EEXIST || attempt == 1000) fail(wanted, "create a file in its folder", error);
  }
}

}  // namespace

void write_atomically(const fs::path& path, std::span<const std::byte> bytes) {
  if (path.empty()) throw IoError("cannot write: the name of the file is empty");
  fs::path target = path;
  struct stat old {};
  const bool exists = ::stat(path.c_str(), &old) == 0;
  if (exists) {
    if (S_ISDIR(old.st_mode)) throw IoError("{}: is a folder; name a file in it", path.string());
    if (!S_ISREG(old.st_mode)) return write_directly(path, bytes);
    if (::access(path.c_str(), W_OK) != 0) fail(path, "replace the file", errno);
    std::error_code error;
    target = fs::canonical(path, error);
    if (error) fail(path, "resolve the path", error.value());
  }
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");

  auto [file, temporary_path] = create_temporary(folder, path);
  Temporary temporary(std::move(temporary_path));
  write_all(file, bytes, path);
  if (exists) ::fchmod(file.number(), old.st_mode & 07777);  // best effort: some file systems have no permissions
  sync(file, path);
  if (const int error = file.close()) fail(path, "write", error);
  if (std::rename(temporary.path().c_str(), target.c_str()) != 0) fail(path, "put the new file in place", errno);
  temporary.keep();
  sync_folder(folder);
}

void write_atomically(const fs::path& path, std::string_view text) {
  write_atomically(path, std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace ansatz::io
