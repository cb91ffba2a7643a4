// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/atomic_file.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "ansatz/base/error.hpp"
#include "ansatz/io/file.hpp"
#include "ansatz/io/temporary_file.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::io {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;

fs::perms mode_of(const fs::path& path) { return fs::status(path).permissions(); }

TEST(AtomicFile, WritesANewFileAndNothingElse) {
  TemporaryFolder folder;
  write_atomically(folder / "a.txt", "hello\n");
  EXPECT_EQ(read_text(folder / "a.txt"), "hello\n");
  EXPECT_THAT(folder.names(), ElementsAre("a.txt"));
}

TEST(AtomicFile, ReplacesAFileByAShorterOne) {
  TemporaryFolder folder;
  const fs::path path = folder.file("a.txt", "a long text");
  write_atomically(path, "short");
  EXPECT_EQ(read_text(path), "short");
  write_atomically(path, std::string_view());
  EXPECT_EQ(read_text(path), "");
  EXPECT_THAT(folder.names(), ElementsAre("a.txt"));
}

TEST(AtomicFile, WritesTheBytesThatItIsGiven) {
  TemporaryFolder folder;
  std::vector<std::byte> bytes(3 << 20);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 2654435761U >> 13);
  write_atomically(folder / "b", bytes);
  EXPECT_EQ(read_bytes(folder / "b"), bytes);
}

TEST(AtomicFile, GivesANewFileThePermissionsOfTheUmask) {
  TemporaryFolder folder;
  const mode_t old = ::umask(027);
  write_atomically(folder / "a", "x");
  ::umask(old);
  EXPECT_EQ(mode_of(folder / "a"), fs::perms{0640});
}

TEST(AtomicFile, KeepsThePermissionsOfAReplacedFile) {
  TemporaryFolder folder;
  const fs::path path = folder.file("secret", "old");
  fs::permissions(path, fs::perms{0600});
  write_atomically(path, "new");
  EXPECT_EQ(read_text(path), "new");
  EXPECT_EQ(mode_of(path), fs::perms{0600});
}

TEST(AtomicFile, WritesThroughASymbolicLink) {
  TemporaryFolder folder;
  fs::create_directory(folder / "real");
  const fs::path target = folder.file("real/a", "old");
  fs::create_symlink("real/a", folder / "link");
  write_atomically(folder / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_text(target), "new");
}

TEST(AtomicFile, MakesTheFileThatALinkNamesAndStopsInACircle) {
  TemporaryFolder folder;
  fs::create_directory(folder / "real");
  fs::create_symlink("real/new", folder / "first");
  fs::create_symlink("first", folder / "second");
  write_atomically(folder / "second", "x");
  EXPECT_TRUE(fs::is_symlink(folder / "first") && fs::is_symlink(folder / "second"));
  EXPECT_EQ(read_text(folder / "real/new"), "x");
  fs::create_symlink("b", folder / "a");
  fs::create_symlink("a", folder / "b");
  EXPECT_THAT(error_of<IoError>([&] { write_atomically(folder / "a", "x"); }), HasSubstr("too many symbolic links"));
}

/// Calls `look` again and again while `work` runs.
template <class Work, class Look>
void watch(Work work, Look look) {
  std::atomic<bool> done{false};
  std::thread watcher([&] {
    while (!done) look();
  });
  work();
  done = true;
  watcher.join();
}

TEST(AtomicFile, IsNeverOpenToMoreThanTheFileItReplaces) {
  TemporaryFolder folder;
  const fs::path path = folder.file("secret", "old");
  fs::permissions(path, fs::perms{0600});
  std::atomic<int> seen{0}, open{0};
  watch(
      [&] {
        for (int i = 0; i < 200; ++i) write_atomically(path, std::string(100'000, 'x'));
      },
      [&] {
        for (const std::string& name : folder.names()) {
          struct stat status {};
          if (name == "secret" || ::stat((folder / name).c_str(), &status) != 0) continue;
          ++seen;
          if ((status.st_mode & 077) != 0) ++open;
        }
      });
  EXPECT_GT(seen, 0);
  EXPECT_EQ(open, 0);
}

TEST(AtomicFile, LeavesTheFilesOfLivingProcessesAlone) {
  TemporaryFolder folder, other;
  TemporaryFile under_way(folder.path(), folder / "a", nullptr);
  const std::vector<std::string> name = folder.names();
  ASSERT_EQ(name.size(), 1U);
  const pid_t child = ::fork();
  if (child == 0) {
    remove_left_over_files(folder.path());
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(folder.names(), name);
}

TEST(AtomicFile, OfAProcessThatWasKilledGoesWithTheNextWrite) {
  TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const TemporaryFile under_way(folder.path(), folder / "a", nullptr);
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  ASSERT_EQ(folder.names().size(), 1U);
  EXPECT_THAT(folder.names()[0], testing::AllOf(HasSubstr(".ansatz-"), HasSubstr(fmt::format("-{}-", child))));
  write_atomically(folder / "b", "x");
  EXPECT_THAT(folder.names(), ElementsAre("b"));
}

TEST(AtomicFile, IsRemovedByAHandlerOfSignals) {
  TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGTERM, [](int) {
      remove_temporary_files();
      ::_exit(7);
    });
    const TemporaryFile first(folder.path(), folder / "a", nullptr), second(folder.path(), folder / "b", nullptr);
    ::raise(SIGTERM);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_THAT(folder.names(), ElementsAre());
}

TEST(AtomicFile, WorksInTheCurrentFolderWithABareName) {
  TemporaryFolder folder;
  const fs::path old = fs::current_path();
  fs::current_path(folder.path());
  write_atomically("bare", "x");
  fs::current_path(old);
  EXPECT_EQ(read_text(folder / "bare"), "x");
}

TEST(AtomicFile, RefusesAFolderInTheWay) {
  TemporaryFolder folder;
  fs::create_directory(folder / "d");
  EXPECT_THAT(error_of<IoError>([&] { write_atomically(folder / "d", "x"); }), HasSubstr("is a folder"));
  EXPECT_TRUE(fs::is_directory(folder / "d"));
  EXPECT_THAT(folder.names(), ElementsAre("d"));
}

TEST(AtomicFile, NamesTheFolderThatDoesNotExist) {
  TemporaryFolder folder;
  const std::string message = error_of<IoError>([&] { write_atomically(folder / "no/such/file", "x"); });
  EXPECT_THAT(message, HasSubstr((folder / "no/such").string()));
  EXPECT_THAT(message, HasSubstr("does not exist"));
  EXPECT_THAT(error_of<IoError>([] { write_atomically("", "x"); }), HasSubstr("empty"));
}

TEST(AtomicFile, LeavesAReadOnlyFileAlone) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everything";
  TemporaryFolder folder;
  const fs::path path = folder.file("a", "old");
  fs::permissions(path, fs::perms{0444});
  EXPECT_THAT(error_of<IoError>([&] { write_atomically(path, "new"); }), HasSubstr("Permission denied"));
  EXPECT_EQ(read_text(path), "old");
}

TEST(AtomicFile, AFullDiskKeepsTheOldFileAndLeavesNoOther) {
  TemporaryFolder folder;
  const fs::path path = folder.file("a", "old");
  // A limit on the size of files stands for the full disk.
  rlimit old_limit{};
  ::getrlimit(RLIMIT_FSIZE, &old_limit);
  rlimit small = old_limit;
  small.rlim_cur = 4096;
  auto* const old_handler = ::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = error_of<IoError>([&] { write_atomically(path, std::string(100'000, 'x')); });
  ::setrlimit(RLIMIT_FSIZE, &old_limit);
  ::signal(SIGXFSZ, old_handler);
  EXPECT_THAT(message, HasSubstr(path.string()));
  EXPECT_THAT(message, HasSubstr("File too large"));
  EXPECT_EQ(read_text(path), "old");
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(AtomicFile, WritesToDevicesDirectlyAndReportsThemFull) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full";
  write_atomically("/dev/null", "x");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_THAT(error_of<IoError>([] { write_atomically("/dev/full", "x"); }), HasSubstr("No space left"));
}

TEST(AtomicFile, ManyWritersLeaveOneCompleteFile) {
  TemporaryFolder folder;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) write_atomically(folder / "a", std::string(10'000, static_cast<char>('a' + t)));
    });
  for (std::thread& thread : threads) thread.join();
  const std::string text = read_text(folder / "a");
  EXPECT_EQ(text, std::string(10'000, text[0]));
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

}  // namespace
}  // namespace ansatz::io
