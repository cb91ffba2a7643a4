// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/file.hpp"

#include <gmock/gmock.h>

#include "ansatz/base/error.hpp"
#include "ansatz/io/atomic_file.hpp"
#include "ansatz/io/gzip.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::io {
namespace {

using test::as_text;
using test::error_of;
using test::TemporaryFolder;
using testing::HasSubstr;

/// Text that does not compress well, so that it fills several of the reader's blocks.
std::string long_text(std::size_t size) {
  std::string text;
  for (unsigned i = 0, x = 1; i < size; ++i, x = x * 1664525U + 1013904223U) text += static_cast<char>(x >> 24);
  return text;
}

TEST(ReadText, ReadsPlainFilesOfAnySize) {
  TemporaryFolder folder;
  for (std::size_t size : {0U, 1U, 2U, 3U, 1000U, 262143U, 262144U, 262145U, 1000000U}) {
    const std::string text = long_text(size);
    EXPECT_EQ(read_text(folder.file("a", text)), text) << size;
    EXPECT_EQ(as_text(read_bytes(folder / "a")), text) << size;
  }
}

TEST(ReadText, DecompressesByTheFirstBytesWhateverTheName) {
  TemporaryFolder folder;
  const std::string text = long_text(1'000'000);
  write_atomically(folder / "data.csv", gzip(text));
  EXPECT_EQ(read_text(folder / "data.csv"), text);
  EXPECT_EQ(read_text(folder.file("plain.gz", "1,2,3\n")), "1,2,3\n");
  EXPECT_EQ(read_bytes(folder / "data.csv"), gzip(text)) << "bytes are read as they are";
}

TEST(ReadText, ReadsTheBytesThatTheGzipProgramWrote) {
  TemporaryFolder folder;  // printf 'hello hello hello\n' | gzip -n
  const std::string file(
      "\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x90\x5c\0\x3b\x7c\x8a\xdf\x12\0\0\0", 29);
  EXPECT_EQ(read_text(folder.file("a", file)), "hello hello hello\n");
}

TEST(ReadText, JoinsTheMembersOfACompressedFile) {
  TemporaryFolder folder;
  std::string file;
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    const std::string part = "member " + std::to_string(i) + "\n";
    file += as_text(gzip(part));
    text += part;
  }
  EXPECT_EQ(read_text(folder.file("a", file)), text);
  EXPECT_EQ(read_text(folder.file("padded", file + std::string(1'000'000, '\0'))), text) << "zeros are padding";
}

TEST(ReadText, RefusesDataThatFollowTheCompressedOnes) {
  TemporaryFolder folder;
  const auto path = folder.file("a", as_text(gzip("hello")) + "more");
  EXPECT_THAT(error_of<IoError>([&] { read_text(path); }), HasSubstr("other bytes follow"));
}

TEST(ReadText, RefusesACompressedFileCutShortAnywhere) {
  TemporaryFolder folder;
  const std::string file = as_text(gzip("some text, some text, some more text"));
  for (std::size_t size = 3; size < file.size(); ++size) {
    const auto path = folder.file("a", file.substr(0, size));
    EXPECT_THAT(error_of<IoError>([&] { read_text(path); }), HasSubstr("cut short")) << size;
  }
}

TEST(ReadText, NoticesEveryDamagedByteOfCompressedData) {
  TemporaryFolder folder;
  const std::string text = long_text(500);
  const std::string file = as_text(gzip(text));
  int unused = 0;
  for (std::size_t i = 10; i < file.size(); ++i) {  // the ten bytes before are header: time and system may be anything
    std::string damaged = file;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    const auto path = folder.file("a", damaged);
    try {
      EXPECT_EQ(read_text(path), text) << "a bit that nothing uses: " << i;
      ++unused;
    } catch (const IoError&) {}
  }
  EXPECT_LE(unused, 1);
}

TEST(ByteReader, FillsSpansOfAnySize) {
  TemporaryFolder folder;
  const std::string text = long_text(600'000);
  folder.file("plain", text);
  write_atomically(folder / "gz", gzip(text, {.level = 1}));
  for (const char* name : {"plain", "gz"}) {
    ByteReader reader(folder / name);
    std::string read;
    for (std::size_t size = 1;; size = size * 3 + 1) {
      std::string part(size, '\0');
      part.resize(reader.read(part));
      read += part;
      if (part.size() < size) break;
    }
    EXPECT_EQ(read, text) << name;
    char more = 0;
    EXPECT_EQ(reader.read({&more, 1}), 0U) << "the end stays the end";
  }
}

TEST(ByteReader, SaysWhyAFileCannotBeRead) {
  TemporaryFolder folder;
  EXPECT_THAT(error_of<IoError>([&] { ByteReader(folder / "none"); }), HasSubstr("No such file"));
  EXPECT_THAT(error_of<IoError>([&] { ByteReader(folder.path()); }), HasSubstr("is a folder"));
  EXPECT_THAT(error_of<IoError>([&] { read_bytes(folder.path()); }), HasSubstr("is a folder"));
}

TEST(Gzip, GivesEqualBytesForEqualText) {
  EXPECT_EQ(gzip("some text"), gzip("some text"));
  EXPECT_LT(gzip(std::string(100'000, 'x')).size(), 200U);
}

TEST(Gzip, RefusesALevelThatDoesNotExist) {
  EXPECT_THROW(gzip("x", {.level = 0}), ArgumentError);
  EXPECT_THROW(gzip("x", {.level = 10}), ArgumentError);
}

}  // namespace
}  // namespace ansatz::io
