// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/temporary_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <mutex>
#include <set>
#include <string>
#include <system_error>
#include <utility>

namespace ansatz::io {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view name_begin = ".ansatz-", name_end = ".tmp";

/// The names of the files under way, where a handler of signals can read them.
enum class Use : int { free, being_written, entered, being_removed };
struct OpenName {
  std::atomic<Use> use{Use::free};
  std::array<char, 4096> path{};
};
std::array<OpenName, 16> open_names;
static_assert(std::atomic<Use>::is_always_lock_free);

/// Enters a name. -1 where there is no room: such a file is left to the next write when a signal ends the process.
int enter(const fs::path& path) {
  const std::string text = path.string();
  for (std::size_t i = 0; i < open_names.size() && text.size() < open_names[i].path.size(); ++i) {
    Use expected = Use::free;
    if (!open_names[i].use.compare_exchange_strong(expected, Use::being_written)) continue;
    std::memcpy(open_names[i].path.data(), text.c_str(), text.size() + 1);
    open_names[i].use.store(Use::entered);
    return static_cast<int>(i);
  }
  return -1;
}

/// An entry that a handler is at stays: the process is about to end.
void leave(int entry) {
  Use expected = Use::entered;
  if (entry >= 0) open_names[static_cast<std::size_t>(entry)].use.compare_exchange_strong(expected, Use::free);
}

/// The machine's name, as far as it can be part of a file's.
const std::string& host() {
  static const std::string name = [] {
    std::array<char, 256> text{};
    if (::gethostname(text.data(), text.size() - 1) != 0) return std::string("unknown");
    std::string found;
    for (const char* c = text.data(); *c != 0 && found.size() < 64; ++c)
      if (std::isalnum(static_cast<unsigned char>(*c)) != 0 || *c == '.' || *c == '_') found += *c;
    return found.empty() ? std::string("unknown") : found;
  }();
  return name;
}

/// Whether the process that wrote a file is gone.
bool is_left_over(const fs::path& path, std::time_t now) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) return false;
  constexpr std::time_t hour = 3600;
  const bool ours = path.filename().string().starts_with(fmt::format("{}{}-", name_begin, host()));
  return ours || now - status.st_mtime > hour;
}

/// The mode of a file that replaces another: where the group cannot be the same, the new one gets what all others have.
mode_t mode_for(const Descriptor& file, const struct stat& replaced) {
  struct stat mine {};
  mode_t mode = replaced.st_mode & 07777;
  if (::fstat(file.number(), &mine) != 0) return mode;
  const bool same_user = mine.st_uid == replaced.st_uid || ::fchown(file.number(), replaced.st_uid, gid_t(-1)) == 0;
  const bool same_group = mine.st_gid == replaced.st_gid || ::fchown(file.number(), uid_t(-1), replaced.st_gid) == 0;
  if (!same_user) mode &= ~mode_t{S_ISUID};
  if (!same_group) mode = (mode & ~mode_t{S_ISGID | S_IRWXG}) | ((mode & S_IRWXG) & ((mode & S_IRWXO) << 3));
  return mode;
}

}  // namespace

void remove_temporary_files() noexcept {
  for (OpenName& entry : open_names) {
    Use expected = Use::entered;
    if (entry.use.compare_exchange_strong(expected, Use::being_removed)) ::unlink(entry.path.data());
  }
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}
Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}
int Descriptor::close() { return ::close(std::exchange(number_, -1)) == 0 || errno == EINTR ? 0 : errno; }

void fail_with(const fs::path& path, std::string_view action, int error) {
  throw IoError("{}: cannot {}: {}", path.string(), action, std::generic_category().message(error));
}

bool TemporaryFile::create(const fs::path& wanted, mode_t mode) {
  const int number = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (number < 0) {
    const int error = errno;
    if (error == ENOENT || error == ENOTDIR)
      throw IoError("{}: the folder {} does not exist; create it, or write elsewhere", wanted.string(),
                    path_.parent_path().string());
    if (error != EEXIST) fail_with(wanted, "create a file in its folder", error);
    return false;
  }
  file_ = Descriptor(number);
  lock_ = Descriptor(::fcntl(number, F_DUPFD_CLOEXEC, 0));  // the lock is held until the file has been renamed
  ::flock(number, LOCK_EX | LOCK_NB);                       // where there are no locks, nobody else can have it either
  struct stat status {};
  return ::fstat(number, &status) != 0 || status.st_nlink > 0;  // not taken for left over before it was locked
}

TemporaryFile::TemporaryFile(const fs::path& folder, const fs::path& wanted, const struct stat* replaced) {
  static std::atomic<unsigned> counter{0};
  constexpr int attempts = 1000;
  const mode_t mode = replaced != nullptr ? replaced->st_mode & 0777 : 0666;
  for (int attempt = 0;; ++attempt) {
    path_ = folder / fmt::format("{}{}-{}-{}{}", name_begin, host(), ::getpid(), counter++, name_end);
    entry_ = enter(path_);
    try {
      if (create(wanted, mode)) break;
    } catch (...) {
      leave(entry_);
      throw;
    }
    leave(entry_);
    if (attempt == attempts) fail_with(wanted, "create a file in its folder", EEXIST);
  }
  if (replaced != nullptr)  // best effort: some file systems have no permissions
    ::fchmod(file_.number(), mode_for(file_, *replaced));
}

TemporaryFile::~TemporaryFile() {
  if (!kept_) ::unlink(path_.c_str());
  leave(entry_);
}

void TemporaryFile::put_in_place(const fs::path& target) {
  if (const int error = file_.close()) fail_with(target, "write", error);
  if (std::rename(path_.c_str(), target.c_str()) != 0) fail_with(target, "put the new file in place", errno);
  kept_ = true;
}

void remove_left_over_files(const fs::path& folder) {
  static std::mutex mutex;
  static std::set<std::string> seen;
  std::error_code none;  // a folder that cannot be read is left as it is
  {
    const std::scoped_lock lock(mutex);
    if (!seen.insert(fs::absolute(folder, none).string()).second) return;
  }
  const std::time_t now = std::time(nullptr);
  for (fs::directory_iterator at(folder, none), end; !none && at != end; at.increment(none)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(name_begin) && name.ends_with(name_end) && is_left_over(at->path(), now))
      ::unlink(at->path().c_str());
  }
}

}  // namespace ansatz::io
