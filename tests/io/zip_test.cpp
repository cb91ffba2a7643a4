// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/io/zip.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include "ansatz/base/error.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::io {
namespace {

using test::error_of;
using test::TemporaryFolder;
using testing::HasSubstr;

std::string little(std::uint64_t value, std::size_t width) {
  std::string bytes;
  for (std::size_t i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
  return bytes;
}

std::string deflated(const std::string& text) {
  std::string out(text.size() + 100, '\0');
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// One member, with everything that an archive may say wrongly.
struct Archive {
  std::string name = "x.npy";
  std::string data = "hello, hello, hello";
  std::uint16_t method = 8;
  std::uint16_t flags = 0;
  std::int64_t more_size = 0;        // than there is, in the directory
  std::int64_t more_compressed = 0;  // ...
  std::uint32_t more_crc = 0;
  bool zip64 = false;
  std::string comment = {};

  std::string bytes() const {
    const std::string packed = method == 8 ? deflated(data) : data;
    const auto crc = static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())));
    const auto size = static_cast<std::uint64_t>(static_cast<std::int64_t>(data.size()) + more_size);
    const auto compressed = static_cast<std::uint64_t>(static_cast<std::int64_t>(packed.size()) + more_compressed);
    const std::string extra = zip64 ? little(1, 2) + little(16, 2) + little(size, 8) + little(compressed, 8) : "";
    const std::string sizes = zip64 ? std::string(8, '\xff') : little(compressed, 4) + little(size, 4);
    const std::string about = little(flags, 2) + little(method, 2) + little(0, 4) + little(crc + more_crc, 4) + sizes +
                              little(name.size(), 2) + little(extra.size(), 2);
    const std::string local = "PK\x03\x04" + little(45, 2) + about + name + extra + packed;
    const std::string entry = "PK\x01\x02" + little(45, 2) + little(45, 2) + about + little(0, 2) + little(0, 8) +
                              little(0, 4) + name + extra;
    std::string end = "PK\x05\x06" + little(0, 4) + little(1, 2) + little(1, 2);
    if (!zip64)
      return local + entry + end + little(entry.size(), 4) + little(local.size(), 4) + little(comment.size(), 2) +
             comment;
    const std::string end64 = "PK\x06\x06" + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8) +
                              little(1, 8) + little(1, 8) + little(entry.size(), 8) + little(local.size(), 8);
    const std::string locator = "PK\x06\x07" + little(0, 4) + little(local.size() + entry.size(), 8) + little(1, 4);
    return local + entry + end64 + locator + end + std::string(8, '\xff') + little(0, 2);
  }
};

std::string all_of(const std::filesystem::path& path, const ZipMember& member) {
  ZipReader reader(path, member);
  std::string text, block(7, '\0');
  for (;;) {
    const std::size_t count = reader.read(block);
    text += block.substr(0, count);
    if (count < block.size()) return text;
  }
}

std::string error_of_archive(const std::string& bytes) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.npz", bytes);
  return error_of<IoError>([&] {
    for (const ZipMember& member : zip_members(path)) all_of(path, member);
  });
}

TEST(Zip, MembersAreReadStoredAndDeflatedInBlocksOfAnySize) {
  const TemporaryFolder folder;
  std::string long_text;
  for (int i = 0; i < 20000; ++i) long_text += std::to_string(i * i);
  for (const std::string& data : {std::string(), std::string("7 bytes"), std::string("hello, hello"), long_text})
    for (const std::uint16_t method : {std::uint16_t{0}, std::uint16_t{8}})
      for (bool zip64 : {false, true}) {
        const Archive archive{.data = data, .method = method, .zip64 = zip64, .comment = zip64 ? "" : "made by hand"};
        const auto path = folder.file("a.npz", archive.bytes());
        const auto members = zip_members(path);
        ASSERT_EQ(members.size(), 1U);
        EXPECT_EQ(members[0].name, "x.npy");
        EXPECT_EQ(members[0].size, data.size());
        EXPECT_EQ(all_of(path, members[0]), data);
      }
}

TEST(Zip, ArchivesThatSaySomethingWrongAreRefused) {
  EXPECT_THAT(error_of_archive(""), HasSubstr("its directory is not there"));
  EXPECT_THAT(error_of_archive("PK\x03\x04 and no more"), HasSubstr("its directory is not there"));
  EXPECT_THAT(error_of_archive(Archive{.flags = 1}.bytes()), HasSubstr("is encrypted"));
  EXPECT_THAT(error_of_archive(Archive{.method = 12}.bytes()), HasSubstr("compressed by method 12"));
  EXPECT_THAT(error_of_archive(Archive{.more_crc = 1}.bytes()), HasSubstr("does not have its check sum"));
  EXPECT_THAT(error_of_archive(Archive{.more_size = 1}.bytes()), HasSubstr("fewer bytes than it says"));
  EXPECT_THAT(error_of_archive(Archive{.more_size = -1}.bytes()), HasSubstr("more bytes than it says"));
  EXPECT_THAT(error_of_archive(Archive{.method = 0, .more_size = 5}.bytes()), HasSubstr("cannot have 24 bytes"));
  EXPECT_THAT(error_of_archive(Archive{.more_size = 1 << 30}.bytes()), HasSubstr("cannot have"));
  EXPECT_THAT(error_of_archive(Archive{.more_size = std::int64_t{1} << 62, .zip64 = true}.bytes()),
              HasSubstr("cannot have"));
  EXPECT_THAT(error_of_archive(Archive{.more_compressed = 10000}.bytes()), HasSubstr("is cut short"));
  EXPECT_THAT(error_of_archive(Archive{.more_compressed = -3}.bytes()), HasSubstr("cannot be decompressed"));
}

TEST(Zip, EveryCutAndEveryChangedByteIsSurvived) {
  const TemporaryFolder folder;
  for (bool zip64 : {false, true}) {
    const std::string good = Archive{.zip64 = zip64}.bytes();
    for (std::size_t at = 0; at < good.size(); ++at) {
      const auto cut = folder.file("cut.npz", good.substr(0, at));
      EXPECT_THROW(zip_members(cut), IoError) << at;
      for (char change : std::string("\x01\xff")) {
        std::string bad = good;
        bad[at] = change;
        const auto path = folder.file("a.npz", bad);
        try {
          for (const ZipMember& member : zip_members(path)) {
            const std::string data = all_of(path, member);
            EXPECT_EQ(data, Archive{}.data) << "what is read is right, or refused";
          }
        } catch (const IoError&) {}
      }
    }
  }
}

}  // namespace
}  // namespace ansatz::io
