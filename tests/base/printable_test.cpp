// SPDX-License-Identifier: BSD-3-Clause
#include "ansatz/base/printable.hpp"

#include <gmock/gmock.h>

#include "ansatz/base/error.hpp"

namespace ansatz::test {
namespace {

TEST(Printable, TextHasNoControlCharacters) {
  EXPECT_EQ(printable("a\x1b[2Jb\x7f\rc"), "a\\x1b[2Jb\\x7f\\rc");
  EXPECT_EQ(printable("\xC2\x9B"
                      "2J"),
            "\\x9b2J")
      << "U+009B begins a command of a terminal too";
  EXPECT_EQ(printable("caf\xE9"), "caf\\xe9");
  EXPECT_EQ(printable("µ ☉ 𝜋"), "µ ☉ 𝜋");
  EXPECT_EQ(printable("a\n\tb"), "a\\n\\tb");
  EXPECT_EQ(printable("a\n\tb\r", LineEnds::kept), "a\n\tb\\r");
  EXPECT_EQ(printable(std::string_view("\0x", 2)), "\\x00x");
}

TEST(Printable, EveryByteBecomesPrintableText) {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string text = printable(std::string{static_cast<char>(first), static_cast<char>(second)});
      for (std::string_view rest = text; !rest.empty();) {
        const std::size_t length = sequence_length(rest);
        ASSERT_GT(length, 0U);
        ASSERT_TRUE(length > 1 || (rest[0] >= ' ' && rest[0] < '\x7F'));
        rest.remove_prefix(length);
      }
    }
}

TEST(Messages, LongerThanTheLimitLoseTheirMiddle) {
  const std::string name(50'000'000, 'n');
  const DataError error("{}: is wrong; do this", "begin " + name);
  const std::string message = error.what();
  EXPECT_LE(message.size(), limits::message_bytes);
  EXPECT_THAT(message, testing::AllOf(testing::StartsWith("begin nnn"), testing::HasSubstr(" … "),
                                      testing::EndsWith("nnn: is wrong; do this")));
  EXPECT_STREQ(IoError("short").what(), "short");
}

TEST(Messages, AreCutBetweenCharacters) {
  std::string text;
  while (text.size() < 4000) text += "𝜋µ";
  for (std::size_t most = 20; most < 40; ++most) {
    const std::string cut = shortened(text, most);
    EXPECT_LE(cut.size(), most);
    EXPECT_EQ(printable(cut), cut);
  }
}

}  // namespace
}  // namespace ansatz::test
