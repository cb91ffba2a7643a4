// SPDX-License-Identifier: BSD-3-Clause
// The examples of NIST, "Secure Hash Algorithm-Message Digest Length = 256" (FIPS 180), and the empty message.
#include "ansatz/io/sha256.hpp"

#include <gtest/gtest.h>

#include <array>

namespace ansatz::io {
namespace {

TEST(Sha256, GivesTheExamplesOfFips180) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, GivesTheExampleOfAMillionLettersInPieces) {
  Sha256 sum;
  std::size_t left = 1'000'000;
  for (std::size_t size = 1; left > 0; size = size * 2 + 1) {
    const std::size_t count = std::min(size, left);
    sum.update(std::string(count, 'a'));
    left -= count;
  }
  EXPECT_EQ(sum.hex(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Python: sha256("".join(sha256(b"a" * n).hexdigest() for n in range(201)).encode()).hexdigest(), of hashlib.
TEST(Sha256, PadsMessagesOfEveryLengthAroundABlock) {
  Sha256 sum;
  for (std::size_t n = 0; n <= 200; ++n) sum.update(sha256_hex(std::string(n, 'a')));
  EXPECT_EQ(sum.hex(), "eb555248bd20c7831e511d4461b42c9b084e3a64b44d57b00051172f8afe03ff");
}

TEST(Sha256, CanBeAskedBetweenThePieces) {
  Sha256 sum;
  EXPECT_EQ(sum.hex(), sha256_hex(""));
  sum.update("ab");
  EXPECT_EQ(sum.hex(), sha256_hex("ab"));
  EXPECT_EQ(sum.hex(), sha256_hex("ab"));
  sum.update("c");
  EXPECT_EQ(sum.hex(), sha256_hex("abc"));
}

TEST(Sha256, TakesBytesAndTexts) {
  constexpr std::array<std::byte, 3> bytes = {std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
  EXPECT_EQ(sha256_hex(bytes), sha256_hex("abc"));
  EXPECT_EQ(sha256_hex(std::span<const std::byte>{}), sha256_hex(""));
}

}  // namespace
}  // namespace ansatz::io
