// SPDX-License-Identifier: BSD-3-Clause
// Tables that are too large in one way or another are refused in one line, in bounded memory (docs/limits.md).
#include "ansatz/base/limits.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "ansatz/base/error.hpp"
#include "ansatz/data/csv.hpp"
#include "ansatz/data/read.hpp"
#include "ansatz/io/file.hpp"
#include "ansatz/io/gzip.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string as_text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The error of reading `file` in a process that may have so much memory; with which it would end otherwise.
std::string error_within(std::size_t bytes, const fs::path& file) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_AS, &limit);
    std::string text = "no error";
    try {
      read(file);
    } catch (const std::exception& error) {
      text = error.what();
    }
    ::_exit(::write(ends[1], text.data(), text.size()) > 0 ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text(1 << 16, '\0');
  const ssize_t count = ::read(ends[0], text.data(), text.size());
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, count)));
  return text;
}

constexpr std::size_t gigabyte = std::size_t{1} << 30;

TEST(Limits, OfColumnsHoldForEveryDelimiterPlainAndCompressed) {
  const TemporaryFolder folder;
  for (const char* cell : {",", "1,", "1;", "1\t", "1 ", "\"a\","}) {
    std::string text;
    for (std::size_t i = 0; i <= limits::columns + 5; ++i) text += cell;
    text += "1\n";
    const fs::path plain = folder.file("wide.csv", text + text);
    const fs::path packed = folder.file("wide.csv.gz", as_text(io::gzip(text + text)));
    if (ANSATZ_SANITIZED) continue;
    for (const fs::path& file : {plain, packed})
      EXPECT_THAT(error_within(2 * gigabyte, file), AllOf(HasSubstr("1000000 cells"), Not(HasSubstr("\n")))) << cell;
  }
}

TEST(Limits, OfColumnsAdmitATableThatIsJustWideEnough) {
  const TemporaryFolder folder;
  std::string text = "1";
  for (std::size_t i = 1; i < limits::columns; ++i) text += ",1";
  EXPECT_EQ(read_csv(folder.file("wide.csv", text + "\n" + text + "\n")).columns().size(), limits::columns);
}

TEST(Limits, OfARowHoldAlsoWhereAQuoteIsNeverClosed) {
  const TemporaryFolder folder;
  const fs::path file = folder.file("open.csv", "x,y\n1,2\n3,\"");
  std::string line(1 << 20, 'a');
  line.back() = '\n';
  {
    std::ofstream stream(file, std::ios::app | std::ios::binary);
    for (std::size_t written = 0; written <= 2 * limits::line_bytes; written += line.size()) stream << line;
  }
  if (ANSATZ_SANITIZED) GTEST_SKIP() << "a sanitizer needs more addresses than the limit of this test";
  EXPECT_THAT(error_within(3 * gigabyte, file), HasSubstr("the row has more than 268435456 bytes"));
}

TEST(Limits, OfUnpackingHoldInBoundedMemory) {
  const TemporaryFolder folder;
  const std::string rows(limits::unpacked_freely * 2, '1');
  std::string text = rows;
  for (std::size_t i = 1; i < text.size(); i += 2) text[i] = '\n';
  EXPECT_THAT(error_of<IoError>([&] { read(folder.file("bomb.csv.gz", as_text(io::gzip(text)))); }),
              HasSubstr("at most 500 from one are expected"));
  text.resize(limits::unpacked_freely / 8);
  EXPECT_EQ(read(folder.file("small.csv.gz", as_text(io::gzip(text)))).rows(), limits::unpacked_freely / 16);
}

TEST(Limits, AdmitFilesThatEndAndNoOthers) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_of<IoError>([] { read("/dev/zero"); }), HasSubstr("/dev/zero: is a device, which need not end"));
  EXPECT_THAT(error_of<IoError>([] { io::read_bytes("/dev/urandom"); }), HasSubstr("is a device"));
  EXPECT_THAT(error_of<DataError>([] { read("/dev/null"); }), HasSubstr("is empty"));
  const fs::path pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe) << "x,y\n1,2\n3,4\n"; });
  EXPECT_EQ(read(pipe).rows(), 2);
  writer.join();
}

}  // namespace
}  // namespace ansatz::data
