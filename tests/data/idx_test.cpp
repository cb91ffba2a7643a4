// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/data/idx.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <string>

#include "ansatz/base/error.hpp"
#include "ansatz/io/gzip.hpp"
#include "tests/io/temporary_folder.hpp"
#include "tests/support/errors.hpp"

namespace ansatz::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class IdxFile : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& bytes) {
    const auto path = folder_.path() / "some.idx";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::string error(const std::string& bytes) {
    const auto path = write(bytes);
    return test::error_of<DataError>([&] { read_idx(path); });
  }

 private:
  test::TemporaryFolder folder_;
};

std::string labels(unsigned char number, const std::string& elements) {
  return std::string{0, 0, 8, 1, 0, 0, 0, static_cast<char>(number)} + elements;
}

TEST_F(IdxFile, IsReadPlainAndCompressed) {
  const std::string images = std::string{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3} + "\x01\x02\xff\x04\x05\x06";
  const Idx plain = read_idx(write(images));
  EXPECT_EQ(plain.shape, (Shape{2, 1, 3}));
  EXPECT_THAT(plain.values, ElementsAre(1, 2, 255, 4, 5, 6));
  const auto packed = io::gzip(images);
  const Idx unpacked = read_idx(write(std::string(reinterpret_cast<const char*>(packed.data()), packed.size())));
  EXPECT_EQ(unpacked.values, plain.values);
  EXPECT_EQ(read_idx(write(labels(0, ""))).shape, (Shape{0}));
}

TEST_F(IdxFile, ThatIsNotOneOrIsCutIsRefused) {
  EXPECT_THAT(error(""), HasSubstr("an IDX file is expected"));
  EXPECT_THAT(error("a,b\n1,2\n"), HasSubstr("an IDX file is expected"));
  EXPECT_THAT(error(std::string{0, 0, 8, 0}), HasSubstr("an IDX file is expected"));
  EXPECT_THAT(error(std::string{0, 0, 0x0d, 1, 0, 0, 0, 0}), HasSubstr("type 0x0D"));
  EXPECT_THAT(error(std::string{0, 0, 8, 2, 0, 0, 0, 1}), HasSubstr("within its header of 12"));
  EXPECT_THAT(error(labels(3, "ab")), HasSubstr("holds 3 elements, and holds 2"));
  EXPECT_THAT(error(labels(3, "abcd")), HasSubstr("holds 3 elements, and holds 4"));
  EXPECT_THAT(error(std::string{0, 0, 8, 4} + std::string(16, '\xff')),
              HasSubstr("4294967295 x 4294967295 elements, which no file can"));
}

}  // namespace
}  // namespace ansatz::data
